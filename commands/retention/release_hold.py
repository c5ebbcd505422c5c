"""Ask that a legal hold be released, or release it where somebody else asked."""

from typing import ClassVar

from commands.base import Command, made
from commands.permits import Ask, permitted, same_person
from ledger.events import Event, HoldReleaseAsked, HoldReleased
from ledger.kinds import Said
from ledger.refusals import AnotherPersonNeeded, ReasonMissing, UnknownHold
from ledger.retention import Retention
from ledger.school import School


class ReleaseHold(Command):
    """Release a hold by number. The first person asks, with a reason; the second releases it."""

    NAME: ClassVar[str] = "release-hold"

    hold: int
    reason: Said | None = None


def decide(command: ReleaseHold, school: School, retention: Retention) -> list[Event]:
    """Ask for it, or, where another has asked, release it: it is in force until then."""
    hold = retention.holds.get(command.hold)
    if hold is None or not hold.in_force:
        known = ", ".join(str(n) for n, one in retention.holds.items() if one.in_force)
        raise UnknownHold(hold=command.hold, known=known or "none")
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    if hold.release is None:
        if not command.reason:
            raise ReasonMissing
        signed = made(by, command.at)
        return [HoldReleaseAsked(hold=command.hold, reason=command.reason, **signed)]
    if same_person(hold.release.made_by, by):
        raise AnotherPersonNeeded(what="A hold is released", who=hold.release.made_by.name)
    return [HoldReleased(hold=command.hold, **made(by, command.at))]
