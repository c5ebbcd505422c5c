"""The spans that figures are given for: day, week, half-term, term, school year."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal, NamedTuple

PeriodKind = Literal["day", "week", "half-term", "term", "year"]
PERIODS: tuple[PeriodKind, ...] = ("day", "week", "half-term", "term", "year")


class Period(NamedTuple):
    """A span of days under a name, both ends in, such as ``2024/25 Autumn 1``."""

    label: str
    starts: dt.date
    ends: dt.date


def holding(periods: Sequence[Period], day: dt.date) -> Period | None:
    """The period that holds a day, from periods in date order that do not overlap."""
    place = bisect_right(periods, day, key=lambda period: period.starts) - 1
    return periods[place] if place >= 0 and day <= periods[place].ends else None


def week(monday: dt.date) -> Period:
    """The seven days from a Monday."""
    return Period(f"week of {monday.isoformat()}", monday, monday + dt.timedelta(days=6))
