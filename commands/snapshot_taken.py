"""A file of marks, as the ledger holds that it was taken in."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.events.school import Stretch
from ledger.kinds import Instant


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file of marks taken in: the entries it became, and the days it speaks for, both in."""

    first_entry: int
    last_entry: int
    file: str
    sha256: str
    seen_at: Instant
    first: dt.date
    last: dt.date
    refused: int
    showed: Mapping[str, str]
    read_by: str | None
    stretches: Mapping[str, Stretch]

    def covers(self, day: dt.date) -> bool:
        return self.first <= day <= self.last
