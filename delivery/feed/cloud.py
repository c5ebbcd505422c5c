"""
An entry as a CloudEvent (version 1.0), in the form the ``http-feeds`` convention gives it.

``type`` is the event's stored name, ``dataschema`` its shape, ``subject`` its stream and ``time``
the moment it was recorded. Beside the attributes of the specification there are ``school``,
``entry`` (number), ``act`` (the first entry of the act it belongs to) and ``command``: with the
first two a reader knows an entry that it is told twice.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from delivery.feed.source import Entry
from ledger.events import by_topic, upcast
from ledger.kinds import Session
from ledger.store.rows import DISPOSED

BATCH = "application/cloudevents-batch+json"
STREAM = "text/event-stream"
PREFIX = "attendance."
DESCRIPTION = "/api/asyncapi.json"


class Told(NamedTuple):
    """
    What is told of an entry: its event's name, what it is about, and its fields.

    ``shape``: the name of the schema of the fields.
    """

    topic: str
    subject: str | None = None
    data: dict[str, Any] | None = None
    shape: str = ""


Telling = Callable[[Entry], Told]


def everything(one: Entry) -> Told:
    """An entry with every field, as the event's class has them now; its stream is the subject."""
    page, run = one.page, one.run
    if run.topic == DISPOSED:
        return Told(DISPOSED, page.stream)
    data = {**fields_of(one), "made_by": page.act.made_by.model_dump()}
    data["made_at"] = page.act.made_at.isoformat()
    return Told(run.topic, page.stream, data, shape_of(run.topic))


def fields_of(one: Entry) -> dict[str, Any]:
    """The fields of an entry that was not disposed of, as JSON has them, in their present shape."""
    kind, held = by_topic(one.run.topic), one.run.at(one.at)
    if one.run.shape != kind.VERSION:
        held = upcast(kind, one.run.shape, held)
    said = kind.said_by_stream(one.page.stream)
    return {
        **{name: str(at) if isinstance(at, Session) else at for name, at in said.items()},
        **held,
    }


def cloud_event(one: Entry, source: str, number: str, telling: Telling) -> dict[str, Any]:
    """One entry as a CloudEvent of the feed at an address, under an id."""
    act, (topic, subject, data, shape) = one.page.act, telling(one)
    found: dict[str, Any] = {
        "specversion": "1.0",
        "id": number,
        "source": source,
        "type": PREFIX + topic,
        "time": act.recorded_at.isoformat().replace("+00:00", "Z"),
        "school": act.school,
        "entry": one.number,
        "act": act.first,
        "command": act.command,
    }
    if subject is not None:
        found["subject"] = subject
    if data is not None:
        found["dataschema"] = f"{DESCRIPTION}#/components/schemas/{shape}"
        found["datacontenttype"] = "application/json"
        found["data"] = data
    return found


def shape_of(topic: str) -> str:
    """The name of an event's present shape, such as ``pupil-admitted.v2``."""
    return f"{topic}.v{by_topic(topic).VERSION}"


def encoded(told: Any) -> bytes:
    """JSON, compact."""
    return msgspec.json.encode(told)
