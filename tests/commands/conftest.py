from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.store import Ledger, open_store
from tests.commands.a_ledger import set_up


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_store(f"sqlite:///{tmp_path / 'school.db'}", create=True) as store:
        yield set_up(store)
