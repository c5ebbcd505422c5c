"""Both engines for whatever touches the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.store import Store, open_store


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'attendance.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store that was just set up."""
    with open_store(store_url, create=True) as store:
        yield store
