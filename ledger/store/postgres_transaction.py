"""A write transaction on PostgreSQL, behind the school's head row and in that school alone."""

from collections.abc import Sequence
from typing import Any

import psycopg

from ledger.store import schema
from ledger.store.decoding import FIND
from ledger.store.engine import Opened, Row

OF_SCHOOL = "SELECT set_config('attendance.school', %s, true)"
"""``SET LOCAL``: what row-level security (``roles.py``) lets this transaction see and add."""

FOR_SCHOOL = "SELECT set_config('attendance.school', %s, false)"
"""The same for each statement of a connection from here on, that is a transaction by itself."""

HEAD = "SELECT size, recorded_at, frontier FROM heads WHERE school = %s FOR UPDATE"
FIRST = "SELECT pg_advisory_xact_lock(%s)"
_INSERT = {
    table: f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608
    for table, columns in schema.COLUMNS.items()
}
_MOVE = "UPDATE heads SET size = %s, recorded_at = %s, frontier = %s WHERE school = %s"
_VERSIONS = (
    "SELECT DISTINCT ON (stream) stream, version + count - 1, act FROM pages"
    " WHERE school = %s AND stream = ANY(%s) ORDER BY stream, version DESC"
)
_FIND = FIND.replace("?", "%s")
_FEW = 40  # pages; more go in by COPY


def percent(sql: str) -> str:
    """A statement with parameters as ``?`` as this driver writes them."""
    return sql.replace("?", "%s")


class PostgresTransaction:
    """A write transaction behind the school's head row, in two trips to the server."""

    def __init__(self, connection: psycopg.Connection[Row], heads: dict[int, Row]) -> None:
        self._connection = connection
        self._heads = heads

    def open(self, school: int, key: str, streams: Sequence[str]) -> Opened:
        opened = self._look(school, key, streams, begin=True)
        if opened.head is None:
            # No row to lock yet: the school's first writers queue here instead, once.
            self._connection.execute(FIRST, (school,))
            opened = self._look(school, key, streams, begin=False)
        return opened

    def _look(self, school: int, key: str, streams: Sequence[str], *, begin: bool) -> Opened:
        # Each statement sees what was committed when it began, so the two that come after the
        # lock see everything the last holder recorded.
        with self._connection.pipeline():
            if begin:
                self._connection.execute("BEGIN")
                self._connection.execute(OF_SCHOOL, (str(school),))
            head = self._connection.execute(HEAD, (school,))
            repeated = self._connection.execute(_FIND, (school, key))
            versions = self._connection.execute(_VERSIONS, (school, list(streams)))
        return Opened(head.fetchone(), repeated.fetchone(), _by_stream(versions.fetchall()))

    def versions(self, school: int, streams: Sequence[str]) -> dict[str, tuple[int, int]]:
        found = self._connection.execute(_VERSIONS, (school, list(streams)))
        return _by_stream(found.fetchall())

    def select(self, sql: str, params: Sequence[Any]) -> list[Row]:
        return self._connection.execute(percent(sql), params).fetchall()

    def record(
        self, act: Sequence[Any], pages: Sequence[Sequence[Any]], head: Sequence[Any], *, new: bool
    ) -> None:
        if len(pages) > _FEW:
            self.add(pages)
            pages = ()
        school, size, recorded_at, frontier = head
        with self._connection.pipeline():
            self._connection.execute(_INSERT["acts"], act)
            for page in pages:
                self._connection.execute(_INSERT["pages"], page)
            if new:
                self._connection.execute(_INSERT["heads"], head)
            else:
                self._connection.execute(_MOVE, (size, recorded_at, frontier, school))
            self._end()
        self._heads[school] = (size, recorded_at, frontier)

    def _end(self) -> None:
        self._connection.execute("COMMIT")

    def add(self, pages: Sequence[Sequence[Any]]) -> None:
        names = ", ".join(name for name, _ in schema.COLUMNS["pages"])
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY pages ({names}) FROM STDIN") as copy,
        ):
            for page in pages:
                copy.write_row(page)


def _by_stream(rows: list[Row]) -> dict[str, tuple[int, int]]:
    return {stream: (version, act) for stream, version, act in rows}
