"""
Acts of many people in one transaction on PostgreSQL, in two trips to the server and one flush.

The first trip holds the heads of their schools and looks up what most acts are decided on. It
waits for nobody: a school that somebody else holds is left out. The second sends all that was
added, and commits. For one thread, which keeps the acts in line (``delivery/line.py``).
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from ledger.store.decoding import LAST_VERSION
from ledger.store.engine import AnswerLost, OnePage, Row
from ledger.store.postgres import SET, PostgresDatabase
from ledger.store.postgres_answers import Connection, confirmed, meant
from ledger.store.postgres_batch import (
    BEGIN,
    COMMIT,
    CONFIRMED,
    HOLD,
    HOLD_HERE,
    KEYS,
    PAGES_AT,
    RECORD,
    SAY,
    SHEETS,
    Batch,
)
from ledger.store.postgres_transaction import OF_SCHOOL, PostgresTransaction, percent
from ledger.store.postgres_trip import NOT_PREPARED, Statement, back, plainly, trip
from ledger.store.together import Asking, Gone

_ACT = "one_act"
_OPEN = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


class PostgresTogether(PostgresDatabase):
    """
    The database, as the one thread sees it that appends together.

    Within ``together`` an act is added and not yet recorded: one that does not fit is taken back
    alone. Outside of it an act is recorded at once, as ever.
    """

    # Plans are kept. One that was made while the tables were small would read them through.
    _SET = f"{SET}, set_config('enable_seqscan', 'off', false)"

    def __init__(self, url: str) -> None:
        self._at_hand: list[tuple[Connection, Batch]] = []  # one, within ``together``
        super().__init__(url, create=False)
        self._hold = HOLD_HERE if self.has("moves") else HOLD

    @contextmanager
    def together(self, asking: Sequence[Asking]) -> Iterator[Collection[int]]:
        self._heads.clear()
        connection = self._begun(asking)
        try:
            yield {one.school for one in asking} - self._heads.keys()
            self.check()
            self._commit(connection)
        except BaseException as problem:
            self._heads.clear()
            if isinstance(problem, psycopg.Error):
                raise meant(problem, self.where, self._busy) or Gone() from problem
            raise
        finally:
            self._at_hand.clear()
            back(connection)
        confirmed(connection)

    def _begun(self, asking: Sequence[Asking]) -> Connection:
        """A connection that holds all that is to be had; a new one where the last has gone."""
        for again in (False, True):
            connection = self._connected("writer")
            try:
                connection.doubt = None
                self._look(connection, asking)
            except psycopg.Error as error:
                self._at_hand.clear()
                back(connection)
                if not again and (connection.closed or error.sqlstate == NOT_PREPARED):
                    continue
                raise meant(error, self.where, self._busy) or error from error
            break
        return connection

    def _look(self, connection: Connection, asking: Sequence[Asking]) -> None:
        batch = Batch(self._heads)
        asked: list[tuple[Statement, Sequence[Any]]] = [(BEGIN, ())]
        for school, some in self._groups(asking):
            if school:
                asked.append((SAY, (school,)))
            urns = [one.school for one in some]
            asked.append((self._hold, (urns,)))
            asked.append((KEYS, (urns, [one.key for one in some])))
            streams = dict.fromkeys((one.school, each) for one in some for each in one.streams)
            if streams:
                asked.append((SHEETS, list(zip(*streams, strict=True))))
                batch.ask(streams)
        batch.keys = {(one.key, one.school): (None,) * 4 for one in asking}
        for (statement, _), came in zip(asked, trip(connection, asked), strict=True):
            if statement is self._hold:
                self._heads.update((school, tuple(left)) for school, *left in came.rows)
            elif statement is KEYS:
                batch.keys |= {(row[0], school): tuple(row) for school, *row in came.rows}
            elif statement is SHEETS:
                batch.look(came.rows)
        self._at_hand.append((connection, batch))

    @property
    def _by_school(self) -> bool:
        """Whether the server guards rows by school, so that each statement is about one."""
        return (self._whole or self)._guarded

    def _say(self, connection: Connection, batch: Batch) -> None:
        """Say which school the next statement is about, where that is not what was said last."""
        if self._by_school and self._school is not None and batch.said != self._school:
            connection.execute(OF_SCHOOL, (self._school,))
            batch.said = self._school

    def _groups(self, asking: Sequence[Asking]) -> list[tuple[str, Sequence[Asking]]]:
        """All of them; or those of each school, with its number to be said before."""
        if not self._by_school:
            return [("", asking)]
        urns = sorted({one.school for one in asking})
        return [(str(urn), [one for one in asking if one.school == urn]) for urn in urns]

    def check(self) -> None:
        """Raises ``Gone`` where the transaction is there no more."""
        for connection, _ in self._at_hand:
            status = connection.info.transaction_status
            if connection.closed or status != TransactionStatus.INTRANS:
                raise Gone

    def select(self, sql: str, params: Sequence[Any]) -> list[Row]:
        for connection, batch in self._at_hand:
            if self._school is None or int(self._school) in batch.held:
                self._send(connection, batch)
            self._say(connection, batch)
            return connection.execute(percent(sql), params).fetchall()
        return super().select(sql, params)

    def few(self, sql: str, params: Sequence[Any]) -> list[Row]:
        for _, batch in self._at_hand:
            if (found := batch.known(sql, params)) is not None:
                return found
        return self.select(sql, params)

    def scan(self, sql: str, params: Sequence[Any]) -> Iterator[Row]:
        if self._at_hand:
            return iter(self.select(sql, params))
        return super().scan(sql, params)

    def at_once(self, school: int, made: Callable[[Row], OnePage]) -> OnePage | None:
        for _, batch in self._at_hand:
            if (head := self._heads.get(school)) is None:
                return None
            one = made(head)
            stream, version = one.page[3], one.page[4]
            if (following := batch.versions.get((school, stream))) is None:
                last = self.select(LAST_VERSION, (school, stream))
                following = last[0][0] + 1 if last else 1
            if following != version:
                return None
            batch.add(one)
            return one
        return super().at_once(school, made)

    @contextmanager
    def writing(self) -> Iterator[PostgresTransaction]:
        if not self._at_hand:
            with super().writing() as alone:
                yield alone
            return
        ((connection, batch),) = self._at_hand
        self._send(connection, batch)
        self._say(connection, batch)
        plainly(connection, f"SAVEPOINT {_ACT}")
        added = _Added(connection, batch)
        try:
            yield added
        except psycopg.Error as error:
            if (what := meant(error, self.where, self._busy)) is not None:
                raise what from error
            raise
        finally:
            if connection.info.transaction_status in _OPEN:
                if not added.recorded:
                    plainly(connection, f"ROLLBACK TO {_ACT}")
                plainly(connection, f"RELEASE {_ACT}")

    def confirm(self) -> None:
        if not self._at_hand:
            super().confirm()
        for _, batch in self._at_hand:
            batch.confirming = True  # by the commit that is to come

    def _send(self, connection: Connection, batch: Batch, *, commit: bool = False) -> None:
        """What was added so far, for all to see that comes after it in the transaction."""
        if not (batch.held or commit):
            return
        asked: list[tuple[Statement, Sequence[Any]]] = []
        for school in list(batch.held) if self._by_school else [None][: len(batch.held)]:
            if school is not None:
                asked.append((SAY, (str(school),)))
                batch.said = str(school)
            asked.append((RECORD, batch.take(school)))
        if commit:
            asked += [(CONFIRMED, ())] * batch.confirming + [(COMMIT, ())]
        came = trip(connection, asked)
        for (statement, values), one in zip(asked, came, strict=True):
            if statement is RECORD and one.many != len(values[PAGES_AT]):
                why = "the database did not add what it was given"
                raise AnswerLost(why) if commit else Gone
        if commit and came[-1].said != b"COMMIT":
            raise Gone

    def _commit(self, connection: Connection) -> None:
        """Whatever goes wrong with the connection here, it may be recorded or not."""
        ((_, batch),) = self._at_hand
        try:
            self._send(connection, batch, commit=True)
        except psycopg.OperationalError as error:
            raise AnswerLost("the server went away before it answered") from error


class _Added(PostgresTransaction):
    """One act within a transaction of many: added, where alone it would be recorded."""

    recorded = False

    def __init__(self, connection: Connection, batch: Batch) -> None:
        super().__init__(connection, batch.heads)
        self._batch = batch

    def open(self, school: int, key: str, streams: Sequence[str]) -> Any:
        self._school = school
        return self._look(school, key, streams, begin=False)

    def _end(self) -> None:
        self._batch.let_go(self._school)
        self.recorded = True
