"""Refuse leave, with the reason and the facts shown to whoever decided."""

from typing import ClassVar

from commands.base import Command
from commands.leave.checks import fuller, leave_of, same_but_for
from commands.permits import Ask, permitted
from ledger.events import Event, LeaveRefused
from ledger.events.leave import Channel, FiguresShown, Weighed
from ledger.kinds import Said
from ledger.leave import Leaves
from ledger.refusals import Forbidden, StepMissing
from ledger.school import School


class RefuseLeave(Command):
    """
    Refuse a request whole; to refuse a part, grant the other part.

    ``penalty_notice``: should it be taken all the same, a penalty notice is to be considered.
    """

    NAME: ClassVar[str] = "refuse-leave"

    leave: int
    figures: FiguresShown
    reason: str = ""
    purpose: Said | None = None
    factors: tuple[Weighed, ...] = ()
    evidence: tuple[Said, ...] = ()
    penalty_notice: bool = False
    answered: Channel | None = None


def decide(command: RefuseLeave, school: School, leaves: Leaves) -> list[Event]:
    """
    Refuse a request that has not been granted.

    The same refusal again is nothing; with another factor, or how it was answered, it is
    recorded as it is said now.
    """
    leave = leave_of(leaves, command.leave)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    asked = leave.requested
    if not command.reason.strip():
        raise StepMissing(why="A refusal needs its reason: give --reason")
    if asked is None or leave.stands:
        why = f"Leave {leave.number} has been given: withdraw it with withdraw-leave"
        raise Forbidden(why=why)
    before = leave.refused
    if before is not None and before.reason == command.reason.strip():
        command = fuller(command, before, _TOLD)
    refused = LeaveRefused(
        leave=leave.number,
        pupil=leave.pupil,
        purpose=command.purpose or asked.purpose,
        earlier=tuple(
            one.number for one in leaves.of_pupil(leave.pupil) if one.number < leave.number
        ),
        policy=school.rules_on(asked.first.date).name,
        **command.model_dump(exclude={"by", "at", "key", "leave", "purpose"}),
        made_by=by,
        made_at=command.at,
    )
    again = before is not None and same_but_for(refused, before, _SHOWN)
    return [] if again else [refused]


_TOLD = ("purpose", "factors", "evidence", "penalty_notice", "answered")
"""What is told of a refusal beside its reason."""

_SHOWN = ("figures", "earlier", "policy")
"""What the ledger adds, as it stands at the time."""
