"""The grounds of leave as the Regulations have them, each with what it wants."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from ledger.appropriate import REGULATIONS_OF_2024
from ledger.kinds import Code

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
    return (GROUNDS_2024 if day >= REGULATIONS_OF_2024 else GROUNDS_2013).get(code)
