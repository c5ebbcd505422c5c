"""What is said beside an act to whoever did it, so that nothing is taken for more than it is."""

from collections.abc import Iterable, Iterator

from ledger.events import Event, PenaltyPaid


def said_beside(events: Iterable[Event]) -> Iterator[str]:
    """A sentence for what was recorded and does less than it may seem to."""
    for event in events:
        if isinstance(event, PenaltyPaid) and not event.in_full:
            yield (
                f"£{event.amount} leaves notice {event.notice} unpaid: only all that is asked by "
                "the day pays it (SI 2007/1867 reg. 9; Education Act 1996 s. 444A(4)). What is "
                "asked by when: attendance penalty explain."
            )
