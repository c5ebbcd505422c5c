"""Close support, with what came of it and the figures after."""

import datetime as dt
from typing import ClassVar

from commands.base import Command, made
from commands.permits import Ask, permitted
from commands.support.note_support import check_open, find
from ledger.events import Event, Figures, SupportClosed
from ledger.kinds import Said
from ledger.school import School
from ledger.support import Supports


class CloseSupport(Command):
    """Close support number ``support`` on ``closed_on`` (else today), with its outcome."""

    NAME: ClassVar[str] = "close-support"

    support: int
    outcome: Said
    closed_on: dt.date | None = None


def decide(
    command: CloseSupport, school: School, supports: Supports, after: Figures | None
) -> list[Event]:
    """
    Record the end with the attendance since it was opened. Closed already, with the same words:
    nothing.

    Reference: policy (evaluate what interventions do).
    """
    one = find(supports, command.support)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    if one.closed is not None and one.closed.outcome == command.outcome:
        return []
    closed_on = command.closed_on or command.day
    check_open(one, closed_on)
    closed = SupportClosed(
        support=one.number,
        closed_on=closed_on,
        outcome=command.outcome,
        after=after,
        **made(by, command.at),
    )
    return [closed]
