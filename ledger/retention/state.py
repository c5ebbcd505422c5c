"""Holds, disposals and redactions, as their events leave them."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter

from ledger.events import Event
from ledger.events.retention import (
    DisposalApproved,
    DisposalRequested,
    EntriesDisposed,
    ErasureRefused,
    HoldConfirmed,
    HoldPlaced,
    HoldReleaseAsked,
    HoldReleased,
    ReasonRedacted,
    RedactionAsked,
)
from ledger.kinds import Person, PupilId
from ledger.store.disposing import HeldRow
from ledger.store.reading import Reader

_FIRST, _LAST = "0001-01-01", "9999-12-31"


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold. In force until ``released_by``, whether or not it is confirmed yet."""

    placed: HoldPlaced
    entry: int
    confirmed_by: Person | None = None
    release: HoldReleaseAsked | None = None
    released_by: Person | None = None

    @property
    def in_force(self) -> bool:
        """Whether it still keeps what it covers."""
        return self.released_by is None

    def covers(self, stream: str, pupils: Collection[PupilId], day: dt.date) -> bool:
        """Whether it keeps an entry on a stream, about some pupils, of a session's day."""
        said = self.placed
        return (
            self.in_force
            and (not said.streams or stream in said.streams)
            and (not said.pupils or any(pupil in said.pupils for pupil in pupils))
            and (said.first is None or said.first <= day)
            and (said.last is None or day <= said.last)
        )

    def rows(self) -> Iterator[HeldRow]:
        """The hold as the database's own guard has it."""
        said = self.placed
        first = said.first.isoformat() if said.first else _FIRST
        last = said.last.isoformat() if said.last else _LAST
        for stream in said.streams or (None,):
            for pupil in said.pupils or (None,):
                yield (said.hold, stream, pupil, first, last)


@dataclass(frozen=True, slots=True)
class Disposal:
    """A disposal: asked for, approved by ``approved`` so far, done once it has a certificate."""

    requested: DisposalRequested
    approved: tuple[Person, ...] = ()
    done: EntriesDisposed | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """Everything in the stream ``retention``; certificates with their entry numbers."""

    holds: dict[int, Hold] = field(default_factory=dict)
    disposals: dict[int, Disposal] = field(default_factory=dict)
    asked: dict[int, RedactionAsked] = field(default_factory=dict)
    certificates: tuple[tuple[int, EntriesDisposed], ...] = ()
    redacted: tuple[tuple[int, ReasonRedacted], ...] = ()
    refused: tuple[ErasureRefused, ...] = ()

    @classmethod
    def fold(cls, events: Iterable[tuple[int, Event]]) -> "Retention":
        """What events, with their entry numbers, make of it; refuses nothing."""
        found = cls()
        for entry, event in events:
            found = evolve(event, found, entry)
        return found

    def held_rows(self) -> list[HeldRow]:
        """The holds in force, as the database's guard has them."""
        return [row for hold in self.holds.values() if hold.in_force for row in hold.rows()]

    def disposed(self, entry: int) -> bool:
        """Whether a certificate covers an entry."""
        return any(covers(one.ranges, entry) for _, one in self.certificates)


def covers(ranges: Sequence[tuple[int, int]], entry: int) -> bool:
    """Whether a number lies in one of some stretches, which are in order."""
    at = bisect_right(ranges, entry, key=itemgetter(0))
    return at > 0 and entry <= ranges[at - 1][1]


def retention_of(ledger: Reader) -> Retention:
    """The retention state of a ledger as it stands."""
    return Retention.fold((one.entry, one.event) for one in ledger.stream("retention"))


def evolve(event: Event, found: Retention, entry: int) -> Retention:
    """Fold one event, with its entry number, into the state; one of another kind is nothing."""
    match event:
        case HoldPlaced() | HoldConfirmed() | HoldReleaseAsked() | HoldReleased():
            return replace(found, holds=found.holds | {event.hold: _hold(event, found, entry)})
        case DisposalRequested() | DisposalApproved() | EntriesDisposed():
            now = _disposal(event, found)
            if isinstance(event, EntriesDisposed):
                found = replace(found, certificates=(*found.certificates, (entry, event)))
            return replace(found, disposals=found.disposals | {event.disposal: now})
        case RedactionAsked():
            return replace(found, asked=found.asked | {event.entry: event})
        case ReasonRedacted():
            return replace(found, redacted=(*found.redacted, (entry, event)))
        case ErasureRefused():
            return replace(found, refused=(*found.refused, event))
    return found


def _hold(
    event: HoldPlaced | HoldConfirmed | HoldReleaseAsked | HoldReleased,
    found: Retention,
    entry: int,
) -> Hold:
    match event:
        case HoldPlaced():
            return Hold(event, entry)
        case HoldConfirmed():
            return replace(found.holds[event.hold], confirmed_by=event.made_by)
        case HoldReleaseAsked():
            return replace(found.holds[event.hold], release=event)
        case HoldReleased():
            return replace(found.holds[event.hold], released_by=event.made_by)


def _disposal(
    event: DisposalRequested | DisposalApproved | EntriesDisposed, found: Retention
) -> Disposal:
    if isinstance(event, DisposalRequested):
        return Disposal(event)
    before = found.disposals[event.disposal]
    if isinstance(event, EntriesDisposed):
        return replace(before, done=event)
    return replace(before, approved=(*before.approved, event.made_by))
