"""A little school on a fresh ledger, on either engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.store import Store, open_store
from projections.engines import engine
from projections.runner import Runner
from tests.projections.a_school import URN, ASchool


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'ledger.db'}", create=True) as opened:
        yield opened


@pytest.fixture
def school(store: Store) -> ASchool:
    return ASchool(store.ledger(URN))


@pytest.fixture
def runner(store: Store, tmp_path: Path) -> Iterator[Runner]:
    made = Runner(engine(f"sqlite:///{tmp_path / 'ledger.db'}"))
    yield made
    made.engine.dispose()
