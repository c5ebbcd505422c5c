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


Compared = tuple[str, str]
"""What a published figure is compared with, and what it measures: a pair of columns."""


def text(found: Any) -> str:
    """A line a group and period, beside the published figures that the policy adopts."""
    if not found.rows:
        return f"No session from {found.first} to {found.last}."
    several = found.by != "school" and len({row.school for row in found.rows}) > 1
    of_pupils, columns = found.by == "pupil", _columns(found)
    headings = [*(["School"] if several else []), found.by.capitalize()]
    headings += ["Name"] if of_pupils else ["Pupils"]
    headings += ["Period", "Possible", "Attended", "Authorised", "Unauthorised", "Late"]
    headings += ["Attendance", "Absence", *(["Absent"] if of_pupils else ["Persistent", "Severe"])]
    for compared_with, measure in columns:
        headings += [f"{compared_with.capitalize()} {measure}", "Points"]
    body = [
        [*_line(row, several=several, of_pupils=of_pupils), *_beside(row, columns, "%")]
        for row in found.rows
    ]
    head = f"Sessions from {found.first} to {found.last}, by {found.by} and {found.period}"
    notes = ["\n".join(map(_of_figure, found.figures)), found.compared, found.note]
    return "\n\n".join([head, table(headings, body), *filter(None, notes)])


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """
    A row a group and period; for each published figure adopted two columns more, itself and how
    many percentage points the row lies above or below it.
    """
    columns = _columns(found)
    headings = [*_ROWS]
    for pair in columns:
        name = "_".join(pair).replace(" ", "_")
        headings += [name, f"{name}_points"]
    body: list[Sequence[Cell]] = [
        [*(getattr(row, name) for name in _ROWS), *_beside(row, columns, "")] for row in found.rows
    ]
    return headings, body


def _columns(found: Any) -> list[Compared]:
    pairs = ((one.compared_with, one.measure) for row in found.rows for one in row.beside)
    return list(dict.fromkeys(pairs))


def _beside(row: Any, columns: Sequence[Compared], unit: str) -> list[Cell]:
    held = {(one.compared_with, one.measure): one for one in row.beside}
    cells: list[Cell] = []
    for pair in columns:
        one = held.get(pair)
        cells += [f"{one.percent}{unit}", one.difference] if one else [None, None]
    return cells


def _of_figure(one: Any) -> str:
    """A published figure in a sentence: whose, when, from where, and which clause adopts it."""
    said = f"{one.compared_with.capitalize()} {one.measure}: {one.percent}%, {one.of}, {one.period}"
    noted = f". {one.note}" if one.note else ""
    return f"{said} ({one.source}, published {one.published_on}; {one.reference}){noted}"


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
