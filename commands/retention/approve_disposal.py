"""Approve a disposal that somebody else asked for."""

from typing import ClassVar

from commands.base import Command, made
from commands.permits import Ask, permitted, same_person
from ledger.events import DisposalApproved, Event
from ledger.refusals import AnotherPersonNeeded, Forbidden, UnknownDisposal
from ledger.retention import Disposal, Retention
from ledger.school import School


class ApproveDisposal(Command):
    """Approve a disposal by its number."""

    NAME: ClassVar[str] = "approve-disposal"

    disposal: int


def decide(command: ApproveDisposal, school: School, retention: Retention) -> list[Event]:
    """Approve it. Whoever asked for it may not; approved twice by one person it is nothing."""
    found = disposal_of(retention, command.disposal)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    if found.done is not None:
        raise Forbidden(why=f"Disposal {command.disposal} is done")
    asked = found.requested
    if same_person(asked.made_by, by):
        raise AnotherPersonNeeded(what="A disposal is approved", who=asked.made_by.name)
    if any(one.id == command.by for one in found.approved):
        return []
    if any(same_person(one, by) for one in found.approved):
        raise Forbidden(why=f"{by.name} has approved disposal {command.disposal} already")
    return [DisposalApproved(disposal=asked.disposal, listed=asked.listed, **made(by, command.at))]


def disposal_of(retention: Retention, number: int) -> Disposal:
    """The disposal with that number. Raises ``UnknownDisposal``."""
    found = retention.disposals.get(number)
    if found is None:
        known = ", ".join(str(n) for n, one in retention.disposals.items() if one.done is None)
        raise UnknownDisposal(disposal=number, known=known or "none")
    return found
