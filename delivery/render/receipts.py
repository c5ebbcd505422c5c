"""What an act recorded, said to the person who did it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from delivery.render import envelope
from delivery.render.table import count_of

_LEFT_OUT = {"made_by", "made_at", "line", "sha256", "text"}


def text(act: str, done: Sequence[Any], *, dry_run: bool = False) -> str:
    """The receipt of an act at each school, as lines."""
    lines: list[str] = []
    for one in done:
        if len(done) > 1:
            lines.append(f"School {one.school}:")
        if dry_run:
            lines += _would(one.outcome.events)
        else:
            lines.append(_recorded(act, one.outcome))
    return "\n".join(lines)


def document(act: str, done: Sequence[Any], *, dry_run: bool = False) -> str:
    """The receipts as one JSON document; ``--dry-run`` shows the entries there would be."""
    return envelope.document(
        {
            "schema": "attendance.receipt/1",
            "act": act,
            "dry_run": dry_run,
            "receipts": [_fields(act, one, dry_run=dry_run) for one in done],
        }
    )


def london(moment: dt.datetime) -> str:
    """A moment as a school's clock showed it: ``2024-09-03 08:52``."""
    from ledger.calendar.london import london as on_the_wall

    return on_the_wall(moment).strftime("%Y-%m-%d %H:%M")


def entries(first: int, last: int) -> str:
    """``entry 4`` or ``entries 4 to 32``."""
    return f"entry {first}" if first == last else f"entries {first} to {last}"


def _recorded(act: str, outcome: Any) -> str:
    receipt = outcome.receipt
    if receipt is None or receipt.count == 0:
        return "Nothing to record: the register says so already."
    said = f"{entries(receipt.first, receipt.last)}, {london(receipt.recorded_at)}"
    if receipt.repeated:
        return f"Recorded before, under the same key: {said}. Nothing was added."
    numbered = ", ".join(began(act, outcome))
    return f"Recorded as {said}{f': {numbered}' if numbered else ''}."


_BEGINS = {
    "request-leave": ("leave-requested", "request", "leave"),
    "agree-part-time-timetable": ("part-time-timetable-agreed", "timetable", "leave"),
    "record-awareness": ("threshold-reached", "case", "case"),
    "issue-penalty-notice": ("penalty-notice-issued", "notice", "notice"),
    "disclose-earlier-notice": ("earlier-notice-disclosed", "notice", "notice"),
    "issue-notice-to-improve": ("notice-to-improve-issued", "notice to improve", "improvement"),
    "open-support": ("support-opened", "support", "support"),
    "declare-closure": ("closure-declared", "closure", "closure"),
    "place-hold": ("hold-placed", "hold", "hold"),
    "request-disposal": ("disposal-requested", "disposal", "disposal"),
    "send-letter": ("letter-sent", "letter", "letter"),
}
"""What an act begins that has a number, by which the acts that follow name it: its event, the
word for it, and the field with the number.
"""


def began(act: str, outcome: Any) -> list[str]:
    """What an act began, in words with its number: ``request 3``."""
    if act not in _BEGINS:
        return []  # no event is made of a register of thirty for this
    topic, word, field = _BEGINS[act]
    found = (getattr(event, field) for event in outcome.events if topic == event.TOPIC)
    return [f"{word} {number}" for number in dict.fromkeys(found)]


def _would(events: Iterable[Any]) -> list[str]:
    lines = []
    for event in events:
        fields = {name: value for name, value in event if name not in _LEFT_OUT}
        said = ", ".join(f"{name} {_short(value)}" for name, value in fields.items() if value)
        lines.append(f"  {event.TOPIC.replace('-', ' ')}: {said}")
    if not lines:
        return ["Nothing to record: the register says so already."]
    return [f"Would record {count_of(len(lines), 'entry', 'entries')}:", *lines]


def _short(value: object) -> str:
    if isinstance(value, list | tuple) and not hasattr(value, "half"):
        return (
            f"({count_of(len(value), 'item')})" if len(value) > 4 else " ".join(map(_short, value))
        )
    if hasattr(value, "model_fields_set"):  # one of several fields: a half-term, a parent
        return "(" + " ".join(_short(part) for _, part in value if part is not None) + ")"  # type: ignore[attr-defined]
    return str(value)


def _fields(act: str, one: Any, *, dry_run: bool) -> dict[str, Any]:
    receipt = one.outcome.receipt
    fields: dict[str, Any] = {"school": one.school}
    if dry_run or receipt is None:
        fields |= {"receipt": None, "entries": [_entry(event) for event in one.outcome.events]}
    else:
        fields["receipt"] = receipt_fields(receipt)
    return fields | {"began": began(act, one.outcome), "notes": list(one.notes)}


def receipt_fields(receipt: Any) -> dict[str, Any]:
    """A receipt under the names that scripts read."""
    names = ("key", "first", "last", "count", "recorded_at", "repeated")
    return {name: getattr(receipt, name) for name in names}


def _entry(event: Any) -> dict[str, Any]:
    return {"entry": event.TOPIC, **event.model_dump(mode="json", exclude_none=True)}
