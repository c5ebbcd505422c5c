"""Rates: exact counts beside percentages."""

from collections.abc import Sequence
from typing import Any

from delivery.render.table import Cell, table

_ROWS = (
    "school",
    "group",
    "name",
    "period",
    "label",
    "starts",
    "ends",
    "pupils",
    "possible",
    "attended",
    "authorised",
    "unauthorised",
    "late",
    "not_counted",
    "attendance",
    "absence",
    "persistent",
    "severe",
    "persistently_absent",
    "severely_absent",
)


def text(found: Any) -> str:
    """A line a group and period."""
    if not found.rows:
        return f"No session from {found.first} to {found.last}."
    several = found.by != "school" and len({row.school for row in found.rows}) > 1
    of_pupils = found.by == "pupil"
    headings = [*(["School"] if several else []), found.by.capitalize()]
    headings += ["Name"] if of_pupils else ["Pupils"]
    headings += ["Period", "Possible", "Attended", "Authorised", "Unauthorised", "Late"]
    headings += ["Attendance", "Absence", *(["Absent"] if of_pupils else ["Persistent", "Severe"])]
    body = [_line(row, several=several, of_pupils=of_pupils) for row in found.rows]
    head = f"Sessions from {found.first} to {found.last}, by {found.by} and {found.period}"
    note = f"\n\n{found.note}" if found.note else ""
    return f"{head}\n\n{table(headings, body)}{note}"


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """A row a group and period."""
    return _ROWS, [[getattr(row, name) for name in _ROWS] for row in found.rows]


def _line(row: Any, *, several: bool, of_pupils: bool) -> list[Cell]:
    line: list[Cell] = [row.school] if several else []
    line += [row.group, row.name] if of_pupils else [_called(row), row.pupils]
    line += [row.label, row.possible, row.attended, row.authorised, row.unauthorised, row.late]
    line += [_percent(row.attendance), _percent(row.absence)]
    if of_pupils:
        return [*line, "severe" if row.severe else "persistent" if row.persistent else ""]
    return [*line, row.persistently_absent, row.severely_absent]


def _called(row: Any) -> str:
    return str(row.name if row.name == row.group else f"{row.name} ({row.group})")


def _percent(written: str | None) -> str:
    return f"{written}%" if written is not None else "none possible"
