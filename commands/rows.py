"""Rows of a file that were not taken in: which, and why."""

from dataclasses import dataclass, field

from ledger.refusals import readable

KEPT = 1000
"""How many refused rows are kept to be shown; all are counted."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be taken in: its line in the file and the reason, one sentence."""

    line: int
    why: str


@dataclass(slots=True)
class RefusedRows:
    """The rows refused so far: the first of them kept, all of them counted."""

    count: int = 0
    kept: list[RefusedRow] = field(default_factory=list)

    def add(self, line: int, why: str) -> None:
        self.count += 1
        if len(self.kept) < KEPT:
            self.kept.append(RefusedRow(line, readable(why)))

    def in_order(self) -> tuple[RefusedRow, ...]:
        return tuple(sorted(self.kept, key=lambda row: row.line))
