"""Which sessions stand in the figures that the Department for Education publishes."""

import datetime as dt
from typing import Literal

from ledger.calendar import Calendar, Period, age_on

Scope = Literal["in", "overall only", "out"]


def dfe_published(
    born: dt.date, day: dt.date, calendar: Calendar, admitted: dt.date | None = None
) -> Scope:
    """
    Whether a pupil's session on a day stands in the published absence figures.

    Ages are as at 31 August before the school year: 5 to 15 are in; at 4 only overall
    absence is published, not split by authorised; others are out. For 15-year-olds the second
    half of the summer term is out, and so is, for all, a pupil first ``admitted`` in it.
    Boarders are out as well: the caller leaves them away. A day outside the calendar is out.

    Reference: DfE, Pupil absence statistics: methodology; ``rules.md`` A.4 and I.7.
    """
    year = calendar.period_of(day, "year")
    if year is None:
        return "out"
    summer = _second_half_of_summer(calendar, year)
    if admitted is not None and summer and summer.starts <= admitted <= summer.ends:
        return "out"
    match age_on(born, dt.date(year.starts.year - (year.starts.month < 8), 8, 31)):
        case 4:
            return "overall only"
        case 15 if summer and day >= summer.starts:
            return "out"
        case age:
            return "in" if 5 <= age <= 15 else "out"


def _second_half_of_summer(calendar: Calendar, year: Period) -> Period | None:
    """The year's last half-term, if the calendar as set reaches as far as the summer."""
    last = next(
        half for half in reversed(calendar.periods("half-term")) if half.starts <= year.ends
    )
    return last if 5 <= last.starts.month <= 8 else None
