"""
Acts of many people who ask at once, one after the other, flushed to disk together.

In the morning a school's classes are taken within minutes. One thread takes whatever is asked for
at that moment, decides each act in turn on what the ones before it leave, and has all of them
recorded in one transaction. Nobody is told anything before that is on the disk. What is refused
is refused alone; where the transaction fails, none of it is recorded and all are told.
"""

import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from commands.base import Command
from commands.handle import Outcome, handle
from commands.states import forget
from ledger.refusals import LedgerUnwritable, OutcomeUnknown
from ledger.store import Ledger, Store
from ledger.store.engine import AnswerLost
from ledger.store.sqlite_together import Gone, SqliteTogether, open_together

MOST = 128
"""Acts in one transaction at most: those who come later wait for the next."""


@dataclass(frozen=True)
class Asked:
    """One act asked for, and whoever waits for what comes of it."""

    school: int
    command: Command
    seen: int | None
    answer: "Future[Outcome]" = field(default_factory=Future)


class Line:
    """
    The line of those who wait to act on one SQLite ledger, and the thread that serves them.

    ``after`` is called for each school once its acts are recorded and everybody is told.
    """

    def __init__(self, url: str, after: Callable[[Ledger], object]) -> None:
        self._url, self._after = url, after
        self._waiting: SimpleQueue[Asked | int | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="line", daemon=True)
        self._thread.start()

    def do(self, school: int, command: Command, seen: int | None = None) -> Outcome:
        """Do an act; raises what ``commands.handle`` raises, and what recording it does."""
        asked = Asked(school, command, seen)
        self._waiting.put(asked)
        return asked.answer.result()

    def let_go(self, school: int) -> None:
        """Remember nothing of a school: something of it is gone."""
        self._waiting.put(school)

    def close(self) -> None:
        """Serve whoever waits, and end."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        try:
            store, database = open_together(self._url)
        except Exception as problem:
            self._refuse(problem)
            return
        with store:
            while some := self._next(store):
                ledgers = [store.ledger(one.school) for one in some]
                serve(some, database, ledgers)
                for ledger in dict.fromkeys(ledgers):
                    try:
                        self._after(ledger)
                    except Exception:  # the acts stand; the next question tries again
                        traceback.print_exc()

    def _next(self, store: Store) -> list[Asked]:
        """Whoever waits now, or the next to come; nobody where the line ends."""
        found: list[Asked] = []
        one = self._waiting.get()
        while one is not None:
            if isinstance(one, Asked):
                found.append(one)
            else:
                forget(store.ledger(one))
                store.let_go()
            if len(found) == MOST:
                return found
            try:
                one = self._waiting.get(block=not found)
            except Empty:
                return found
        if found:
            self._waiting.put(None)  # these are served first
        return found

    def _refuse(self, problem: Exception) -> None:
        while (one := self._waiting.get()) is not None:
            if isinstance(one, Asked):
                one.answer.set_exception(problem)


def serve(some: Sequence[Asked], database: SqliteTogether, ledgers: Sequence[Ledger]) -> None:
    """Do acts together, each on the ledger beside it, and tell everybody what came of theirs."""
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
