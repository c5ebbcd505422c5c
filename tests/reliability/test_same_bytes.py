"""Batch sizes, restarts and hash seeds do not change a byte of any read model."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from delivery.bootstrap import desk
from ledger.store import open_store
from projections import runner as running
from projections import tracking
from projections.engines import engine
from projections.runner import Runner
from projections.schema import metadata
from scripts.simulation.run import Simulation

pytestmark = pytest.mark.slow
OF_THE_STEPS = {tracking.positions.name}  # how many steps there were is no answer to anything
MADE_ANEW = (
    "import sys; from tests.reliability.test_same_bytes import anew; print(anew(sys.argv[1]))"
)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Forty-two simulated days at two schools, and what was disposed of after them."""
    url = f"sqlite:///{tmp_path_factory.mktemp('played') / 'played.db'}"
    Simulation(5, url, days=42, pupils=6).run()
    return url


def digest(read: Engine) -> str:
    """SHA-256 over every row of every table of the read models, in the order of their keys."""
    found = hashlib.sha256()
    with read.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name in OF_THE_STEPS:
                continue
            found.update(table.name.encode())
            for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
                found.update(repr(tuple(row)).encode())
    return found.hexdigest()


def anew(url: str) -> str:
    """The read models of every school dropped and made again."""
    with desk(url) as at:
        for ledger in at.ledgers(None):
            at.rebuild(ledger)
        return digest(at.runner.engine)


@pytest.mark.parametrize("pages", [1, 7, 64])
def test_batches_of_any_size_and_a_restart_after_each(played, pages, monkeypatch):
    meant = anew(played)
    monkeypatch.setattr(running, "BATCH", pages)
    read = engine(played)
    with open_store(played) as store:
        for school in store.schools():
            ledger = store.ledger(school)
            Runner(read).forget(school)
            while True:
                restarted, before = Runner(read), Runner(read).position(ledger)
                pages_left = _stopping(restarted, ledger)
                if restarted.position(ledger) == before and not pages_left:
                    break
    assert digest(read) == meant
    read.dispose()


def _stopping(restarted: Runner, ledger) -> bool:
    """Take in one batch and stop, as a process that is killed between two; whether one came."""

    class Stopped(Exception):
        pass

    def stop(_: int) -> None:
        raise Stopped

    try:
        restarted.catch_up(ledger, stop)
    except Stopped:
        return True
    return False


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_hash_seeds(played, seed):
    """Nothing that is written follows the order of a set."""
    meant = anew(played)
    told = subprocess.run(
        [sys.executable, "-c", MADE_ANEW, played],
        env=os.environ | {"PYTHONHASHSEED": seed},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == meant
