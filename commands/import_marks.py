"""Take in a file of marks: a snapshot of the register in the school's present system."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from commands.base import Command, on_the_clock
from commands.permits import Ask, permitted
from commands.rows import RefusedRow
from commands.snapshot.changes import Differences
from commands.snapshot.columns import Flag, ahead_of_time, flags
from commands.snapshot.rows import ShownMarks
from commands.snapshot_taken import Snapshot
from ledger.events import SnapshotImported
from ledger.events.school import Stretch
from ledger.kinds import Instant, Person, Said
from ledger.refusals import BadRows, Forbidden, OutOfOrder
from ledger.school import School


class ImportMarks(Command):
    """
    Take in a file that shows the register as at ``seen_at``.

    The file speaks for the days from its first session to its last: a mark that it shows no
    more inside them has vanished. ``strict`` takes in nothing if any row is bad.
    """

    NAME: ClassVar[str] = "import-marks"

    file: Said
    sha256: Said
    seen_at: Instant
    strict: bool = False

    @property
    def source(self) -> dict[str, object]:
        return {"file": self.file, "sha256": self.sha256, "seen_at": self.seen_at.isoformat()}


@dataclass(frozen=True)
class MarksImported:
    """
    What a file of marks came to.

    ``rows`` were read; ``recorded``, ``amended`` and ``vanished`` are the entries made of them;
    ``unchanged`` rows said what was known; ``repeated`` rows said it twice in the file; ``blank``
    rows say that there is no mark. ``refused`` counts all bad rows, ``refusals`` holds the
    first thousand. ``already``: the file, or the act, had been taken in before.
    """

    file: str
    first: dt.date | None = None
    last: dt.date | None = None
    rows: int = 0
    recorded: int = 0
    amended: int = 0
    vanished: int = 0
    unchanged: int = 0
    repeated: int = 0
    blank: int = 0
    refused: int = 0
    refusals: tuple[RefusedRow, ...] = ()
    flagged: tuple[Flag, ...] = ()
    already: bool = False


class KnownBy(NamedTuple):
    """What rows were read by, and the stretches that the next file may have again."""

    reading: str | None = None
    stretches: Mapping[str, Stretch] = MappingProxyType({})


def may_take_in(command: ImportMarks, school: School) -> Person:
    """Who takes the file in, if they may and the file does not come from the future."""
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    if command.seen_at > command.at:
        when = on_the_clock(command.seen_at)
        why = f"{command.file} shows the register at a time still to come ({when})"
        raise Forbidden(why=why)
    return by


def taken_in(command: ImportMarks, snapshots: Sequence[Snapshot]) -> Snapshot | None:
    """The snapshot last taken in, if it was of this very file."""
    latest = snapshots[-1] if snapshots else None
    return latest if latest and latest.sha256 == command.sha256 else None


def check_rows(command: ImportMarks, shown: ShownMarks) -> None:
    """Raise ``BadRows`` where rows are bad and the act is strict."""
    refused = shown.refused
    if command.strict and refused.count:
        raise BadRows(count=refused.count, file=command.file, rows=refused.in_order())


def check_order(
    command: ImportMarks, first: dt.date, last: dt.date, snapshots: Iterable[Snapshot]
) -> None:
    """
    Raise ``OutOfOrder`` for a file older than one taken in that speaks for any of its days.

    An older file of other days turns nothing back: that is how earlier years are taken in.
    """
    for taken in snapshots:
        if taken.first <= last and first <= taken.last and taken.seen_at > command.seen_at:
            raise OutOfOrder(
                file=command.file,
                seen_at=on_the_clock(command.seen_at),
                last=taken.file,
                last_seen=on_the_clock(taken.seen_at),
            )


def result(
    command: ImportMarks, shown: ShownMarks, span: tuple[dt.date, dt.date], found: Differences
) -> MarksImported:
    """The counts of what a file came to."""
    marks, rows = shown.marks, shown.all_rows
    refused = shown.refused
    return MarksImported(
        file=command.file,
        first=span[0],
        last=span[1],
        rows=rows,
        recorded=found.recorded,
        amended=found.amended,
        vanished=found.vanished,
        unchanged=marks - found.recorded - found.amended,
        repeated=shown.repeated,
        blank=rows - marks - shown.repeated - refused.count,
        refused=refused.count,
        refusals=refused.in_order(),
        flagged=(
            *flags(shown.columns, shown.school, shown.book),
            *ahead_of_time(shown.columns, shown.tales, command.seen_at),
        ),
    )


def snapshot_of(
    command: ImportMarks, by: Person, came: MarksImported, showed: dict[str, str], known_by: KnownBy
) -> SnapshotImported:
    """The event that says which file was taken in, what it came to, and what it is known by."""
    assert came.first is not None
    assert came.last is not None
    return SnapshotImported(
        file=command.file,
        sha256=command.sha256,
        seen_at=command.seen_at,
        first=came.first,
        last=came.last,
        rows=came.rows,
        recorded=came.recorded,
        amended=came.amended,
        vanished=came.vanished,
        refused=came.refused,
        showed=showed,
        read_by=known_by.reading,
        stretches=dict(known_by.stretches),
        made_by=by,
        made_at=command.at,
    )
