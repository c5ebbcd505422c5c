"""Peers that take turns are measured in the same minutes, and what they took is read back."""

import pytest

from scripts.bench import turns


@pytest.mark.parametrize("op", ["take", "amend"])
def test_each_peer_has_as_many_turns(op: str) -> None:
    found = turns.turns(op, ["packed", "library", "ours"], count=2, each=2, size="tiny")

    assert {name: [len(took) for took in rounds] for name, rounds in found.items()} == {
        "packed": [2, 2], "library": [2, 2], "ours": [2, 2],
    }  # fmt: skip
    assert all(one > 0 for rounds in found.values() for took in rounds for one in took)


def test_a_ratio_is_of_the_turns_side_by_side() -> None:
    """Given a machine that is half as fast in the second round, the ratio is the same."""
    found = {"library": [[30.0, 30.0], [60.0, 60.0]], "ours": [[20.0, 20.0], [40.0, 40.0]]}

    library, ours = turns.told(found)

    assert library == "library: 45 µs, 1.50 times as long as ours (quartiles 1.50 and 1.50)"
    assert ours == "ours: 30 µs"
