"""The door before a ledger on PostgreSQL: the same, with its own small file."""

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from freezegun import freeze_time

from delivery.bootstrap import Desk
from delivery.cli import main
from delivery.web.app import application
from delivery.web.door.book import Book
from delivery.web.door.doorman import Door
from delivery.web.plainly import Plainly
from ledger.events import StaffLeft
from ledger.kinds import Person
from ledger.store import Act, open_store
from tests.delivery.web.door.conftest import CHEAP, account, sign_in

pytestmark = pytest.mark.slow
NOW = dt.datetime(2024, 9, 3, 7, 50, tzinfo=dt.UTC)


@pytest.fixture
def desk(postgres_url: str, set_up_once: Path) -> Iterator[Desk]:
    """The desk of a school on PostgreSQL, on a morning."""
    at = ["--db", postgres_url]
    with freeze_time("2024-09-02 08:00:00"):
        assert main([*at, "init", str(set_up_once / "trust.toml")]) == 0
        pupils = [*at, "import", "pupils", str(set_up_once / "pupils.csv"), "--as", "office"]
        assert main([*pupils, "--seen-at", "2024-09-02"]) == 0
    made = Desk(postgres_url, open_store(postgres_url), clock=lambda: NOW)
    yield made
    made.close()


def test_one_signs_in_sees_ones_own_and_acts_on_what_one_saw(desk: Desk, tmp_path: Path):
    door = Door(
        desk, None, Book(tmp_path / "door.db"), asks=True, passwords=CHEAP, keys=tmp_path / "keys"
    )
    account(door.accounts, "teacher", staff="teacher")
    made = application(desk, door=door)
    client = TestClient(made, base_url="http://localhost", follow_redirects=False)
    client.headers["Origin"] = "http://localhost"
    sign_in(client, "teacher")
    api = "/api/100001"
    taking = {"group": "4B", "session": "AM", "lines": ["A100 N"], "rest_present": True}

    assert client.get("/100001/pupils/A100").status_code == 200
    assert client.get("/100001/pupils/A102").status_code == 404
    assert client.get("/100002/registers").status_code == 404
    seen = client.get(f"{api}/registers-not-taken", params={"class": "4B"}).headers["etag"]
    first = client.post(f"{api}/take-register", json=taking, headers={"If-Match": seen})
    assert first.status_code == 200, first.text
    amending = {"pupil": "A100", "date": "2024-09-03", "half": "AM", "code": "I", "reason": "x"}
    late = client.post(f"{api}/amend-mark", json=amending, headers={"If-Match": seen})
    assert (late.status_code, late.json()["code"]) == (412, "conflict")


def test_a_register_sent_as_json_is_taken_the_short_way_and_followed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    """Recorded before it is answered; tables follow by themselves; refused in the same words."""
    client = TestClient(application(desk, "office"), base_url="http://localhost")
    whole = application(desk, "office")
    whole.user_middleware = [one for one in whole.user_middleware if one.cls is not Plainly]
    asked: list[bool] = []
    plainly = Plainly._asked
    monkeypatch.setattr(
        Plainly, "_asked", lambda *one: [found := plainly(*one), asked.append(bool(found))][0]
    )
    address, ledger = "/api/100001/take-register", desk.ledger(100001)
    taking = {"group": "4B", "session": "AM", "lines": ["A100 N"], "rest_present": True}
    size = ledger.size()

    taken = client.post(address, json=taking, headers={"Idempotency-Key": "k"})
    assert taken.status_code == 200, taken.text
    assert ledger.size() == size + taken.json()["receipts"][0]["receipt"]["count"] > size
    until = time.monotonic() + 30
    while desk.runner.position(ledger) < ledger.size() and time.monotonic() < until:
        time.sleep(0.05)
    assert desk.runner.position(ledger) == ledger.size()

    other = TestClient(whole, base_url="http://localhost")
    for body, key in (
        (taking, "k"),
        (taking | {"lines": ["A100 I"]}, "l"),
        (taking | {"group": "none"}, "m"),
        (taking | {"lines": ["Z999 I"]}, "n"),
        (taking | {"date": "2024-09-07"}, "o"),
    ):
        told = [
            (one.status_code, one.headers.raw, one.content)
            for one in (
                each.post(address, json=body, headers={"Idempotency-Key": key})
                for each in (client, other)
            )
        ]
        assert told[0] == told[1], body
    assert asked == [False] + [True] * 5  # by the first the school was read


def test_what_another_program_records_of_the_school_counts_for_the_next(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What the door goes by is kept for a while: a teacher who left is turned away all the same."""
    door = Door(
        desk, None, Book(tmp_path / "door.db"), asks=True, passwords=CHEAP, keys=tmp_path / "keys"
    )
    account(door.accounts, "teacher", staff="teacher")
    secret = door.sessions.begin("teacher", int(NOW.timestamp()))
    judged: list[bool] = []
    plainly = Plainly._asked
    monkeypatch.setattr("delivery.web.glances.WHILE", 600.0)
    monkeypatch.setattr(
        Plainly, "_asked", lambda *one: [found := plainly(*one), judged.append(bool(found))][0]
    )
    client = TestClient(application(desk, door=door), base_url="http://localhost")
    sent = {"Cookie": f"attendance={secret}", "Sec-Fetch-Site": "same-origin"}
    taking = {"group": "4B", "session": "AM", "lines": ["A100 N"], "rest_present": True}

    def send(key: str) -> int:
        told = client.post(
            "/api/100001/take-register", json=taking, headers={**sent, "Idempotency-Key": key}
        )
        return told.status_code

    assert [send("k"), send("k")] == [200, 200]
    assert judged == [False, True]
    with open_store(desk.url) as other:
        by = Person(id="head", name="H", position="Headteacher")
        left = StaffLeft(
            staff="teacher", last_day=NOW.date() - dt.timedelta(days=1), made_by=by, made_at=NOW
        )
        other.ledger(100001).append(Act("gone", "init", by, NOW), [left])
    size = desk.ledger(100001).size()

    assert send("l") >= 400
    assert judged == [False, True, True]  # let in by what was, and turned away behind the head
    assert desk.ledger(100001).size() == size
