"""Readings: who was shown which pupil's record, or the register of which class."""

from collections.abc import Sequence
from typing import Any

from delivery.render.receipts import london
from delivery.render.table import Cell, count_of, table

_COLUMNS = ("number", "at", "account", "staff", "name", "position", "upn", "pupil", "what",
            "class", "first", "last", "pupils")  # fmt: skip


def text(found: Any) -> str:
    """How many, and a line each."""
    if not found.rows:
        return f"No pupil's record was read over HTTP from {found.first} to {found.last}."
    told = (
        f"{count_of(len(found.rows), 'reading')} of {count_of(found.pupils, 'pupil')} by "
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
        )
        for row in found.rows
    ]


def _whose(row: Any) -> str:
    if row.group is not None:
        days = f"{row.first} to {row.last}" if row.first != row.last else f"{row.first}"
        return f"class {row.group}, {days}: {count_of(row.shown, 'pupil')}"
    return row.pupil.name if row.pupil else "gone"
