"""The store on SQLite: a file, no server. Write-ahead log, every commit flushed to disk."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ledger.refusals import LedgerBusy, LedgerUnreachable, NoLedgerYet
from ledger.store import beside, guards, moves, schema
from ledger.store.engine import Doing, OnePage, Row
from ledger.store.sqlite_appending import AT_ONCE, SqliteTransaction, may_append
from ledger.store.sqlite_errors import refusal_of

BUSY_SECONDS = 30
_ROWS = 512  # read at a time
_PAGE = 2048  # bytes: a commit writes whole pages, and a register of thirty is some 300 bytes
_LOG = 2000  # pages of the log, then they go into the file
_EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)"
_FREE = "PRAGMA shrink_memory"  # pages of the file that a connection keeps at hand


class SqliteDatabase:
    """
    One SQLite file. A connection that writes, shared under a lock; one a thread to read.

    Raises ``NoLedgerYet`` when the file holds no ledger and ``create`` is not asked for.
    """

    def __init__(self, path: str, *, create: bool, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self.where = path
        self._busy = busy_seconds
        self._local = threading.local()
        self._readers: list[_Reader] = []
        self._closed = False
        self._heads: dict[int, Row] = {}  # as this process left them
        self._guard = threading.Lock()
        self._write_lock = threading.Lock()
        if not create and not Path(path).is_file():
            raise NoLedgerYet(where=path)
        self._writer: sqlite3.Connection | None = None
        if create:
            self._set_up()
        elif not self._has_tables():
            raise NoLedgerYet(where=path)

    def _connect(self, mode: str = "") -> sqlite3.Connection:
        assert not self._closed, "the store is closed"
        # A plain path where it may be: an address must be quoted, and costs a little more.
        where = f"file:{quote(self.path)}?mode={mode}" if mode else self.path
        try:
            connection = sqlite3.connect(
                where,
                timeout=self._busy,
                isolation_level=None,
                check_same_thread=False,
                uri=bool(mode),
            )
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA recursive_triggers = ON")  # or REPLACE passes the guards
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG}")
        except sqlite3.Error as error:
            raise refusal_of(self.where, error, self._busy) from error
        return connection

    def _set_up(self) -> None:
        try:
            connection = self._writer = self._connect()
            connection.execute(f"PRAGMA page_size = {_PAGE}")  # of a file that is still empty
            connection.execute("PRAGMA journal_mode = WAL")
            for statement in schema.sqlite():
                connection.execute(statement)
            may_append(connection)
        except sqlite3.Error as error:
            raise refusal_of(self.where, error, self._busy) from error

    def _has_tables(self) -> bool:
        try:
            found = self.select("SELECT 1 FROM sqlite_master WHERE name = 'heads'", ())
        except sqlite3.DatabaseError as error:
            raise LedgerUnreachable(where=self.where, why="it is not a ledger") from error
        return bool(found)

    @property
    def _reader(self) -> "_Reader":
        reader: _Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            connection = self._connect("ro")
            connection.execute("PRAGMA query_only = ON")
            reader = self._local.reader = _Reader(connection)
            with self._guard:
                self._readers.append(reader)
        return reader

    def of(self, school: int) -> "SqliteDatabase":
        return self  # a file has no rows that one of its readers may not see

    def select(self, sql: str, params: Sequence[Any]) -> list[Row]:
        reader = self._reader
        with reader.lock:
            return reader.connection.execute(sql, params).fetchall()

    def few(self, sql: str, params: Sequence[Any]) -> list[Row]:
        if self._writer is not None and self._write_lock.acquire(blocking=False):
            try:
                if self._writer is not None:  # nor closed meanwhile
                    return self._writer.execute(sql, params).fetchall()
            finally:
                self._write_lock.release()
        return self.select(sql, params)

    def stands(self) -> int:
        """What differs for this thread once anything was recorded, by whoever."""
        return int(self.select("PRAGMA data_version", ())[0][0])

    def scan(self, sql: str, params: Sequence[Any]) -> Iterator[Row]:
        reader = self._reader
        with reader.lock:
            cursor = reader.connection.execute(sql, params)
            rows = cursor.fetchmany(_ROWS)
        while rows:
            yield from rows
            with reader.lock:
                rows = cursor.fetchmany(_ROWS)

    def at_once(self, school: int, made: Callable[[Row], OnePage]) -> OnePage | None:
        if (head := self._heads.get(school)) is None:
            return None
        one = made(head)
        _, _, _, stream, version, _, checks, body = one.page
        row = (*one.act, stream, version, checks, body, one.head[2])
        with self._write_lock:
            if self._writer is None:  # let go of since the head was looked up
                return None
            try:
                self._writer.execute(AT_ONCE, row)
            except sqlite3.IntegrityError:
                self._heads.pop(school, None)
                return None
            except sqlite3.Error as error:
                self._heads.pop(school, None)
                raise refusal_of(self.where, error, self._busy, sends=True) from error
            self._heads[school] = one.head
        return one

    @contextmanager
    def writing(self) -> Iterator["SqliteTransaction"]:
        with self._write_lock:
            if self._writer is None:
                self._writer = may_append(self._connect())
            writer = self._writer
            try:
                writer.execute("BEGIN IMMEDIATE")
                yield SqliteTransaction(writer, self._heads)
            except sqlite3.Error as error:
                raise refusal_of(self.where, error, self._busy, sends=True) from error
            finally:
                if writer.in_transaction:
                    writer.execute("ROLLBACK")

    def confirm(self) -> None:
        pass  # what a reader finds, the disk has said it has

    def has(self, table: str) -> bool:
        return bool(self.select("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)))

    @contextmanager
    def _apart(self) -> Iterator[sqlite3.Connection]:
        """A connection for work that is no append, while none is made here."""
        with self._write_lock:
            connection = self._connect()
            try:
                yield connection
            except sqlite3.Error as error:
                raise refusal_of(self.where, error, self._busy) from error
            finally:
                connection.close()

    def set_up(self) -> None:
        with self._apart() as connection:
            connection.executescript(";".join(["BEGIN IMMEDIATE", *schema.sqlite_anew(), "COMMIT"]))

    def fence(self) -> None:
        """It stands from the start here, where it costs an append next to nothing."""

    def keep(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        with self._apart() as connection:
            connection.executescript(";".join(["BEGIN IMMEDIATE", *beside.sqlite(), ""]))
            connection.executemany(beside.insert(table), rows)
            connection.execute("COMMIT")

    @contextmanager
    def door(self, school: int) -> Iterator[Doing]:
        with self._apart() as connection:
            connection.execute("BEGIN IMMEDIATE")
            there = [*guards.sqlite_tables(), *moves.tables()]
            for statement in [*there, *guards.sqlite(anew=True)]:
                connection.execute(statement)
            yield lambda sql, params=(): connection.execute(sql, params).fetchall()
            connection.execute("COMMIT")

    def let_go(self) -> None:
        with self._guard:
            for reader in self._readers:
                with reader.lock:
                    reader.connection.execute(_FREE)
        with self._write_lock:
            self._heads.clear()
            if self._writer is not None:  # it may say nothing but what appends
                self._writer.close()
                self._writer = None

    def scrub(self) -> None:
        """The log into the file, the file written anew, and the log emptied."""
        with self._apart() as connection:
            for statement in (_EMPTY_LOG, "VACUUM", _EMPTY_LOG):
                row = connection.execute(statement).fetchone()
                if row is not None and row[0]:
                    raise LedgerBusy(where=self.where, seconds=int(self._busy))

    def close(self) -> None:
        self._closed = True
        with self._guard:
            for reader in self._readers:
                with reader.lock:
                    reader.connection.close()
            self._readers.clear()
        with self._write_lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None


class _Reader:
    """
    A thread's connection to read, and the lock it holds while in a statement.

    SQLite does not forgive a connection closed under another thread: the process dies.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.lock = threading.Lock()
