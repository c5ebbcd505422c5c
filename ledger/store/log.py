"""
A school's Merkle log over its stored entries: any root, any proof, in milliseconds.

Roots of whole subtrees are remembered in a table beside the entries, once: of each stretch of
32 leaves, eight of them in a row, and of every subtree of 512 leaves or more; 1.5 bytes an entry.
A proof reads some twenty of them and recomputes at most two stretches of 32 leaves from the
stored values. What is not remembered yet is computed when
it is asked for, never by an append. Before anything is handed out, the log as remembered must
be the log the head row holds.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from ledger.proof import leaves, merkle, proving
from ledger.proof.merkle import Hash, node_hash
from ledger.proof.sharing import Place, shared_nodes, shared_root
from ledger.refusals import LogDeparts
from ledger.store.ledger import Ledger
from ledger.store.rows import ActRow, Page

LEVEL = 5
STRETCH = 1 << LEVEL
ROW = 3  # so many levels up: 1 << ROW stretches are remembered in one row
BLOCK = STRETCH << ROW
_HELD = 4096  # stretches whose leaves are kept at hand
_FIND = "SELECT hash FROM subtrees WHERE school = ? AND level = ? AND place = ?"
_COUNT = "SELECT max(place) FROM subtrees WHERE school = ? AND level = ?"


class Log:
    """The log of one school as it stood when this was made."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[tuple[int, int], Hash] = {}
        self._stretches: dict[int, list[list[Hash]]] = {}
        self._acts: dict[int, str] = {}
        self.size, frontier = ledger.frontier()
        self.root = merkle.root(frontier)
        self._table = ledger.database.has("subtrees")
        new = self._catch_up()
        if self.root_at(self.size) != self.root and self._table:
            self._table = False  # somebody has been at it: the entries themselves are asked
            self._known.clear()
            self._catch_up()
            new = []
        if self.root_at(self.size) != self.root:
            raise LogDeparts(school=ledger.school, why="what is stored leads to another root")
        if new:
            with suppress(Exception):  # who may only read, or a busy file: computed again next time
                ledger.database.keep("subtrees", new)

    def root_at(self, size: int) -> Hash:
        """The root when the log held ``size`` entries."""
        return proving.subtree(0, size, self.node)

    def inclusion(self, entry: int, size: int | None = None) -> list[Hash]:
        """The proof that an entry (by its number, from 1) is in the log of ``size`` entries."""
        return proving.inclusion(entry - 1, size or self.size, self.node)

    def consistency(self, old: int, size: int | None = None) -> list[Hash]:
        """The proof that the log of ``size`` entries begins with that of ``old`` entries."""
        return proving.consistency(old, self.size if size is None else size, self.node)

    def leading(self, leaves: Mapping[int, Hash], size: int) -> Mapping[Place, Hash]:
        """
        The hashes that lead from leaves, by their index, to the root of a log of ``size``.

        Raises ``LogDeparts`` where they do not: an entry is not as it was recorded.
        """
        nodes = shared_nodes(leaves, size, self.node)
        if leaves and shared_root(leaves, nodes, size) != self.root_at(size):
            why = "an entry that is shown, or one beside it, leads to another root"
            raise LogDeparts(school=self._ledger.school, why=why)
        return nodes

    def leaf(self, entry: int) -> Hash:
        """The leaf hash of an entry."""
        return self.node(0, entry - 1)

    def node(self, level: int, place: int) -> Hash:
        """The root of the perfect subtree at a level and place (``proving.Node``)."""
        if level < LEVEL:
            stretch, within = place >> (LEVEL - level), place % (STRETCH >> level)
            return self._stretch(stretch)[level][within]
        found = self._known.get((level, place)) or self._remembered(level, place)
        if found is None:
            if level == LEVEL:
                ((found,),) = self._stretch(place)[LEVEL:]
            else:
                found = node_hash(
                    self.node(level - 1, 2 * place), self.node(level - 1, 2 * place + 1)
                )
            self._known[level, place] = found
        return found

    def _remembered(self, level: int, place: int) -> Hash | None:
        """What the table holds of a subtree; the neighbours in its row are known from then on."""
        if not self._table or LEVEL < level <= LEVEL + ROW:
            return None
        row = place >> ROW if level == LEVEL else place
        rows = self._ledger.database.select(_FIND, (self._ledger.school, level, row))
        if not rows:
            return None
        if level > LEVEL:
            return bytes(rows[0][0])
        for at, one in enumerate(merkle.unpack(bytes(rows[0][0]))):
            self._known[level, (row << ROW) + at] = one
        return self._known.get((level, place))

    def _stretch(self, stretch: int) -> list[list[Hash]]:
        """The leaf hashes of 32 entries, or of the last few, and the rows of nodes above them."""
        rows = self._stretches.get(stretch)
        if rows is None:
            first = stretch * STRETCH + 1
            last = min(first + STRETCH - 1, self.size)
            found: list[Hash] = []
            for page in self._ledger.pages_from(first, upto=last):
                places = slice(max(0, first - page.first), last + 1 - page.first)
                found += page_hashes(page, places, self._commitment(page.act))
            if len(found) != last - first + 1:
                why = f"entries between {first:,} and {last:,} are missing"
                raise LogDeparts(school=self._ledger.school, why=why)
            if len(self._stretches) >= _HELD:
                self._stretches.clear()
            rows = self._stretches[stretch] = merkle.rows(found)
        return rows

    def _commitment(self, act: ActRow) -> str:
        """The commitment to an act's part, computed once for all the pages of the act."""
        found = self._acts.get(act.first)
        if found is None:
            if len(self._acts) >= _HELD:
                self._acts.clear()
            found = self._acts[act.first] = act_commitment(act)
        return found

    def _catch_up(self) -> list[tuple[int, int, int, bytes]]:
        """Compute the subtrees that are whole and not there yet: the rows to put down."""
        whole = self.size // BLOCK
        there = _remembered(self._ledger) if self._table else 0
        new: list[tuple[int, int, int, bytes]] = []
        if there >= whole:
            return new
        waiting: list[Hash] = []
        skip = there * BLOCK
        for page in self._ledger.pages_from(skip + 1, upto=whole * BLOCK):
            waiting += page_hashes(page)[max(0, skip + 1 - page.first) :]
            while len(waiting) >= BLOCK and there < whole:
                new += self._whole(there, merkle.rows(waiting[:BLOCK])[LEVEL:])
                waiting = waiting[BLOCK:]
                there += 1
        if there < whole:
            why = f"entries from {there * BLOCK + 1:,} on are missing"
            raise LogDeparts(school=self._ledger.school, why=why)
        return new

    def _whole(self, place: int, nodes: list[list[Hash]]) -> list[tuple[int, int, int, bytes]]:
        """The row of a block's stretches, and of each larger subtree that it completes."""
        school, level = self._ledger.school, LEVEL + ROW
        for at, one in enumerate(nodes[0]):
            self._known[LEVEL, (place << ROW) + at] = one
        found = self._known[level, place] = nodes[ROW][0]
        rows = [(school, LEVEL, place, b"".join(nodes[0]))]
        while place & 1:
            found = node_hash(self.node(level, place - 1), found)
            level, place = level + 1, place >> 1
            self._known[level, place] = found
            rows.append((school, level, place, found))
        return rows


def _remembered(ledger: Ledger) -> int:
    """How many blocks are remembered."""
    row = ledger.database.select(_COUNT, (ledger.school, LEVEL))
    return 0 if row[0][0] is None else int(row[0][0]) + 1


def unremembered(ledger: Ledger) -> int:
    """How many entries have to be looked through before the log can be asked anything."""
    known = _remembered(ledger) if ledger.database.has("subtrees") else 0
    return ledger.size() - known * BLOCK


def act_commitment(act: ActRow) -> str:
    """The commitment to the act part of an act as recorded."""
    return leaves.act_commitment(act.school, act, act.recorded_at.isoformat(), act.salt)


def page_hashes(
    page: Page, places: slice = leaves.WHOLE, commitment: str | None = None
) -> Sequence[Hash]:
    """
    The leaf hashes of a page, or of some places on it, recomputed from what is stored.

    ``commitment`` is the one to its act, where that is at hand.
    """
    act = page.act
    return leaves.page_leaves(
        page.runs,
        stream=page.stream,
        version=page.version,
        first=page.first,
        index=page.first - act.first,
        on=act.recorded_at.date().isoformat(),
        act=act_commitment(act) if commitment is None else commitment,
        salt=act.salt,
        places=places,
    )
