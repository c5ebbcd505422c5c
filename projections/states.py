"""A school's states at any entry, remembered: most entries are marks and move none of them."""

from bisect import bisect_right
from collections import OrderedDict

from ledger.store import Ledger, Page
from projections.context import Context

KEPT = 32
"""States remembered for each school; they share whatever did not change between them."""

_RANGES = (("leave/", "leave0"), ("pupil/", "pupil0"), ("school", "school0"))


class States:
    """
    The states of one school after an entry, folded on from the nearest remembered before it.

    The entries that move a state are few. Between two of them every entry has the same states.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known = 0
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        self._kept: OrderedDict[int, Context] = OrderedDict()

    def at(self, entry: int) -> Context:
        """The states after an entry."""
        self._look(entry)
        whole, begun = bisect_right(self._lasts, entry), bisect_right(self._firsts, entry)
        last = self._lasts[whole - 1] if whole else 0
        context = self._upto(last)
        if begun == whole:
            return context
        # inside a page: its first events have happened, and the others not yet
        return context.after(self._pages(last, entry), entry)

    def _upto(self, last: int) -> Context:
        known = self._kept.get(last)
        if known is not None:
            self._kept.move_to_end(last)
            return known
        before = max((one for one in self._kept if one < last), default=0)
        context = self._kept.get(before, Context(self._ledger.school))
        context = context.after(self._pages(before, last))
        self._kept[last] = context
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return context

    def _pages(self, after: int, upto: int) -> list[Page]:
        found = [
            page
            for low, high in _RANGES
            for page in self._ledger.pages_between(low, high, upto, after=after)
        ]
        return sorted(found, key=lambda page: page.first)

    def _look(self, entry: int) -> None:
        """Hear of the pages that move a state, up to an entry at least."""
        if entry <= self._known:
            return
        upto = self._ledger.size()
        found = [
            (first, first + count - 1)
            for low, high in _RANGES
            for _, first, count in self._ledger.spans(low, high, self._known)
            if first <= upto
        ]
        self._firsts = sorted([*self._firsts, *(first for first, _ in found)])
        self._lasts = sorted([*self._lasts, *(last for _, last in found)])
        self._known = upto
