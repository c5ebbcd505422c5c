"""The ``eventsourcing`` library's recorder, over a school's ledger."""

import base64
import secrets
import time
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)

from ledger.events.base import Event, by_topic, topics, upcast
from ledger.kinds import Person, Session
from ledger.refusals import Conflict
from ledger.store.decoding import moment_of
from ledger.store.ledger import Ledger
from ledger.store.rows import DISPOSED, Act, Page, PageDraft, Run

_FOREIGN = Person(id="library", name="the eventsourcing library", position="software")
_POLL_SECONDS = 0.005
_LAST = 2**31 - 1


class LedgerRecorder(ApplicationRecorder):
    """The library's recorder over a school's ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """
        Record the events together, and give their entry numbers.

        Events of ours are kept as columns; others, whose state we cannot read, as they are.
        Raises ``IntegrityError`` where a stream already has one of the versions.
        """
        if not stored_events:
            return None
        act = _act_of(stored_events, kwargs)
        drafts = [
            _draft(str(stream), list(events))
            for stream, events in groupby(stored_events, key=lambda event: event.originator_id)
        ]
        try:
            receipt = self._ledger.append_pages(act, drafts)
        except Conflict as conflict:
            raise IntegrityError(str(conflict)) from conflict
        return list(range(receipt.first, receipt.last + 1))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The stored events of a stream, after and up to a version."""
        found = [
            StoredEvent(originator_id, page.version + offset, topic, state)
            for page in self._ledger.pages_of(str(originator_id))
            for offset, (topic, state) in enumerate(_states(page))
            if (gt is None or page.version + offset > gt)
            and (lte is None or page.version + offset <= lte)
        ]
        return found[::-1][:limit] if desc else found[:limit]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events in entry order, from one entry number to another."""
        entry = max(1 if start is None else start + (0 if inclusive_of_start else 1), 1)
        last = min(self._ledger.size(), stop if stop is not None else _LAST)
        found: list[Notification] = []
        while entry <= last and len(found) < limit:
            for page in self._ledger.pages_from(entry, upto=last, limit=limit):
                found += [
                    notification
                    for notification in _notifications(page)
                    if entry <= notification.id <= last
                    and (not topics or notification.topic in topics)
                ]
                entry = page.first + page.count
        return found[:limit]

    def max_notification_id(self) -> int | None:
        """The last entry number, ``None`` in a ledger without entries."""
        return self._ledger.size() or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Every event after an entry number, and then each new one as it is recorded."""
        return Following(self, gt=gt, topics=topics)


class Following(Subscription[ApplicationRecorder]):
    """A follower that asks again when it has caught up: nothing to lose, nothing to lock."""

    def __init__(
        self, recorder: ApplicationRecorder, gt: int | None, topics: Sequence[str]
    ) -> None:
        super().__init__(recorder, gt, topics)
        self._fetched: deque[Notification] = deque()

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            if self._fetched:
                found = self._fetched.popleft()
                self._last_notification_id = found.id
                return found
            self._fetched.extend(
                self._recorder.select_notifications(
                    self._last_notification_id or 0,
                    500,
                    topics=self._topics,
                    inclusive_of_start=False,
                )
            )
            if not self._fetched:
                time.sleep(_POLL_SECONDS)
        raise StopIteration


def _notifications(page: Page) -> Iterator[Notification]:
    for offset, (topic, state) in enumerate(_states(page)):
        version = page.version + offset
        yield Notification(page.stream, version, topic, state, page.first + offset)


def _states(page: Page) -> Iterator[tuple[str, bytes]]:
    """Topic and state of each event of a page, as the library stores them."""
    ours = topics()
    for run in page.runs:
        for index in range(run.count):
            fields = run.at(index)
            if run.topic == DISPOSED:
                yield run.topic, msgspec.json.encode(fields)
                continue
            if run.topic not in ours:
                yield run.topic, base64.b64decode(fields["state"])
                continue
            stream_fields = ours[run.topic].said_by_stream(page.stream)
            state = {
                **fields,
                **{
                    name: str(value) if isinstance(value, Session) else value
                    for name, value in stream_fields.items()
                },
                "made_by": page.act.made_by.model_dump(mode="json"),
                "made_at": page.act.made_at.isoformat(),
                "shape": run.shape,
            }
            yield run.topic, msgspec.json.encode(state)


def _draft(stream: str, events: list[StoredEvent]) -> PageDraft:
    begins = events[0].originator_version
    runs = [
        run
        for topic, same in groupby(events, key=lambda event: event.topic)
        for run in _runs(topic, list(same))
    ]
    # Version 0 begins a stream only; any other first version says what went before it.
    expect = begins - 1 if begins else 0
    return PageDraft(stream, expect, runs, begins=begins)


def _runs(topic: str, events: list[StoredEvent]) -> list[Run]:
    if topic in topics():
        kind = by_topic(topic)
        return [Run.of([_event(kind, event) for event in events])]
    states = [base64.b64encode(event.state).decode() for event in events]
    return [Run(topic, 1, len(events), {}, {"state": states})]


def _event(kind: type[Event], stored: StoredEvent) -> Event:
    fields = msgspec.json.decode(stored.state)
    return kind.model_validate(upcast(kind, fields.pop("shape"), fields))


def _act_of(events: Sequence[StoredEvent], given: dict[str, Any]) -> Act:
    """Who and when, as the first event of ours says; of foreign events neither is known."""
    key = str(given.get("key") or secrets.token_hex(8))
    for stored in events:
        if stored.topic in topics():
            event = _event(by_topic(stored.topic), stored)
            return Act(key, "insert-events", event.made_by, event.made_at)
    return Act(key, "insert-events", _FOREIGN, moment_of(0))
