"""
What is computed from acts, and not yet: it follows once nobody acts for a moment.

Whoever asks a question meanwhile has the rest of it computed first; whoever acts does not wait.
"""

import traceback
from collections.abc import Callable, Iterable
from time import monotonic

from ledger.store import Ledger

QUIET = 0.25
"""Seconds in which nobody came, after which what is computed from the acts may follow."""
LATEST = 5.0
"""Seconds after which it follows though they keep coming, a little at a time."""
SOME, FEW = 32, 8
"""Acts that are followed in one go: when nobody comes, and while they keep coming."""

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
