"""
The ``eventsourcing`` library's doors into the store.

``SchoolApplication`` is an ``Application`` over one school's ledger, with our mapper (stored
names, JSON state) and our recorder (act and page rows underneath). Whatever the library builds
on a recorder works on it: event store, notification log, followers. The notification id of an
event is its entry number: per school, from 1, no gaps, in commit order.

Acts themselves go in through ``Ledger.append``, which is what this recorder calls too; it is
not imported on the way of a question, because the library costs a cold start.
"""

from dataclasses import dataclass
from typing import cast

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import ApplicationRecorder, Mapper, StoredEvent

from ledger.events.base import Event, by_topic, upcast
from ledger.store.ledger import Ledger
from ledger.store.recorder import LedgerRecorder


@dataclass(frozen=True, slots=True)
class Placed:
    """An event with its stream and version, as the library wants its domain events."""

    originator_id: str
    originator_version: int
    event: Event


class EventMapper(Mapper[str]):
    """Between events and stored events: the stored name, and JSON with the event's shape."""

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        placed = cast("Placed", domain_event)
        event = placed.event
        state = {**event.model_dump(mode="json", exclude_none=True), "shape": event.VERSION}
        return StoredEvent(
            placed.originator_id,
            placed.originator_version,
            event.TOPIC,
            msgspec.json.encode(state),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        kind = by_topic(stored_event.topic)
        fields = msgspec.json.decode(stored_event.state)
        fields = upcast(kind, fields.pop("shape"), fields)
        placed = Placed(
            str(stored_event.originator_id),
            stored_event.originator_version,
            kind.model_validate(fields),
        )
        return cast("DomainEventProtocol[str]", placed)


class SchoolApplication(Application[str]):
    """The library's application over one school's ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        super().__init__()

    def construct_mapper(self) -> Mapper[str]:
        return EventMapper(transcoder=self.construct_transcoder())

    def construct_recorder(self) -> ApplicationRecorder:
        return LedgerRecorder(self._ledger)
