"""Take in a file of pupils: its differences from the roll become admissions, moves, leavings."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from commands.base import Command, made
from commands.permits import Ask, permitted
from commands.pupil_rows import Described, PupilRow, read_row, written_day
from commands.rows import RefusedRow, RefusedRows
from ledger.calendar import london
from ledger.events import (
    Event,
    ParentsChanged,
    ParticularsChanged,
    PupilAdmitted,
    PupilLeft,
    PupilMoved,
    RollImported,
)
from ledger.kinds import Instant, Person, PupilId, Said
from ledger.refusals import BadRows
from ledger.roll import Pupil, Roll
from ledger.school import School


class ImportPupils(Command):
    """
    Bring the admission register up to a file from the school's present system.

    ``seen_at`` is the moment whose roll the file shows, where that was earlier than ``at``: a
    move to another class begins on that day. ``strict`` takes in nothing if any row is bad.
    """

    NAME: ClassVar[str] = "import-pupils"

    file: Said
    sha256: Said
    seen_at: Instant | None = None
    strict: bool = False

    @property
    def seen(self) -> dt.date:
        return london(self.seen_at or self.at).date()

    @property
    def source(self) -> dict[str, object]:
        seen_at = (self.seen_at or self.at).isoformat()
        return {"file": self.file, "seen_at": seen_at, "sha256": self.sha256}


@dataclass(frozen=True)
class PupilsDecided:
    """
    What a file of pupils comes to. ``missing`` are pupils on roll that it does not name: told,
    never taken for leavers.
    """

    events: tuple[Event, ...]
    unchanged: int
    refused: int
    refusals: tuple[RefusedRow, ...]
    missing: tuple[str, ...]

    def count(self, kind: type[Event]) -> int:
        """How many events of one kind."""
        return sum(isinstance(event, kind) for event in self.events)


def as_it_stood(command: ImportPupils, by: Person, decided: PupilsDecided) -> RollImported:
    """The event of a file that differs in nothing: without it nobody would know it was seen."""
    return RollImported(
        file=command.file,
        sha256=command.sha256,
        seen_at=command.seen_at or command.at,
        unchanged=decided.unchanged,
        refused=decided.refused,
        **made(by, command.at),
    )


def decide(
    command: ImportPupils, rows: Iterable[PupilRow], school: School, roll: Roll
) -> PupilsDecided:
    """
    The differences between a file and the roll.

    Rows that cannot be read are refused by line, and the others are taken in; with ``strict``
    ``BadRows`` is raised. A pupil the file does not name stays on roll.

    Reference: SI 2024/208 reg. 8.
    """
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    differing = _Differing(command, school, roll, by)
    refused = RefusedRows()
    named: dict[str, int] = {}
    events: list[Event] = []
    unchanged = 0
    for row in rows:
        try:
            one = read_row(row)
            if one.upn in named:
                raise ValueError(f"{one.upn} is on line {named[one.upn]} already")
        except ValueError as wrong:
            refused.add(row.line, f"{str(wrong)[0].upper()}{str(wrong)[1:]}.")
            continue
        named[one.upn] = row.line
        new = list(differing.of(one, row.line))
        unchanged += not new
        events += new
    if command.strict and refused.count:
        raise BadRows(count=refused.count, file=command.file, rows=refused.in_order())
    on_roll = [roll.pupils[pupil].upn for pupil in roll.places(command.seen)]
    missing = tuple(upn for upn in on_roll if upn not in named)
    return PupilsDecided(tuple(events), unchanged, refused.count, refused.in_order(), missing)


class _Differing:
    """What a described pupil differs in from the roll."""

    def __init__(self, command: ImportPupils, school: School, roll: Roll, by: Person) -> None:
        self._command = command
        self._school = school
        self._roll = roll
        self._made = made(by, command.at)
        self._next = roll.next_id

    def of(self, one: Described, line: int) -> Iterator[Event]:
        pupil = self._roll.by_upn(one.upn)
        if pupil is None:
            yield from self._admission(self._next, one, line)
            self._next += 1
            return
        ended = pupil.spells[-1].last_day
        if ended is not None and one.starts > ended:  # back after having left
            yield from self._admission(pupil.id, one, line)
            return
        yield from self._particulars(pupil, one)
        yield from self._place(pupil, one)
        yield from self._parents(pupil, one)
        yield from self._leaving(pupil, one)

    def _admission(self, pupil: PupilId, one: Described, line: int) -> Iterator[Event]:
        described = {name: value for name, value in one if name != "leaves"}
        yield PupilAdmitted(pupil=pupil, line=line, **described, **self._made)
        if one.leaves is not None:
            yield PupilLeft(pupil=pupil, last_day=one.leaves, **self._made)

    def _particulars(self, pupil: Pupil, one: Described) -> Iterator[Event]:
        spell = pupil.spells[-1]
        particulars = [
            ("surname", pupil.surname, one.surname),
            ("forename", pupil.forename, one.forename),
            ("date_of_birth", written_day(pupil.born), written_day(one.born)),
            ("start_date", written_day(spell.starts), written_day(one.starts)),
        ]
        if spell.last_day is not None:
            leaving = written_day(spell.last_day), written_day(one.leaves)
            particulars.append(("leaving_date", *leaving))
        for particular, original, amended in particulars:
            if original != amended:
                yield ParticularsChanged(
                    pupil=pupil.id,
                    particular=particular,
                    original=original,
                    amended=amended,
                    reason=self._reason,
                    **self._made,
                )

    def _place(self, pupil: Pupil, one: Described) -> Iterator[Event]:
        seen = max(self._command.seen, one.starts)
        place = pupil.place_on(seen)
        if (place.group, place.year_group) == (one.group, one.year_group):
            return
        if one.leaves is not None and one.leaves < seen:
            return  # gone by then: a class shown for a leaver is not a move
        starts = seen if place.year_group == one.year_group else self._new_year(seen)
        yield PupilMoved(
            pupil=pupil.id,
            group=one.group,
            year_group=one.year_group,
            starts=max(starts, place.starts),
            **self._made,
        )

    def _new_year(self, seen: dt.date) -> dt.date:
        """
        The day a change of year group began: the first of the school year, where the file
        shows it within the year's first half-term; else the day it was seen.
        """
        year = self._school.calendar.period_of(seen, "year")
        first = self._school.calendar.half_term_of(year.starts) if year else None
        return first.starts if first and first.starts <= seen <= first.ends else seen

    def _parents(self, pupil: Pupil, one: Described) -> Iterator[Event]:
        """Parents that differ; a file that names none says nothing about them."""
        if one.parents and one.parents != pupil.parents:
            yield ParentsChanged(
                pupil=pupil.id,
                original=pupil.parents,
                amended=one.parents,
                reason=self._reason,
                **self._made,
            )

    def _leaving(self, pupil: Pupil, one: Described) -> Iterator[Event]:
        if one.leaves is not None and pupil.spells[-1].last_day is None:
            yield PupilLeft(pupil=pupil.id, last_day=one.leaves, **self._made)

    @property
    def _reason(self) -> str:
        return f"Shown by {self._command.file}"
