"""
Acts of many people who ask at once, one after the other, flushed to disk together.

In the morning a school's classes are taken within minutes. One thread takes whatever is asked for
at that moment, decides each act in turn on what the ones before it leave, and has all of them
recorded in one transaction. Nobody is told anything before that is on the disk. What is refused
is refused alone; where the transaction fails, none of it is recorded, and all are told or, on
PostgreSQL, done one by one (``delivery/apart.py``).

What is computed from the acts follows when the line is quiet, a few pages at a time: whoever asks
a question meanwhile has the rest of it computed first, and whoever takes a register does not wait.
"""

import threading
import traceback
from collections.abc import Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue

from commands.base import Command
from commands.handle import Outcome, handle
from commands.states import at_hand, begin_with, forget
from commands.take_register import TakeRegister
from delivery.apart import Apart
from delivery.asked import Asked
from delivery.behind import Behind, Follow
from ledger.events.register import register_stream
from ledger.refusals import LedgerUnwritable, OutcomeUnknown, Refused
from ledger.store import Ledger, Store
from ledger.store.engine import AnswerLost, NotOnStandby
from ledger.store.together import Asking, Gone, Together, open_together

MOST = 128
"""Acts in one transaction at most: those who come later wait for the next."""


class Line:
    """
    The line of those who wait to act on one database, and the thread that serves them.

    ``follow`` is called for each school whose acts are recorded, until nothing is left of it.
    ``beside`` is the server's own store: what it has read, the line begins with. On PostgreSQL
    acts that would keep others waiting are done there.
    """

    def __init__(self, url: str, follow: Follow, beside: Store | None = None) -> None:
        self.url, self._behind, self._beside = url, Behind(follow), beside
        server = None if url.startswith("sqlite") else beside
        self._apart = Apart(server, follow) if server is not None else None
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
        if self._apart is not None:
            self._apart.close()

    @property
    def _where(self) -> str:
        if self.url.startswith("sqlite"):
            return self.url.removeprefix("sqlite:///")
        from ledger.store.postgres_address import shown

        return shown(self.url)

    def _shut_for(self, why: Exception) -> None:
        with self._door:
            if self._shut is None:
                self._shut = why
                self._waiting.put(None)

    def _work(self) -> None:
        try:
            store, database = self._opened()
            with store:
                while (some := self._next(store)) is not None:
                    some = [one for one in some if one.answer.set_running_or_notify_cancel()]
                    if self._apart is not None:
                        some = self._apart.rest(some)
                    ledgers = [self._ledger(store, one.school) for one in some]
                    serve(some, database, ledgers, self._apart)
                    if self._apart is not None:
                        self._apart.recorded({one.school for one in some})
                        continue
                    self._behind.add(ledgers)
                    self._behind.catch_up(late=bool(some))
                self._behind.end()
        except Exception as problem:  # nobody may wait for a thread that is not there
            self._shut_for(problem)
            self._refuse(problem)
            if not isinstance(problem, Refused):
                traceback.print_exc()

    def _opened(self) -> tuple[Store, Together]:
        """Where acts are recorded together; until a server is there that was away, apart."""
        while True:
            try:
                return open_together(self.url)
            except Refused:
                if self._apart is None:
                    raise
                one = self._waiting.get()
                if one is None:
                    self._waiting.put(None)
                    raise
                if isinstance(one, Asked) and one.answer.set_running_or_notify_cancel():
                    self._apart.put([one])

    def _ledger(self, store: Store, school: int) -> Ledger:
        ledger = store.ledger(school)
        if self._beside is not None and not at_hand(ledger):
            begin_with(ledger, self._beside.ledger(school))
        return ledger

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


def serve(
    some: Sequence[Asked],
    database: Together,
    ledgers: Sequence[Ledger],
    apart: Apart | None = None,
) -> None:
    """Do acts together, each on the ledger beside it, and tell everybody what came of theirs."""
    if not some:
        return
    came: list[tuple[Asked, Outcome | Exception]] = []
    try:
        with database.together([_asking(one) for one in some]) as busy:
            for asked, ledger in zip(some, ledgers, strict=True):
                if asked.school not in busy:
                    came.append((asked, _one(asked, ledger)))
                    database.check()
    except BaseException as problem:
        for ledger in ledgers:
            forget(ledger)  # it was read with what is not recorded
        if apart is not None and _each(problem):
            apart.put(some, problem if isinstance(problem, AnswerLost) else None)
            return
        for asked in some:
            asked.answer.set_exception(_told(problem, asked, database))
        return
    for asked, outcome in came:
        if isinstance(outcome, Outcome):
            asked.answer.set_result(outcome)
        else:
            asked.answer.set_exception(outcome)
    if apart is not None and len(came) < len(some):
        apart.put(one for one in some if one.school in busy)


def _asking(asked: Asked) -> Asking:
    command = asked.command
    sheets: tuple[str, ...] = ()
    if isinstance(command, TakeRegister):
        sheets = (register_stream(command.session, command.group),)
    return Asking(asked.school, command.key, sheets)


def _one(asked: Asked, ledger: Ledger) -> Outcome | Exception:
    try:
        asked.check_judged(ledger)
        return handle(asked.command, ledger, seen=asked.seen)
    except Exception as problem:  # whatever it is, it is theirs alone
        return problem


def _each(problem: BaseException) -> bool:
    """Whether acts that were not recorded together may still be, each by itself."""
    if isinstance(problem, AnswerLost):
        return not isinstance(problem, NotOnStandby)  # which is recorded, and would wait again
    return not isinstance(problem, Refused)


def _told(problem: BaseException, asked: Asked, database: Together) -> BaseException:
    """What became of all, as one of them is told it."""
    if isinstance(problem, AnswerLost):
        name, key = asked.command.NAME, asked.command.key
        return OutcomeUnknown(act=name, why=problem.why, key=key)
    if isinstance(problem, Gone):
        return LedgerUnwritable(where=database.where, why="the database gave the transaction up")
    return problem
