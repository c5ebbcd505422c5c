"""A program that stays open lets go of what another has removed: disposed of, or struck out."""

import datetime as dt
import gc
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient

from commands import states
from commands.amend_mark import AmendMark
from commands.handle import handle
from commands.retention.redact import Redact
from commands.retention.request_disposal import RequestDisposal
from delivery import keeping
from delivery.bootstrap import Desk
from delivery.web.app import application
from ledger.calendar import instant
from ledger.events import PupilLeft
from ledger.retention import removals
from ledger.store import Act, decoding, entering, open_store
from tests.delivery.test_keeping import (
    CEO,
    DUE,
    MARK_DAY,
    TEMP,
    a_register,
    amend,
    approve_and_run,
    clock,
    desk,
    do,
    left,
)
from tests.given import BEN, HEAD, MADE, UPN

pytestmark = pytest.mark.slow
__all__ = ["clock", "desk"]

URN = 123456
WORDS = "Quintilla's own words"
_REMEMBERED = (decoding._person, entering._person, states._known)


@pytest.fixture(autouse=True)
def nothing_of_other_tests() -> None:
    """Other tests' ledgers may still be open in this process, with the same invented pupils."""
    states._known.clear()


@pytest.fixture
def open_elsewhere(desk: Desk, clock: Any) -> Iterator[Desk]:
    """Another program on the same ledger, with connections and memories of its own."""
    other = Desk(desk.url, open_store(desk.url), clock=desk.clock)
    other.runner.engine.dispose()
    yield other
    other.close()


@pytest.fixture
def web(open_elsewhere: Desk) -> Iterator[TestClient]:
    with TestClient(application(open_elsewhere, "office"), base_url="http://localhost") as client:
        yield client


def held_by(of: Desk, words: str) -> list[str]:
    """What of a program's memory holds some words: everything that can be got to is looked at."""
    gc.collect()  # ledgers of tests before this one, which nobody has any more
    seen: set[int] = set()
    wanted = words.encode()
    found, waiting = [], [of, of.__dict__, *_REMEMBERED]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType):
            continue
        seen.add(id(one))
        text = one.encode() if isinstance(one, str) else one
        if isinstance(text, bytes) and wanted in text:
            found.append(repr(one)[:80])
        waiting += gc.get_referents(one)
    return found


def asked(web: TestClient) -> str:
    """Pages that have roll, marks, people and words in them, and an act decided on them."""
    pages = (
        f"/{URN}/today", f"/{URN}/registers", f"/{URN}/pupils/{UPN[BEN]}",
        f"/{URN}/pupils/{UPN[BEN]}/history", f"/{URN}/pupils", f"/{URN}/settings",
        f"/{URN}/pupils?asof=3",
    )  # fmt: skip
    said = "".join(web.get(page).text for page in pages)
    web.post(f"/api/{URN}/amend-mark?dry_run=true", json={
        "pupil": UPN[BEN], "date": "2024-09-09", "half": "AM", "code": "L", "reason": "x",
    })  # fmt: skip
    return said


def test_a_pupil_and_a_name_disposed_of_by_another_program_are_remembered_nowhere(
    desk: Desk, clock: Any, open_elsewhere: Desk, web: TestClient
) -> None:
    ledger = left(desk)
    gone = PupilLeft(pupil=BEN, last_day="2024-09-09", **MADE)
    ledger.append(Act("left", "import-pupils", HEAD, MADE["made_at"]), [gone])
    desk.catch_up(ledger)
    roll = states.states_of(ledger).roll
    name = roll.pupils[BEN].name
    del roll
    assert name in asked(web)
    assert held_by(open_elsewhere, UPN[BEN])
    assert held_by(open_elsewhere, TEMP.name)
    clock.move_to(instant(DUE, dt.time(9)))
    for number in (1, 2):  # the pupil's, and then the name that nothing is left under
        do(desk, RequestDisposal)
        approve_and_run(desk, number)

    for _ in range(2):
        open_elsewhere.look()

    forgotten = held_by(open_elsewhere, UPN[BEN]), held_by(open_elsewhere, TEMP.name)
    assert forgotten == ([], [])
    said = asked(web)
    assert name not in said
    assert TEMP.name not in said
    assert held_by(open_elsewhere, UPN[BEN]) == []


def test_words_struck_out_by_another_program_are_shown_no_more(
    desk: Desk, clock: Any, web: TestClient
) -> None:
    ledger = a_register(desk)
    amend(ledger, BEN, WORDS, MARK_DAY)
    entry = ledger.size()
    desk.catch_up(ledger)
    assert WORDS.replace("'", "&#39;") in asked(web)
    do(desk, Redact, HEAD, entry=entry, instead="Medical appointment", why="A diagnosis")

    do(desk, Redact, CEO, entry=entry)

    assert "Quintilla" not in asked(web)


def test_what_was_read_between_a_certificate_and_its_removal_is_let_go_of_too(
    desk: Desk, clock: Any, open_elsewhere: Desk, web: TestClient, monkeypatch: Any
) -> None:
    """The certificate is recorded first; who asks then still reads what it says is gone."""
    ledger = a_register(desk)
    amend(ledger, BEN, WORDS, MARK_DAY)
    entry = ledger.size()
    do(desk, Redact, HEAD, entry=entry, instead="Medical appointment", why="A diagnosis")
    monkeypatch.setattr(keeping, "remove", lambda *_: ())
    do(desk, Redact, CEO, entry=entry)
    monkeypatch.undo()
    assert WORDS.replace("'", "&#39;") in asked(web)
    mark = removals.Removals()
    assert [mark.moved(ledger) for _ in range(3)] == [False, False, False]

    keeping.remove(desk, ledger)

    assert [mark.moved(ledger) for _ in range(3)] == [True, True, False]
    assert "Quintilla" not in asked(web)


def test_a_program_that_looks_finds_nothing_to_let_go_of_where_nothing_was_removed(
    desk: Desk, clock: Any, web: TestClient, open_elsewhere: Desk, monkeypatch: Any
) -> None:
    ledger = a_register(desk)
    asked(web)
    let_go: list[int] = []
    monkeypatch.setattr(type(open_elsewhere), "let_go", lambda _, one: let_go.append(one.school))

    said = {"pupil": UPN[BEN], "session": "2024-09-09 AM", "code": "I", "reason": "Rang"}
    handle(AmendMark(by="office", at=desk.clock(), key="k", **said), ledger)
    asked(web)
    open_elsewhere.look()

    assert let_go == []


def test_a_day_whose_entries_are_gone_is_neither_taken_nor_not_taken(
    desk: Desk, clock: Any, web: TestClient
) -> None:
    ledger = a_register(desk)
    desk.catch_up(ledger)
    day = f"/{URN}/registers?on=2024-09-09"
    assert "Disposed of" not in web.get(day).text
    clock.move_to(instant(DUE, dt.time(9)))
    do(desk, RequestDisposal)
    approve_and_run(desk)

    page = web.get(day).text

    assert page.count("Disposed of") == 1  # the morning of 4B; the other sheets were never taken
    assert page.count("Not taken</strong>") == 3
