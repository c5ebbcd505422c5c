"""What every act about a penalty notice knows: the pupil, the parent, and what came before."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from commands.base import Command, in_words
from commands.permits import Ask, permitted
from commands.states import States
from ledger.events import Event, Parent
from ledger.events.improvement import improvement_stream
from ledger.events.penalty import penalty_stream
from ledger.kinds import Person, Session
from ledger.penalty import Improving, Notice, Record, improving
from ledger.refusals import (
    Forbidden,
    NotOnRoll,
    UnknownNotice,
    UnknownParent,
    UnknownPupil,
)
from ledger.roll import Pupil
from ledger.school import School


class AboutParent(Command):
    """
    An act about one parent and one pupil.

    ``pupil`` is a UPN or the school's own number, ``parent`` the parent's id within the pupil
    (``parent-1``), its number, or the name as the admission register has it.
    """

    pupil: str
    parent: str


@dataclass(frozen=True)
class Known:
    """
    The states one act is decided on. ``position`` is the last entry of the ledger then.

    ``versions`` are those of the two streams, to append against.
    """

    school: School
    pupil: Pupil
    parent: Parent
    record: Record
    improvements: Improving
    position: int
    versions: Mapping[str, int]

    @property
    def who(self) -> dict[str, Any]:
        """The fields that say whose event it is."""
        return {"pupil": self.pupil.id, "parent": self.parent.id}

    @cached_property
    def used(self) -> dict[Session, int]:
        """The sessions that notices name, with each notice's number."""
        days = [notice.withdrawn_on for notice in self.record.notices.values()]
        last = max((day for day in days if day), default=dt.date.max)
        free = self.school.rules_on(last).values.get("penalty.sessions_free_after")
        return self.record.used(free.value if free else ())

    def notice(self, number: int) -> Notice:
        """The notice under a number. Raises ``UnknownNotice``."""
        found = self.record.notices.get(number)
        if found is None:
            known = ", ".join(map(str, self.record.notices)) or "none"
            raise UnknownNotice(
                kind="penalty notice",
                notice=number,
                parent=self.parent.name,
                pupil=self.pupil.name,
                known=known,
            )
        return found


def find_pupil(states: States, written: str) -> Pupil:
    """The pupil meant. Raises ``UnknownPupil``."""
    pupil = states.roll.find(written)
    if pupil is None:
        raise UnknownPupil(pupil=written)
    return pupil


def known_of(states: States, pupil: Pupil, parent: Parent) -> Known:
    """What came before between one parent and one pupil."""
    theirs = _stream(states, penalty_stream(pupil.id, parent.id))
    improved = _stream(states, improvement_stream(pupil.id, parent.id))
    return Known(
        school=states.school,
        pupil=pupil,
        parent=parent,
        record=Record.fold(theirs),  # type: ignore[arg-type]
        improvements=improving(improved),  # type: ignore[arg-type]
        position=states.seen,
        versions={
            penalty_stream(pupil.id, parent.id): len(theirs),
            improvement_stream(pupil.id, parent.id): len(improved),
        },
    )


def knowing(states: States, command: AboutParent) -> Known:
    """
    What one act is decided on. Raises ``UnknownPupil`` and ``UnknownParent``.

    A parent who is no longer in the admission register is still found by the id under which
    there is a notice: what was issued goes on.
    """
    pupil = find_pupil(states, command.pupil)
    parent = _parent(pupil, command.parent)
    if parent is None:
        former = Parent(id=command.parent, name=command.parent)
        before = known_of(states, pupil, former)
        if before.record.cases or before.record.notices:
            return before
        known = ", ".join(f"{one.id} ({one.name})" for one in pupil.parents) or "none"
        raise UnknownParent(pupil=pupil.name, parent=command.parent, known=known)
    return known_of(states, pupil, parent)


def _parent(pupil: Pupil, written: str) -> Parent | None:
    wanted = written.strip().casefold()
    for one in pupil.parents:
        if wanted in (one.id.casefold(), one.id.removeprefix("parent-"), one.name.casefold()):
            return one
    return None


def _stream(states: States, stream: str) -> list[Event]:
    return states.under(stream).get(stream, [])


def may(command: Command, school: School) -> Person:
    """The person, if their role lets them do this act today."""
    return permitted(school, Ask(command.NAME, command.by, command.at))


def check_on_roll(pupil: Pupil, day: dt.date) -> None:
    """Raise ``NotOnRoll``: a head issues notices for the school's own pupils only (reg. 11)."""
    if not pupil.on_roll(day):
        raise NotOnRoll(pupil=pupil.name, date=in_words(day), why=pupil.why_off(day))


def check_past(command: Command, day: dt.date, what: str) -> None:
    """Raise ``Forbidden`` for a day still to come."""
    if day > command.day:
        raise Forbidden(why=f"{what} cannot be on {in_words(day)}, a day still to come")
