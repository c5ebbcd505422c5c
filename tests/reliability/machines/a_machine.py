"""What the machines share: a fresh ledger each, and a refusal that must change nothing."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine

from ledger.refusals import Refused
from ledger.store import open_store
from tests.commands.a_ledger import set_up

ANEW = "DRAWN_ANEW" in os.environ
"""Set it to draw other runs each time, as when looking for faults; else a run is repeatable."""

LONG = settings(
    derandomize=not ANEW,
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class OnALedger(RuleBasedStateMachine):
    """The fixture school on a SQLite file of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"sqlite:///{Path(self.folder.name) / 'machine.db'}"
        self.store = open_store(self.url, create=True)
        self.ledger = set_up(self.store)

    @contextmanager
    def refused(self) -> Iterator[None]:
        """Within it the act must be refused, and nothing recorded."""
        size = self.ledger.size()
        try:
            yield
        except Refused:
            assert self.ledger.size() == size
            return
        raise AssertionError("it was not refused")

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()
