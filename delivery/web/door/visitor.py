"""Who asks: a person signed in, a machine with a token, or whoever sits at this machine."""

import datetime as dt
from dataclasses import dataclass

from delivery.web.door.readings import Shown
from delivery.web.door.rules import EVERYTHING, Grant, grant_of
from ledger.kinds import GroupId, PupilId, StaffId, Urn
from ledger.roll import Pupil
from ledger.school import School
from projections.views import View


@dataclass(frozen=True)
class Visitor:
    """
    Somebody who asks, for the length of one request.

    ``who`` is the account, as the reading log has it; ``staff`` the person they act as, if any.
    ``schools`` are those they have business with (``None``: every one). ``pupils`` are those named
    to an authority, by school and number. ``questions`` are those a token is limited to.
    """

    who: str
    staff: StaffId | None = None
    roles: tuple[str, ...] = ()
    schools: frozenset[Urn] | None = None
    pupils: frozenset[tuple[Urn, PupilId]] = frozenset()
    names: bool = False
    local: bool = False
    machine: bool = False
    questions: frozenset[str] | None = None
    form_token: str = ""

    @property
    def signed_in(self) -> bool:
        """Whether it is a person with an account, who can sign out."""
        return bool(self.who) and not self.local and not self.machine

    def may_enter(self, school: Urn) -> bool:
        """Whether a school is one they have business with at all."""
        return self.schools is None or school in self.schools

    def grant(self, school: School, day: dt.date) -> Grant | None:
        """What they see of a school on a day, by the roles held then; ``None`` for nothing."""
        if self.local:
            return EVERYTHING
        if not self.may_enter(school.urn):
            return None
        person = school.person_on(self.staff, day) if self.staff else None
        return grant_of(
            (*self.roles, *(person.roles if person else ())),
            groups=person.groups if person else (),
            pupils=(number for urn, number in self.pupils if urn == school.urn),
            names=self.names,
        )


def here(person: StaffId | None) -> Visitor:
    """Whoever sits at the machine the ledger is on: sees all, acts as the person named."""
    return Visitor(
        who=f"this machine, as {person}" if person else "this machine", staff=person, local=True
    )


def nobody(form_token: str = "") -> Visitor:
    """Somebody who has yet to sign in."""
    return Visitor(who="", schools=frozenset(), form_token=form_token)


def class_of(pupil: Pupil, day: dt.date) -> GroupId | None:
    """The class by which a teacher knows a pupil: today's."""
    return pupil.group_on(day)


def in_class(view: View, shown: Shown) -> set[PupilId]:
    """Whose marks the register of a class shows: all who were in it on one of its days."""
    roll = view.context.roll
    turns = {one for one in roll.turning_days if shown.first < one <= shown.last}
    return {one.id for day in {shown.first, *turns} for one in roll.in_group(shown.group, day)}
