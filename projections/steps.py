"""
What handlers give and the runner carries out: statements, never run where they are made.

Rows and parameters hold values as a driver takes them: dates as ISO text in ``Rows``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Row, Select, Table, cast, func, select
from sqlalchemy import bindparam as bind
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table, in the order of its columns; a row whose key is there takes its place."""

    table: Table
    rows: list[Values]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, run once for each of ``params``."""

    sql: Executable
    params: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Reread:
    """Rows to be read again, and what follows from them: the runner reads, ``then`` is pure."""

    rows: Select[Any]
    then: Callable[[Sequence[Row[Any]]], Iterable["Rows | Statement"]]


Step = Rows | Statement


def carry_out(connection: Connection, steps: Iterable[Step | Reread]) -> None:
    """Run steps in their order, neighbouring rows of one table together."""
    for step in _together(steps):
        if isinstance(step, Rows):
            _put(connection, step)
        elif isinstance(step, Statement):
            connection.execute(step.sql, list(step.params))
        else:
            found = connection.execute(step.rows).all()
            carry_out(connection, step.then(found))


def _together(steps: Iterable[Step | Reread]) -> Iterator[Step | Reread]:
    pending: Rows | None = None
    for step in steps:
        if isinstance(step, Rows):
            if pending is not None and pending.table is step.table:
                pending.rows.extend(step.rows)
                continue
            if pending is not None:
                yield pending
            pending = Rows(step.table, list(step.rows))
            continue
        if pending is not None:
            yield pending
            pending = None
        yield step
    if pending is not None:
        yield pending


def _put(connection: Connection, step: Rows) -> None:
    if not step.rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_sqlite_put(step.table), step.rows)
        return
    width = len(step.table.primary_key)
    # one statement may not touch a row twice on PostgreSQL: the later row is the one that stays
    by_key = {row[:width]: row for row in step.rows}
    columns = zip(*by_key.values(), strict=True)
    params = dict(zip(step.table.columns.keys(), map(list, columns), strict=True))
    connection.execute(_postgres_put(step.table), params)


@cache
def _sqlite_put(table: Table) -> str:
    insert = sqlite.insert(table)
    return str(
        insert.on_conflict_do_update(
            index_elements=list(table.primary_key), set_=_all_but_key(table, insert.excluded)
        ).compile(dialect=sqlite.dialect())
    )


@cache
def _postgres_put(table: Table) -> Executable:
    """The rows as one array a column: one round trip, whatever their number."""
    arrays = [func.unnest(cast(bind(c.name), ARRAY(c.type))) for c in table.columns]
    insert = postgresql.insert(table)
    filled = insert.from_select([c.name for c in table.columns], select(*arrays))
    return filled.on_conflict_do_update(
        index_elements=list(table.primary_key), set_=_all_but_key(table, insert.excluded)
    )


def _all_but_key(table: Table, excluded: Any) -> dict[str, Any]:
    return {c.name: excluded[c.name] for c in table.columns if not c.primary_key}
