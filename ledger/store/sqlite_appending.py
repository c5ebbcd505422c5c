"""
What the one connection that appends to SQLite does, and all it may do.

Most acts are one page on one stream of a ledger that is as this process left it. Such an act is
one statement, which is one transaction: a row put into ``append_page``, a view of the
connection's own, whose trigger looks, and adds act and page, and moves the head. It is what
the function of that name does on PostgreSQL. Everything else is a ``SqliteTransaction``.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

from ledger.store import guards, schema
from ledger.store.decoding import FIND, LAST_VERSION
from ledger.store.engine import Opened, Row

_INSERT = {
    table: f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
    for table, columns in schema.COLUMNS.items()
}
_HEAD = "SELECT size, recorded_at, frontier FROM heads WHERE school = ?"
_MOVE = "UPDATE heads SET size = ?, recorded_at = ?, frontier = ? WHERE school = ?"

_ROW = (*(name for name, _ in schema.COLUMNS["acts"]),
        "stream", "version", "checks", "body", "frontier")  # fmt: skip
AT_ONCE = f"INSERT INTO append_page VALUES ({', '.join('?' * len(_ROW))})"  # noqa: S608
"""The act's row, then the stream, version, checks and body of its page, then the frontier."""

_VIEW = f"CREATE TEMP VIEW append_page AS SELECT {', '.join(f'NULL AS {name}' for name in _ROW)}"
_TRIGGER = """
CREATE TEMP TRIGGER append_row INSTEAD OF INSERT ON append_page BEGIN
    SELECT RAISE(ABORT, 'not as it was left')
        WHERE (SELECT size FROM heads WHERE school = NEW.school) IS NOT NEW.first - 1
        OR ifnull((SELECT version + count FROM pages WHERE school = NEW.school
            AND stream = NEW.stream ORDER BY version DESC LIMIT 1), 1) <> NEW.version;
    INSERT INTO acts VALUES (NEW.school, NEW.first, NEW.count, NEW.recorded_at, NEW.made_at,
        NEW.key, NEW.command, NEW.made_by, NEW.source, NEW.salt);
    INSERT INTO pages VALUES (NEW.school, NEW.first, NEW.first, NEW.stream, NEW.version,
        NEW.count, NEW.checks, NEW.body);
    UPDATE heads SET size = NEW.first + NEW.count - 1, recorded_at = NEW.recorded_at,
        frontier = NEW.frontier WHERE school = NEW.school;
END
"""


def may_append(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, from here on fit to append, and for nothing else."""
    connection.execute(_VIEW)
    connection.execute(_TRIGGER)
    connection.set_authorizer(guards.appending)
    return connection


class SqliteTransaction:
    """A write transaction: SQLite lets one in at a time, so the head is held from the start."""

    def __init__(self, connection: sqlite3.Connection, heads: dict[int, Row]) -> None:
        self._connection = connection
        self._heads = heads

    def open(self, school: int, key: str, streams: Sequence[str]) -> Opened:
        head: Row | None = self._connection.execute(_HEAD, (school,)).fetchone()
        repeated: Row | None = self._connection.execute(FIND, (school, key)).fetchone()
        return Opened(head, repeated, self.versions(school, streams))

    def versions(self, school: int, streams: Sequence[str]) -> dict[str, tuple[int, int]]:
        found = {
            stream: self._connection.execute(LAST_VERSION, (school, stream)).fetchone()
            for stream in streams
        }
        return {stream: row for stream, row in found.items() if row is not None}

    def select(self, sql: str, params: Sequence[Any]) -> list[Row]:
        return self._connection.execute(sql, params).fetchall()

    def add(self, pages: Sequence[Sequence[Any]]) -> None:
        self._connection.executemany(_INSERT["pages"], pages)

    def record(
        self, act: Sequence[Any], pages: Sequence[Sequence[Any]], head: Sequence[Any], *, new: bool
    ) -> None:
        school, *left = head
        self._connection.execute(_INSERT["acts"], act)
        self.add(pages)
        if new:
            self._connection.execute(_INSERT["heads"], head)
        else:
            self._connection.execute(_MOVE, (*left, school))
        self._commit()
        self._heads[school] = tuple(left)

    def _commit(self) -> None:
        self._connection.execute("COMMIT")
