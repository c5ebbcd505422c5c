"""Amendments with the five particulars the register must hold of each."""

from collections.abc import Sequence
from typing import Any

from delivery.render.receipts import london
from delivery.render.table import Cell, count_of, table

NOT_SAID = "not provided by source"

_HEADINGS = (
    "Entry",
    "Pupil",
    "Session",
    "Original",
    "Amended",
    "Reason",
    "Date",
    "Name",
    "Position",
)
_ROWS = (
    "entry",
    "recorded_at",
    "upn",
    "name",
    "date",
    "half",
    "class",
    "kind",
    "source",
    "lag",
    "original",
    "amended",
    "reason",
    "made_on",
    "made_between",
    "made_by_name",
    "made_by_position",
    "lacks",
)


def particulars(rows: Sequence[Any]) -> str:
    """A line an amendment, in the order of the law's five particulars."""
    return table(_HEADINGS, [_line(one) for one in rows])


def text(found: Any) -> str:
    """How many amendments hold all five; those that do not, and those that do."""
    lines = [
        f"{count_of(found.total, 'amendment')}: {found.complete:,} with all five particulars, "
        f"{found.lacking:,} lacking one that the other system did not provide."
    ]
    if found.native_lacking:
        lines.append(
            f"{count_of(found.native_lacking, 'amendment')} made in this ledger lack one: a fault."
        )
    lacking = [one for one in found.rows if not one.complete]
    whole = [one for one in found.rows if one.complete]
    if lacking:
        lines += ["", particulars(lacking)]
    if whole:
        lines += ["", "With all five", particulars(whole)]
    return "\n".join(lines)


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """A row an amendment."""
    return _ROWS, [
        (
            one.entry,
            one.recorded_at.isoformat(),
            one.pupil and one.pupil.upn,
            one.pupil and one.pupil.name,
            one.session.date,
            one.session.half,
            one.group,
            one.kind,
            one.source,
            one.lag,
            one.five.original,
            one.five.amended,
            one.five.reason,
            one.five.made_on,
            between(one.five),
            one.five.name,
            one.five.position,
            ", ".join(one.five.lacks),
        )
        for one in found.rows
    ]


def between(five: Any) -> str | None:
    """Between which two snapshots an observed amendment was made; ``None`` for one made here."""
    if five.seen_at is None:
        return None
    if five.seen_before is None:
        return f"before {london(five.seen_at)}"
    return f"between {london(five.seen_before)} and {london(five.seen_at)}"


def _line(one: Any) -> list[Cell]:
    five = one.five
    return [
        one.entry,
        one.pupil.name if one.pupil else None,
        one.session,
        five.original or "none",
        five.amended or "vanished",
        five.reason or NOT_SAID,
        five.made_on or between(five) or NOT_SAID,
        five.name or NOT_SAID,
        five.position or NOT_SAID,
    ]
