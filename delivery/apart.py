"""
Acts on PostgreSQL that do not wait in line with the others: each at once, in its own transaction.

They are those of a school that somebody else holds just now, as a night's import does, and of one
that has no entry yet; and all of a transaction that failed, so that whoever is at fault is told
alone. Those of one school are done in the order in which they came.
"""

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from queue import Empty, SimpleQueue

from commands.handle import Outcome, handle
from delivery.asked import Asked
from delivery.behind import Behind, Follow
from ledger.refusals import OutcomeUnknown, Refused
from ledger.store import Ledger, Store
from ledger.store.engine import AnswerLost

ACTING = 8
"""Schools whose acts are done side by side; those of others wait."""


class Apart:
    """
    The schools at which acts wait to be done apart, and the threads that do them.

    What follows from acts is computed by a thread of its own: here it asks another server.
    """

    def __init__(self, store: Store, follow: Follow) -> None:
        self._store, self._behind = store, Behind(follow)
        self._waiting: dict[int, deque[tuple[Asked, AnswerLost | None]]] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(ACTING, "apart")
        self._done: SimpleQueue[Iterable[int] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="behind", daemon=True)
        self._thread.start()

    def rest(self, some: Sequence[Asked]) -> list[Asked]:
        """Of acts those that need not wait here; others come behind those of their school."""
        with self._lock:
            if not self._waiting:
                return list(some)
            here = [one for one in some if one.school in self._waiting]
            for one in here:
                self._waiting[one.school].append((one, None))
        return [one for one in some if one not in here]

    def put(self, some: Iterable[Asked], lost: AnswerLost | None = None) -> None:
        """
        Have acts done here.

        ``lost``: it is not known whether they were recorded already.
        """
        for one in some:
            with self._lock:
                begins = one.school not in self._waiting
                self._waiting.setdefault(one.school, deque()).append((one, lost))
            if begins:
                self._threads.submit(self._all_of, one.school)

    def recorded(self, schools: Iterable[int]) -> None:
        """Acts of schools were recorded: what is computed from them may follow."""
        self._done.put(schools)

    def close(self) -> None:
        """Do what waits, compute what is left, and end."""
        self._threads.shutdown()
        self._done.put(None)
        self._thread.join()

    def _all_of(self, school: int) -> None:
        while True:
            with self._lock:
                if not self._waiting[school]:
                    del self._waiting[school]
                    return
                asked, lost = self._waiting[school].popleft()
            try:
                outcome = self._do(asked, lost)
            except BaseException as problem:  # nobody may wait for ever
                asked.answer.set_exception(problem)
            else:
                self.recorded([school])
                asked.answer.set_result(outcome)

    def _do(self, asked: Asked, lost: AnswerLost | None) -> Outcome:
        ledger = self._store.ledger(asked.school)
        if lost is not None and _was_recorded(asked, ledger, lost):
            found = handle(asked.command, ledger)
            assert found.receipt is not None
            return replace(found, receipt=replace(found.receipt, repeated=False))
        asked.check_judged(ledger)
        return handle(asked.command, ledger, seen=asked.seen)

    def _work(self) -> None:
        while True:
            try:
                schools = self._done.get(timeout=self._behind.quiet)
            except Empty:
                self._behind.catch_up()
                continue
            if schools is None:
                self._behind.end()
                return
            self._behind.add(map(self._store.ledger, schools))
            self._behind.catch_up(late=True)


def _was_recorded(asked: Asked, ledger: Ledger, lost: AnswerLost) -> bool:
    """
    Whether an act was recorded that was not answered.

    The head is held for that, so that nothing sent before is still on its way. Raises
    ``OutcomeUnknown`` where it cannot be found out now.
    """
    name, key = asked.command.NAME, asked.command.key
    try:
        with ledger.database.writing() as transaction:
            return transaction.open(asked.school, key, ()).repeated is not None
    except (AnswerLost, Refused) as still:
        raise OutcomeUnknown(act=name, why=lost.why, key=key) from still
