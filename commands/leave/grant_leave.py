"""Grant leave: for certain dates only, by whoever is authorised, on the facts then shown."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from commands.base import Command
from commands.leave.checks import (
    code_for_all,
    fuller,
    leave_of,
    on_school_days,
    same_but_for,
)
from commands.leave.conditions import Granting, forbidden, wanted
from commands.permits import Ask, permitted
from ledger.events import Event, LeaveGranted
from ledger.events.leave import Channel, FiguresShown, Weighed
from ledger.kinds import Code, Said, Session
from ledger.leave import Leave, Leaves
from ledger.notice import missed
from ledger.refusals import CodeNotAllowed, Forbidden
from ledger.roll import Roll
from ledger.school import School

PART_TIME = "C2"


class GrantLeave(Command):
    """
    Grant a request, whole or in part.

    ``spans`` are the first and last session of each stretch granted, both in; none is all that
    was asked. ``code`` and ``purpose`` are those of the request unless said. ``figures`` are
    what was shown to the decider, with the ledger position they come from. ``licence``,
    ``examination`` and ``agreed`` are what certain grounds want.
    """

    NAME: ClassVar[str] = "grant-leave"

    leave: int
    figures: FiguresShown
    spans: tuple[tuple[Session, Session], ...] = ()
    code: Code | None = None
    purpose: Said | None = None
    reason: Said | None = None
    factors: tuple[Weighed, ...] = ()
    evidence: tuple[Said, ...] = ()
    conditions: tuple[Said, ...] = ()
    licence: Said | None = None
    examination: Said | None = None
    agreed: Said | None = None
    answered: Channel | None = None


def decide(command: GrantLeave, school: School, roll: Roll, leaves: Leaves) -> list[Event]:
    """
    Grant leave for sessions that were asked for; each is judged by the rules of its own day.

    Granted, the code lies as a layer under the register: a mark already made stays. The same
    grant again is nothing; with other factors, or how it was answered, it is recorded as it is
    said now, and what stands stays. For other sessions it is refused while the first stands.

    Reference: SI 2024/208 reg. 11; SI 2006/1751 reg. 7 for sessions before 19 August 2024.
    """
    leave = leave_of(leaves, command.leave)
    asked = leave.requested
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    if asked is None:
        raise Forbidden(why=f"{leave.number} is a part-time timetable, which was agreed, not asked")
    pupil = roll.pupils[leave.pupil]
    sessions = _sessions(command, leave, school)
    first = command.spans[0][0] if command.spans else asked.first
    on_school_days(school, pupil, sessions, first.date)
    code = command.code or asked.code
    before = _the_same(leave, dict.fromkeys(sessions, code))
    if before is not None:
        command = fuller(command, before, _TOLD)
    code_for_all(school, pupil, code, sessions)
    if code == PART_TIME:
        raise CodeNotAllowed(
            asked=code, why="it is agreed with a parent: agree-part-time-timetable"
        )
    granting = Granting(command, school, pupil, leave, asked, code, tuple(sessions))
    granting.check_own_code()
    wanted(granting)
    forbidden(granting)
    _check_nothing_else(leave, before)
    granted = LeaveGranted(
        leave=leave.number,
        pupil=leave.pupil,
        code=code,
        sessions=granting.sessions,
        purpose=granting.purpose,
        earlier=tuple(
            one.number for one in leaves.of_pupil(leave.pupil) if one.number < leave.number
        ),
        policy=granting.rules.name,
        **command.model_dump(exclude={"by", "at", "key", "leave", "spans", "code", "purpose"}),
        made_by=by,
        made_at=command.at,
    )
    again = before is not None and same_but_for(granted, before, _SHOWN)
    return [] if again else [granted]


def _sessions(command: GrantLeave, leave: Leave, school: School) -> Sequence[Session]:
    """The sessions meant: those of the spans, or all that were asked for."""
    assert leave.requested is not None  # decide() looked
    if not command.spans:
        return missed(school.calendar, leave.requested.first, leave.requested.back)
    found = {
        session
        for first, last in command.spans
        for session in school.calendar.sessions(first.date, last.date)
        if first <= session <= last
    }
    return sorted(found)


_TOLD = (
    "purpose",
    "reason",
    "factors",
    "evidence",
    "conditions",
    "licence",
    "examination",
    "agreed",
    "answered",
)
"""What is told of a grant beside its sessions and their code."""

_SHOWN = ("figures", "earlier", "policy")
"""What the ledger adds, as it stands at the time."""


def _check_nothing_else(leave: Leave, before: LeaveGranted | None) -> None:
    """Raise ``Forbidden`` where leave stands for other sessions, or under another code."""
    if leave.stands and before is None:
        why = f"Request {leave.number} is granted already for other sessions: withdraw that first"
        raise Forbidden(why=why)


def _the_same(leave: Leave, given: Mapping[Session, Code]) -> LeaveGranted | None:
    """The grant that stands, if it is for these sessions under this code."""
    found = leave.granting
    return found if isinstance(found, LeaveGranted) and leave.stands == given else None
