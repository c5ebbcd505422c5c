"""The schools side by side, asked in one process: first, again, after acts, and as at a moment."""

import datetime as dt
import os
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from commands.amend_mark import AmendMark
from commands.handle import handle
from delivery.bootstrap import Desk
from delivery.web.app import application
from ledger.kinds import Session
from ledger.store import open_store
from scripts.scaling import served
from scripts.scaling.trust import KEPT_BACK, Place, SchoolYear

PRESENT = "/\\"


def beside(folder: Path, places: Sequence[Place], year: SchoolYear) -> list[dict[str, Any]]:
    """What each asking took, by the clock and of the processor, ours and the server's."""
    last = year.dates[-KEPT_BACK - 1]
    moment = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(7, 50), dt.UTC)
    then = f"{last - dt.timedelta(weeks=16)}T18:00"
    with served.running(folder) as at:
        url = served.address(at)
        desk = Desk(url, open_store(url), clock=lambda: moment)
        client = TestClient(application(desk), base_url="http://localhost")
        found = [_asked(client, url, "first"), _asked(client, url, "again")]
        for place in places:
            _amended(desk, place, last, moment)
        found += [
            _asked(client, url, "after an act at every school"),
            _asked(client, url, "as at a moment, first", then),
            _asked(client, url, "as at a moment, again", then),
        ]
        desk.close()
    return found


def _asked(client: TestClient, url: str, what: str, asof: str = "") -> dict[str, Any]:
    began = time.perf_counter()
    with served.metered(url) as spent:
        answer = client.get("/trust", params={"asof": asof} if asof else {})
    took = time.perf_counter() - began
    assert answer.status_code == 200, answer.text
    ours, server = (round(1000 * one) for one in spent)
    return {"what": what, "took": round(1000 * took), "ours": ours, "server": server,
            "load": round(os.getloadavg()[0], 1)}  # fmt: skip


def _amended(desk: Desk, place: Place, day: dt.date, moment: dt.datetime) -> None:
    """A mark of a school's last day amended: the first of somebody who was present."""
    ledger = desk.ledger(place.urn)
    low, high = f"register/{day}", f"register/{day}0"
    pupil, half = next(
        (pupil, stream.split("/")[2])
        for stream, _, runs in ledger.columns(low, high)
        for run in runs
        if run.topic == "mark-recorded"
        for pupil, code in zip(run.column("pupil"), run.column("code"), strict=True)
        if code in PRESENT
    )
    handle(
        AmendMark(by="office-1", at=moment, key=uuid.uuid4().hex, pupil=str(pupil),
                  session=Session.parse(f"{day} {half}"), code="M", reason="Dentist"),
        ledger,
    )  # fmt: skip
