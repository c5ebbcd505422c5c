"""What one act adds to one sheet, as columns from the decision to the store."""

from collections.abc import Sequence
from functools import cached_property
from typing import overload

from ledger.events import Event
from ledger.store import Act, PageDraft, Run
from ledger.store.rows import event_of


class OnSheet(Sequence[Event]):
    """
    The events of one act on one sheet, in order: columns, which the store takes as they are.

    An event is made of them only when somebody asks for it, as a receipt in words does.
    """

    def __init__(self, act: Act, stream: str, runs: Sequence[Run]) -> None:
        self.act = act
        self.stream = stream
        self.runs = runs

    def draft(self, expect: int) -> PageDraft:
        """The page for a sheet found at version ``expect``."""
        return PageDraft(self.stream, expect, self.runs)

    @cached_property
    def _events(self) -> list[Event]:
        return [
            event_of(run, index, self.stream, self.act)
            for run in self.runs
            for index in range(run.count)
        ]

    def __len__(self) -> int:
        return sum(run.count for run in self.runs)

    @overload
    def __getitem__(self, index: int) -> Event: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Event]: ...

    def __getitem__(self, index: int | slice) -> Event | Sequence[Event]:
        return self._events[index]
