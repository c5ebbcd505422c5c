"""Who may ask for a pupil's leave: the appropriate person of the Regulations."""

import datetime as dt

from ledger.calendar import age_on, compulsory_school_age
from ledger.roll import Pupil

BY_THE_PUPIL = "pupil"
"""Stands for the pupil where a parent's id would stand."""

REGULATIONS_OF_2024 = dt.date(2024, 8, 19)


def why_not_appropriate(pupil: Pupil, asked_by: str, begins: dt.date) -> str:
    """
    Why whoever asked is no appropriate person, to end a sentence with; "" if they are.

    A parent the pupil normally lives with; and the pupil, if over compulsory school age when the
    absence begins (before 19 August 2024: at 18). A parent of whom the admission register does
    not say so does not count.

    Reference: SI 2024/208 reg. 11(12); SI 2006/1751 regs 2 and 7(1A).
    """
    if asked_by == BY_THE_PUPIL:
        return _too_young(pupil, begins)
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
    if begins >= REGULATIONS_OF_2024:
        return "SI 2024/208 reg. 11(12)"
    return "SI 2006/1751 reg. 7(1A)"


def asker(pupil: Pupil, asked_by: str) -> str:
    """Who asked, by name."""
    if asked_by == BY_THE_PUPIL:
        return pupil.name
    return next((one.name for one in pupil.parents if one.id == asked_by), asked_by)


def _too_young(pupil: Pupil, begins: dt.date) -> str:
    if begins >= REGULATIONS_OF_2024:
        may = begins > compulsory_school_age(pupil.born)[1]
        age = "over compulsory school age"
    else:
        may, age = age_on(pupil.born, begins) >= 18, "18"
    return "" if may else f"{pupil.name} asked, who is not {age} when the absence begins"
