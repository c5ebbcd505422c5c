"""Declare a closure: a layer over the marks of some sessions, never in their place."""

from typing import ClassVar

from commands.base import Command, in_words
from commands.marks import row_in_force
from commands.permits import Ask, permitted
from ledger.events import ClosureDeclared, Event
from ledger.kinds import Code, GroupId, Said, Session
from ledger.refusals import CodeNotAllowed, Forbidden, NotASchoolDay, UnknownGroup
from ledger.roll import Roll
from ledger.school import School

WHOLE_OR_PART = {"#", "Y"}
WHOLE_ONLY = {"Y4"}
PART_ONLY = {"Y3"}


class DeclareClosure(Command):
    """
    Say that the school (``groups`` is ``None``) or some of its classes did not meet.

    ``first`` and ``last`` are sessions, both in. The code is ``#`` for a closure known in
    advance, ``Y4`` for the whole site closed unexpectedly, ``Y3`` for a part of it; ``Y`` for
    either of these before 19 August 2024.
    """

    NAME: ClassVar[str] = "declare-closure"

    first: Session
    last: Session
    code: Code
    reason: Said
    groups: tuple[GroupId, ...] | None = None


def decide(command: DeclareClosure, school: School, roll: Roll) -> list[Event]:
    """
    Lay a closure over the sessions; marks already taken come back if it is withdrawn.

    The same closure declared again while it stands is nothing.

    Reference: SI 2024/208 reg. 10(10) for Y4, Table 3 for Y3; DfE guidance for #.
    """
    groups = tuple(sorted(set(command.groups))) if command.groups is not None else None
    _check_groups(command, roll)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    if command.last < command.first:
        raise Forbidden(why=f"A closure cannot end at {command.last}, before it begins")
    days = school.calendar.sessions(command.first.date, command.last.date)
    if not any(command.first <= session <= command.last for session in days):
        day = command.first.date
        why = school.calendar.why_not(day) or "there is no session in the time given"
        raise NotASchoolDay(date=in_words(day), why=why)
    _check_code(command, school)

    declared = ClosureDeclared(
        closure=school.closures_declared + 1,
        first=command.first,
        last=command.last,
        code=command.code,
        reason=command.reason,
        groups=groups,
        made_by=by,
        made_at=command.at,
    )
    if any(_same(declared, other) for other in school.closures.values()):
        return []
    return [declared]


def _check_groups(command: DeclareClosure, roll: Roll) -> None:
    known = roll.groups(command.first.date)
    for group in command.groups or ():
        if group not in known:
            raise UnknownGroup(group=group, known=", ".join(known) or "none on that day")


def _check_code(command: DeclareClosure, school: School) -> None:
    for day in (command.first.date, command.last.date):
        row_in_force(school.rules_on(day), command.code, day)
    if command.code in WHOLE_ONLY and command.groups is not None:
        why = "it is for the whole site; where some classes cannot be in school, use Y3"
        raise CodeNotAllowed(asked=command.code, why=why)
    if command.code in PART_ONLY and command.groups is None:
        why = "it is for a part of the premises: name the classes, or use Y4 for the whole site"
        raise CodeNotAllowed(asked=command.code, why=why)
    if command.code not in WHOLE_OR_PART | WHOLE_ONLY | PART_ONLY:
        why = "a closure is # (planned), Y4 (the whole site, unexpectedly) or Y3 (part of it)"
        raise CodeNotAllowed(asked=command.code, why=why)


def _same(one: ClosureDeclared, other: ClosureDeclared) -> bool:
    return (one.first, one.last, one.code, one.groups) == (
        other.first,
        other.last,
        other.code,
        other.groups,
    )
