"""What is due, the first to do first."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from delivery.render.receipts import london
from delivery.render.table import Cell, count_of, table

_TITLES = {
    "unexplained absence": "Children nobody knows of",
    "register not taken": "Registers not taken",
    "unexplained mark": "Marks without a reason",
    "evidence": "Evidence",
    "leave": "Leave to decide",
    "threshold": "At the threshold for a penalty notice",
    "penalty notice": "Penalty notices",
    "notice to improve": "Notices to improve",
    "lateness": "Persistent lateness",
    "part-time timetable": "Part-time timetables",
    "support": "Support to review",
    "return": "Returns to the local authority",
    "back-up": "Back-ups",
    "retention": "Entries kept as long as they must be",
    "policy review": "Policy",
}


class Due:
    """The work of the day."""

    @staticmethod
    def text(found: Any) -> str:
        """A table a kind, in the order of what to do first."""
        parts = [
            f"Due on {found.on}: {count_of(found.open, 'thing')} to do, {found.overdue:,} overdue"
        ]
        headings = ("By", "", "What to do", "About", "Who", "Clause")
        for kind, rows in groupby(found.rows, key=lambda row: row.kind):
            these = list(rows)
            lines = [
                (_by(row), _state(row), row.what, about, row.owner, row.reference)
                for row, about in _together(these)
            ]
            parts.append(f"{_TITLES[kind]} ({len(these):,})\n\n{table(headings, lines)}")
        return "\n\n".join(parts)

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row a thing to do."""
        plain = ("kind", "state", "what", "about")
        later = ("since", "due", "by", "left", "done", "owner", "reference", "note")
        return (*plain, "upn", "name", *later), [
            (
                *(getattr(row, name) for name in plain),
                row.pupil.upn if row.pupil else None,
                row.pupil.name if row.pupil else None,
                *(getattr(row, name) for name in later),
            )
            for row in found.rows
        ]


def _together(rows: Sequence[Any]) -> Iterator[tuple[Any, str]]:
    """The registers of one session in one line, with their classes; all else a line each."""

    def session(row: Any) -> tuple[Any, ...]:
        here = row.about.partition(", ")[0] if row.kind == "register not taken" else id(row)
        return here, row.by, row.state, row.what

    for _, same in groupby(rows, key=session):
        first, *more = same
        classes = [row.about.partition(", ")[2] for row in more]
        yield first, ", ".join([_about(first), *classes])


def _by(row: Any) -> str:
    if row.done is not None or row.by is None:
        return str(row.due or "no day set")
    return london(row.by)


def _state(row: Any) -> str:
    if row.done is not None:
        return f"done {row.done}"
    if row.state == "overdue":
        return "OVERDUE"
    if row.left is None:
        return f"since {row.since}"
    return "today" if row.left == 0 else f"in {count_of(row.left, 'day')}"


def _about(row: Any) -> str:
    pupil = f"{row.pupil.name} ({row.pupil.upn})" if row.pupil else ""
    return "; ".join(part for part in (pupil, row.about, row.note) if part)
