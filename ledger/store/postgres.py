"""The store on PostgreSQL: schools append in parallel, each behind its own head row."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from itertools import count
from typing import Any

import psycopg

from ledger.refusals import DatabaseForbids, LedgerUnreachable, NoLedgerYet
from ledger.store import beside, moves, schema
from ledger.store.engine import Doing, OnePage, Row
from ledger.store.postgres_address import shown
from ledger.store.postgres_answers import (
    CONFIRM,
    Connection,
    confirmed,
    connected,
    read,
    rewrite,
    told,
)
from ledger.store.postgres_at_once import record_at_once
from ledger.store.postgres_joined import Joined
from ledger.store.postgres_transaction import (
    FIRST,
    FOR_SCHOOL,
    HEAD,
    OF_SCHOOL,
    PostgresTransaction,
    percent,
)

logging.getLogger("psycopg").setLevel(logging.ERROR)  # what a pipeline met is raised, and told

BUSY_SECONDS = 30
SET = (
    "SELECT (SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass('heads')),"
    " set_config('lock_timeout', %s, false), set_config('attendance.school', 'all', false)"
)
"""All that this login may see, but that a transaction about one school sees that one."""
_ROWS = 2000  # fetched at a time
_ALONE = (
    "DO $$ BEGIN IF to_regclass('heads') IS NOT NULL THEN"
    " LOCK TABLE heads IN EXCLUSIVE MODE; END IF; END $$"
)
"""Whoever appends begins with the head: without this, guards made anew could wait for an append
that waits for them."""
_scans = count()
_SET_UP_LOCK = 7_215_318_764_021


class PostgresDatabase:
    """
    One PostgreSQL database; a thread has connections of its own to read, to scan and to write.

    Raises ``NoLedgerYet`` when it holds no ledger and ``create`` is not asked for,
    ``LedgerUnreachable`` when the server cannot be reached.
    """

    _SET = SET

    def __init__(self, url: str, *, create: bool, busy_seconds: float = BUSY_SECONDS) -> None:
        self._url = url
        self.where = shown(url)
        self._busy = busy_seconds
        self._local = threading.local()
        self._opened: list[Connection] = []
        self._guard = threading.Lock()
        self._closed = False
        self._heads: dict[int, Row] = {}
        self._whole: PostgresDatabase | None = None
        self._school: str | None = None
        self._guarded = False
        self._joined = Joined(self._heads, self._alone, lambda: self._connected("joined"))
        if create:
            self._set_up()
        elif not self.select("SELECT 1 FROM pg_tables WHERE tablename = 'heads'", ()):
            raise NoLedgerYet(where=self.where)

    def _connected(self, purpose: str) -> Connection:
        """A connection of this thread, apart for reading so that a scan never holds a write up."""
        assert not (self._whole or self)._closed, "the store is closed"
        connection: Connection | None = getattr(self._local, purpose, None)
        if connection is None or connection.closed:
            try:
                connection = connected(self._url, again=bool(self._opened))
                said = connection.execute(self._SET, (str(int(self._busy * 1000)),)).fetchone()
                (self._whole or self)._guarded = bool(said and said[0])
            except psycopg.Error as error:
                why = f"the server did not answer ({str(error).splitlines()[0]})"
                raise LedgerUnreachable(where=self.where, why=why) from error
            setattr(self._local, purpose, connection)
            with self._guard:
                self._opened.append(connection)
        return connection

    def _set_up(self) -> None:
        connection = self._connected("writer")
        with connection.transaction():
            # Processes that start together would trip over each other's CREATE.
            connection.execute(FIRST, (_SET_UP_LOCK,))
            connection.execute(_ALONE)
            for statement in schema.postgres():
                connection.execute(statement.encode())

    def of(self, school: int) -> "PostgresDatabase":
        one = copy(self)
        one._whole, one._school = self._whole or self, str(school)
        return one

    def select(self, sql: str, params: Sequence[Any]) -> list[Row]:
        def ask(connection: Connection) -> list[Row]:
            with self._told(connection):
                if self._school is None or not (self._whole or self)._guarded:
                    return connection.execute(percent(sql), params).fetchall()
                with connection.pipeline():
                    connection.execute("BEGIN")
                    connection.execute(OF_SCHOOL, (self._school,))
                    found = connection.execute(percent(sql), params)
                    connection.execute("COMMIT")
                return found.fetchall()

        return read(lambda: self._connected("reader"), ask)

    def few(self, sql: str, params: Sequence[Any]) -> list[Row]:
        return self.select(sql, params)

    def scan(self, sql: str, params: Sequence[Any]) -> Iterator[Row]:
        # Scans of one thread may be open side by side, and end in any order: each has a
        # connection to itself while it lasts.
        free: list[str] = self._local.__dict__.setdefault("free", [])
        purpose = free.pop() if free else f"scan_{next(_scans)}"
        connection = self._connected(purpose)
        try:
            with connection.transaction(), connection.cursor(name="scan") as cursor:
                if self._school is not None:
                    connection.execute(OF_SCHOOL, (self._school,))
                cursor.itersize = _ROWS
                yield from cursor.execute(percent(sql), params)
        finally:
            free.append(purpose)

    def at_once(self, school: int, made: Callable[[Row], OnePage]) -> OnePage | None:
        alone = (self._whole or self)._guarded  # each transaction names one school there
        return (self._alone if alone else self._joined.record)(school, made)

    def _alone(self, school: int, made: Callable[[Row], OnePage]) -> OnePage | None:
        """By itself, on a connection of this thread."""
        head = self._heads.pop(school, None)  # not known again until the server has answered
        if head is None:
            return None
        one, connection = made(head), self._connected("writer")
        if (self._whole or self)._guarded:
            self._name(connection, school)
        connection.doubt = None
        try:
            went = record_at_once(connection, one)
        except psycopg.Error:
            with self._told(connection, sends=True):
                raise
        confirmed(connection)
        if went:
            self._heads[school] = one.head
        return one if went else None

    def _name(self, connection: Connection, school: int) -> None:
        """Say which school the connection appends to, where that is not what it said last."""
        if getattr(self._local, "named", None) != (connection, school):
            with self._told(connection):
                connection.execute(FOR_SCHOOL, (str(school),))
            self._local.named = (connection, school)

    @contextmanager
    def writing(self) -> Iterator[PostgresTransaction]:
        connection = self._connected("writer")
        with self._told(connection, sends=True):
            yield PostgresTransaction(connection, self._heads)

    def _told(self, connection: Connection, *, sends: bool = False) -> AbstractContextManager[None]:
        return told(connection, self.where, self._busy, sends=sends)

    def confirm(self) -> None:
        connection = self._connected("writer")
        with self._told(connection, sends=True):
            connection.execute(CONFIRM)

    def has(self, table: str) -> bool:
        return bool(self.select("SELECT 1 FROM pg_tables WHERE tablename = ?", (table,)))

    def set_up(self) -> None:
        last = next(reversed(schema.triggers(on_sqlite=False)))
        if not self.select("SELECT 1 FROM pg_trigger WHERE tgname = ?", (last,)):
            self._set_up()

    def fence(self) -> None:
        if not self.select("SELECT 1 FROM pg_trigger WHERE tgname = ?", (moves.FENCE,)):
            connection = self._connected("writer")
            with self._told(connection):
                connection.execute(moves.fence().encode())

    def keep(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        connection = self._connected("writer")
        there = self.has(table)
        with self._told(connection), connection.transaction():
            for statement in () if there else beside.postgres():
                connection.execute(statement.encode())
            if rows:
                connection.execute(OF_SCHOOL, (str(rows[0][0]),))
            connection.cursor().executemany(percent(beside.insert(table)), rows)

    @contextmanager
    def door(self, school: int) -> Iterator[Doing]:
        connection = self._connected("writer")
        with self._told(connection):
            connection.execute("BEGIN")
            connection.execute(OF_SCHOOL, (str(school),))
            connection.execute(HEAD, (school,))
            yield lambda sql, params=(): _rows(connection.execute(percent(sql), params))
            connection.execute("COMMIT")

    def let_go(self) -> None:
        """Rows are not kept here once they were handed out."""

    def scrub(self) -> None:
        """Every table written anew, statistics too, and the log's old segments given up."""
        connection = self._connected("writer")
        with self._told(connection):
            passed_over = rewrite(connection)
        if passed_over:
            raise DatabaseForbids(where=self.where, why=passed_over[0])

    def close(self) -> None:
        if self._whole is None:
            self._joined.close()
        self._closed = True
        with self._guard:
            for connection in self._opened:
                # Another thread may be in the middle of a statement; libpq does not forgive
                # a connection closed under it.
                with connection.lock:
                    connection.close()
            self._opened.clear()


def _rows(cursor: psycopg.Cursor[Row]) -> list[Row]:
    return cursor.fetchall() if cursor.description else []
