"""Withdraw a closure: the marks beneath it count again."""

from typing import ClassVar

from commands.base import Command
from commands.permits import Ask, permitted
from ledger.events import ClosureWithdrawn, Event
from ledger.kinds import Said
from ledger.refusals import UnknownClosure
from ledger.school import School


class WithdrawClosure(Command):
    """Take back the closure with this number, and say why."""

    NAME: ClassVar[str] = "withdraw-closure"

    closure: int
    reason: Said


def decide(command: WithdrawClosure, school: School) -> list[Event]:
    """Withdraw a standing closure; one already withdrawn is nothing."""
    if not 1 <= command.closure <= school.closures_declared:
        known = ", ".join(str(number) for number in school.closures) or "none stands"
        raise UnknownClosure(closure=command.closure, known=known)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    if command.closure not in school.closures:
        return []
    withdrawn = ClosureWithdrawn(
        closure=command.closure, reason=command.reason, made_by=by, made_at=command.at
    )
    return [withdrawn]
