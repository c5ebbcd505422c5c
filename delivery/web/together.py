"""Who waits in an event loop for what another thread does; what comes at once is told at once."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any


class Together:
    """
    Those who wait in one event loop.

    Waking a loop costs more than most of what it is woken for: however many answers come before
    it has woken, it is woken once.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._came: deque[tuple[asyncio.Future[Any], Any, BaseException | None]] = deque()
        self._woken = False

    def one(self) -> "Waiting":
        """One more who waits."""
        return Waiting(self.loop.create_future(), self)

    def tell(self, future: "asyncio.Future[Any]", came: Any, problem: BaseException | None) -> None:
        """Called by the other thread."""
        self._came.append((future, came, problem))
        if not self._woken:
            self._woken = True
            with suppress(RuntimeError):  # the loop has ended, and nobody waits in it
                self.loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        self._woken = False  # before it looks: what comes from here on wakes it again
        while self._came:
            future, came, problem = self._came.popleft()
            if future.done():
                continue  # nobody waits any more
            if problem is None:
                future.set_result(came)
            else:
                future.set_exception(problem)


class Waiting:
    """One of them, as far as whoever answers has to know: as ``concurrent.futures.Future``."""

    __slots__ = ("_together", "future")

    def __init__(self, future: "asyncio.Future[Any]", together: Together) -> None:
        self.future, self._together = future, together

    def set_running_or_notify_cancel(self) -> bool:
        """Whether anybody still waits."""
        return not self.future.cancelled()

    def set_result(self, came: Any) -> None:
        self._together.tell(self.future, came, None)

    def set_exception(self, problem: BaseException | None) -> None:
        self._together.tell(self.future, None, problem)
