"""Ask that what is due be disposed of: the list as it stands on a day, by its hash."""

import datetime as dt
from collections.abc import Callable
from typing import ClassVar

from commands.base import Command, in_words, made
from commands.permits import Ask, permitted
from ledger.events import DisposalRequested, Event, OfClass
from ledger.refusals import Forbidden, NotYetDue
from ledger.retention import Planned, Retention
from ledger.school import School


class RequestDisposal(Command):
    """Ask for the disposal of all that may go ``on`` a day, today or before."""

    NAME: ClassVar[str] = "request-disposal"

    on: dt.date | None = None


def decide(
    command: RequestDisposal, school: School, retention: Retention, due: Callable[[], Planned]
) -> list[Event]:
    """
    Put the list before those who approve. What is on an open list already is asked for anew.

    The rules in force on the day it is asked decide, whatever day is asked about: what the old
    three years would have let go is kept for six once the new Regulations are in force.

    Reference: SI 2024/208 reg. 7; UK GDPR Art. 5(1)(e).
    """
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    on = command.on or command.day
    if on > command.day:
        raise Forbidden(why=f"What is due on {in_words(on)} cannot be told before that day")
    found = due()
    if not found.going:
        soonest = min((one.next_due for one in found.lines.values() if one.next_due), default=None)
        raise NotYetDue(
            date=in_words(on),
            next=f"the next is due on {in_words(soonest)}" if soonest else "no next day is known",
        )
    requested = DisposalRequested(
        disposal=len(retention.disposals) + 1,
        on=on,
        listed=found.listed,
        ranges=found.ranges,
        classes=tuple(
            OfClass(
                kept_as=line.kept_as,
                entries=line.due,
                years=line.rule.years,
                reference=line.rule.reference,
                pack=line.rule.pack,
            )
            for line in found.lines.values()
            if line.due and line.rule is not None
        ),
        policy=school.rules_on(command.day).name,
        **made(by, command.at),
    )
    return [requested]
