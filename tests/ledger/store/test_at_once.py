"""One trip to the server where the ledger is as it was left; a second look where it is not."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.kinds import Session
from ledger.refusals import Conflict
from ledger.store import Store, open_store
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
def two(postgres_url: str) -> Iterator[tuple[Store, Store]]:
    """Two processes' stores over one database."""
    with (
        open_store(postgres_url, create=True) as one,
        open_store(postgres_url) as other,
    ):
        yield one, other


def trips(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How each attempt to record at once went."""
    went: list[bool] = []
    at_once = store.database.at_once

    def watched(*args: Any) -> bool:
        went.append(at_once(*args))
        return went[-1]

    monkeypatch.setattr(store.database, "at_once", watched)
    return went


def test_a_writer_alone_records_at_once(
    two: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = two
    went = trips(one, monkeypatch)
    ledger = one.ledger(SCHOOL)

    ledger.append(taking("a"), taken(), {SHEET: 0})
    receipt = ledger.append(amending(), [amended()], {SHEET: 3})

    assert went == [True]
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


def test_the_same_key_at_once_is_the_same_act(two: tuple[Store, Store]) -> None:
    one, _ = two
    ledger = one.ledger(SCHOOL)
    ledger.append(taking("a"), taken(), {SHEET: 0})
    first = ledger.append(amending(), [amended()], {SHEET: 3})

    again = ledger.append(amending(), [amended()], {SHEET: 4})

    assert (again.first, again.repeated) == (first.first, True)
    assert ledger.size() == 4
