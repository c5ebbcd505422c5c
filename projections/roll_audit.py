"""Question 12: who joined and left, when that was put down, and who is long away under a code."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, or_, select

from ledger.calendar import london
from ledger.events import PupilAdmitted, PupilLeft
from ledger.kinds import Code, Frozen, Instant, Session
from projections.answers import Header, PupilRef
from projections.contradictions import NOT_ON_ROLL, contradictions
from projections.current_register import current_register
from projections.views import View

t = current_register.c


class RollChange(Frozen):
    """
    A name entered in the admission register, or deleted from it.

    ``day`` is the starting day or the last day on roll, ``school_days`` how many school days
    after that day it was put down: 0 on the day or before it. ``ground`` is that of a deletion,
    ``None`` where none was given.
    """

    entry: int
    kind: str
    pupil: PupilRef
    day: dt.date
    recorded_at: Instant
    school_days: int
    year_group: str
    group: str
    ground: str | None
    by: str


class LongAway(Frozen):
    """
    A pupil often or long away under one code: ``sessions`` in all, from ``first`` to ``last``.

    ``longest`` is the longest run without another mark between; ``goes_on``: nothing came after.
    What the activity or the timetable is, ``explain-mark`` and ``leave`` say.
    """

    pupil: PupilRef
    group: str
    code: Code
    meaning: str
    first: Session
    last: Session
    sessions: int
    longest: int
    goes_on: bool


class OffRoll(Frozen):
    """A mark for a day on which the pupil is not on roll."""

    pupil: PupilRef
    session: Session
    code: Code
    entry: int


class RollAudit(Frozen):
    """Question 12; who has ``least`` sessions under one of ``codes`` is in ``away``."""

    header: Header
    first: dt.date
    last: dt.date
    changes: tuple[RollChange, ...]
    away: tuple[LongAway, ...]
    off_roll: tuple[OffRoll, ...]
    least: int
    codes: tuple[Code, ...]

    @property
    def backdated(self) -> tuple[RollChange, ...]:
        """What was put down after its day."""
        return tuple(change for change in self.changes if change.school_days > 0)


def audit_roll(view: View, first: dt.date, last: dt.date) -> RollAudit:
    """
    Admissions and deletions whose day, or whose entry, lies between two days; who is long
    away; marks of nobody on roll.

    A name is deleted when its ground is met and never back-dated; what was put down later than
    its day is shown, not judged. Reference: SI 2024/208 regs 8 and 9.
    """
    rules = view.policy.on(last)
    least, codes = (
        rules.get("audit.away_sessions").value,
        tuple(rules.get("audit.away_codes").value),
    )
    return RollAudit(
        header=view.header("audit-roll", [first, last]),
        first=first,
        last=last,
        changes=tuple(_changes(view, first, last)),
        away=tuple(_away(view, first, last, codes, least)),
        off_roll=tuple(_off_roll(view, first, last)),
        least=least,
        codes=codes,
    )


def _changes(view: View, first: dt.date, last: dt.date) -> Iterator[RollChange]:
    calendar, roll = view.school.calendar, view.context.roll
    for page in view.ledger.pages("pupil/", upto=view.entry):
        for recorded in page.events():
            event = recorded.event
            if not isinstance(event, PupilAdmitted | PupilLeft) or recorded.entry > view.entry:
                continue
            admitted = isinstance(event, PupilAdmitted)
            day = event.starts if isinstance(event, PupilAdmitted) else event.last_day
            entered = london(page.act.recorded_at).date()
            if not (first <= day <= last or first <= entered <= last):
                continue
            pupil = roll.pupils[event.pupil]
            place = pupil.place_on(day)
            late = calendar.school_days_between(day, entered) if entered > day else 0
            yield RollChange(
                entry=recorded.entry,
                kind="admitted" if admitted else "left",
                pupil=PupilRef.of(pupil),
                day=day,
                recorded_at=page.act.recorded_at,
                school_days=late,
                year_group=place.year_group,
                group=place.group,
                ground=None if isinstance(event, PupilAdmitted) else event.ground,
                by=f"{page.act.made_by.name} ({page.act.made_by.position})",
            )


def _away(
    view: View, first: dt.date, last: dt.date, codes: Sequence[Code], least: int
) -> Iterator[LongAway]:
    """Who has so many sessions under one code between the days, in the order of pupils."""
    pupils = select(t.pupil).where(t.school == view.urn, t.code.in_(codes)).distinct()
    counted = or_(t.possible == 1, t.code.in_(codes))  # a closed session breaks no run
    question = select(t.pupil, t.date, t.half, t.code, t["class"]).where(
        t.school == view.urn,
        t.pupil.in_(pupils),
        t.code.is_not(None),
        t.date.between(first, last),
        counted,
    )
    rows = view.rows(question.order_by(t.pupil, t.date, t.half))
    for number, theirs in groupby(rows, lambda row: int(row.pupil)):
        held = list(theirs)
        runs = [list(run) for _, run in groupby(held, lambda row: str(row.code))]
        for code in codes:
            of_code = [run for run in runs if run[0].code == code]
            if sum(map(len, of_code)) >= least:
                yield _long(view, number, of_code, held[-1])


def _long(view: View, number: int, runs: list[list[Row[Any]]], latest: Row[Any]) -> LongAway:
    start, end = runs[0][0], runs[-1][-1]
    known = view.school.rules_on(end.date).codes.known(end.code)
    return LongAway(
        pupil=PupilRef.of(view.context.roll.pupils[number]),
        group=str(end._mapping["class"]),
        code=end.code,
        meaning=known.meaning if known else "",
        first=Session(start.date, start.half),
        last=Session(end.date, end.half),
        sessions=sum(map(len, runs)),
        longest=max(map(len, runs)),
        goes_on=end is latest,
    )


def _off_roll(view: View, first: dt.date, last: dt.date) -> Iterable[OffRoll]:
    found = contradictions().subquery()
    question = select(found).where(
        found.c.school == view.urn,
        found.c.kind == NOT_ON_ROLL,
        found.c.date.between(first, last),
    )
    for row in view.rows(question.order_by(found.c.date, found.c.half, found.c.pupil)):
        yield OffRoll(
            pupil=PupilRef.of(view.context.roll.pupils[row.pupil]),
            session=Session(row.date, row.half),
            code=row.entered,
            entry=row.entry,
        )
