"""
Killed at any moment, on both engines: nothing acknowledged is lost, nothing is there twice.

A few kills each; ``scripts/soak.py crash`` does as many as one likes.
"""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.crash.oracle import look
from tests.reliability.crash.scenarios import ON_POSTGRES, SCENARIOS, fought

pytestmark = pytest.mark.slow
BOTH = [("sqlite", name) for name in SCENARIOS] + [("postgres", name) for name in ON_POSTGRES]


@pytest.mark.parametrize(("engine", "name"), BOTH)
def test_nothing_acknowledged_is_lost_or_there_twice(
    engine: str, name: str, request: Any, tmp_path: Path
) -> None:
    pytest.importorskip("psycopg")
    url = f"sqlite:///{tmp_path / 'attendance.db'}"
    if engine == "postgres":
        url = request.getfixturevalue("postgres_url")

    ground, found = fought(name, url, tmp_path, cycles=2, seed=2)

    wrong = [one for one in found if not one.well]
    assert not wrong, wrong
    assert ground.kills >= 2
    assert found[-1].acknowledged > 0


def test_the_oracle_sees_what_is_lost_and_what_is_there_twice(tmp_path: Path) -> None:
    """Told of an act that is not there, of fewer than there are, or that a file was never read."""
    url = f"sqlite:///{tmp_path / 'attendance.db'}"
    ground, found = fought("two writers and the projection runner", url, tmp_path, cycles=1, seed=3)
    assert found[-1].well
    said = ground.acks["writer-4A"]

    more = {"writer-4A": [*said, f"4A-{len(said) + 5} 9999 9999"]}
    fewer = {"writer-4A": said[:-2]}

    assert look(url, tmp_path, more).lost
    assert look(url, tmp_path, fewer).doubled
    assert look(url, tmp_path, {"importer": ["0"]}).lost
    with sqlite3.connect(tmp_path / "attendance.db") as other:
        other.execute("UPDATE current_register SET code = 'N' WHERE school = 100001")
    other.close()
    assert look(url, tmp_path, {"writer-4A": said}).wrong
