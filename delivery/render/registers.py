"""Question 2: a register as the weeks of a page, as known then and as known now."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from delivery.render.amendments import particulars
from delivery.render.receipts import london
from delivery.render.table import Cell, count_of, table

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def text(found: Any) -> str:
    """The page: a line a pupil and week; changed marks as ``then>now``; who changed them."""
    names = {one.pupil.id: one.pupil for one in found.pupils}
    parts = [f"Register from {found.first} to {found.last}", _page(found.lines, names)]
    parts += _legend(found)
    amended = getattr(found, "amendments", ())
    if amended:
        parts.append(f"Amendments\n{particulars(amended)}")
    changes = [one for one in found.later if one.original is not None]
    if changes:
        rows = [
            (
                one.entry,
                london(one.recorded_at),
                names[one.pupil].name if one.pupil in names else one.pupil,
                one.session,
                one.original,
                one.code,
                one.reason or "not provided by source",
                one.name or "not provided by source",
                one.position,
            )
            for one in changes
        ]
        headings = (
            "Entry",
            "Recorded",
            "Pupil",
            "Session",
            "Was",
            "Became",
            "Reason",
            "Name",
            "Position",
        )
        parts.append(f"What came after\n{table(headings, rows)}")
    new = len(found.later) - len(changes)
    if new:
        parts.append(f"{count_of(new, 'mark')} entered for the first time after that.")
    parts.append(_totals(found))
    return "\n\n".join(parts)


def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """A row for each pupil and session."""
    names = {one.pupil.id: one.pupil for one in found.pupils}
    headings = (
        "upn",
        "name",
        "class",
        "date",
        "half",
        "code_then",
        "layer_then",
        "entry_then",
        "code_now",
        "layer_now",
        "entry_now",
        "changed",
    )
    return headings, [
        (
            names[line.pupil].upn if line.pupil in names else line.pupil,
            names[line.pupil].name if line.pupil in names else "",
            line.group,
            line.session.date,
            line.session.half,
            *_known(line.then),
            *_known(line.now),
            "yes" if line.changed else "no",
        )
        for line in found.lines
    ]


def _legend(found: Any) -> Iterator[str]:
    """What the signs on the page mean, where they are used."""
    if any(line.changed for line in found.lines):
        yield f"A mark written N>I was N then and is I now, as at entry {found.now:,}."
    if any(line.now and line.now.layer == "leave" for line in found.lines):
        yield "A code in brackets is leave, planned and not entered yet."


def _known(mark: Any) -> tuple[Cell, Cell, Cell]:
    return (None, None, None) if mark is None else (mark.code, mark.layer, mark.entry)


def _page(lines: Iterable[Any], names: dict[int, Any]) -> str:
    weeks: dict[tuple[str, int, dt.date], dict[int, dict[str, str]]] = {}
    for line in lines:
        day = line.session.date
        monday = day - dt.timedelta(days=day.weekday())
        name = names[line.pupil].name if line.pupil in names else ""
        week = weeks.setdefault((name, line.pupil, monday), {})
        week.setdefault(day.weekday(), {})[line.session.half] = _cell(line)
    last = max((day for week in weeks.values() for day in week), default=4)
    days = range(max(5, last + 1))
    body = [
        (name, monday, *(_day(week.get(day, {})) for day in days))
        for (name, _, monday), week in sorted(weeks.items())
    ]
    return table(("Pupil", "Week of", *(_DAYS[day] for day in days)), body)


def _cell(line: Any) -> str:
    then, now = _written(line.then), _written(line.now)
    return f"{then}>{now}" if line.changed else str(now)


def _written(mark: Any) -> str:
    """The code, or in brackets leave that is planned where nothing is entered."""
    if mark is None or mark.code is None:
        return "."
    return f"({mark.code})" if mark.layer == "leave" else str(mark.code)


def _day(marks: dict[str, str]) -> str:
    if not marks:
        return ""
    return f"{marks.get('AM', '.')} {marks.get('PM', '.')}"


def _totals(found: Any) -> str:
    names = ("possible", "attended", "authorised", "unauthorised", "late", "attendance")
    asked = [("Now", found.now_totals)]
    if found.header.asof.entry != found.now:
        asked.insert(0, ("Then", found.then_totals))
    rows = [
        (when, *(getattr(total, name) for name in names[:-1]), _percent(total.attendance))
        for when, total in asked
    ]
    headings = ("", *(name.capitalize() for name in names))
    return f"Sessions\n{table(headings, rows)}"


def _percent(written: str | None) -> str:
    return f"{written}%" if written is not None else "none possible"
