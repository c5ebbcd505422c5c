"""
Where the door's file and the ledger stand, looked at once for all who have come by then.

The event loop takes requests up in the order in which they came. What is put at its end now comes
after all of them, and before whoever comes later: until then one look holds, and each look at
SQLite makes way for another thread, which costs more than the look.

A ledger on another server is not looked at for each request: what the door goes by is read once
in a while, in a thread, and whoever does the act sees whether it has moved on (``JudgedBefore``).
"""

import asyncio
from collections.abc import Callable
from time import monotonic

from fastapi import Request

from commands.states import at_hand
from delivery.web.door.doorman import Door, inside
from delivery.web.door.visitor import Visitor
from ledger.kinds import Urn
from projections.views import View

LATER = 1.0
"""Seconds after which it is written down who was seen."""
WHILE = 5.0
"""Seconds for which what the door goes by is kept of a ledger that is not looked at."""


class Glances:
    """``ledger`` says where the ledger's file stands, for one thread, the one of the loop."""

    def __init__(self, door: Door, ledger: Callable[[], int] | None) -> None:
        self.door, self._ledger = door, ledger
        self._loop: asyncio.AbstractEventLoop | None = None
        self._now: tuple[int | None, int] | None = None
        self._views: dict[Urn, tuple[float, View]] = {}
        self._reading: dict[Urn, asyncio.Future[None]] = {}
        self._writing: asyncio.TimerHandle | None = None
        door.desk.hears.append(self.drop)

    def _here(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:  # what was put at the end of another never comes up
            self._loop, self._now, self._writing = loop, None, None
            self._reading.clear()
        return loop

    def look(self) -> tuple[int | None, int]:
        """Where the door's file stands, if there is one, and the ledger."""
        loop = self._here()
        if self._now is None:
            book = self.door.book
            self._now = (book.stands() if book else None), self._ledger() if self._ledger else 0
            loop.call_soon(self._over)
        return self._now

    async def ready(self, school: Urn) -> None:
        """Have what the door goes by read, where the ledger is not looked at."""
        known, loop = self._views.get(school), self._here()
        if self._ledger or (known is not None and monotonic() < known[0] + WHILE):
            return
        if school not in self._reading:  # once for all who have come meanwhile
            self._reading[school] = reading = loop.run_in_executor(None, self._read, school)
            reading.add_done_callback(lambda _: self._reading.pop(school, None))
        await asyncio.shield(self._reading[school])

    def view(self, visitor: Visitor, school: Urn) -> View | None:
        """
        A school and its roll as they stand; ``None`` where they are not at hand.

        Raises ``UnknownSchool`` for one the visitor has no business with.
        """
        known, stands = self._views.get(school), self.look()[1]
        holds = known is not None and (not self._ledger or known[0] == stands)
        if known is not None and holds and visitor.may_enter(school):
            return known[1]
        if not self._ledger:
            return None
        with inside(self.door.desk, visitor, school):
            view = self._stand(school)
        if view is not None:
            self._views[school] = stands, view
        return view

    def visitor(self, request: Request) -> Visitor:
        """Who a request comes from, written down in a while. Raises as ``Door.visitor``."""
        found = self.door.visitor(request, self.look()[0])
        if self.door.asks and self.door.sessions.late and self._writing is None:
            self._writing = asyncio.get_running_loop().call_later(LATER, self._write)
        return found

    def drop(self, school: Urn) -> None:
        """Let go of all about a school."""
        self._views.pop(school, None)

    def _stand(self, school: Urn) -> View | None:
        desk = self.door.desk
        ledger = desk.ledger(school)
        if not at_hand(ledger) or "runner" not in desk.__dict__:
            return None  # reading a whole school takes long, and nobody else is answered
        return desk.states(ledger)

    def _read(self, school: Urn) -> None:
        began = monotonic()
        try:
            view = self._stand(school)
        except Exception:  # whatever it is, it is told on the whole way
            view = None
        if view is None:
            self.drop(school)
        else:
            self._views[school] = began, view

    def _over(self) -> None:
        self._now = None

    def _write(self) -> None:
        self._writing = None
        asyncio.get_running_loop().run_in_executor(None, self.door.sessions.write_late)
