"""The grounds of leave as the Regulations have them, each with what it wants."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from ledger.calendar import age_on, compulsory_school_age, of_compulsory_school_age
from ledger.events.leave import LeaveRequested
from ledger.kinds import Code
from ledger.roll import Pupil

BY_THE_PUPIL = "pupil"
Advance = Literal["", "asked", "agreed"]
Want = Literal["", "licence", "examination", "agreed"]


@dataclass(frozen=True, slots=True)
class Ground:
    """
    One ground of leave.

    ``name`` is what a policy's list of grounds calls it. ``person``: an appropriate person must
    ask. ``advance``: whether it must be asked for, or also agreed, before the absence begins.
    ``wants`` is what must be said in granting it.
    """

    code: Code
    name: str
    reference: str
    person: bool = True
    advance: Advance = "asked"
    wants: Want = ""


PERFORMANCE = "regulated performance or employment abroad"
EXCEPTIONAL = "exceptional circumstances"

FROM_2024 = dt.date(2024, 8, 19)
_2013 = "SI 2006/1751 reg. 7(1A)"
GROUNDS_2013 = {
    "C": Ground("C", EXCEPTIONAL, _2013),
    "H": Ground("H", EXCEPTIONAL, _2013),
    "M": Ground("M", EXCEPTIONAL, _2013),
    "S": Ground("S", "study leave", _2013, advance="agreed", wants="examination"),
}
"""By the 2013 amendment every leave is asked for in advance by a parent the pupil lives with."""

GROUNDS_2024 = {
    "C1": Ground("C1", PERFORMANCE, "SI 2024/208 reg. 11(2)", False, "", "licence"),
    "J1": Ground("J1", "interview", "SI 2024/208 reg. 11(4)"),
    "S": Ground(
        "S", "study leave", "SI 2024/208 reg. 11(5)", advance="agreed", wants="examination"
    ),
    "X": Ground(
        "X",
        "part-time, not of compulsory school age",
        "SI 2024/208 reg. 11(7)-(8)",
        advance="",
        wants="agreed",
    ),
    "D": Ground("D", "attending another school or provision", "SI 2024/208 reg. 11(9)", False, ""),
    "C": Ground("C", EXCEPTIONAL, "SI 2024/208 reg. 11(11)"),
    "M": Ground("M", EXCEPTIONAL, "SI 2024/208 reg. 11(11)"),
}


def ground(code: Code, day: dt.date) -> Ground | None:
    """The ground of a code under the Regulations of a session's day."""
    return (GROUNDS_2024 if day >= FROM_2024 else GROUNDS_2013).get(code)


def why_not_appropriate(pupil: Pupil, asked_by: str, begins: dt.date) -> str:
    """
    Why whoever asked is no appropriate person, to end a sentence with; "" if they are.

    A parent the pupil normally lives with; and the pupil, if over compulsory school age when the
    absence begins (before 19 August 2024: at 18). A parent of whom the admission register does
    not say so does not count.

    Reference: SI 2024/208 reg. 11(12); SI 2006/1751 regs 2 and 7(1A).
    """
    if asked_by == BY_THE_PUPIL:
        return "" if _may_ask(pupil, begins) else _too_young(pupil, begins)
    parent = next((one for one in pupil.parents if one.id == asked_by), None)
    if parent is None:
        return f"{asked_by} is no longer a parent in the admission register"
    if parent.lives_with:
        return ""
    said = "does not say that" if parent.lives_with is None else "says that"
    lives = "lives" if parent.lives_with is None else "does not live"
    return f"the admission register {said} {pupil.name} normally {lives} with {parent.name}"


def reference_of_person(begins: dt.date) -> str:
    """Where an appropriate person is defined for an absence that begins on a day."""
    return "SI 2024/208 reg. 11(12)" if begins >= FROM_2024 else _2013


def over_age(pupil: Pupil, day: dt.date) -> bool:
    """Whether a pupil is over compulsory school age on a day."""
    return day > compulsory_school_age(pupil.born)[1]


def of_age(pupil: Pupil, day: dt.date) -> bool:
    """Whether a pupil is of compulsory school age on a day."""
    return of_compulsory_school_age(pupil.born, day)


def asker(pupil: Pupil, request: LeaveRequested) -> str:
    """Who asked, by name."""
    named = [one.name for one in pupil.parents if one.id == request.asked_by]
    return named[0] if named else pupil.name


def _may_ask(pupil: Pupil, begins: dt.date) -> bool:
    if begins < FROM_2024:
        return age_on(pupil.born, begins) >= 18
    return over_age(pupil, begins)


def _too_young(pupil: Pupil, begins: dt.date) -> str:
    age = "18" if begins < FROM_2024 else "over compulsory school age"
    return f"{pupil.name} asked, who is not {age} when the absence begins"
