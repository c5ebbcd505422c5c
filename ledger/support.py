"""Support as it stands: what was begun, how it went, what came of it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from ledger.events.support import SupportClosed, SupportNoted, SupportOpened

SupportEvents = SupportOpened | SupportNoted | SupportClosed


@dataclass(frozen=True, slots=True)
class Support:
    """One thing begun, with what was noted of it in order, and its end."""

    opened: SupportOpened
    notes: tuple[SupportNoted, ...] = ()
    closed: SupportClosed | None = None
    version: int = 1

    @property
    def number(self) -> int:
        return self.opened.support

    @property
    def open(self) -> bool:
        return self.closed is None

    @property
    def review_on(self) -> dt.date | None:
        """The day of the next review: the one said last."""
        said = [one.review_on for one in self.notes if one.review_on is not None]
        return said[-1] if said else self.opened.review_on

    @property
    def review_said_on(self) -> dt.date:
        """The day on which that review was settled."""
        said = [one.noted_on for one in self.notes if one.review_on is not None]
        return said[-1] if said else self.opened.opened_on

    @property
    def reviewed(self) -> bool:
        """Whether something was noted on the day of the review or after."""
        due = self.review_on
        return due is not None and any(one.noted_on >= due for one in self.notes)


@dataclass(frozen=True)
class Supports:
    """Every one of a school, by number."""

    by_number: Mapping[int, Support] = field(default_factory=dict)
    gone: int = 0
    """The highest number of one that is gone: no number is given twice."""

    @classmethod
    def fold(cls, events: Iterable[SupportEvents]) -> "Supports":
        supports = cls()
        for event in events:
            supports = evolve(supports, event)
        return supports

    @property
    def next_number(self) -> int:
        return max(self.gone, *self.by_number, 0) + 1


def evolve(supports: Supports, event: SupportEvents) -> Supports:
    """Fold one event. It refuses nothing: what is in the ledger happened."""
    if isinstance(event, SupportOpened):
        return replace(supports, by_number={**supports.by_number, event.support: Support(event)})
    one = supports.by_number[event.support]
    match event:
        case SupportNoted():
            changed = replace(one, notes=(*one.notes, event))
        case SupportClosed():
            changed = replace(one, closed=event)
        case _:
            assert_never(event)
    changed = replace(changed, version=one.version + 1)
    return replace(supports, by_number={**supports.by_number, event.support: changed})
