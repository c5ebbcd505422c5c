"""
Acts of many people who ask at once, one after the other, flushed to disk together.

In the morning a school's classes are taken within minutes. One thread takes whatever is asked for
at that moment, decides each act in turn on what the ones before it leave, and has all of them
recorded in one transaction. Nobody is told anything before that is on the disk. What is refused
is refused alone; where the transaction fails, none of it is recorded and all are told.

What is computed from the acts follows when the line is quiet, a few pages at a time: whoever asks
a question meanwhile has the rest of it computed first, and whoever takes a register does not wait.
"""

import threading
import traceback
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Protocol

from commands.base import Command
from commands.handle import Outcome, handle
from commands.states import forget
from delivery.behind import Behind, Follow, SideBySide
from ledger.refusals import LedgerUnwritable, OutcomeUnknown, Refused
from ledger.store import Ledger, Store
from ledger.store.engine import AnswerLost
from ledger.store.sqlite_together import Gone, SqliteTogether, open_together

MOST = 128
"""Acts in one transaction at most: those who come later wait for the next."""


class Answer(Protocol):
    """Where somebody waits for what comes of an act: a ``Future``, or what stands for one."""

    def set_running_or_notify_cancel(self) -> bool: ...
    def set_result(self, result: Outcome, /) -> None: ...
    def set_exception(self, exception: BaseException | None, /) -> None: ...


@dataclass(frozen=True)
class Asked:
    """One act asked for, and whoever waits for what comes of it."""

    school: int
    command: Command
    seen: int | None
    answer: Answer


class Line:
    """
    The line of those who wait to act on one SQLite ledger, and the thread that serves them.

    ``follow`` is called for each school whose acts are recorded, until nothing is left of it.
    """

    def __init__(self, url: str, follow: Follow) -> None:
        self._url, self._behind = url, Behind(follow)
        self._waiting: SimpleQueue[Asked | int | None] = SimpleQueue()
        self._door = threading.Lock()
        self._shut: Exception | None = None
        self._thread = threading.Thread(target=self._work, name="line", daemon=True)
        self._thread.start()

    def do(self, school: int, command: Command, seen: int | None = None) -> Outcome:
        """Do an act; raises what ``commands.handle`` raises, and what recording it does."""
        return self.ask(school, command, seen).result()

    def ask(self, school: int, command: Command, seen: int | None = None) -> "Future[Outcome]":
        """What will come of an act; it is not done where that is cancelled before its turn."""
        answer: Future[Outcome] = Future()
        self.put(Asked(school, command, seen, answer))
        return answer

    def put(self, asked: Asked) -> None:
        """Have an act done in its turn, unless whoever waits for it is gone by then."""
        with self._door:  # nobody comes in behind who closes it
            if self._shut is None:
                self._waiting.put(asked)
            else:
                asked.answer.set_exception(self._shut)

    def let_go(self, school: int) -> None:
        """Remember nothing of a school: something of it is gone."""
        self._waiting.put(school)

    def close(self) -> None:
        """Serve whoever waits, and end; who comes later is refused."""
        self._shut_for(LedgerUnwritable(where=self._where, why="the server is being stopped"))
        self._thread.join()

    @property
    def _where(self) -> str:
        return self._url.removeprefix("sqlite:///")

    def _shut_for(self, why: Exception) -> None:
        with self._door:
            if self._shut is None:
                self._shut = why
                self._waiting.put(None)

    def _work(self) -> None:
        try:
            store, database = open_together(self._url)
            with store:
                while (some := self._next(store)) is not None:
                    some = [one for one in some if one.answer.set_running_or_notify_cancel()]
                    ledgers = [store.ledger(one.school) for one in some]
                    serve(some, database, ledgers)
                    self._behind.add(ledgers)
                    self._behind.catch_up(late=bool(some))
                self._behind.end()
        except Exception as problem:  # nobody may wait for a thread that is not there
            self._shut_for(problem)
            self._refuse(problem)
            if not isinstance(problem, Refused):
                traceback.print_exc()

    def _next(self, store: Store) -> list[Asked] | None:
        """
        Whoever waits now, or the next to come; ``None`` where the line ends.

        Nobody, where something has to follow from acts and nobody came for a while.
        """
        found: list[Asked] = []
        while len(found) < MOST:
            try:
                one = self._waiting.get(not found, self._behind.quiet)
            except Empty:
                return found
            if one is None:
                if not found:
                    return None
                self._waiting.put(None)  # these are served first
                return found
            if isinstance(one, Asked):
                found.append(one)
            else:
                forget(store.ledger(one))
                store.let_go()
        return found

    def _refuse(self, problem: Exception) -> None:
        while (one := self._waiting.get()) is not None:
            if isinstance(one, Asked):
                one.answer.set_exception(problem)


Doing = Line | SideBySide


def line_of(url: str, store: Store, follow: Follow) -> Doing:
    """By whom the acts of a server are done: one after the other on SQLite, else side by side."""
    return Line(url, follow) if url.startswith("sqlite") else SideBySide(store, follow)


def serve(some: Sequence[Asked], database: SqliteTogether, ledgers: Sequence[Ledger]) -> None:
    """Do acts together, each on the ledger beside it, and tell everybody what came of theirs."""
    if not some:
        return
    try:
        with database.together():
            came = []
            for asked, ledger in zip(some, ledgers, strict=True):
                came.append(_one(asked, ledger))
                database.check()
    except BaseException as problem:
        for ledger in ledgers:
            forget(ledger)  # it was read with what is not recorded
        for asked in some:
            asked.answer.set_exception(_told(problem, asked, database))
        return
    for asked, outcome in zip(some, came, strict=True):
        if isinstance(outcome, Outcome):
            asked.answer.set_result(outcome)
        else:
            asked.answer.set_exception(outcome)


def _one(asked: Asked, ledger: Ledger) -> Outcome | Exception:
    try:
        return handle(asked.command, ledger, seen=asked.seen)
    except Exception as problem:  # whatever it is, it is theirs alone
        return problem


def _told(problem: BaseException, asked: Asked, database: SqliteTogether) -> BaseException:
    """What became of all, as one of them is told it."""
    if isinstance(problem, AnswerLost):
        name, key = asked.command.NAME, asked.command.key
        return OutcomeUnknown(act=name, why=problem.why, key=key)
    if isinstance(problem, Gone):
        return LedgerUnwritable(where=database.where, why="SQLite gave the transaction up")
    return problem
