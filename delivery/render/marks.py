"""Question 1: everything the ledger holds about one mark, told in order."""

from collections.abc import Sequence
from typing import Any

from delivery.render.amendments import NOT_SAID, between
from delivery.render.receipts import london
from delivery.render.table import Cell, count_of, facts

_ROWS = (
    "entry",
    "recorded_at",
    "taken_at",
    "what",
    "code",
    "meaning",
    "authorised",
    "original",
    "reason",
    "nature",
    "minutes_late",
    "name",
    "position",
    "recorded_by",
)


def text(found: Any) -> str:
    """What counts, then each entry as one would tell it to a parent, with its particulars."""
    parts = [
        facts(
            [
                ("Pupil", f"{found.pupil.name} ({found.pupil.upn})"),
                ("Session", found.session),
                ("Class", found.group),
                ("Counts as", _counts(found)),
                ("Because of", _layers(found)),
                ("But", " ".join(found.contradictions) or None),
            ]
        )
    ]
    if not found.entries:
        return parts[0] + "\n\nNothing has been entered for this session."
    parts += [_entry(entry) for entry in found.entries]
    return "\n\n".join(parts)


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """A row an entry."""
    headings = ("upn", "date", "half", *_ROWS, "source", "file", "line")
    return headings, [
        (
            found.pupil.upn,
            found.session.date,
            found.session.half,
            *(getattr(entry, name) for name in _ROWS),
            entry.source.kind,
            entry.source.file,
            entry.source.line,
        )
        for entry in found.entries
    ]


def _counts(found: Any) -> str:
    if found.code is None:
        return "no entry that counts"
    return f"{found.code} ({found.meaning}), {found.counts_as}"


def _layers(found: Any) -> str:
    top, *beneath = found.layers
    said = f"{top.name} ({top.why})"
    if beneath:
        said += "; beneath it " + ", ".join(
            f"{one.name} {one.code or ''}".strip() for one in beneath
        )
    return said


def _entry(entry: Any) -> str:
    five = entry.five
    said = entry.sentence.rstrip(".")
    lines = [f"Entry {entry.entry}. {said[0].upper()}{said[1:]}."]
    told = [
        ("Nature", entry.nature),
        ("Comment", entry.comment),
        ("Source", _source(entry)),
        ("Taken", _taken(entry)),
        ("Recorded", f"{london(entry.recorded_at)} by {entry.recorded_by}"),
    ]
    if five is not None:
        told = [
            ("Original entry", five.original or "none stood"),
            ("Amended entry", five.amended or "none shown any more"),
            ("Reason", five.reason or NOT_SAID),
            ("Date", five.made_on or between(five) or NOT_SAID),
            ("Name and position", _who(five)),
            ("In time", _in_time(entry.in_time)),
            *told,
        ]
    lines += [f"    {line}" for line in facts(told).splitlines()]
    return "\n".join(lines)


def _who(five: Any) -> str:
    if five.name is None:
        return NOT_SAID
    return f"{five.name}, {five.position or 'position ' + NOT_SAID}"


def _in_time(found: Any) -> str | None:
    """Whether the amendment of an N came within its days, with the last of them."""
    if found is None:
        return None
    if found.last is None:
        return f"not known: the calendar as set ends within {found.rule} ({found.clause})"
    said = {True: "yes", False: "no", None: "not known"}[found.within]
    return f"{said}: {found.rule} ended on {found.last} ({found.clause})"


def _taken(entry: Any) -> str | None:
    """When the mark was taken, if that is not when it was recorded, and how far apart they are."""
    if entry.taken_at is None:
        return None
    minutes = int((entry.recorded_at - entry.taken_at).total_seconds()) // 60
    if minutes == 0:
        return None
    hours, left = divmod(abs(minutes), 60)
    apart = f"{count_of(hours, 'hour')} " * bool(hours) + count_of(left, "minute")
    order = "before" if minutes > 0 else "after"
    return f"{london(entry.taken_at)}, {apart} {order} it was recorded"


def _source(entry: Any) -> str:
    source = entry.source
    if source.kind != "import":
        return str(source.kind)
    where = f", line {source.line}" if source.line else ""
    return f"file {source.file}{where}"
