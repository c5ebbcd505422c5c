"""When a school meets, how its days are counted, and when a child must be there.

Everything here is pure: no clock is read, and the days come from the school's own calendar.
"""

from ledger.calendar.age import age_on, compulsory_school_age, of_compulsory_school_age
from ledger.calendar.ladder import Ladder
from ledger.calendar.london import instant, london
from ledger.calendar.periods import PERIODS, Period, PeriodKind
from ledger.calendar.school import Calendar, Unit, monday_of
from ledger.calendar.working import (
    add_working_days,
    bank_holidays,
    is_working_day,
    working_days_between,
)
from ledger.calendar.year import SchoolYear

__all__ = [
    "PERIODS",
    "Calendar",
    "Ladder",
    "Period",
    "PeriodKind",
    "SchoolYear",
    "Unit",
    "add_working_days",
    "age_on",
    "bank_holidays",
    "compulsory_school_age",
    "instant",
    "is_working_day",
    "london",
    "monday_of",
    "of_compulsory_school_age",
    "working_days_between",
]
