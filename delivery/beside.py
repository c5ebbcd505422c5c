"""What is said beside an act to whoever did it, so that nothing is taken for more than it is."""

from collections.abc import Iterator

from commands.base import Command
from commands.handle import Outcome
from commands.penalty.record_payment import RecordPayment
from ledger.events import PenaltyPaid


def said_beside(command: Command, outcome: Outcome) -> Iterator[str]:
    """A sentence where what was recorded does less than it may seem to."""
    if not isinstance(command, RecordPayment):
        return  # no event is made of a register of thirty for this
    for event in outcome.events:
        if isinstance(event, PenaltyPaid) and not event.in_full:
            yield (
                f"£{event.amount} leaves notice {event.notice} unpaid: only all that is asked by "
                "the day pays it (SI 2007/1867 reg. 9; Education Act 1996 s. 444A(4)). What is "
                "asked by when: attendance penalty explain."
            )
