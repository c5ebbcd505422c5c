"""Registers that were not taken, or not for everybody."""

from collections.abc import Sequence
from typing import Any

from delivery.render.table import Cell, count_of, table


def text(found: Any) -> str:
    """A line a register."""
    span = str(found.first) if found.first == found.last else f"{found.first} to {found.last}"
    of = f"of {count_of(found.sheets, 'register')} expected"
    if found.no_school:
        return f"{span}: no register was to be taken: {found.no_school}."
    gone = _gone(found.disposed)
    if not found.sheets and gone:
        return f"{span}: {gone[2:]}"
    if not found.sheets:
        why = "nobody asked about is on roll, or their class is closed"
        return f"{span}: no register was to be taken: {why}."
    if not found.rows:
        return f"{span}: every register was taken, {of}{gone or '.'}"
    rows = [
        (
            one.session,
            one.group,
            "in part" if one.at_all else "no",
            f"{one.marked} of {one.expected}",
            _names(one),
        )
        for one in found.rows
    ]
    headings = ("Session", "Class", "Taken", "Marked", "Without a mark")
    return f"{span}: {len(found.rows):,} {of} not taken{gone}\n\n{table(headings, rows)}"


def _gone(disposed: int) -> str:
    if not disposed:
        return ""
    many = count_of(disposed, "register")
    return f"; of {many} entries were disposed of: whether taken cannot be told any more."


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """A row a register."""
    headings = ("date", "half", "class", "expected", "marked", "missing")
    return headings, [
        (
            one.session.date,
            one.session.half,
            one.group,
            one.expected,
            one.marked,
            " ".join(pupil.upn for pupil in one.missing),
        )
        for one in found.rows
    ]


def _names(one: Any) -> str:
    if not one.at_all:
        return "everybody"
    return ", ".join(pupil.name for pupil in one.missing)
