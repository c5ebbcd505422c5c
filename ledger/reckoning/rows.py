"""What the sums need to know of a code, a day's rules and a mark: no more than this."""

import datetime as dt
from typing import NamedTuple, Protocol

from ledger.kinds import Session


class Row(Protocol):
    """A code's row: how it counts in statistics, whether late, whether to the threshold."""

    @property
    def statistical(self) -> str: ...
    @property
    def late(self) -> bool: ...
    @property
    def threshold(self) -> bool: ...


class CodeSet(Protocol):
    """The codes of a day; ``known`` also finds old codes that are tolerated in what is read."""

    def known(self, code: str) -> Row | None: ...


class Day(Protocol):
    """The rules of one day."""

    @property
    def codes(self) -> CodeSet: ...


class Policy(Protocol):
    """Rules by day."""

    def on(self, day: dt.date) -> Day: ...


class Marked(NamedTuple):
    """A pupil's effective mark for a session, and the number of the entry that says so."""

    session: Session
    code: str
    entry: int | None = None
