"""The marks of a register as a page has them: weeks across, AM and PM in pairs, then beside now."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ledger.kinds import Session

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_GAP = "  |"
_NAME = 24
GONE = "†"
"""In the place of a mark whose sheet was disposed of."""
Marks = dict[tuple[int, str], Any]
"""The lines of one row by day of the week and half-day."""


@dataclass(frozen=True)
class Row:
    """
    A line of the page: its label, and the register lines of one pupil and week.

    ``gone`` are the half-days of that week whose sheet was disposed of, in whole or in part.
    """

    label: str
    marks: Marks
    gone: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True)
class Sheet:
    """A part of the page under a title of its own: a pupil's weeks, or a week of a class."""

    title: str
    rows: tuple[Row, ...]


def sheets(found: Any) -> list[Sheet]:
    """The page: of one pupil a row a week, of a class a part a week with a row a pupil."""
    names = {one.pupil.id: one.pupil.name for one in found.pupils}
    weeks: dict[dt.date, dict[int, Marks]] = {}
    for line in found.lines:
        day = line.session.date
        monday = day - dt.timedelta(days=day.weekday())
        marks = weeks.setdefault(monday, {}).setdefault(line.pupil, {})
        marks[day.weekday(), line.session.half] = line
    gone = partial(_gone, [one.session for one in getattr(found, "gone", ())])
    if len(names) <= 1:
        rows = [
            Row(week.isoformat(), m, gone(week))
            for week, of in sorted(weeks.items())
            for m in of.values()
        ]
        return [Sheet(next(iter(names.values()), ""), tuple(rows))]
    return [
        Sheet(
            f"Week of {week}",
            tuple(sorted(_named(of, names, gone(week)), key=lambda row: row.label)),
        )
        for week, of in sorted(weeks.items())
    ]


def _named(
    week: dict[int, Marks], names: dict[int, str], gone: frozenset[tuple[int, str]]
) -> Iterator[Row]:
    for pupil, marks in week.items():
        yield Row(names.get(pupil, str(pupil)), marks, gone)


def _gone(sessions: Sequence[Session], monday: dt.date) -> frozenset[tuple[int, str]]:
    after = monday + dt.timedelta(days=7)
    return frozenset(
        (one.date.weekday(), one.half) for one in sessions if monday <= one.date < after
    )


def days_of(parts: Sequence[Sheet]) -> range:
    """Monday to Friday, and the days of the weekend if there was school."""
    last = max((day for part in parts for row in part.rows for day, _ in row.marks), default=4)
    return range(max(5, last + 1))


def page(found: Any) -> str:
    """The page as text: as known then, and beside it as known now where something changed."""
    parts = sheets(found)
    days = days_of(parts)
    both = found.header.asof.entry != found.now
    width = min(_NAME, max((len(row.label) for part in parts for row in part.rows), default=0))
    heads = [f"As known at entry {found.header.asof.entry:,}"]
    heads += [f"As known now, at entry {found.now:,}"] if both else []
    written = []
    for part in parts:
        lines = (
            [part.title, _line("", width, [f" {head}" for head in heads], days)]
            if both
            else [part.title]
        )
        lines.append(_line("", width, [_named_days(days)] * len(heads), days))
        for row in part.rows:
            halves = [_block(row, days, "then")]
            halves += [_block(row, days, "now")] if both else []
            lines.append(_line(row.label[:width], width, halves, days))
        written.append("\n".join(lines))
    return "\n\n".join(written)


def differs(line: Any) -> bool:
    """Whether something stood there then, and something else does now."""
    return bool(line.changed and line.then is not None and line.then.code is not None)


def written(mark: Any) -> str:
    """The code, or in brackets leave that is planned where nothing is entered."""
    if mark is None or mark.code is None:
        return "."
    return f"({mark.code})" if mark.layer == "leave" else str(mark.code)


def _line(label: str, width: int, blocks: Sequence[str], days: range) -> str:
    wide = 8 * len(days)
    return (f"{label:<{width}} " + _GAP.join(f"{block:<{wide}}" for block in blocks)).rstrip()


def _named_days(days: range) -> str:
    return "".join(f"  {_DAYS[day]:<6}" for day in days)


def _block(row: Row, days: range, when: str) -> str:
    return "".join(_half(row, day, "AM", when) + _half(row, day, "PM", when) for day in days)


def _half(row: Row, day: int, half: str, when: str) -> str:
    """Four characters: a star where then and now differ, and the code; blank: no session."""
    line = row.marks.get((day, half))
    if line is None and (day, half) in row.gone:
        return f" {GONE}  "
    if line is None:
        return " .  " if any(of == day for of, _ in row.marks) else "    "
    shown = written(getattr(line, when))
    star = "*" if differs(line) else ("" if len(shown) > 2 else " ")
    return f"{star}{shown:<3}"[:4] if star else f"{shown:<4}"
