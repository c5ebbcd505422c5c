"""
Appends of several threads of one process, sent to PostgreSQL in one statement, with one flush.

A thread that appends while no other does waits for nobody: it is ``postgres_at_once``, on its
own connection. Those that come meanwhile are done by one thread for all of them. It makes their
rows too, so that they do not take the interpreter from one another at every step; and while
the server is at some, it makes the next. They go in the order in which they came, so the last
waits for one round before its own, where threads that compete may be passed over again and again.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from select import POLLIN, poll
from typing import Any, NamedTuple

import psycopg

from ledger.store.engine import AnswerLost, NotOnStandby, OnePage, Row
from ledger.store.postgres_answers import Connection, confirmed
from ledger.store.postgres_batch import given_rows
from ledger.store.postgres_trip import Statement, receive, send

Made = Callable[[Row], OnePage]


def _joined() -> Statement:
    """
    It looks as ``postgres_at_once`` does: nothing is added to a school whose head is not as it
    was left, or to a stream at another version. Heads are taken in the order of their schools,
    and one that somebody else holds is left out: it waits for nobody and nobody for it. The
    answer names the schools that were added to.
    """
    given, rows = given_rows("heads", "acts", "pages")
    return Statement(
        "WITH held AS (SELECT h.school FROM heads h"  # noqa: S608
        f" JOIN {rows['acts']} ON x_acts.school = h.school AND x_acts.first = h.size + 1"
        " ORDER BY h.school FOR UPDATE OF h SKIP LOCKED), "
        f"fits AS (SELECT x_pages.* FROM {rows['pages']} JOIN held USING (school)"
        " WHERE x_pages.version = coalesce((SELECT p.version + p.count FROM pages p"
        " WHERE p.school = x_pages.school AND p.stream = x_pages.stream"
        " ORDER BY p.version DESC LIMIT 1), 1)), "
        "moved AS (UPDATE heads SET size = x_heads.size, recorded_at = x_heads.recorded_at,"
        f" frontier = x_heads.frontier FROM {rows['heads']} JOIN fits USING (school)"
        " WHERE heads.school = x_heads.school AND heads.size = fits.first - 1"
        " RETURNING heads.school), "
        f"act AS (INSERT INTO acts SELECT x_acts.* FROM {rows['acts']} JOIN moved USING (school)),"
        " page AS (INSERT INTO pages SELECT fits.* FROM fits JOIN moved USING (school))"
        " SELECT school FROM moved",
        given,
        "i",
    )


JOINED = _joined()


class _Waiting:
    """An act of a thread that waits, until it is known what came of it."""

    def __init__(self, school: int, made: Made) -> None:
        self.school, self.made = school, made
        self.known = threading.Lock()
        self.known.acquire()
        self.before: Row = ()
        self.one: OnePage | None = None
        self.problem: BaseException | None = None
        self.apart = False
        """Together it did not go, and nothing was recorded: it is tried by itself."""


class _Sent(NamedTuple):
    some: Sequence[_Waiting]
    connection: Connection
    statements: Sequence[Statement | None]


class Joined:
    """
    The threads of one process that append to a database.

    ``heads``: of the schools, as this process left them; one is not there while its school is
    appended to. ``alone`` records one act on the connection of the thread that asks, ``connect``
    gives a connection of the thread that does those of the others.
    """

    def __init__(
        self,
        heads: dict[int, Row],
        alone: Callable[[int, Made], OnePage | None],
        connect: Callable[[], Connection],
    ) -> None:
        self._heads, self._by_itself, self._connect = heads, alone, connect
        self._alone = threading.Lock()
        self._queue: deque[_Waiting] = deque()
        self._thread: threading.Thread | None = None
        self._guard = threading.Lock()
        self._busy = self._asleep = self._closed = False
        self._woken = self._wakes = -1

    def record(self, school: int, made: Made) -> OnePage | None:
        """As ``Database.at_once``."""
        if not self._busy and self._alone.acquire(blocking=False):
            try:
                return self._by_itself(school, made)
            finally:
                self._alone.release()
        one = _Waiting(school, made)
        self._ask(one)
        one.known.acquire()
        if one.apart:
            return self._by_itself(school, made)
        if one.problem is not None:
            raise one.problem
        return one.one

    def close(self) -> None:
        """Do what waits, and end."""
        with self._guard:
            closed, self._closed = self._closed, True
        if self._thread is not None and not closed:
            os.write(self._wakes, b".")
            self._thread.join()
            os.close(self._wakes)
            os.close(self._woken)

    def _ask(self, one: _Waiting) -> None:
        """Have it done by the thread that does so for all, which begins with the first."""
        with self._guard:
            if self._closed:  # and nobody is there any more: who tries alone is told so
                one.apart = True
                one.known.release()
                return
            self._queue.append(one)
            if self._thread is None:
                self._woken, self._wakes = os.pipe()
                self._thread = threading.Thread(target=self._work, name="joined", daemon=True)
                self._thread.start()
            if self._asleep:
                self._asleep = False
                os.write(self._wakes, b".")

    def _work(self) -> None:
        sent: _Sent | None = None
        while (ready := self._gathered(sent)) or sent:
            if sent is not None:
                self._hear(sent)
            before, sent = sent, self._send(ready)  # the server is not kept waiting first
            for one in before.some if before else ():
                one.known.release()

    def _gathered(self, sent: _Sent | None) -> list[_Waiting]:
        """What has come by the time the server answers; or, where it is at nothing, at once."""
        ready: list[_Waiting] = []
        line = poll()
        line.register(self._woken, POLLIN)
        if sent is not None:
            try:
                line.register(sent.connection.pgconn.socket, POLLIN)
            except psycopg.OperationalError:
                return ready  # it has gone already: there is nothing to wait for
        while True:
            self._busy = True
            while self._queue:
                self._make(self._queue.popleft(), ready)
            if sent is None and (ready or self._closed):
                return ready
            self._asleep = True  # from here on whoever comes says so
            if self._queue:
                continue
            self._busy = sent is not None
            woken = [place for place, _ in line.poll()]
            self._asleep = False
            if self._woken in woken:
                os.read(self._woken, 4096)
            if set(woken) - {self._woken}:
                return ready

    def _make(self, one: _Waiting, ready: list[_Waiting]) -> None:
        """Its rows; one whose head is not known, as it is added to just now, has to look first."""
        head = self._heads.pop(one.school, None)
        try:
            if head is not None:
                one.before, one.one = head, one.made(head)
                ready.append(one)
                return
        except BaseException as problem:  # whatever it is, it is theirs alone
            one.problem = problem
        one.known.release()

    def _send(self, some: Sequence[_Waiting]) -> _Sent | None:
        """On their way; or nobody of them waits any more."""
        if not some:
            return None
        try:
            connection = self._connect()
            connection.doubt = None
            acts = [one.one for one in some if one.one is not None]
            return _Sent(some, connection, send(connection, [(JOINED, values_of(acts))]))
        except BaseException as problem:
            for one in some:
                one.one, one.problem = None, problem
                if isinstance(problem, psycopg.Error):
                    one.problem = AnswerLost("the server went away before it answered")
                one.known.release()
        return None

    def _hear(self, sent: _Sent) -> None:
        """What came of all that were sent."""
        try:
            (came,) = receive(sent.connection, sent.statements)
        except BaseException as problem:
            for one in sent.some:
                one.one = None
                if sent.connection.closed:
                    one.problem = AnswerLost("the server went away before it answered")
                    continue
                self._heads.setdefault(one.school, one.before)
                one.apart = isinstance(problem, psycopg.Error)
                one.problem = problem
            return
        went = {school for (school,) in came.rows}
        for one in sent.some:
            if one.school not in went or one.one is None:
                one.one = None
                continue
            try:
                confirmed(sent.connection)
                self._heads[one.school] = one.one.head
            except NotOnStandby as doubt:
                one.problem = doubt


def values_of(acts: Sequence[OnePage]) -> list[Sequence[Any]]:
    """The values of ``JOINED``: a column each of the heads that acts leave, of acts and pages."""
    tables = zip(*(((one.act[0], *one.head), one.act, one.page) for one in acts), strict=True)
    return [column for table in tables for column in zip(*table, strict=True)]
