"""
A school's Merkle log over its stored entries: any root, any proof, in milliseconds.

The root of every whole subtree of 256 leaves or more is remembered in a table beside the
entries, once: 0.3 bytes an entry. A proof reads some twenty of them and recomputes at most
two stretches of 256 leaves from the stored values. What is not remembered yet is computed when
it is asked for, never by an append. Before anything is handed out, the log as remembered must
be the log the head row holds.
"""

from collections.abc import Sequence
from contextlib import suppress

from ledger.proof import leaves, merkle, proving
from ledger.proof.merkle import Hash
from ledger.store.ledger import Ledger
from ledger.store.rows import Page

LEVEL = 8
BLOCK = 1 << LEVEL
_FIND = "SELECT hash FROM subtrees WHERE school = ? AND level = ? AND place = ?"
_COUNT = "SELECT max(place) FROM subtrees WHERE school = ? AND level = ?"


class LogDeparts(Exception):
    """What is stored is not what the head of the school's log says was recorded."""


class Log:
    """The log of one school as it stood when this was made."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[tuple[int, int], Hash] = {}
        self._blocks: dict[int, list[Hash]] = {}
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
            raise LogDeparts(
                f"the entries of school {ledger.school} are not those of its log: "
                "'attendance verify' names the first"
            )
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

    def leaf(self, entry: int) -> Hash:
        """The leaf hash of an entry."""
        return self.node(0, entry - 1)

    def node(self, level: int, place: int) -> Hash:
        """The root of the perfect subtree at a level and place (``proving.Node``)."""
        if level < LEVEL:
            first = place << level
            block = self._leaves(first >> LEVEL)[first % BLOCK : first % BLOCK + (1 << level)]
            return merkle.root(merkle.extend(0, (), block))
        found = self._known.get((level, place))
        if found is None:
            key = (self._ledger.school, level, place)
            rows = self._ledger.database.select(_FIND, key) if self._table else []
            if rows:
                found = bytes(rows[0][0])
            elif level == LEVEL:
                found = merkle.root(merkle.extend(0, (), self._leaves(place)))
            else:
                found = merkle.node_hash(
                    self.node(level - 1, 2 * place), self.node(level - 1, 2 * place + 1)
                )
            self._known[level, place] = found
        return found

    def _leaves(self, block: int) -> list[Hash]:
        """The leaf hashes of one stretch of 256 entries, or of the last, shorter one."""
        if block not in self._blocks:
            first = block * BLOCK + 1
            last = min(first + BLOCK - 1, self.size)
            found: list[Hash] = []
            for page in self._ledger.pages_from(first, upto=last):
                of_page = page_hashes(page)
                found += of_page[max(0, first - page.first) : last + 1 - page.first]
            if len(found) != last - first + 1:
                raise LogDeparts(f"entries between {first} and {last} are missing")
            self._blocks = {**dict(list(self._blocks.items())[-3:]), block: found}
        return self._blocks[block]

    def _catch_up(self) -> list[tuple[int, int, int, Hash]]:
        """Compute the subtrees that are whole and not there yet: the rows to put down."""
        whole = self.size >> LEVEL
        there = 0
        if self._table:
            row = self._ledger.database.select(_COUNT, (self._ledger.school, LEVEL))
            there = 0 if row[0][0] is None else int(row[0][0]) + 1
        new: list[tuple[int, int, int, Hash]] = []
        if there >= whole:
            return new
        waiting: list[Hash] = []
        skip = there * BLOCK
        for page in self._ledger.pages_from(skip + 1, upto=whole * BLOCK):
            waiting += page_hashes(page)[max(0, skip + 1 - page.first) :]
            while len(waiting) >= BLOCK and there < whole:
                new += self._whole(there, merkle.root(merkle.extend(0, (), waiting[:BLOCK])))
                waiting = waiting[BLOCK:]
                there += 1
        if there < whole:
            raise LogDeparts(f"entries from {there * BLOCK + 1} on are missing")
        return new

    def _whole(self, place: int, found: Hash) -> list[tuple[int, int, int, Hash]]:
        """The row of a stretch, and of each larger subtree that it completes."""
        rows = []
        level = LEVEL
        while True:
            self._known[level, place] = found
            rows.append((self._ledger.school, level, place, found))
            if not place & 1:
                return rows
            found = merkle.node_hash(self.node(level, place - 1), found)
            level, place = level + 1, place >> 1


def page_hashes(page: Page) -> Sequence[Hash]:
    """The leaf hashes of a page, recomputed from what is stored."""
    act = page.act
    recorded_at = act.recorded_at.isoformat()
    return leaves.page_leaves(
        page.runs,
        stream=page.stream,
        version=page.version,
        first=page.first,
        index=page.first - act.first,
        on=act.recorded_at.date().isoformat(),
        act=leaves.act_commitment(act.school, act, recorded_at, act.salt),
        salt=act.salt,
    )
