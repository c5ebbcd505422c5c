"""The same marks under two policies."""

from collections.abc import Iterator, Sequence
from typing import Any

from delivery.render.table import Cell, table

_ROWS = (
    *("school", "upn", "name", "aspect", "about", "first", "first_why", "second", "second_why"),
    *("parameters", "first_values", "second_values", "first_clauses", "second_clauses"),
)


class WhatIf:
    """Whose status differs, and by which parameter."""

    @staticmethod
    def text(found: Any) -> str:
        """The counts, then each pupil with both explanations."""
        return "\n\n".join(_parts(found))

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row for each status that differs."""
        return _ROWS, [_row(row) for row in found.rows]


def _parts(found: Any) -> Iterator[str]:
    yield f"On {found.on}, with sessions from {found.since}; nothing is recorded, nothing decided"
    yield f"First:  {found.first_policy}\nSecond: {found.second_policy}"
    headings = ("School", "Aspect", "First", "Second", "Differ")
    counts = [(one.school, one.aspect, one.first, one.second, one.differ) for one in found.counts]
    yield table(headings, counts)
    for row in found.rows:
        yield "\n".join(_told(row))


def _told(row: Any) -> Iterator[str]:
    about = f", {row.about}" if row.about else ""
    yield f"{row.pupil.name} ({row.pupil.upn}), school {row.school}: {row.aspect}{about}"
    yield f"    First:  {row.first}. {row.first_why}"
    yield f"    Second: {row.second}. {row.second_why}"
    for one in row.parameters:
        yield f"    By {one.name}: {_said(one.first, one.first_clause)}"
        yield f"    {'against':>{len(one.name) + 3}}: {_said(one.second, one.second_clause)}"


def _said(value: str | None, clause: str | None) -> str:
    return "not said" if value is None else f"{value} ({clause})"


def _row(row: Any) -> Sequence[Cell]:
    parts = row.parameters
    return (
        *(row.school, row.pupil.upn, row.pupil.name, row.aspect, row.about),
        *(row.first, row.first_why, row.second, row.second_why),
        "; ".join(one.name for one in parts),
        *(
            "; ".join(str(getattr(one, name) or "") for one in parts)
            for name in ("first", "second", "first_clause", "second_clause")
        ),
    )
