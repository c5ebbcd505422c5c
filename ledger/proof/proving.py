"""
Inclusion and consistency proofs over the tree of RFC 6962 / RFC 9162.

Proofs are made from a function that gives the root of any perfect subtree, so that whoever
keeps such roots reads about forty of them for a proof over a million entries. They are
checked by the algorithms of RFC 9162 2.1.3.2 and 2.1.4.2, which need nothing but the proof.
"""

from collections.abc import Callable, Sequence

from ledger.proof.merkle import EMPTY_ROOT, Hash, node_hash

Node = Callable[[int, int], Hash]
"""The root of the perfect subtree at a level and an index: of leaves ``index << level`` on."""


def subtree(first: int, end: int, node: Node) -> Hash:
    """The hash over the leaves from ``first`` to before ``end``, as RFC 9162 2.1.1 splits them."""
    count = end - first
    if count == 0:
        return EMPTY_ROOT
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, first >> level)
    split = first + _left(count)
    return node_hash(subtree(first, split, node), subtree(split, end, node))


def inclusion(index: int, size: int, node: Node) -> list[Hash]:
    """
    The inclusion proof of the leaf at ``index`` (entry number - 1) in a log of ``size``.

    From the leaf's sibling up. Raises ``ValueError`` where the log has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a log of {size} leaves has none at {index}")
    first, end = 0, size
    path: list[Hash] = []
    while end - first > 1:
        split = first + _left(end - first)
        if index < split:
            path.append(subtree(split, end, node))
            end = split
        else:
            path.append(subtree(first, split, node))
            first = split
    return path[::-1]


def consistency(old: int, size: int, node: Node) -> list[Hash]:
    """
    The proof that the log of ``size`` leaves begins with the log of ``old`` leaves.

    Empty where ``old`` is 0 or ``size``. Raises ``ValueError`` where ``old`` is the larger.
    """
    if not 0 <= old <= size:
        raise ValueError(f"a log of {size} leaves does not begin with one of {old}")
    if old in (0, size):
        return []
    first, end, whole = 0, size, True
    path: list[Hash] = []
    while old != end:
        split = first + _left(end - first)
        if old <= split:
            path.append(subtree(split, end, node))
            end = split
        else:
            path.append(subtree(first, split, node))
            first, whole = split, False
    if not whole:
        path.append(subtree(first, end, node))
    return path[::-1]


def includes(leaf: Hash, index: int, size: int, root: Hash, path: Sequence[Hash]) -> bool:
    """Whether a proof shows that the log of this size and root holds the leaf at ``index``."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def extends(old: int, old_root: Hash, size: int, root: Hash, path: Sequence[Hash]) -> bool:
    """Whether a proof shows that the log of ``size`` begins with the log of ``old`` leaves."""
    if old > size or old < 0:
        return False
    if old in (0, size):
        return not path and old_root == (root if old else EMPTY_ROOT)
    way = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not way:
        return False
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = way[0]
    for sibling in way[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == root


def _left(count: int) -> int:
    """How many of ``count`` leaves are in the left subtree: the largest power of two below."""
    return 1 << (count - 1).bit_length() - 1
