"""Many entries proved at once: every leaf leads to the root with the hashes given, and no more."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.proof import merkle
from ledger.proof.sharing import nodes_over, shared_nodes, shared_root


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 2.1.1 word for word, sharing nothing with what is tested."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def led(held: dict[int, bytes], nodes: dict[tuple[int, int], bytes], size: int) -> bytes:
    """Up from the leaves held, as a stranger would go."""
    level, used = 0, set()
    while size > 1:
        above = {}
        for at, own in held.items():
            beside = at ^ 1
            if beside >= size:
                above[at >> 1] = own
                continue
            other = held.get(beside)
            if other is None:
                other = nodes[level, beside]
                used.add((level, beside))
            pair = own + other if beside > at else other + own
            above[at >> 1] = sha256(b"\x01" + pair).digest()
        held, level, size = above, level + 1, (size + 1) // 2
    assert used == set(nodes), "a hash that nobody needs tells more than it must"
    return held[0]


@given(st.integers(1, 70), st.data())
@settings(max_examples=150, deadline=None)
def test_any_leaves_lead_to_the_root_with_no_hash_too_many(size, data):
    leaves = [sha256(bytes([n])).digest() for n in range(size)]
    wanted = data.draw(st.sets(st.integers(0, size - 1), min_size=1))

    nodes = shared_nodes(wanted, size, nodes_over(leaves))

    assert led({at: leaves[at] for at in wanted}, nodes, size) == naive_root(leaves)
    assert naive_root(leaves) == merkle.root(merkle.extend(0, (), leaves))


def test_a_leaf_that_is_not_there_is_refused():
    leaves = [b"x" * 32] * 3
    with pytest.raises(ValueError, match="3 leaves"):
        shared_nodes([3], 3, nodes_over(leaves))


@given(st.integers(1, 70), st.data())
@settings(max_examples=100, deadline=None)
def test_leaves_lead_up_to_the_root_and_a_changed_or_lonely_one_does_not(size, data):
    leaves = [sha256(bytes([n])).digest() for n in range(size)]
    wanted = data.draw(st.sets(st.integers(0, size - 1), min_size=1))
    nodes = shared_nodes(wanted, size, nodes_over(leaves))
    held = {at: leaves[at] for at in wanted}

    assert shared_root(held, nodes, size) == naive_root(leaves)
    assert shared_root(held | {min(wanted): bytes(32)}, nodes, size) != naive_root(leaves)
    if nodes:
        assert shared_root(held, dict(list(nodes.items())[1:]), size) is None
