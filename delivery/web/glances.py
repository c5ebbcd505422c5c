"""
Where the door's file and the ledger stand, looked at once for all who have come by then.

The event loop takes requests up in the order in which they came. What is put at its end now comes
after all of them, and before whoever comes later: until then one look holds, and each look at
SQLite makes way for another thread, which costs more than the look.
"""

import asyncio
from collections.abc import Callable

from fastapi import Request

from commands.states import at_hand
from delivery.web.door.doorman import Door, inside
from delivery.web.door.visitor import Visitor
from ledger.kinds import Urn
from projections.views import View

LATER = 1.0
"""Seconds after which it is written down who was seen."""


class Glances:
    """
    ``ledger`` says where the ledger's file stands, for one thread, the one of the loop. Without
    it threads ask, and each asks a school's ledger itself.
    """

    def __init__(self, door: Door, ledger: Callable[[], int] | None) -> None:
        self.door, self._ledger = door, ledger
        self._loop: asyncio.AbstractEventLoop | None = None
        self._now: tuple[int | None, int] | None = None
        self._views: dict[Urn, tuple[int, View]] = {}
        self._writing: asyncio.TimerHandle | None = None
        door.desk.hears.append(self.drop)

    def look(self) -> tuple[int | None, int]:
        """Where the door's file stands, if there is one, and the ledger."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:  # what was put at the end of another never comes up
            self._loop, self._now, self._writing = loop, None, None
        if self._now is None:
            book = self.door.book
            self._now = (book.stands() if book else None), self._ledger() if self._ledger else 0
            loop.call_soon(self._over)
        return self._now

    def view(self, visitor: Visitor, school: Urn) -> View | None:
        """
        A school and its roll as they stand; ``None`` where they are not at hand.

        Raises ``UnknownSchool`` for one the visitor has no business with.
        """
        desk, known = self.door.desk, self._views.get(school)
        if self._ledger is not None:
            stands = self.look()[1]
        else:
            stands = known[1].ledger.size() if known is not None else -1
        if known is not None and known[0] == stands and visitor.may_enter(school):
            return known[1]
        with inside(desk, visitor, school):
            ledger = desk.ledger(school)
            if not at_hand(ledger) or "runner" not in desk.__dict__:
                return None  # reading a whole school takes long, and nobody else is answered
            view = desk.states(ledger)
        self._views[school] = stands if self._ledger else view.entry, view
        return view

    def visitor(self, request: Request) -> Visitor:
        """Who a request comes from, written down in a while. Raises as ``Door.visitor``."""
        if self._ledger is None:
            return self.door.visitor(request)
        found = self.door.visitor(request, self.look()[0])
        if self.door.asks and self.door.sessions.late and self._writing is None:
            self._writing = asyncio.get_running_loop().call_later(LATER, self._write)
        return found

    def drop(self, school: Urn) -> None:
        """Let go of all about a school."""
        self._views.pop(school, None)

    def _over(self) -> None:
        self._now = None

    def _write(self) -> None:
        self._writing = None
        asyncio.get_running_loop().run_in_executor(None, self.door.sessions.write_late)
