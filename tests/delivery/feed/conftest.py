"""A little school with something of everything in its ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'ledger.db'}", create=True) as opened:
        yield opened
