"""
A register printed across: a row a pupil, a column a session, laid out as some system likes.

A small file says how (TOML)::

    sheet = "Autumn 1"            # of a workbook; else the first
    heading_row = 3               # the row that names the columns; 1 where not said
    dates_row = 2                 # where the dates stand in a row of their own above it
    dates = "%d/%m/%Y"            # how dates are written, where not 2024-09-03
    week_beginning = 2024-09-02   # where the columns are called Mon AM … Fri PM
    upn = "UPN"                   # the column of the UPN, or
    person = "Adno"               # of the system's own number (with --people)
    school = "URN"                # where there is one
    am = ["AM"]                   # what a morning's column is called; AM and PM where not said
    pm = ["PM"]
"""

import csv
import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from delivery.importers.formats.known import People
from delivery.importers.formats.systems import Mark
from delivery.importers.formats.workbook import sheet_rows
from delivery.importers.source import Source, open_bytes
from delivery.importers.table import MOST
from ledger.kinds import iso_date
from ledger.refusals import FileUnreadable

LARGEST = 1 << 16
"""Bytes of a layout that are read."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
_WORDS = {"sheet": str, "dates": str, "upn": str, "person": str, "school": str}


@dataclass(frozen=True)
class Across:
    """How a register is laid out across; rows and columns counted from 1."""

    heading_row: int = 1
    dates_row: int | None = None
    dates: str | None = None
    week_beginning: dt.date | None = None
    sheet: str | None = None
    upn: str | None = None
    person: str | None = None
    school: str | None = None
    am: tuple[str, ...] = ("AM",)
    pm: tuple[str, ...] = ("PM",)

    @classmethod
    def read(cls, path: Path) -> "Across":
        """Read a layout. Raises ``FileUnreadable`` with what is not understood."""
        try:
            with open_bytes(path) as file:
                said = tomllib.loads(file.read(LARGEST).decode("utf-8-sig"))
        except (ValueError, RecursionError) as problem:
            raise FileUnreadable(file=path.name, why=f"it is no layout ({problem})") from None
        for name, value in said.items():
            wanted = _kind(name)
            if wanted is None:
                why = f"it says {name}, which no layout has; there are {', '.join(_names())}"
                raise FileUnreadable(file=path.name, why=why)
            if not isinstance(value, wanted) or isinstance(value, bool):
                raise FileUnreadable(file=path.name, why=f"{name} = {value!r} is not understood")
        for name in ("am", "pm"):
            if name in said:
                said[name] = tuple(map(str, said[name]))
        layout = cls(**said)
        if (layout.upn is None) == (layout.person is None):
            why = "it names the column of the pupil as upn or as person, one of them"
            raise FileUnreadable(file=path.name, why=why)
        return layout


def marks(source: Source, layout: Across, people: People) -> Iterator[Mark]:
    """Each mark, cell by cell. Raises ``FileUnreadable`` for a heading that is not as laid out."""
    rows = enumerate(_rows(source, layout), 1)
    above: list[str] = []
    for number, row in rows:
        if number == layout.dates_row:
            above = _carried(row)
        if number == layout.heading_row:
            who, school, sessions = _heading(source, layout, row, above)
            break
    else:
        raise source.refused(f"it has no row {layout.heading_row}")
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        named = row[who].strip() if who < len(row) else ""
        upn = people.upn(named, "") if layout.upn else people.upn("", named)
        of = row[school].strip() if school is not None and school < len(row) else ""
        for place, day, half in sessions:
            code = row[place].strip() if place < len(row) else ""
            yield Mark(number, of, upn, day, half, code, None)


def _rows(source: Source, layout: Across) -> Iterator[list[str]]:
    if source.holds == "workbook":
        yield from sheet_rows(source.path, source.name, layout.sheet)
        return
    with source.text() as text:
        try:
            head = text.read(4096)
            text.seek(0)
            between = max(",;\t|", key=head.count)
            yield from csv.reader(text, delimiter=between)
        except (csv.Error, UnicodeDecodeError) as problem:
            raise source.refused(f"a line of it cannot be read ({problem})") from None


def _heading(
    source: Source, layout: Across, row: list[str], above: list[str]
) -> tuple[int, int | None, list[tuple[int, str, str]]]:
    names = [cell.strip() for cell in row]
    wanted = layout.upn or layout.person
    assert wanted is not None, "a layout names the column of the pupil"
    for name in (wanted, layout.school):
        if name is not None and name not in names:
            raise source.refused(f"row {layout.heading_row} has no column {name!r}")
        if name is not None and names.count(name) > 1:
            raise source.refused(f"two columns of row {layout.heading_row} are called {name}")
    if len(names) > MOST:
        raise source.refused(f"row {layout.heading_row} has {len(names):,} columns")
    sessions: dict[tuple[str, str], int] = {}
    for place, name in enumerate(names):
        over = above[place] if place < len(above) else ""
        session = _session(layout, f"{over} {name}".split())
        if session is None:
            continue
        if session in sessions:
            raise source.refused(f"two columns are of {' '.join(session)}")
        sessions[session] = place
    if not sessions:
        raise source.refused(f"row {layout.heading_row} names no session that the layout describes")
    school = names.index(layout.school) if layout.school else None
    columns = [(place, day, half) for (day, half), place in sessions.items()]
    return names.index(wanted), school, columns


def _session(layout: Across, words: list[str]) -> tuple[str, str] | None:
    """The date and half that a column's heading says, if it says both."""
    half = next(
        (half for half, names in (("AM", layout.am), ("PM", layout.pm)) if set(names) & set(words)),
        None,
    )
    if half is None:
        return None
    rest = [word for word in words if word not in (*layout.am, *layout.pm)]
    for said in (" ".join(rest), *rest):
        day = _date(layout, said)
        if day is not None:
            return day.isoformat(), half
    return None


def _date(layout: Across, said: str) -> dt.date | None:
    with suppress(ValueError):
        day = iso_date(said)
        assert isinstance(day, dt.date)
        return day
    if layout.dates is not None:
        try:
            return dt.datetime.strptime(said, layout.dates).date()  # noqa: DTZ007 - a day alone
        except (ValueError, re.error):  # a part of the date named twice
            pass
    if layout.week_beginning is not None and said.lower()[:3] in WEEKDAYS:
        return layout.week_beginning + dt.timedelta(WEEKDAYS.index(said.lower()[:3]))
    return None


def _carried(row: list[str]) -> list[str]:
    """A row of dates, each carried over the columns to its right, as merged cells mean it."""
    carried: list[str] = []
    for cell in row:
        carried.append(cell.strip() or (carried[-1] if carried else ""))
    return carried


def _names() -> list[str]:
    return list(Across.__dataclass_fields__)


def _kind(name: str) -> type[Any] | None:
    kinds: dict[str, type[Any]] = {
        **_WORDS,
        "heading_row": int,
        "dates_row": int,
        "week_beginning": dt.date,
        "am": list,
        "pm": list,
    }
    return kinds.get(name)
