"""Question 1: everything the ledger holds about one mark, told in order."""

from collections.abc import Sequence
from typing import Any

from delivery.render.amendments import NOT_SAID, between
from delivery.render.receipts import london
from delivery.render.table import Cell, count_of, facts, table

_OF = ("upn", "date", "half")
_WITHIN = {True: "yes", False: "no", None: "not known"}
_ROWS = (
    "entry",
    "recorded_at",
    "taken_at",
    "what",
    "group",
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
        parts.append(found.nothing)
    parts += [_entry(entry) for entry in found.entries]
    if found.beside:
        steps = [
            (one.entry, london(one.at), one.what, one.who, one.outcome, one.said, one.by)
            for one in found.beside
        ]
        headings = ("Entry", "When", "What", "Who", "Outcome", "Said", "By")
        parts.append(f"Beside the mark\n{table(headings, steps)}")
    return "\n\n".join(parts)


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """A row an entry about the mark, and one a step beside it, in the order of the ledger."""
    headings = (*_OF, *_ROWS, "in_time", "source", "file", "line", "leaf")
    made = [(entry.entry, _row(entry)) for entry in found.entries]
    made += [(step.entry, _step(step)) for step in found.beside]
    of = (found.pupil.upn, found.session.date, found.session.half)
    return headings, [(*of, *row) for _, row in sorted(made, key=lambda one: one[0])]


def _row(entry: Any) -> tuple[Cell, ...]:
    within = entry.in_time and _WITHIN[entry.in_time.within]
    source = entry.source
    said = tuple(getattr(entry, name) for name in _ROWS)
    return (*said, within, source.kind, source.file, source.line, entry.leaf)


def _step(step: Any) -> tuple[Cell, ...]:
    """A call, evidence, a decision or leave, under the headings that fit: ``code`` its outcome."""
    held = {
        "entry": step.entry,
        "recorded_at": step.at,
        "what": step.what,
        "code": step.outcome,
        "reason": step.said,
        "name": step.who,
        "recorded_by": step.by,
    }
    said = tuple(held.get(name) for name in _ROWS)
    return (*said, None, "absence and leave", None, None, None)


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
            ("In time", in_time(entry.in_time)),
            *told,
        ]
    lines += [f"    {line}" for line in facts(told).splitlines()]
    return "\n".join(lines)


def _who(five: Any) -> str:
    if five.name is None:
        return NOT_SAID
    return f"{five.name}, {five.position or 'position ' + NOT_SAID}"


def in_time(found: Any) -> str | None:
    """Whether the amendment of an N came within its days, with the last of them."""
    if found is None:
        return None
    if found.last is None:
        return f"not known: the calendar as set ends within {found.rule} ({found.clause})"
    return f"{_WITHIN[found.within]}: {found.rule} end on {found.last} ({found.clause})"


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
