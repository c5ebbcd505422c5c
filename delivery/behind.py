"""
What is computed from acts, and not yet: it follows once nobody acts for a moment.

Whoever asks a question meanwhile has the rest of it computed first; whoever acts does not wait.
"""

import threading
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TypeVar

from commands.base import Command
from commands.handle import Outcome, handle
from ledger.refusals import LedgerUnwritable
from ledger.store import Ledger, Store

QUIET = 0.25
"""Seconds in which nobody came, after which what is computed from the acts may follow."""
ACTING = 8
"""Acts asked of a server on PostgreSQL that are done side by side; the others wait in line."""
LATEST = 5.0
"""Seconds after which it follows though they keep coming, a little at a time."""
SOME, FEW = 32, 8
"""Acts that are followed in one go: when nobody comes, and while they keep coming."""

Came = TypeVar("Came")
Follow = Callable[[Ledger, int], bool]
"""Computes what follows from so many acts of a school; whether there is more of it."""


class Behind:
    """The schools whose acts are recorded, and what follows from them not computed yet."""

    def __init__(self, follow: Follow) -> None:
        self._follow = follow
        self._since: dict[Ledger, float] = {}

    def add(self, ledgers: Iterable[Ledger]) -> None:
        for ledger in ledgers:
            self._since.setdefault(ledger, monotonic())

    @property
    def quiet(self) -> float | None:
        """How long to wait for the next act before some of it is computed."""
        return QUIET if self._since else None

    def catch_up(self, *, late: bool = False) -> None:
        """Compute some of what follows from acts; ``late``: of those alone that waited long."""
        for ledger, since in list(self._since.items()):
            if late and monotonic() < since + LATEST:
                continue
            try:
                more = self._follow(ledger, FEW if late else SOME)
            except Exception:  # the acts stand; the next question tries again
                traceback.print_exc()
                more = False
            if not more:
                del self._since[ledger]

    def end(self) -> None:
        """Compute all that is left."""
        while self._since:
            self.catch_up()


class SideBySide:
    """
    Acts of many people on PostgreSQL, where schools append in parallel: each at once, and what
    follows from them by a thread of its own.
    """

    def __init__(self, store: Store, follow: Follow) -> None:
        self._store, self._behind = store, Behind(follow)
        self._threads = ThreadPoolExecutor(ACTING, "acting")
        self._done: SimpleQueue[Ledger | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="behind", daemon=True)
        self._thread.start()

    def do(self, school: int, command: Command, seen: int | None = None) -> Outcome:
        """Do an act; raises what ``commands.handle`` raises, and what recording it does."""
        ledger = self._store.ledger(school)
        outcome = handle(command, ledger, seen=seen)
        self._done.put(ledger)
        return outcome

    def begin(self, what: Callable[[], Came]) -> "Future[Came]":
        """
        What will come of something that ends in an act.

        First come, first served: were all begun at once, each would wait for all the others.
        Raises ``LedgerUnwritable`` once it is closed.
        """
        try:
            return self._threads.submit(what)
        except RuntimeError:  # they have been told to end
            why = "the server is being stopped"
            raise LedgerUnwritable(where=self._store.where, why=why) from None

    def let_go(self, school: int) -> None:
        """Nothing of a school is remembered here."""

    def close(self) -> None:
        """Compute what is left, and end."""
        self._threads.shutdown()
        self._done.put(None)
        self._thread.join()

    def _work(self) -> None:
        while True:
            try:
                one = self._done.get(timeout=self._behind.quiet)
            except Empty:
                self._behind.catch_up()
                continue
            if one is None:
                self._behind.end()
                return
            self._behind.add([one])
            self._behind.catch_up(late=True)
