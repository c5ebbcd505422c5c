"""Read models of some schools of the trust made anew, by one worker and by two side by side."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from delivery.bootstrap import desk as desk_at
from delivery.rebuilding import side_by_side
from scripts.scaling import served
from scripts.scaling.trust import Place


def rebuild(folder: Path, places: Sequence[Place], workers: int) -> dict[str, Any]:
    """Each school alone, one after the other; then all of them by ``workers`` processes."""
    with served.running(folder) as at:
        url = served.address(at)
        rows = []
        with desk_at(url) as desk:
            for place in places:
                took = alone(desk.url, place.urn)
                rows.append({"school": place.urn, "pupils": place.size, **took})
                print(rows[-1], flush=True)
            began = time.perf_counter()
            done = dict(side_by_side(desk, [place.urn for place in places], workers))
            together = time.perf_counter() - began
        assert {row["school"]: row["entries"] for row in rows} == done, "another count of entries"
    return {
        "alone": rows, "one_after_the_other": round(sum(row["seconds"] for row in rows), 3),
        "workers": workers, "together": round(together, 3), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def alone(url: str, urn: int) -> dict[str, Any]:
    """One school rebuilt: seconds, of the processor here and at the server, and its marks."""
    me = f"rebuild-{os.getpid()}"
    with desk_at(f"{url}&application_name={me}") as desk:
        ledger = desk.ledger(urn)
        desk.runner.position(ledger)
        desk.runner.engine.dispose()  # as a rebuild does: what is metered are the connections after
        began = time.perf_counter()
        with served.metered(url, me) as spent:
            entries = desk.runner.rebuild(ledger)
        seconds = time.perf_counter() - began
        with psycopg.connect(url) as db:
            counted = db.execute("SELECT count(*) FROM current_register WHERE school = %s", (urn,))
            (marks,) = counted.fetchone() or (0,)
        return {
            "seconds": round(seconds, 3), "cpu": round(spent[0], 3),
            "server_cpu": round(spent[1], 3), "entries": entries, "marks": marks,
            "load": round(os.getloadavg()[0], 1),
        }  # fmt: skip
