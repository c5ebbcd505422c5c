"""Working days: not a Saturday, Sunday, Christmas Day, Good Friday or bank holiday in England.

The meaning of "working day" in SI 2007/1867 reg. 22 (deemed service of a penalty notice).
"""

import datetime as dt
from collections.abc import Collection
from functools import cache

_NOT_THAT_YEAR = frozenset(
    dt.date.fromisoformat(day) for day in ("2012-05-28", "2020-05-04", "2022-05-30")
)
_PROCLAIMED = frozenset(
    dt.date.fromisoformat(day)
    for day in (
        "2011-04-29",  # a royal wedding
        "2012-06-04",  # the spring holiday, moved
        "2012-06-05",  # a diamond jubilee
        "2020-05-08",  # the early May holiday, moved
        "2022-06-02",  # the spring holiday, moved
        "2022-06-03",  # a platinum jubilee
        "2022-09-19",  # a state funeral
        "2023-05-08",  # a coronation
    )
)
"""Days that the calendar alone cannot tell, since 2006; later ones are passed as ``also``."""


@cache
def bank_holidays(year: int) -> frozenset[dt.date]:
    """
    The days off in England in a year: bank holidays, Christmas Day and Good Friday.

    Computed by the Banking and Financial Dealings Act 1971 and the yearly proclamations'
    settled pattern, with the exceptions proclaimed from 2006 to 2023.
    """
    sunday = easter(year)
    usual = {
        _not_at_weekend(dt.date(year, 1, 1)),
        sunday - dt.timedelta(days=2),
        sunday + dt.timedelta(days=1),
        _monday_from(dt.date(year, 5, 1)),
        _monday_from(dt.date(year, 5, 25)),
        _monday_from(dt.date(year, 8, 25)),
        dt.date(year, 12, 25),
        *_christmas(year),
    }
    proclaimed = {day for day in _PROCLAIMED if day.year == year}
    return frozenset((usual - _NOT_THAT_YEAR) | proclaimed)


def easter(year: int) -> dt.date:
    """Easter Sunday, by the Gregorian computus (Meeus, Jones, Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)


def spring_bank_holiday(year: int) -> dt.date:
    """The last Monday in May, or the day in June to which it was moved in 2012 and 2022."""
    usual = _monday_from(dt.date(year, 5, 25))
    moved = (day for day in sorted(_PROCLAIMED) if day.year == year and day.month == 6)
    return next(moved, usual) if usual in _NOT_THAT_YEAR else usual


def is_working_day(day: dt.date, also: Collection[dt.date] = ()) -> bool:
    """Whether a day is a working day; ``also`` names days off proclaimed since."""
    return day.weekday() < 5 and day not in bank_holidays(day.year) and day not in also


def add_working_days(day: dt.date, count: int, also: Collection[dt.date] = ()) -> dt.date:
    """
    The working day ``count`` working days after ``day``, which is itself not counted.

    A negative count goes back; 0 gives ``day``. Posted on a Friday, the second working day
    after is the Tuesday.
    """
    step = dt.timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, also)
    return day


def working_days_between(day: dt.date, later: dt.date, also: Collection[dt.date] = ()) -> int:
    """The number of working days after ``day`` up to and with ``later``; 0 if it is not later."""
    span = range(1, (later - day).days + 1)
    return sum(is_working_day(day + dt.timedelta(days=n), also) for n in span)


def _monday_from(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=-day.weekday() % 7)


def _not_at_weekend(day: dt.date) -> dt.date:
    return _monday_from(day) if day.weekday() >= 5 else day


def _christmas(year: int) -> tuple[dt.date, dt.date]:
    """The weekdays that Christmas Day and Boxing Day give, substitutes as proclaimed."""
    christmas, boxing = dt.date(year, 12, 25), dt.date(year, 12, 26)
    match christmas.weekday():
        case 4:  # Friday: Boxing Day moves to Monday
            return christmas, dt.date(year, 12, 28)
        case 5:  # Saturday: both move
            return dt.date(year, 12, 27), dt.date(year, 12, 28)
        case 6:  # Sunday: Boxing Day stays on Monday and Christmas Day moves past it
            return boxing, dt.date(year, 12, 27)
        case _:
            return christmas, boxing
