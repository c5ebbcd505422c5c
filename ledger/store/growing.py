"""The log grown again from the first entry on, and held against what was signed on the way."""

from bisect import bisect_right
from collections.abc import Sequence

from ledger.proof import merkle

_BATCH = 8192


class Fault(Exception):
    """Where a ledger first departs from what was recorded, and how."""

    def __init__(self, entry: int, how: str) -> None:
        super().__init__(how)
        self.entry = entry
        self.how = how


class Growing:
    """The log as it grows from the first entry on, and what it was at the sizes asked for."""

    def __init__(self) -> None:
        self.size = 0
        self.frontier: merkle.Frontier = ()
        self.roots: dict[int, merkle.Hash] = {0: merkle.EMPTY_ROOT}
        self.sizes: Sequence[int] = ()  # in order: those whose root is asked for
        self._waiting: list[merkle.Hash] = []
        self._said = 0

    def add(self, leaves: Sequence[merkle.Hash]) -> None:
        """Leaves that come next."""
        sizes = self.sizes
        self._waiting += leaves
        here = self.size + len(self._waiting)
        at = bisect_right(sizes, self.size)
        while at < len(sizes) and sizes[at] <= here:
            if sizes[at] > self.size:
                self._take(sizes[at] - self.size)
                self.roots[self.size] = merkle.root(self.frontier)
            at += 1
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Let every leaf that waits into the log."""
        self._take(len(self._waiting))

    def told(self) -> bool:
        """Whether the log has grown since this was asked last."""
        grown, self._said = self._said != self.size, self.size
        return grown

    def _take(self, count: int) -> None:
        self.frontier = merkle.extend(self.size, self.frontier, self._waiting[:count])
        self.size += count
        self._waiting = self._waiting[count:]
