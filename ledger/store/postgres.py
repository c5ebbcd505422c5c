"""The store on PostgreSQL: schools append in parallel, each behind its own head row."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from ledger.refusals import LedgerBusy, LedgerUnwritable, NoLedgerYet
from ledger.store import beside, schema
from ledger.store.decoding import FIND
from ledger.store.engine import Doing, Opened, Row

BUSY_SECONDS = 30
_INSERT = {
    table: f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608
    for table, columns in schema.COLUMNS.items()
}
_HEAD = "SELECT size, recorded_at, frontier FROM heads WHERE school = %s FOR UPDATE"
_MOVE = "UPDATE heads SET size = %s, recorded_at = %s, frontier = %s WHERE school = %s"
_VERSIONS = (
    "SELECT DISTINCT ON (stream) stream, version + count - 1, act FROM pages"
    " WHERE school = %s AND stream = ANY(%s) ORDER BY stream, version DESC"
)
_FIND = FIND.replace("?", "%s")
_AT_ONCE = f"SELECT append_page({', '.join(['%s'] * 15)})"
_FEW = 40  # pages; more go in by COPY
_FIRST = "SELECT pg_advisory_xact_lock(%s)"
_ROWS = 2000  # fetched at a time
_scans = count()
_SET_UP_LOCK = 7_215_318_764_021


class PostgresDatabase:
    """
    One PostgreSQL database; a thread has connections of its own to read, to scan and to write.

    Raises ``NoLedgerYet`` when it holds no ledger and ``create`` is not asked for,
    ``LedgerUnwritable`` when the server cannot be reached.
    """

    def __init__(self, url: str, *, create: bool, busy_seconds: float = BUSY_SECONDS) -> None:
        self._url = url
        parts = urlsplit(url)
        self.where = f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
        self._busy = busy_seconds
        self._local = threading.local()
        self._opened: list[psycopg.Connection[Row]] = []
        self._guard = threading.Lock()
        self._closed = False
        self._heads: dict[int, Row] = {}
        if create:
            self._set_up()
        elif not self.select("SELECT 1 FROM pg_tables WHERE tablename = 'heads'", ()):
            raise NoLedgerYet(where=self.where)

    def _connected(self, purpose: str) -> psycopg.Connection[Row]:
        """A connection of this thread, apart for reading so that a scan never holds a write up."""
        assert not self._closed, "the store is closed"
        connection: psycopg.Connection[Row] | None = getattr(self._local, purpose, None)
        if connection is None or connection.closed:
            try:
                connection = psycopg.connect(
                    self._url, autocommit=True, prepare_threshold=1, connect_timeout=10
                )
                connection.execute(f"SET lock_timeout = {int(self._busy * 1000)}")
            except psycopg.Error as error:
                why = f"the server did not answer ({str(error).splitlines()[0]})"
                raise LedgerUnwritable(where=self.where, why=why) from error
            setattr(self._local, purpose, connection)
            with self._guard:
                self._opened.append(connection)
        return connection

    def _set_up(self) -> None:
        connection = self._connected("writer")
        with connection.transaction():
            # Processes that start together would trip over each other's CREATE.
            connection.execute(_FIRST, (_SET_UP_LOCK,))
            for statement in schema.postgres():
                connection.execute(statement.encode())

    def select(self, sql: str, params: Sequence[Any]) -> list[Row]:
        return self._connected("reader").execute(_percent(sql), params).fetchall()

    def scan(self, sql: str, params: Sequence[Any]) -> Iterator[Row]:
        # Scans of one thread may be open side by side, and end in any order: each has a
        # connection to itself while it lasts.
        free: list[str] = self._local.__dict__.setdefault("free", [])
        purpose = free.pop() if free else f"scan_{next(_scans)}"
        connection = self._connected(purpose)
        try:
            with connection.transaction(), connection.cursor(name="scan") as cursor:
                cursor.itersize = _ROWS
                yield from cursor.execute(_percent(sql), params)
        finally:
            free.append(purpose)

    def likely_head(self, school: int) -> Row | None:
        return self._heads.get(school)

    def at_once(self, act: Sequence[Any], page: Sequence[Any], head: Sequence[Any]) -> bool:
        school, first, *of_act = act
        stream, version, _, checks, body = page[3:]
        params = (school, *of_act, stream, version, checks, body, first - 1, head[3])
        connection = self._connected("writer")
        with self._told(connection):
            row = connection.execute(_AT_ONCE, params).fetchone()
        if row is None or not row[0]:
            self._heads.pop(school, None)
            return False
        self._heads[school] = tuple(head[1:])
        return True

    @contextmanager
    def writing(self) -> Iterator["PostgresTransaction"]:
        connection = self._connected("writer")
        with self._told(connection):
            yield PostgresTransaction(connection, self._heads)

    @contextmanager
    def _told(self, connection: psycopg.Connection[Row]) -> Iterator[None]:
        """What the server's errors mean to the person who met them; nothing is left half done."""
        try:
            yield
        except errors.LockNotAvailable as error:
            raise LedgerBusy(where=self.where, seconds=int(self._busy)) from error
        except (errors.DiskFull, errors.ReadOnlySqlTransaction, errors.AdminShutdown) as error:
            why = str(error).splitlines()[0]
            raise LedgerUnwritable(where=self.where, why=why) from error
        finally:
            if connection.info.transaction_status != TransactionStatus.IDLE:
                connection.rollback()

    def has(self, table: str) -> bool:
        return bool(self.select("SELECT 1 FROM pg_tables WHERE tablename = ?", (table,)))

    def keep(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        connection = self._connected("writer")
        with self._told(connection), connection.transaction():
            for statement in () if self.has(table) else beside.postgres():
                connection.execute(statement.encode())
            connection.cursor().executemany(_percent(beside.insert(table)), rows)

    @contextmanager
    def door(self, school: int) -> Iterator[Doing]:
        connection = self._connected("writer")
        with self._told(connection):
            connection.execute("BEGIN")
            connection.execute(_HEAD, (school,))
            yield lambda sql, params=(): _rows(connection.execute(_percent(sql), params))
            connection.execute("COMMIT")

    def scrub(self) -> None:
        """Every table written anew, statistics too, and the log's old segments given up."""
        connection = self._connected("writer")
        with self._told(connection):
            connection.execute("VACUUM (FULL, ANALYZE)")
            for statement in ("SELECT pg_switch_wal()", "CHECKPOINT"):
                with suppress(errors.InsufficientPrivilege):  # then the server does it, later
                    connection.execute(statement)

    def close(self) -> None:
        self._closed = True
        with self._guard:
            for connection in self._opened:
                # Another thread may be in the middle of a statement; libpq does not forgive
                # a connection closed under it.
                with connection.lock:
                    connection.close()
            self._opened.clear()


class PostgresTransaction:
    """A write transaction behind the school's head row, in two trips to the server."""

    def __init__(self, connection: psycopg.Connection[Row], heads: dict[int, Row]) -> None:
        self._connection = connection
        self._heads = heads

    def open(self, school: int, key: str, streams: Sequence[str]) -> Opened:
        opened = self._look(school, key, streams, begin=True)
        if opened.head is None:
            # No row to lock yet: the school's first writers queue here instead, once.
            self._connection.execute(_FIRST, (school,))
            opened = self._look(school, key, streams, begin=False)
        return opened

    def _look(self, school: int, key: str, streams: Sequence[str], *, begin: bool) -> Opened:
        # Each statement sees what was committed when it began, so the two that come after the
        # lock see everything the last holder recorded.
        with self._connection.pipeline():
            if begin:
                self._connection.execute("BEGIN")
            head = self._connection.execute(_HEAD, (school,))
            repeated = self._connection.execute(_FIND, (school, key))
            versions = self._connection.execute(_VERSIONS, (school, list(streams)))
        return Opened(head.fetchone(), repeated.fetchone(), _by_stream(versions.fetchall()))

    def versions(self, school: int, streams: Sequence[str]) -> dict[str, tuple[int, int]]:
        found = self._connection.execute(_VERSIONS, (school, list(streams)))
        return _by_stream(found.fetchall())

    def select(self, sql: str, params: Sequence[Any]) -> list[Row]:
        return self._connection.execute(_percent(sql), params).fetchall()

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
            self._connection.execute("COMMIT")
        self._heads[school] = (size, recorded_at, frontier)

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


def _rows(cursor: psycopg.Cursor[Row]) -> list[Row]:
    return cursor.fetchall() if cursor.description else []


def _percent(sql: str) -> str:
    return sql.replace("?", "%s")
