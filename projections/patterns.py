"""Patterns of absence between two days: by band, by reason, by weekday and by week."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from ledger.calendar import monday_of
from ledger.kinds import Code, Frozen, Half
from ledger.reckoning import percent
from projections.answers import Header
from projections.current_register import current_register
from projections.rates_view import sums
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
    where = [r.school == view.urn, r.date.between(first, last), r.layer != "not on roll"]
    if group is not None:
        where.append(r["class"] == group)
    by_pupil = view.rows(sums(r.pupil).where(*where))
    days = view.rows(sums(r.date, r.half).where(*where))
    missed = (r.authorised == 1) | (r.unauthorised == 1) | (r.late == 1)
    entered = r.entered.is_not(None)
    coded = select(r.code, r.late, func.count().label("n")).where(*where, missed, entered)
    enough = [row for row in by_pupil if row.possible >= LEAST]
    return Patterns(
        header=view.header("patterns", [first, last]),
        first=first,
        last=last,
        least=LEAST,
        too_few=sum(0 < row.possible < LEAST for row in by_pupil),
        bands=tuple(_bands(enough)),
        reasons=tuple(_reasons(view, last, view.rows(coded.group_by(r.code, r.late)))),
        slots=tuple(_slots(days)),
        weeks=tuple(_weeks(days)),
    )


def _bands(rows: Iterable[Any]) -> Iterator[Band]:
    counts = Counter(
        min((row.authorised + row.unauthorised) * 100 // (row.possible * WIDTH), TOP // WIDTH)
        for row in rows
    )
    for step in range(TOP // WIDTH + 1):
        low = step * WIDTH
        high = low + WIDTH if low < TOP else None
        yield Band(low=low, high=high, pupils=counts[step])


def _reasons(view: View, last: dt.date, rows: Sequence[Any]) -> Iterator[Reason]:
    codes = view.school.rules_on(last).codes
    for row in sorted(rows, key=lambda one: (-one.n, one.code)):
        known = codes.known(row.code)
        counts = known.statistical if known else ""
        yield Reason(
            code=row.code,
            meaning=known.meaning if known else "not in force at the end of these days",
            counts_as="late" if counts == "present" else counts,
            sessions=row.n,
        )


def _slots(days: Sequence[Any]) -> Iterator[Slot]:
    found: dict[tuple[int, Half], Counter[str]] = {}
    for row in days:
        _add(found.setdefault((row.date.weekday(), row.half), Counter()), row)
    for (weekday, half), sum_ in sorted(found.items()):
        missed = sum_["authorised"] + sum_["unauthorised"]
        yield Slot(
            weekday=weekday,
            name=WEEKDAYS[weekday],
            half=half,
            possible=sum_["possible"],
            missed=missed,
            late=sum_["late"],
            absence=_percent(missed, sum_["possible"]),
        )


def _weeks(days: Sequence[Any]) -> Iterator[SchoolWeek]:
    found: dict[dt.date, Counter[str]] = {}
    for row in days:
        _add(found.setdefault(monday_of(row.date), Counter()), row)
    for starts, sum_ in sorted(found.items()):
        if sum_["possible"]:
            yield SchoolWeek(
                starts=starts,
                possible=sum_["possible"],
                attended=sum_["attended"],
                authorised=sum_["authorised"],
                unauthorised=sum_["unauthorised"],
                late=sum_["late"],
                attendance=_percent(sum_["attended"], sum_["possible"]),
            )


def _add(to: Counter[str], row: Any) -> None:
    for name in ("possible", "attended", "authorised", "unauthorised", "late"):
        to[name] += getattr(row, name)


def _percent(part: int, whole: int) -> str | None:
    return percent(Fraction(part, whole)) if whole else None
