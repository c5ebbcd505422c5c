"""What the school census collects of a pupil's sessions: of which days, of whom, and how."""

import datetime as dt
from typing import Literal, NamedTuple

from ledger.calendar.age import age_on
from ledger.calendar.working import easter, spring_bank_holiday
from ledger.policy import PolicyDay

Census = Literal["autumn", "spring", "summer"]
PartName = Literal["termly", "summer second half"]
Scope = Literal["in", "overall only", "out"]


class Part(NamedTuple):
    """A stretch of days, both in, that a census collects as one."""

    name: PartName
    first: dt.date
    last: dt.date


def census_of(day: dt.date) -> Census:
    """Which census a census day is of: January to March, April to July, or later."""
    if day.month <= 3:
        return "spring"
    return "summer" if day.month <= 7 else "autumn"


def collected(day: dt.date) -> tuple[Part, ...]:
    """
    The days whose sessions a census collects, one term in arrears.

    The autumn census takes the summer term before it in two parts: from Easter Monday to the
    Sunday before the spring bank holiday, and from that holiday to 31 July. Days between
    that Sunday and a holiday that was moved are in neither.

    Reference: DfE, Pupil absence statistics: methodology, Table 6.
    """
    year = day.year
    match census_of(day):
        case "spring":
            return (Part("termly", dt.date(year - 1, 8, 1), dt.date(year - 1, 12, 31)),)
        case "summer":
            return (Part("termly", dt.date(year, 1, 1), easter(year)),)
        case _:
            holiday = spring_bank_holiday(year)
            sunday = holiday - dt.timedelta(days=holiday.isoweekday())
            monday = easter(year) + dt.timedelta(days=1)
            return (
                Part("termly", monday, sunday),
                Part("summer second half", holiday, dt.date(year, 7, 31)),
            )


def age_for(born: dt.date, part: Part) -> int:
    """The age on 31 August before the school year that a part is in."""
    return age_on(born, dt.date(part.first.year - (part.first.month < 8), 8, 31))


def scope(born: dt.date, part: Part, *, boards: bool, rules: PolicyDay) -> Scope:
    """
    Whether a pupil's sessions are collected, and whether by reason; ``rules`` of the census day.

    ``boards``: the pupil is a boarder on the census day, or was on the last day on roll.
    """
    ages, age = rules.get("census.ages").value, age_for(born, part)
    if boards and not rules.get("census.boarders").value:
        return "out"
    if not ages["least"] <= age <= ages["most"]:
        return "out"
    return "overall only" if age <= rules.get("census.overall_only").value else "in"


class Absence(NamedTuple):
    """Sessions missed with and without authority."""

    authorised: int = 0
    unauthorised: int = 0

    @property
    def all(self) -> int:
        return self.authorised + self.unauthorised


def counted(reasons: Absence, totals: Absence) -> Absence:
    """
    The absence that the Department counts where a return has reasons and totals.

    The reasons, where they come to as much as the totals or more; else the totals.

    Reference: DfE, Pupil absence statistics: methodology, Table 10.
    """
    return reasons if reasons.all >= totals.all else totals
