"""An act at a school that is just being moved to another server: asked again where it goes on."""

import time
from collections.abc import Callable
from typing import TypeVar

from delivery.bootstrap import Desk
from ledger.refusals import SchoolMoved
from ledger.store import Ledger

PATIENCE = 30.0
"""Seconds for which whoever acts waits until a school has arrived: as long as for a busy ledger."""
_PAUSE = 0.02
Came = TypeVar("Came")


def where_it_goes_on(desk: Desk, school: int | None, act: Callable[[Ledger], Came]) -> Came:
    """
    Do an act at a school, and again where its ledger goes on if it was refused as moved.

    What went wrong at a school that was moved meanwhile is no answer either: the copy that it was
    decided on may have been removed under it. Its key is the same, so that nothing is recorded
    twice. Raises ``SchoolMoved`` where nobody leads on, or it did not arrive in time.
    """
    if not desk.leads:
        return act(desk.ledger(school))
    ends: float | None = None
    while True:
        ledger = before = None
        try:
            ledger = desk.ledger(school)
            before = desk.store.steps(ledger.school)
            return act(ledger)
        except SchoolMoved:
            ends = ends or time.monotonic() + PATIENCE
            if time.monotonic() > ends:
                raise
            time.sleep(_PAUSE)
        except Exception:
            if ledger is None or desk.store.steps(ledger.school) == before:
                raise
