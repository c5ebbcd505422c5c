"""
The hashes that prove many entries at once.

Paths of neighbouring entries share most of their hashes. Here each is given once, with its
place: ``(level, index)`` is the hash over the leaves from ``index << level`` to before
``(index + 1) << level``, or to the end of the log where it ends before that (RFC 9162 2.1.1).
Whoever has the leaves goes up level by level, pairing each hash with its neighbour; at the end
of an odd row the last one goes up as it is.
"""

from collections.abc import Iterable, Mapping, Sequence

from ledger.proof.merkle import Hash, node_hash, rows
from ledger.proof.proving import Node, subtree

Place = tuple[int, int]


def shared_nodes(wanted: Iterable[int], size: int, node: Node) -> dict[Place, Hash]:
    """
    The hashes that lead from the leaves at some indexes to the root of a log of ``size``.

    Raises ``ValueError`` for an index that the log does not have.
    """
    known = set(wanted)
    if any(not 0 <= index < size for index in known):
        raise ValueError(f"a log of {size} leaves does not have them all")
    found: dict[Place, Hash] = {}
    level, width = 0, size
    while width > 1 and known:
        for index in sorted(known):
            sibling = index ^ 1
            if sibling < width and sibling not in known:
                ends = min((sibling + 1) << level, size)
                found[level, sibling] = subtree(sibling << level, ends, node)
        known = {index >> 1 for index in known}
        level, width = level + 1, (width + 1) >> 1
    return found


def shared_root(leaves: Mapping[int, Hash], nodes: Mapping[Place, Hash], size: int) -> Hash | None:
    """
    The root of a log of ``size`` that these leaves, by their index, and hashes lead to.

    ``None`` where a hash is missing on the way.
    """
    row, level, width = dict(leaves), 0, size
    while width > 1:
        above: dict[int, Hash] = {}
        for index, own in row.items():
            sibling = index ^ 1
            if sibling >= width:
                above[index >> 1] = own
                continue
            beside = row.get(sibling) or nodes.get((level, sibling))
            if beside is None:
                return None
            left, right = (own, beside) if sibling > index else (beside, own)
            above[index >> 1] = node_hash(left, right)
        row, level, width = above, level + 1, (width + 1) >> 1
    return row.get(0)


def nodes_over(leaves: Sequence[Hash]) -> Node:
    """The roots of the perfect subtrees over leaves that are at hand."""
    held = rows(leaves)
    return lambda level, index: held[level][index]
