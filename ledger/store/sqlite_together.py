"""
Acts of many people in one transaction on SQLite, flushed to disk once for them all.

One connection reads and appends, so that each act is decided on what those before it left, while
nobody else sees any of it. For one thread, which keeps the acts in line (``delivery/line.py``).
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ledger.store.engine import OnePage, Row
from ledger.store.sqlite import SqliteDatabase
from ledger.store.sqlite_appending import AT_ONCE, SqliteTransaction, may_append
from ledger.store.sqlite_errors import refusal_of
from ledger.store.together import Asking, Gone

_ACT = "one_act"


class SqliteTogether(SqliteDatabase):
    """
    The file, as the one thread sees it that appends together.

    Within ``together`` an act is added and not yet recorded: an act that does not fit is taken
    back alone. Outside of it an act is recorded at once, as ever.
    """

    @property
    def _one(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = may_append(self._connect())
        return self._writer

    @contextmanager
    def together(self, asking: Sequence[Asking] = ()) -> Iterator[Collection[int]]:
        """As ``Together``: the file is held, so no school of it is anybody else's meanwhile."""
        one = self._one
        try:
            one.execute("BEGIN IMMEDIATE")
            yield ()
            self.check()
            one.execute("COMMIT")
        except BaseException as problem:
            self._heads.clear()
            if one.in_transaction:
                one.execute("ROLLBACK")
            if isinstance(problem, sqlite3.Error):
                raise refusal_of(self.where, problem, self._busy, sends=True) from problem
            raise

    def check(self) -> None:
        """Raises ``Gone`` where the transaction is there no more."""
        if not self._one.in_transaction:
            raise Gone

    def select(self, sql: str, params: Sequence[Any]) -> list[Row]:
        return self._one.execute(sql, params).fetchall()

    def few(self, sql: str, params: Sequence[Any]) -> list[Row]:
        return self.select(sql, params)

    def scan(self, sql: str, params: Sequence[Any]) -> Iterator[Row]:
        cursor = self._one.execute(sql, params)
        while rows := cursor.fetchmany(512):
            yield from rows

    def at_once(self, school: int, made: Callable[[Row], OnePage]) -> OnePage | None:
        if (head := self._heads.get(school)) is None:
            return None
        one = made(head)
        _, _, _, stream, version, _, checks, body = one.page
        try:
            self._one.execute(AT_ONCE, (*one.act, stream, version, checks, body, one.head[2]))
        except sqlite3.IntegrityError:
            self._heads.pop(school, None)
            return None
        except sqlite3.Error as error:
            self._heads.pop(school, None)
            raise refusal_of(self.where, error, self._busy, sends=True) from error
        self._heads[school] = one.head
        return one

    @contextmanager
    def writing(self) -> Iterator[SqliteTransaction]:
        one = self._one
        if not one.in_transaction:
            with super().writing() as transaction:
                yield transaction
            return
        one.execute(f"SAVEPOINT {_ACT}")
        added = _Added(one, self._heads)
        try:
            yield added
        except sqlite3.Error as error:
            raise refusal_of(self.where, error, self._busy, sends=True) from error
        finally:
            if one.in_transaction:
                if not added.recorded:
                    one.execute(f"ROLLBACK TO {_ACT}")
                one.execute(f"RELEASE {_ACT}")


class _Added(SqliteTransaction):
    """One act within a transaction of many: added, where alone it would be recorded."""

    recorded = False

    def _commit(self) -> None:
        self.recorded = True
