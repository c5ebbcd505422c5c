"""One statement where the ledger is as it was left; a second look where it is not."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.kinds import Session
from ledger.refusals import Conflict
from ledger.store import PageDraft, Run, Store, open_store
from ledger.store.engine import OnePage, Row
from ledger.store.verify import verify
from tests.ledger.store.entries import (
    MONDAY_AM,
    SCHOOL,
    SHEET,
    amended,
    amending,
    taken,
    taking,
)

PM = Session(MONDAY_AM.date, "PM")


@pytest.fixture
def two(store_url: str) -> Iterator[tuple[Store, Store]]:
    """Two processes' stores over one database."""
    with (
        open_store(store_url, create=True) as one,
        open_store(store_url) as other,
    ):
        yield one, other


def trips(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How each attempt to record at once went."""
    went: list[bool] = []
    database = store.ledger(SCHOOL).database
    at_once = database.at_once

    def watched(*args: Any) -> Any:
        one = at_once(*args)
        went.append(one is not None)
        return one

    monkeypatch.setattr(database, "at_once", watched)
    return went


def test_a_writer_alone_records_at_once(
    two: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = two
    went = trips(one, monkeypatch)
    ledger = one.ledger(SCHOOL)

    ledger.append(taking("a"), taken(), {SHEET: 0})
    receipt = ledger.append(amending(), [amended()], {SHEET: 3})

    assert went == [False, True]  # the head of a ledger not seen yet is looked up
    assert (receipt.first, receipt.last) == (4, 4)
    assert verify(ledger).sound
    assert verify(ledger).entries == 4


def test_where_another_wrote_the_ledger_is_looked_at_again(
    two: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    one.ledger(SCHOOL).append(taking("a"), taken(), {SHEET: 0})
    other.ledger(SCHOOL).append(taking("b"), taken(session=PM))
    went = trips(one, monkeypatch)

    receipt = one.ledger(SCHOOL).append(amending(), [amended()], {SHEET: 3})

    assert went == [False]
    assert receipt.first == 7
    assert verify(other.ledger(SCHOOL)).entries == 7


def test_a_conflict_is_found_at_once_and_told_after_a_look(two: tuple[Store, Store]) -> None:
    one, _ = two
    ledger = one.ledger(SCHOOL)
    ledger.append(taking("a"), taken(), {SHEET: 0})

    with pytest.raises(Conflict, match="take-register by Ms Ada Quill"):
        ledger.append(amending(), [amended()], {SHEET: 2})
    with pytest.raises(Conflict):
        ledger.append(amending(), [amended()], {SHEET: 4})
    assert ledger.size() == 3


def test_a_stream_that_begins_with_0_goes_on_from_where_it_is(two: tuple[Store, Store]) -> None:
    one, _ = two
    ledger = one.ledger(SCHOOL)
    runs = [Run.of(taken())]
    ledger.append_pages(taking("a"), [PageDraft(SHEET, 0, runs, begins=0)])

    with pytest.raises(Conflict):
        ledger.append(amending("b"), [amended()], {SHEET: 0})
    ledger.append(amending("c"), [amended()], {SHEET: 2})

    assert verify(ledger).sound
    assert [page.version for page in ledger.pages_of(SHEET)] == [0, 3]


def test_what_is_refused_in_the_middle_leaves_nothing(two: tuple[Store, Store]) -> None:
    """The head may not go back in time: refused last, when act and page are in already."""
    one, other = two
    ledger = one.ledger(SCHOOL)
    ledger.append(taking("a"), taken(), {SHEET: 0})

    def back(head: Row) -> OnePage:
        size, _, frontier = head
        act = (SCHOOL, size + 1, 1, 0, None, "back", "amend-mark", "[]", None, bytes(32))
        page = (SCHOOL, size + 1, size + 1, SHEET, 4, 1, b"abc", b"")
        return OnePage(act, page, (size + 1, 0, frontier))

    try:
        went = one.database.at_once(SCHOOL, back)
    except Exception:  # an error of the database's own on PostgreSQL
        went = None

    assert went is None
    assert other.ledger(SCHOOL).receipt("back") is None
    assert other.ledger(SCHOOL).version(SHEET) == 3
    ledger.append(amending(), [amended()], {SHEET: 3})
    assert verify(ledger).entries == 4


def test_a_head_believed_too_far_ahead_makes_no_gap(
    two: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = two
    ledger = one.ledger(SCHOOL)
    ledger.append(taking("a"), taken(), {SHEET: 0})
    at_once = one.database.at_once
    ahead = lambda made: lambda head: made((head[0] + 5, *head[1:]))  # noqa: E731
    monkeypatch.setattr(
        ledger.database, "at_once", lambda school, made: at_once(school, ahead(made))
    )

    receipt = ledger.append(amending(), [amended()], {SHEET: 3})

    assert receipt.first == 4
    assert verify(ledger).sound


def test_the_same_key_at_once_is_the_same_act(two: tuple[Store, Store]) -> None:
    one, _ = two
    ledger = one.ledger(SCHOOL)
    ledger.append(taking("a"), taken(), {SHEET: 0})
    first = ledger.append(amending(), [amended()], {SHEET: 3})

    again = ledger.append(amending(), [amended()], {SHEET: 4})

    assert (again.first, again.repeated) == (first.first, True)
    assert ledger.size() == 4
