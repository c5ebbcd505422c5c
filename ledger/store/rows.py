"""
What the store keeps: one act row, and one page row per stream the act touches.

A page holds that stream's events of the act as *runs*: consecutive events of one kind,
their equal fields once (``same``) and the others as columns (``each``). A school's year
is read as columns without making an object per mark, and every event can still be handed
out on its own.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.events.base import Event, Recorded, by_topic, upcast
from ledger.kinds import Person, Session


@dataclass(frozen=True, slots=True)
class Act:
    """
    What one person does in one go; its events are recorded together or not at all.

    ``key`` is the command id: an act with a key the school already knows is that act again.
    ``source`` says where it came from, such as a file and its hash (JSON values).
    """

    key: str
    command: str
    made_by: Person
    made_at: dt.datetime
    source: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act as recorded: ``count`` entries from number ``first`` on, and when."""

    school: int
    first: int
    count: int
    key: str
    command: str
    made_by: Person
    made_at: dt.datetime
    recorded_at: dt.datetime
    source: Mapping[str, object] | None
    salt: bytes

    @property
    def last(self) -> int:
        """The last entry number of the act."""
        return self.first + self.count - 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an act recorded. ``repeated``: it had been recorded before, under the same key."""

    key: str
    first: int
    last: int
    recorded_at: dt.datetime
    repeated: bool = False

    @property
    def count(self) -> int:
        """How many entries."""
        return self.last - self.first + 1


DISPOSED = "entry-disposed"
"""Stands where the stored name of an event stood that is gone; the leaf hashes are beside it."""

STRUCK = "(struck out)"
"""Stands where words stood that were struck out; ``reason-redacted`` says why."""


class Run(msgspec.Struct, frozen=True, array_like=True):
    """
    Consecutive events of one kind on one page, as columns of JSON values.

    Read from its text as it stands there, without a list made of it first: that is a tenth of
    reading a year. ``kept`` is what the proof needs beside them once something of their act is gone
    (``ledger/proof/remaining.py``); else ``None``.
    """

    topic: str
    shape: int
    count: int
    same: dict[str, Any] = msgspec.field(default_factory=dict)
    each: dict[str, list[Any]] = msgspec.field(default_factory=dict)
    kept: dict[str, Any] | None = None

    def column(self, name: str) -> list[Any]:
        """The values of one field, one for each event; ``None`` where it was not given."""
        values = self.each.get(name)
        return values if values is not None else [self.same.get(name)] * self.count

    def at(self, index: int) -> dict[str, Any]:
        """The stored fields of one event of the run."""
        return {**self.same, **{name: values[index] for name, values in self.each.items()}}

    @classmethod
    def of(cls, events: Sequence[Event]) -> "Run":
        """The run of events of one class and one stream."""
        kind = type(events[0])
        same: dict[str, Any] = {}
        each: dict[str, list[Any]] = {}
        given = set().union(*[event.__pydantic_fields_set__ for event in events])
        fields = [event.__dict__ for event in events]
        for name, plain in _plan(kind):
            if name not in given:
                continue
            values = [of_event[name] for of_event in fields]
            first = values[0]
            if values.count(first) == len(values):
                if first is not None:
                    same[name] = first if plain else _jsonable(first)
            else:
                each[name] = values if plain else [_jsonable(value) for value in values]
        return cls(kind.TOPIC, kind.VERSION, len(events), same, each)

    @classmethod
    def alike(cls, kind: type[Event], columns: Mapping[str, list[Any]]) -> "Run":
        """
        The run of columns of JSON values, one at least, in the order of the event's fields.

        What is equal for all is kept once, what is nowhere said not at all. The values are
        taken as they are: whoever calls has had them checked.
        """
        count = len(next(iter(columns.values())))
        same: dict[str, Any] = {}
        each: dict[str, list[Any]] = {}
        for name, values in columns.items():
            if values.count(values[0]) < count:
                each[name] = values
            elif values[0] is not None:
                same[name] = values[0]
        return cls(kind.TOPIC, kind.VERSION, count, same, each)


@dataclass(frozen=True, slots=True)
class PageDraft:
    """
    The events one act adds to one stream, before they have their numbers.

    ``expect`` is the version of the stream the act was decided on (0: no such stream yet);
    ``None`` takes the stream as it is found. ``begins`` is the version a new stream begins
    with: 1, but for streams the library numbers from 0.
    """

    stream: str
    expect: int | None
    runs: Sequence[Run]
    begins: int = 1

    @property
    def count(self) -> int:
        """How many events."""
        return sum(run.count for run in self.runs)


@dataclass(frozen=True, slots=True)
class Page:
    """One stream's events of one act: versions from ``version``, entries from ``first``."""

    stream: str
    version: int
    first: int
    count: int
    act: ActRow
    runs: tuple[Run, ...]

    @property
    def gone(self) -> bool:
        """Whether nothing is left of it but leaf hashes."""
        return all(run.topic == DISPOSED for run in self.runs)

    def events(self) -> Iterator[Recorded]:
        """
        Each event on its own, with its entry number and its version in the stream.

        What was disposed of is passed over: its numbers are not given to anything else.
        """
        offset = 0
        for run in self.runs:
            if run.topic == DISPOSED:
                offset += run.count
                continue
            for index in range(run.count):
                event = event_of(run, index, self.stream, self.act)
                yield Recorded(self.first + offset, self.stream, self.version + offset, event)
                offset += 1


def event_of(run: Run, index: int, stream: str, act: Act | ActRow) -> Event:
    """One event of a run, brought up to its present shape."""
    kind = by_topic(run.topic)
    fields = run.at(index)
    if run.shape != kind.VERSION:
        fields = upcast(kind, run.shape, fields)
    return kind.model_validate(
        {
            **fields,
            **kind.said_by_stream(stream),
            "made_by": act.made_by,
            "made_at": act.made_at,
        }
    )


_PLAIN = (int, str, bool, float, type(None))
_plans: dict[type[Event], tuple[tuple[str, bool], ...]] = {}


def _plan(kind: type[Event]) -> tuple[tuple[str, bool], ...]:
    """The stored fields of a kind of event, each with whether its values are JSON already."""
    plan = _plans.get(kind)
    if plan is None:
        left_out = kind.STREAM_FIELDS | {"made_by", "made_at"}
        plan = tuple(
            (name, _is_plain(info.annotation))
            for name, info in kind.model_fields.items()
            if name not in left_out
        )
        _plans[kind] = plan
    return plan


def _is_plain(annotation: Any) -> bool:
    parts = getattr(annotation, "__args__", None) or (annotation,)
    return all(part in _PLAIN for part in parts)


def _jsonable(value: Any) -> Any:
    """A field's value as JSON holds it: the very text the event reads back."""
    if isinstance(value, (*_PLAIN, dict)):  # a dictionary holds JSON already
        return value
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Session):  # before tuple, which it is too
        return str(value)
    if isinstance(value, tuple):
        return [_jsonable(part) for part in value]
    return value.model_dump(mode="json", exclude_none=True)
