"""Patterns of absence between two days: by band, by reason, by weekday and by week."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from ledger.calendar import monday_of
from ledger.kinds import Code, Frozen, Half
from ledger.reckoning import NOTHING, Rates, percent
from projections.answers import Header
from projections.by_week import Asked, added_up
from projections.current_register import current_register
from projections.summed import by_half, by_pupil, here
from projections.views import View

r = current_register.c

LEAST = 20
"""Possible sessions below which a pupil is in no band. DfE, Monitor your school attendance."""
WIDTH, TOP = 5, 50
"""The bands are so many points of absence wide, up to the open one. The same source."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Band(Frozen):
    """Pupils who missed ``low`` percent of their possible sessions or more, under ``high``."""

    low: int
    high: int | None
    pupils: int


class Reason(Frozen):
    """Sessions missed, or late, under one code."""

    code: Code
    meaning: str
    counts_as: str
    sessions: int


class Slot(Frozen):
    """One half-day of the week: possible sessions of all pupils, and those missed."""

    weekday: int
    name: str
    half: Half
    possible: int
    missed: int
    late: int
    absence: str | None


class SchoolWeek(Frozen):
    """One week, by its Monday."""

    starts: dt.date
    possible: int
    attended: int
    authorised: int
    unauthorised: int
    late: int
    attendance: str | None


class Patterns(Frozen):
    """
    Absence between two days, both in. Counts are exact; percentages are rounded to be shown.

    ``too_few`` pupils have fewer possible sessions than ``least`` and are in no band.
    """

    header: Header
    first: dt.date
    last: dt.date
    least: int
    too_few: int
    bands: tuple[Band, ...]
    reasons: tuple[Reason, ...]
    slots: tuple[Slot, ...]
    weeks: tuple[SchoolWeek, ...]


def patterns(view: View, first: dt.date, last: dt.date, group: str | None = None) -> Patterns:
    """How absence is spread over pupils, reasons, half-days and weeks; of one class, or of all."""
    span = (first, last)
    pupils, days = by_pupil(view, span, group).values(), by_half(view, span, group)
    coded = added_up(view, ("reasons", group), span, _coded(view, group))
    enough = [one for one in pupils if one.possible >= LEAST]
    return Patterns(
        header=view.header("patterns", [first, last]),
        first=first,
        last=last,
        least=LEAST,
        too_few=sum(0 < one.possible < LEAST for one in pupils),
        bands=tuple(_bands(enough)),
        reasons=tuple(_reasons(view, last, coded)),
        slots=tuple(_slots(days)),
        weeks=tuple(_weeks(days)),
    )


def _coded(view: View, group: str | None) -> Asked:
    """How many sessions were missed, or late, under each code."""
    missed = (r.authorised == 1) | (r.unauthorised == 1) | (r.late == 1)

    def asked(first: dt.date, last: dt.date) -> Iterator[tuple[Any, tuple[int, ...]]]:
        coded = select(r.code, r.late, func.count().label("n")).where(
            *here(view, group, first, last), missed, r.entered.is_not(None)
        )
        for row in view.rows(coded.group_by(r.code, r.late)):
            yield (row.code, row.late), (row.n,)

    return asked


def _bands(rows: Iterable[Rates]) -> Iterator[Band]:
    counts = Counter(min(row.absent * 100 // (row.possible * WIDTH), TOP // WIDTH) for row in rows)
    for step in range(TOP // WIDTH + 1):
        low = step * WIDTH
        high = low + WIDTH if low < TOP else None
        yield Band(low=low, high=high, pupils=counts[step])


def _reasons(view: View, last: dt.date, coded: Mapping[Any, tuple[int, ...]]) -> Iterator[Reason]:
    codes = view.school.rules_on(last).codes
    for (code, _), (count,) in sorted(coded.items(), key=lambda one: (-one[1][0], one[0])):
        known = codes.known(code)
        counts = known.statistical if known else ""
        yield Reason(
            code=code,
            meaning=known.meaning if known else "not in force at the end of these days",
            counts_as="late" if counts == "present" else counts,
            sessions=count,
        )


def _slots(days: Mapping[tuple[dt.date, Half], Rates]) -> Iterator[Slot]:
    found: dict[tuple[int, Half], Rates] = {}
    for (day, half), counts in days.items():
        at = day.weekday(), half
        found[at] = found.get(at, NOTHING) + counts
    for (weekday, half), added in sorted(found.items()):
        yield Slot(
            weekday=weekday,
            name=WEEKDAYS[weekday],
            half=half,
            possible=added.possible,
            missed=added.absent,
            late=added.late,
            absence=_percent(added.absent, added.possible),
        )


def _weeks(days: Mapping[tuple[dt.date, Half], Rates]) -> Iterator[SchoolWeek]:
    found: dict[dt.date, Rates] = {}
    for (day, _), counts in days.items():
        monday = monday_of(day)
        found[monday] = found.get(monday, NOTHING) + counts
    for starts, added in sorted(found.items()):
        if added.possible:
            yield SchoolWeek(
                starts=starts,
                possible=added.possible,
                attended=added.attended,
                authorised=added.authorised,
                unauthorised=added.unauthorised,
                late=added.late,
                attendance=_percent(added.attended, added.possible),
            )


def _percent(part: int, whole: int) -> str | None:
    return percent(Fraction(part, whole)) if whole else None
