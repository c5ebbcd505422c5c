"""
What a school came to on the page of a trust, kept with the entry it was found at.

Thirty schools are asked for one page, and most of them have not moved since it was last shown.
What the figures of a school come to follows from its entries up to one of them, whether that is
the last or an earlier one; so they are kept under its number, and let go of with all else that is
remembered of a school when something of it is removed.
"""

import threading
from collections import Counter, OrderedDict

from delivery.bootstrap import Desk
from delivery.cli.asking import view_of
from delivery.cli.calls import Call
from delivery.web.side_by_side import OfSchool, of_school
from ledger.kinds import Urn
from projections.views import View

MOST = 8
"""Entries of a school that are kept, the last asked for last: now, and some moments."""
Key = tuple[int, bool]
"""The entry, and whether it is for somebody who sees what is about pupils too."""


class Remembered:
    """The figures of the schools, each as at some of its entries. Threads may ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Urn, OrderedDict[Key, tuple[OfSchool, ...]]] = {}
        self._dropped: Counter[Urn] = Counter()

    def of(self, desk: Desk, now: View, entry: int, *, whole: bool) -> tuple[OfSchool, ...]:
        """The figures of a school as at an entry, of which ``now`` is the live view."""
        urn, key = now.urn, (entry, whole)
        with self._lock:
            kept, dropped = self._kept.setdefault(urn, OrderedDict()), self._dropped[urn]
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        view = now if entry == now.entry else view_of(desk, now.ledger, Call(asof=entry))
        found = tuple(of_school(view, whole=whole))
        # the live tables may have gone on while they were asked: then it is of no one entry
        settled = view is not now or now.ledger.size() == entry
        with self._lock:
            if settled and dropped == self._dropped[urn]:
                kept[key] = found
                if len(kept) > MOST:
                    kept.popitem(last=False)
        return found

    def drop(self, school: Urn) -> None:
        """Let go of a school, and of what is being found of it just now."""
        with self._lock:
            self._kept.pop(school, None)
            self._dropped[school] += 1
