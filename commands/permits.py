"""Who may do what: by role and class, or in the place of somebody who delegated it.

The roles and their scopes are policy (``may.<act>``), dated and laid over like the rest.
A delegation lets a person do one act in the delegator's place, as far as the delegator may do
it that day; what was delegated cannot be delegated on.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from commands.base import in_words
from ledger.calendar import london
from ledger.kinds import GroupId, Instant, Person, StaffId
from ledger.refusals import NotPermitted, UnknownPerson
from ledger.school import School, Staff

OWN_CLASS = "own class"
INSIDE_WINDOW = "own class, inside window"
SCHOOL = "school"


@dataclass(frozen=True, slots=True)
class Ask:
    """An act somebody wants to do: ``group`` where it is about one class, ``inside`` its window."""

    act: str
    by: StaffId
    at: Instant
    group: GroupId | None = None
    inside: bool = True

    @property
    def day(self) -> dt.date:
        return london(self.at).date()


def permitted(school: School, ask: Ask) -> Person:
    """
    The person, as held that day, if they may do it.

    Raises ``UnknownPerson`` for somebody not on the staff, ``NotPermitted`` with the reason.
    """
    staff = school.person_on(ask.by, ask.day)
    if staff is None:
        raise UnknownPerson(person=ask.by, date=in_words(ask.day))
    why = _barred(school, staff, ask)
    if why and any(not _barred(school, giver, ask) for giver in _givers(school, ask)):
        return staff.person
    if why:
        raise NotPermitted(name=staff.name, position=staff.position, act=ask.act, why=why)
    return staff.person


def same_person(one: Person, other: Person) -> bool:
    """
    Whether two that have to be two people are one: by id, or by name where one has two ids.

    Two people of one name are taken for one: a third is then asked, which does no harm.
    """
    return one.id == other.id or one.name.casefold().split() == other.name.casefold().split()


def may_in_own_right(school: School, staff: Staff, act: str, day: dt.date) -> bool:
    """Whether somebody's own roles let them do an act somewhere in the school that day."""
    scopes = _scopes(school, act, day)
    return any(role in scopes for role in staff.roles)


def _givers(school: School, ask: Ask) -> Iterator[Staff]:
    """Those who delegated the act to the person and are still on the staff."""
    for one in school.delegated(ask.act, ask.by, ask.day):
        giver = school.person_on(one.made_by.id, ask.day)
        if giver is not None:
            yield giver


def _barred(school: School, staff: Staff, ask: Ask) -> str:
    """Why somebody's own roles do not let them, to end a sentence with; "" if they do."""
    scopes = _scopes(school, ask.act, ask.day)
    held = {scopes[role] for role in staff.roles if role in scopes}
    if SCHOOL in held:
        return ""
    if not held:
        may = ", ".join(scopes) or "nobody"
        return f"the roles that may are {may}"
    if ask.group is not None and ask.group not in staff.groups:
        return f"{ask.group} is not a class of theirs"
    if OWN_CLASS in held or ask.inside:
        return ""
    return "the register is not open now, and outside its window others may do it"


def _scopes(school: School, act: str, day: dt.date) -> Mapping[str, str]:
    """Role to scope for an act, as the policy of the day has it; empty where it says nothing."""
    rules, name = school.rules_on(day), f"may.{act}"
    return rules.get(name).value if name in rules else {}
