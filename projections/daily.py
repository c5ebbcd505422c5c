"""Sessions of each day under each code, as the Department counts attendance day by day."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Row, func, select

from ledger.kinds import Code, Frozen
from ledger.policy import CodeRow
from ledger.reckoning import Rates, dfe_published
from projections.answers import Header
from projections.current_register import current_register
from projections.periods import periods
from projections.rates_view import IN_PERIOD
from projections.views import View

r, p = current_register.c, periods.c
SUMS = ("possible", "attended", "authorised", "unauthorised", "late")


class DayCounted(Frozen):
    """
    The sessions of one school day: what they come to, and how many under each code.

    ``codes`` has every code in force that day, also at nought, and those tolerated that occur.
    Where published figures are asked for, absence at age 4 is authorised and under no code.
    """

    date: dt.date
    possible: int
    attended: int
    authorised: int
    unauthorised: int
    late: int
    codes: Mapping[Code, int]


class Daily(Frozen):
    """The school days between two, both in, on which there is a mark."""

    header: Header
    first: dt.date
    last: dt.date
    dfe_published: bool
    rows: tuple[DayCounted, ...]


def daily(view: View, first: dt.date, last: dt.date, *, published: bool = False) -> Daily:
    """
    Every day's sessions by code; the sums are those of ``rates`` by day.

    ``published`` counts the pupils whom the published figures count.
    """
    days: dict[dt.date, tuple[Rates, Counter[Code]]] = {}
    for row in view.rows(_question(view, first, last, published=published)):
        found, by_code = _counted(view, row) if published else (_of(row), True)
        if found is not None:
            sums, codes = days.get(row.date, (Rates(), Counter()))
            codes[row.code] += int(row.sessions) if by_code else 0
            days[row.date] = (sums + found, codes)
    rows = tuple(_day(view, day, *days[day]) for day in sorted(days))
    header = view.header("export daily", [first, last])
    return Daily(header=header, first=first, last=last, dfe_published=published, rows=rows)


def codes_on(view: View, day: dt.date, held: Counter[Code]) -> Iterator[CodeRow]:
    """The codes in force on a day in the Regulations' order, then those tolerated that occur."""
    codes = view.school.rules_on(day).codes
    yield from codes.values()
    yield from (row for code, row in codes.tolerated.items() if held[code])


def _question(view: View, first: dt.date, last: dt.date, *, published: bool) -> Any:
    by = [r.date, r.code, *((r.pupil,) if published else ())]
    sums = (func.sum(r[name]).label(name) for name in SUMS)
    return (
        select(*by, *sums, func.count().label("sessions"))
        .join_from(current_register, periods, IN_PERIOD)
        .where(r.school == view.urn, p.period == "day", r.date.between(first, last))
        .where(r.entered.is_not(None), r.layer != "not on roll")
        .group_by(*by)
    )


def _of(row: Row[Any]) -> Rates:
    return Rates(*(int(row._mapping[name]) for name in SUMS))


def _counted(view: View, row: Row[Any]) -> tuple[Rates | None, bool]:
    """What a pupil's sessions of a day add to the published figures, and whether by code."""
    pupil, found = view.context.roll.pupils[row.pupil], _of(row)
    admitted = min(spell.starts for spell in pupil.spells)
    scope = dfe_published(pupil.born, row.date, view.school.calendar, admitted)
    if scope == "out":
        return None, False
    if scope == "overall only" and found.absent:
        return Rates(found.possible, found.attended, found.absent, 0, found.late), False
    return found, True


def _day(view: View, day: dt.date, sums: Rates, codes: Counter[Code]) -> DayCounted:
    return DayCounted(
        date=day,
        possible=sums.possible,
        attended=sums.attended,
        authorised=sums.authorised,
        unauthorised=sums.unauthorised,
        late=sums.late,
        codes={row.code: codes[row.code] for row in codes_on(view, day, codes)},
    )
