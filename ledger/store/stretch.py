"""
Some entries, verified without the rest.

Their leaves are recomputed from the stored values; the hashes beside them come from the log as
remembered. Together they must lead to the root of the log, and to every checkpoint: a hash that
is not as it was, on either side, leads elsewhere.
"""

from collections.abc import Iterable, Sequence
from itertools import chain

from ledger.proof import merkle, proving
from ledger.proof.checkpoints import Checkpoint
from ledger.proof.merkle import Hash, node_hash
from ledger.proof.notes import Verifier
from ledger.store.growing import Fault
from ledger.store.held import Bounds, Held, joined, kept, matched
from ledger.store.ledger import Ledger
from ledger.store.log import LEVEL, STRETCH, Log
from ledger.store.verdict import Verdict
from ledger.store.verify import certified, leaves_of


class _Tied:
    """The log with some leaves computed anew in place of what is remembered of them."""

    def __init__(self, log: Log, begins: int, leaves: Sequence[Hash]) -> None:
        self._log, self._first, self._leaves = log, begins - 1, leaves
        self._end = self._first + len(leaves)
        self._known: dict[tuple[int, int], Hash] = {}

    def root_at(self, size: int) -> Hash:
        """The root of the first ``size`` entries."""
        return proving.subtree(0, size, self.node)

    def node(self, level: int, place: int) -> Hash:
        """The root of a perfect subtree (``proving.Node``)."""
        first, end = place << level, (place + 1) << level
        if end <= self._first or first >= self._end:
            return self._log.node(level, place)
        if level == 0:
            return self._leaves[first - self._first]
        found = self._known.get((level, place))
        if found is None:
            left, right = self.node(level - 1, 2 * place), self.node(level - 1, 2 * place + 1)
            found = self._known[level, place] = node_hash(left, right)
        return found

    def departs(self) -> Fault:
        """Where the leaves are first not what is remembered of them, as near as can be told."""
        for place in range(self._first >> LEVEL, self._log.size >> LEVEL):
            begins = place * STRETCH
            if begins >= self._end:
                break
            if self.node(LEVEL, place) != self._log.node(LEVEL, place):
                entry = max(begins, self._first) + 1
                last = min(begins + STRETCH, self._end)
                return Fault(entry, f"between it and entry {last:,} one is not as it was recorded")
        return Fault(self._first + 1, "an entry from here on is not as it was recorded")


def verify_stretch(
    ledger: Ledger,
    first: int,
    last: int,
    checkpoints: Iterable[Checkpoint | Held] = (),
    keys: Sequence[Verifier] = (),
) -> Verdict:
    """
    Verify the entries from ``first`` to ``last``, and whatever else is on their pages.

    Raises ``ValueError`` where the ledger has no such entries, ``LogDeparts`` where what it
    remembers is not the log that its head holds: the whole has to be verified, then.
    """
    begins, ends = ledger.pages_around(first, last)
    found: list[Hash] = []
    held: list[Held] = []
    until: list[Held] = []
    log = fault = None
    try:
        held = joined([*kept(ledger, keys), *checkpoints])
        walk = leaves_of(ledger, Bounds(held), first=begins, last=ends)
        found += chain.from_iterable(walk)
        if len(found) != ends - begins + 1:
            raise Fault(begins + len(found), "entries are missing")
        log = Log(ledger)
        tied = _Tied(log, begins, found)
        if tied.root_at(log.size) != log.root:
            raise tied.departs()
        sizes = {one.checkpoint.size for one in held if one.checkpoint.size <= log.size}
        matched(held, {size: tied.root_at(size) for size in sizes}, log.size)
        until = held
        certified(ledger, begins, ends)
    except Fault as departs:
        fault = departs
    root = log.root if log else merkle.root(ledger.frontier()[1])
    return Verdict.of(ledger.school, root, until, first=begins, entries=len(found), fault=fault)
