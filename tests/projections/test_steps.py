"""Rows into a table on PostgreSQL: straight in, and in the place of those that are there."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, event, select

from ledger.store import open_store
from projections.engines import engine, writing
from projections.penalties import penalty_thresholds as table
from projections.runner import set_up
from projections.steps import Rows, carry_out

pytestmark = pytest.mark.slow
DAY = dt.date(2024, 9, 9)
STRAIGHT = ["SAVEPOINT", "RELEASE"]
"""All that is sent beside the rows themselves, which are copied."""


@pytest.fixture
def connection(postgres_url: str) -> Iterator[Connection]:
    """A transaction that writes the read models of an empty ledger."""
    open_store(postgres_url, create=True).close()
    made = engine(postgres_url)
    set_up(made)
    with writing(made) as connection:
        yield connection
    made.dispose()


def row(pupil: int, counted: int) -> tuple[object, ...]:
    met, rule = DAY.isoformat(), "ten in ten weeks"
    return (100001, pupil, met, None, rule, "reg. 9A", "england", 10, counted, "{}")


def put(connection: Connection, *rows: tuple[object, ...]) -> list[str]:
    """Put rows into the table; the statements that the server was sent."""
    sent: list[str] = []

    def hear(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement.split(maxsplit=1)[0])

    event.listen(connection, "before_cursor_execute", hear)
    carry_out(connection, [Rows(table, list(rows))])
    event.remove(connection, "before_cursor_execute", hear)
    return sent


def stands(connection: Connection) -> dict[int, int]:
    return {one.pupil: one.counted for one in connection.execute(select(table))}


def test_new_rows_go_straight_in(connection: Connection) -> None:
    """Given an empty table, when rows are put in, then no table is made to hold them before."""
    assert put(connection, row(1, 10), row(2, 11)) == STRAIGHT
    assert stands(connection) == {1: 10, 2: 11}


def test_a_row_takes_the_place_of_the_one_there_and_the_others_stay(connection: Connection) -> None:
    """Given rows, when one comes again among new ones, then it is as it came last, once."""
    put(connection, row(1, 10), row(2, 11))

    assert "CREATE" in put(connection, row(3, 12), row(2, 14), row(3, 13))

    assert stands(connection) == {1: 10, 2: 14, 3: 13}
    # and what follows in the transaction goes on as before
    assert put(connection, row(4, 10)) == STRAIGHT
    assert len(stands(connection)) == 4
