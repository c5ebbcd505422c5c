"""
Killed at any moment, on both engines: nothing acknowledged is lost, nothing is there twice.

A few kills each; ``scripts/soak.py crash`` does as many as one likes.
"""

from pathlib import Path
from typing import Any

import pytest

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
