"""Readings: who was shown which pupil's record, which class's register, what of a school."""

from collections.abc import Sequence
from typing import Any

from delivery.render.receipts import london
from delivery.render.table import Cell, count_of, table

_COLUMNS = ("number", "at", "account", "staff", "name", "position", "upn", "pupil", "what",
            "class", "first", "last", "pupils", "whole_school", "from_entry",
            "to_entry")  # fmt: skip


def text(found: Any) -> str:
    """How many, and a line each."""
    if not found.rows:
        return f"No pupil's record was read over HTTP from {found.first} to {found.last}."
    whole = sum(row.whole for row in found.rows)
    of = [f"of {count_of(found.pupils, 'pupil')}"] if found.pupils else []
    of += [f"{whole} of the whole school"] if whole else []
    told = (
        f"{count_of(len(found.rows), 'reading')} {', '.join(of)} by "
        f"{count_of(found.readers, 'reader')}, {found.first} to {found.last}, the newest first."
    )
    headings = ("No.", "At", "Account", "Name and position", "Pupil", "UPN", "What")
    rows = [
        (
            row.number,
            london(row.at),
            row.who,
            ", ".join(filter(None, (row.name, row.position))),
            _whose(row),
            row.pupil.upn if row.pupil else "",
            row.what,
        )
        for row in found.rows
    ]
    return f"{told}\n\n{table(headings, rows)}"


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """A row a reading."""
    return _COLUMNS, [
        (
            row.number,
            row.at.isoformat(),
            row.who,
            row.staff,
            row.name,
            row.position,
            row.pupil.upn if row.pupil else None,
            row.pupil.name if row.pupil else None,
            row.what,
            row.group,
            row.first.isoformat() if row.first else None,
            row.last.isoformat() if row.last else None,
            row.shown,
            "yes" if row.whole else "no",
            row.from_entry,
            row.to_entry,
        )
        for row in found.rows
    ]


def _whose(row: Any) -> str:
    if row.group is not None:
        days = f"{row.first} to {row.last}" if row.first != row.last else f"{row.first}"
        return f"class {row.group}, {days}: {count_of(row.shown, 'pupil')}"
    if row.whole:
        return f"the whole school{_part(row)}"
    return row.pupil.name if row.pupil else "gone"


def _part(row: Any) -> str:
    if row.from_entry is not None:
        return f", entries {row.from_entry:,} to {row.to_entry:,}"
    days = [f"{word} {day}" for word, day in (("from", row.first), ("to", row.last)) if day]
    return f", {' '.join(days)}" if days else ""
