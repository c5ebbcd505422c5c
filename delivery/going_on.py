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

    Refused so nothing was recorded, and its key is the same. Raises ``SchoolMoved`` where nobody
    leads on, or it did not arrive in time.
    """
    ends: float | None = None
    while True:
        try:
            return act(desk.ledger(school))
        except SchoolMoved:
            ends = ends or time.monotonic() + PATIENCE
            if not desk.leads or time.monotonic() > ends:
                raise
        time.sleep(_PAUSE)
