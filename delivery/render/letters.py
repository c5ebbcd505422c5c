"""Letters: what was sent, listed."""

from collections.abc import Sequence
from typing import Any

from delivery.render.receipts import london
from delivery.render.table import Cell, count_of, table

_COLUMNS = (
    "letter",
    "kind",
    "upn",
    "pupil",
    "parent",
    "about",
    "dated",
    "channel",
    "position",
    "entry",
    "sent_by",
    "sent_at",
    "pdf",
)


def text(found: Any) -> str:
    """A line a letter."""
    if not found.rows:
        return "No letter was sent."
    headings = ("Letter", "Kind", "Pupil", "To", "About", "Dated", "Figures as at", "Sent by", "At")
    rows = [
        (
            one.letter,
            one.kind,
            one.pupil.name,
            one.parent or "parents or carers",
            one.about,
            one.dated,
            f"entry {one.position:,}",
            one.sent_by,
            london(one.sent_at),
        )
        for one in found.rows
    ]
    return f"{count_of(len(rows), 'letter')} sent.\n\n{table(headings, rows)}"


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """A row a letter."""
    return _COLUMNS, [
        (
            one.letter,
            one.kind,
            one.pupil.upn,
            one.pupil.name,
            one.parent,
            one.about,
            one.dated,
            one.channel,
            one.position,
            one.entry,
            one.sent_by,
            one.sent_at.isoformat(),
            one.pdf,
        )
        for one in found.rows
    ]
