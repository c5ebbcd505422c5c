"""
The tree of RFC 6962 / RFC 9162 over a school's entries, kept as its frontier.

A leaf is ``SHA-256(0x00 || data)``, a node ``SHA-256(0x01 || left || right)``; the leaf of
entry *n* has index *n* - 1. The frontier of a log of ``size`` leaves holds the roots of its
perfect subtrees, smallest first: one for each bit set in ``size``, so at most 64.
"""

from collections.abc import Sequence
from hashlib import sha256

Hash = bytes
Frontier = tuple[Hash, ...]

EMPTY_ROOT: Hash = sha256(b"").digest()


def leaf_hash(data: bytes) -> Hash:
    """The hash of one leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """The hash of a node over its two children."""
    return sha256(b"\x01" + left + right).digest()


def extend(size: int, frontier: Frontier, leaves: Sequence[Hash]) -> Frontier:
    """The frontier after ``leaves`` are added to a log of ``size`` leaves."""
    return unpack(grow(size, pack(frontier), leaves))


def grow(size: int, packed: bytes, leaves: Sequence[Hash]) -> bytes:
    """
    The same, of a frontier as the head row keeps it.

    Works level by level, so a year's leaves cost one pass over shrinking lists: at each
    level the waiting left sibling (a set bit of ``size``) comes before the new nodes, pairs
    are hashed, and an odd one out waits in the new frontier. What lies above stays.
    """
    grown: list[Hash] = []
    nodes = list(leaves)
    at = 0
    while len(nodes) > 1:
        if size & 1:
            nodes.insert(0, packed[at : at + 32])
            at += 32
        if len(nodes) & 1:
            grown.append(nodes[-1])
        nodes = _over(nodes)
        size >>= 1
    if nodes:  # one: it climbs until no sibling waits for it
        node = nodes[0]
        while size & 1:
            node = node_hash(packed[at : at + 32], node)
            at += 32
            size >>= 1
        grown.append(node)
    return b"".join(grown) + packed[at:]


def rows(leaves: Sequence[Hash]) -> list[list[Hash]]:
    """The leaves, the nodes over each whole pair of them, over each pair of those, and so on."""
    found = [list(leaves)]
    while len(found[-1]) > 1:
        found.append(_over(found[-1]))
    return found


def _over(nodes: Sequence[Hash]) -> list[Hash]:
    """The nodes over each whole pair of neighbours."""
    one = iter(nodes)
    pairs = zip(one, one, strict=False)
    return [sha256(b"\x01" + left + right).digest() for left, right in pairs]


def root(frontier: Frontier) -> Hash:
    """The root of the log whose frontier this is; of an empty log, SHA-256 of nothing."""
    if not frontier:
        return EMPTY_ROOT
    smallest, *larger = frontier
    for left in larger:
        smallest = node_hash(left, smallest)
    return smallest


def pack(frontier: Frontier) -> bytes:
    """The frontier as the head row keeps it: its hashes one after the other."""
    return b"".join(frontier)


def unpack(packed: bytes) -> Frontier:
    """The frontier from the head row."""
    return tuple(packed[at : at + 32] for at in range(0, len(packed), 32))
