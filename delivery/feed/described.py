"""
The feeds described as AsyncAPI 3.0: channels, operations, and each event with its schema.

Made from the events' own classes, so that an event that is added or grows is described at once.
"""

import inspect
import re
from functools import cache
from typing import Any

from delivery.feed import cloud
from delivery.feed.cloud import shape_of
from delivery.feed.pseudonymous import SHOWN, WITHHELD, shape_shown
from ledger.events.base import Event, topics
from ledger.store.rows import DISPOSED

_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 1}
_ATTRIBUTES: dict[str, Any] = {
    "specversion": {"const": "1.0"},
    "id": {**_TEXT, "description": "What to go on from: the entry's number in a school's feed, "
                                   "a position in each school in the feed of several."},
    "source": {**_TEXT, "format": "uri-reference", "description": "The feed it was read from."},
    "type": {**_TEXT, "description": "attendance. and the event's stored name."},
    "time": {**_TEXT, "format": "date-time", "description": "When it was recorded, UTC."},
    "school": {**_COUNT, "description": "URN."},
    "entry": {**_COUNT, "description": "The entry's number in the school: 1, 2, 3, no gaps."},
    "act": {**_COUNT, "description": "The first entry of the act it was recorded with."},
    "command": {**_TEXT, "description": "The act."},
    "subject": {**_TEXT, "description": "The stream: a sheet, a pupil, a case."},
    "dataschema": {**_TEXT, "format": "uri-reference"},
    "datacontenttype": {"const": "application/json"},
}  # fmt: skip
_ALWAYS = ["specversion", "id", "source", "type", "time", "school", "entry", "act", "command"]
_INFO = {
    "title": "The attendance ledger's feeds",
    "version": "1",
    "description": (
        "Every entry of a school's register as a CloudEvent, by the http-feeds convention or as "
        "server-sent events. Delivery is at least once; entries of a school come in their order."
    ),
}
_QUERY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "lastEventId": {**_TEXT, "description": "The id of the event handled last."},
        "timeout": {"type": "integer", "minimum": 0, "description": "Milliseconds to wait."},
        "limit": {"type": "integer", "minimum": 1, "description": "Events at most."},
        "pseudonyms": {"type": "boolean", "description": "Pseudonyms, though names may be seen."},
    },
}


@cache
def asyncapi() -> dict[str, Any]:
    """The document; the same object each time, not to be changed."""
    schemas: dict[str, Any] = {"cloud-event": _cloud_event()}
    messages: dict[str, Any] = {}
    for topic, kind in sorted(topics().items()):
        schemas[shape_of(topic)] = own = _schema(kind, schemas)
        shapes = [shape_of(topic)]
        if topic in SHOWN:
            shapes.append(shape_shown(topic))
            schemas[shape_shown(topic)] = _shown(topic, own)
        data = {"anyOf": [{"$ref": f"#/components/schemas/{one}"} for one in shapes]}
        messages[topic] = _message(topic, kind, data)
    messages[DISPOSED] = _bare(DISPOSED, "An entry that was lawfully disposed of: nothing is left.")
    messages[WITHHELD] = _bare(WITHHELD, "An entry that is not told to this reader.")
    return {
        "asyncapi": "3.0.0",
        "info": _INFO,
        "defaultContentType": "application/cloudevents+json",
        "channels": {
            "school": _channel("/api/{school}/feed", "One school.", messages),
            "schools": _channel("/api/feed", "Every school that is the reader's to see.", messages),
        },
        "operations": {"tell-school": _operation("school"), "tell-schools": _operation("schools")},
        "components": {
            "messages": messages,
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _cloud_event() -> dict[str, Any]:
    return {"type": "object", "required": _ALWAYS, "properties": _ATTRIBUTES}


def _shown(topic: str, schema: dict[str, Any]) -> dict[str, Any]:
    """What the pseudonymised feed tells of an event: some of its fields, none of them certain."""
    properties = {name: schema["properties"][name] for name in (*SHOWN[topic], "made_at")}
    if "pupil" in properties:
        properties["pupil"] = {**_TEXT, "pattern": "^[0-9a-f]{32}$", "title": "Pseudonym"}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _message(topic: str, kind: type[Event], data: dict[str, Any]) -> dict[str, Any]:
    said = re.sub(r"Event name: ``[^`]+``\.\s*", "", inspect.getdoc(kind) or "").strip()
    summary, _, more = said.partition("\n\n")
    told = _bare(topic, " ".join(summary.split()))
    told["payload"]["properties"]["data"] = data
    return {**told, "description": " ".join(more.split())} if more else told


def _bare(topic: str, summary: str) -> dict[str, Any]:
    payload = {
        "allOf": [{"$ref": "#/components/schemas/cloud-event"}],
        "type": "object",
        "properties": {"type": {"const": cloud.PREFIX + topic}},
    }
    return {"name": cloud.PREFIX + topic, "summary": summary.rstrip(".") + ".", "payload": payload}


def _channel(address: str, said: str, messages: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "address": address,
        "description": said,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
    }
    if "{school}" in address:
        found["parameters"] = {"school": {"description": "URN."}}
    return found


def _operation(channel: str) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": f"GET with Accept {cloud.BATCH} or {cloud.STREAM}.",
        "security": [{"$ref": "#/components/securitySchemes/token"}],
        "bindings": {"http": {"method": "GET", "query": _QUERY, "bindingVersion": "0.3.0"}},
    }


def _schema(kind: type[Event], schemas: dict[str, Any]) -> dict[str, Any]:
    """The schema of an event's fields; what it shares with others goes to ``schemas``."""
    made = kind.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(made.pop("$defs", {}))
    made.pop("description", None)
    return made
