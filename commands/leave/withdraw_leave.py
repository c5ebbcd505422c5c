"""Withdraw leave that was given: its own layer goes, and nothing else."""

import datetime as dt
from typing import ClassVar

from commands.base import Command, in_words
from commands.leave.checks import leave_of
from commands.permits import Ask, permitted
from ledger.events import Event, LeaveWithdrawn
from ledger.kinds import Said
from ledger.leave import Leaves
from ledger.refusals import Forbidden
from ledger.school import School


class WithdrawLeave(Command):
    """Take back leave or a part-time timetable: all of it, or from the day ``starts`` on."""

    NAME: ClassVar[str] = "withdraw-leave"

    leave: int
    reason: Said
    starts: dt.date | None = None


def decide(command: WithdrawLeave, school: School, leaves: Leaves) -> list[Event]:
    """Withdraw leave that stands; withdrawn already is nothing. Entries made stay as they are."""
    leave = leave_of(leaves, command.leave)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    if not leave.ever:
        raise Forbidden(
            why=f"Request {leave.number} was never granted, so nothing can be withdrawn"
        )
    ends = max(leave.stands, default=None)
    if ends is None:
        return []
    if command.starts is not None and command.starts > ends.date:
        if leave.withdrawn is not None and leave.withdrawn.starts == command.starts:
            return []
        why = (
            f"The last session of leave {leave.number} is {ends}, before {in_words(command.starts)}"
        )
        raise Forbidden(why=why)
    withdrawn = LeaveWithdrawn(
        leave=leave.number,
        pupil=leave.pupil,
        starts=command.starts,
        reason=command.reason,
        made_by=by,
        made_at=command.at,
    )
    return [withdrawn]
