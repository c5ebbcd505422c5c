"""How a mark looks: a form for each way it counts, so that no meaning hangs on colour alone."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ledger.following_up import UNEXPLAINED
from ledger.policy import PolicyDay

LOOKS = {
    "present": "Attending",
    "late": "Late",
    "elsewhere": "Attending elsewhere",
    "authorised": "Authorised absence",
    "unauthorised": "Unauthorised absence",
    "open": "Reason not yet established",
    "unable": "Unable to attend",
    "none": "Not counted",
}
"""Each look by its name in the style sheet, with what a legend calls it."""

_OF = {
    "present": "present",
    "attending elsewhere": "elsewhere",
    "authorised": "authorised",
    "unauthorised": "unauthorised",
    "not possible": "unable",
    "administrative": "none",
}


class Look(NamedTuple):
    """How one code looks on one day, and what it means then."""

    name: str
    meaning: str


def look(code: str | None, rules: PolicyDay) -> Look:
    """The look of a code under the rules of the session's day; of no code, nothing counted."""
    row = rules.codes.known(code) if code else None
    if row is None:
        return Look("none", "no mark")
    if code == UNEXPLAINED:
        return Look("open", row.meaning)
    if row.late and row.statistical == "present":
        return Look("late", row.meaning)
    return Look(_OF[row.statistical], row.meaning)


class Cell(NamedTuple):
    """One session of one pupil on a page; ``planned`` is leave that is not entered yet."""

    code: str
    look: str
    meaning: str
    changed: bool
    planned: bool


def cells(lines: Iterable[Any], rules_on: Any) -> Mapping[tuple[int, dt.date, str], Cell]:
    """The lines of a register as cells, by pupil, day and half."""
    return {
        (line.pupil, line.session.date, line.session.half): _cell(line, rules_on) for line in lines
    }


def _cell(line: Any, rules_on: Any) -> Cell:
    known = line.then
    if known is None or known.code is None:
        return Cell("", "none", "no mark", line.changed, planned=False)
    found = look(known.code, rules_on(line.session.date))
    return Cell(known.code, found.name, found.meaning, line.changed, known.layer == "leave")
