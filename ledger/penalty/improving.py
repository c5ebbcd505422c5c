"""One parent's notices to improve for one pupil, as the stream has them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ledger.events.improvement import (
    ImprovementRecorded,
    NoticeToImproveConcluded,
    NoticeToImproveIssued,
)

ImprovingEvent = NoticeToImproveIssued | ImprovementRecorded | NoticeToImproveConcluded


@dataclass(frozen=True)
class Improvement:
    """A notice to improve: what it said, how it went, and what came of it."""

    issued: NoticeToImproveIssued
    watched: tuple[ImprovementRecorded, ...] = ()
    concluded: NoticeToImproveConcluded | None = None

    @property
    def number(self) -> int:
        return self.issued.improvement

    @property
    def open(self) -> bool:
        return self.concluded is None

    def runs_on(self, day: dt.date) -> bool:
        """Whether its period runs, and nobody has ended it early."""
        return self.open and day <= self.issued.ends


Improving = tuple[Improvement, ...]


def improving(events: Iterable[ImprovingEvent]) -> Improving:
    """The notices to improve that events in their order make; refuses nothing."""
    found: dict[int, Improvement] = {}
    for event in events:
        match event:
            case NoticeToImproveIssued(improvement=number):
                found[number] = Improvement(event)
            case ImprovementRecorded(improvement=number):
                watched = (*found[number].watched, event)
                found[number] = replace(found[number], watched=watched)
            case NoticeToImproveConcluded(improvement=number):
                found[number] = replace(found[number], concluded=event)
    return tuple(found.values())
