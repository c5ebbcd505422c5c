"""What the acts about leave look at together: who, which days, which codes."""

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

from commands.base import Command, in_words
from commands.marks import check_allowed, row_in_force
from ledger.events import Event, Parent
from ledger.kinds import Code, Session
from ledger.leave import Leave, Leaves
from ledger.refusals import (
    CodeNotAllowed,
    NotASchoolDay,
    NotOnRoll,
    UnknownLeave,
    UnknownParent,
)
from ledger.roll import Pupil
from ledger.school import School


def leave_of(leaves: Leaves, number: int) -> Leave:
    """The request with a number. Raises ``UnknownLeave``."""
    found = leaves.requests.get(number)
    if found is None:
        known = ", ".join(map(str, sorted(leaves.requests))) or "none"
        raise UnknownLeave(leave=number, known=known)
    return found


def parent_of(pupil: Pupil, parent: str) -> Parent:
    """A pupil's parent by id. Raises ``UnknownParent``."""
    for one in pupil.parents:
        if one.id == parent:
            return one
    known = ", ".join(f"{one.id} ({one.name})" for one in pupil.parents) or "none"
    raise UnknownParent(pupil=pupil.name, parent=parent, known=known)


def on_school_days(
    school: School, pupil: Pupil, sessions: Sequence[Session], asked: dt.date
) -> None:
    """
    That the school meets at least once in the time asked for, and the pupil is on roll.

    ``asked`` is the day named where there is no session. Raises ``NotASchoolDay`` or
    ``NotOnRoll``.
    """
    if not sessions:
        why = school.calendar.why_not(asked) or "there is no session in the time given"
        raise NotASchoolDay(date=in_words(asked), why=why)
    for session in sessions:
        if not school.calendar.is_session(session):
            why = school.calendar.why_not(session.date)
            raise NotASchoolDay(date=in_words(session.date), why=why)
    for session in sessions:
        if not pupil.on_roll(session.date):
            day = session.date
            raise NotOnRoll(pupil=pupil.name, date=in_words(day), why=pupil.why_off(day))


Deciding = TypeVar("Deciding", bound=Command)


def fuller(command: Deciding, before: Event, names: Sequence[str]) -> Deciding:
    """
    The same decision said again: what it leaves out is taken from how it was said before.

    So the channel of an answer, or a factor, can be told after the decision without the rest.
    """
    kept = {name: getattr(before, name) for name in names if not getattr(command, name)}
    return command.model_copy(update=kept)


def same_but_for(one: Event, other: Event, names: Sequence[str]) -> bool:
    """Whether two events say the same, whatever they say under some names, when and by whom."""
    those = {*names, "made_by", "made_at"}
    return one.model_dump(exclude=those) == other.model_dump(exclude=those)


def code_for_all(school: School, pupil: Pupil, code: Code, sessions: Sequence[Session]) -> None:
    """
    That a code of leave is in force on every session's own day, and may be this pupil's.

    Raises ``CodeNotInForce`` before ``CodeNotAllowed``.
    """
    rows = [row_in_force(school.rules_on(s.date), code, s.date) for s in sessions]
    for session, row in zip(sessions, rows, strict=True):
        if not row.leave:
            why = f"it is no code of leave on {in_words(session.date)}, and wants no leave"
            raise CodeNotAllowed(asked=code, why=why)
        check_allowed(row, session, pupil)
