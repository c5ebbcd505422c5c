"""What every act about an absence shares: whose, of which day, and the checks that come first."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from commands.absence.history import History
from commands.base import Command, in_words, made
from commands.permits import Ask, permitted
from ledger.events import MarkAmended
from ledger.kinds import Code, Instant, Person, Session
from ledger.policy import PolicyDay
from ledger.refusals import (
    Forbidden,
    NotASchoolDay,
    NotOnRoll,
    UnknownParent,
    UnknownPupil,
)
from ledger.roll import Pupil
from ledger.school import School


class OfAbsence(Command):
    """An act about a pupil's absence on a day. ``pupil`` is a UPN or the school's own number."""

    pupil: str
    date: dt.date


def may(
    command: Any,
    school: School,
    known: History,
    parents: Iterable[str | None] = (),
    *,
    act: str | None = None,
) -> tuple[Pupil, Person]:
    """
    The pupil and who acts, where both are known and may; ``act`` where not the command's own.

    Raises ``UnknownPupil``, ``UnknownParent``, ``UnknownPerson``, ``NotPermitted``.
    """
    pupil = known.pupil
    if pupil is None:
        raise UnknownPupil(pupil=command.pupil)
    held = {parent.id: f"{parent.id} ({parent.name})" for parent in pupil.parents}
    for parent in parents:
        if parent is not None and parent not in held:
            listed = ", ".join(held.values()) or "none"
            raise UnknownParent(pupil=pupil.name, parent=parent, known=listed)
    group = pupil.group_on(getattr(command, "date", command.day))
    return pupil, permitted(school, Ask(act or command.NAME, command.by, command.at, group))


def check_day(day: dt.date, school: School, pupil: Pupil) -> None:
    """Raise where the pupil cannot be absent: the school does not meet, or off the roll."""
    if not school.calendar.is_school_day(day):
        raise NotASchoolDay(date=in_words(day), why=school.calendar.why_not(day))
    if not pupil.on_roll(day):
        raise NotOnRoll(pupil=pupil.name, date=in_words(day), why=pupil.why_off(day))


def check_not_later(said: Instant, at: Instant, what: str) -> None:
    """Raise ``Forbidden`` for something that is said to have happened after now."""
    if said > at:
        raise Forbidden(why=f"{what} cannot be later than now")


def of(command: Any, known: History, pupil: Pupil, by: Person) -> dict[str, Any]:
    """The fields every event of an act about a spell shares."""
    return {"pupil": pupil.id, "first": known.first, **made(by, command.at)}


def clause(rules: PolicyDay, name: str) -> str | None:
    """The clause that settles a parameter, where any does."""
    return rules.get(name).reference if name in rules else None


def amended(session: Session, known: History, code: Code, reason: str, **more: Any) -> MarkAmended:
    """The amendment of the entry that stands for a session."""
    entry = known.entries[session]
    return MarkAmended(
        session=session,
        group=entry.group,
        original=entry.code,
        amended=code,
        reason=reason,
        **more,
    )
