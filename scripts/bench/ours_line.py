"""Ours, as a server does it: the whole act, asked of the line that all who wait stand in."""

from threading import Lock
from typing import ClassVar

from delivery.line import Line
from ledger.store import Store, open_store
from scripts.bench.ours_acts import OursActs
from scripts.bench.peer import Peer
from scripts.bench.workload import Sheet


class OursInLine(OursActs):
    """Every writer of a process asks the one line of it; no peer decides as much."""

    title: ClassVar[str] = "ours, the whole act, in a server's line"
    lines: ClassVar[dict[str, tuple[Line, Store]]] = {}
    making: ClassVar[Lock] = Lock()

    def open(self, *, create: bool) -> None:
        super().open(create=create)
        if create:
            return
        with self.making:  # the writers open at the same time, and there is one line
            if self.where not in self.lines:
                store = open_store(self.where)
                line = Line(self.where, lambda _ledger, _acts: False, store)
                self.lines[self.where] = line, store
        self.line, _ = self.lines[self.where]

    def beside(self, first: Peer) -> None:
        self.open(create=False)

    def take(self, sheet: Sheet) -> None:
        self.line.do(self.ledger.school, self.taking(sheet))

    def close(self) -> None:
        for one in self.lines.pop(self.where, ()):
            one.close()
        super().close()
