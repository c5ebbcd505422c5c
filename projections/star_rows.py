"""
Rows of the star for whoever takes them elsewhere: a window of them, in the order of their keys.

A window is a span of days, or what changed since an entry. Dates come as text, counts as whole
numbers, so that rows are alike from both engines.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Select,
    Text,
    cast,
    collate,
    func,
    inspect,
    null,
    select,
    type_coerce,
)

from ledger.kinds import Urn
from ledger.store import Ledger
from projections import tracking
from projections.current_register import current_register
from projections.earlier import earlier
from projections.earlier_rows import not_as_it_was
from projections.runner import Runner
from projections.star import STAR
from projections.star_shape import WITHHELD, Column, Shape
from projections.temporary import shared

Unit = tuple[str, str, int]
"""A day (ISO), a half-day and a pupil's number: what changes of one school's register."""


@dataclass(frozen=True)
class Changed:
    """
    The pupils' sessions that are not as they were at an entry.

    As they count: an amendment is among them, and so is a closure over a mark that nobody touched.
    """

    units: frozenset[Unit]

    @cached_property
    def days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day of them; of none, a span in which no day lies."""
        if not self.units:
            return dt.date.max, dt.date.min
        days = {day for day, _, _ in self.units}
        return dt.date.fromisoformat(min(days)), dt.date.fromisoformat(max(days))

    def of(self, table: Shape, row: Sequence[Any]) -> bool:
        """Whether a row is of one of them: by ``table.unit``."""
        return tuple(row[place] for place in places(table)) in self._keys(table)

    def _keys(self, table: Shape) -> frozenset[tuple[Any, ...]]:
        return self.units if "half" in table.unit else self._daily

    @cached_property
    def _daily(self) -> frozenset[tuple[Any, ...]]:
        return frozenset((day, pupil) for day, _, pupil in self.units)


def places(table: Shape) -> tuple[int, ...]:
    """Where the columns of a table's unit stand, but for the school."""
    return tuple(table.names.index(name) for name in table.unit if name != "school")


def changed_since(runner: Runner, ledger: Ledger, entry: int) -> Changed:
    """
    What of a school's register changed after an entry, the first or a later one.

    Found as an answer as at that entry is (``projections/earlier.py``). What is recorded meanwhile
    may be among it and is not promised: go on from an entry that was the last before this was
    asked.
    """
    view = earlier(runner, ledger, entry)
    try:
        connection = view.tables.connection
        schema = "main" if connection.dialect.name == "sqlite" else None
        live = shared(current_register, schema or _schema(connection)).c
        new = select(live.date, live.half, live.pupil).where(
            live.school == ledger.school, live.first_entry > entry
        )
        found = _units(connection, new)
        if inspect(connection).has_table(not_as_it_was.name):
            c = not_as_it_was.c
            found |= _units(connection, select(c.date, c.half, c.pupil))
        return Changed(found)
    finally:
        view.close()


def _schema(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SELECT current_schema()").scalar())


def _units(connection: Connection, question: Select[Any]) -> frozenset[Unit]:
    return frozenset(
        (d.isoformat(), half, pupil) for d, half, pupil in connection.execute(question)
    )


@dataclass(frozen=True)
class Window:
    """What is asked for of a school's rows: sessions from a day to a day, with names or without."""

    first: dt.date = dt.date.min
    last: dt.date = dt.date.max
    names: bool = False

    def within(self, days: tuple[dt.date, dt.date]) -> "Window":
        """The part of it in another span of days."""
        return replace(self, first=max(self.first, days[0]), last=min(self.last, days[1]))


def question(
    table: Shape, school: int, window: Window, dialect: str, *, ordered: bool = True
) -> Select[Any]:
    """
    The rows of a table in a window, in the order of its key, for one engine's dialect.

    Dates as text. A dimension is given whole, whatever the days. Columns that say who somebody is
    are empty without names.
    """
    star = STAR[table.name][1].subquery("star")
    hidden = frozenset() if window.names else WITHHELD.get(table.name, frozenset())
    columns = [
        cast(null(), Text).label(one.name) if one.name in hidden else _plain(star, one, dialect)
        for one in table.columns
    ]
    found = select(*columns).where(star.c.school == school)
    if table.dated and table.unit and (window.first, window.last) != (dt.date.min, dt.date.max):
        found = found.where(star.c.date.between(window.first, window.last))
    if not ordered:
        return found
    return found.order_by(*(_ordered(star.c[name], dialect) for name in table.key))


def _plain(star: Any, column: Column, dialect: str) -> Any:
    """A column as it is told: dates as ISO text, which is what SQLite holds already."""
    it = star.c[column.name]
    if column.kind == "date":
        return (
            type_coerce(it, Text) if dialect == "sqlite" else func.to_char(it, "YYYY-MM-DD")
        ).label(column.name)
    if column.kind == "integer" and dialect != "sqlite":
        return cast(it, BigInteger).label(column.name)
    return it.label(column.name)


def _ordered(column: Any, dialect: str) -> Any:
    """Texts byte by byte, whatever the language of the server."""
    plain = dialect == "sqlite" or not isinstance(column.type, Text)
    return column if plain else collate(column, "C")


def statement(asked: Select[Any], connection: Connection | Engine) -> str:
    """A question as SQL with its values in it, for a reader that is not SQLAlchemy."""
    return str(asked.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))


def read(connection: Connection, asked: Select[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a question, not all of them at once; on SQLite as the driver gives them."""
    streaming = connection.execution_options(stream_results=True, max_row_buffer=_AT_ONCE)
    with streaming.exec_driver_sql(statement(asked, connection)) as result:
        if connection.dialect.name == "sqlite":
            assert result.cursor is not None, "a question has rows"
            while some := result.cursor.fetchmany(_AT_ONCE):  # SQLAlchemy has taken none yet
                yield from some
            return
        yield from map(tuple, result)


_AT_ONCE = 5_000


@contextmanager
def standing(
    runner: Runner, ledgers: Sequence[Ledger]
) -> Iterator[tuple[Connection, dict[Urn, int]]]:
    """
    A reading transaction in which nothing moves, and the entry at which each school stands in it.

    The read models have caught up, or, where this login may only read, others keep them up.
    """
    for ledger in ledgers:
        runner.caught_up(ledger, 0)
    with runner.apart.connect() as connection:
        yield (
            connection,
            {one.school: tracking.position(connection, str(one.school)) for one in ledgers},
        )
