"""
The attendance of a Common Transfer File: one string of marks from a first day on.

Until CTF 23 a mark is one character, from CTF 24 marks stand between commas so that codes of
two characters fit; both are read. Two marks a day, morning first, Monday to Friday: the files
seen in public say no more, so a string that would leave the calendar is refused row by row.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from delivery.importers.formats.markup import elements
from delivery.importers.formats.records import ALSO, named
from delivery.importers.formats.systems import Mark
from ledger.kinds import iso_date

ASSUMED = "marks run from the first date on, two a day, Monday to Friday, mornings first"


@dataclass(frozen=True)
class YearOfMarks:
    """What a file says of one pupil at one school in one year; counts as written, else ``None``."""

    line: int
    upn: str
    year: str
    authority: str
    establishment: str
    school: str
    possible: int | None
    attended: int | None
    authorised: int | None
    unauthorised: int | None
    marks: tuple[Mark, ...] = field(repr=False)


def years(path: Path, name: str) -> Iterator[YearOfMarks]:
    """Each year of each pupil. Raises ``FileUnreadable`` as reading XML does."""
    upn = ""
    spans: list[tuple[int, str, str]] = []
    for element in elements(path, name):
        told = named([name for name, _ in element.leaves], [text for _, text in element.leaves])
        if element.tag == "UPN":
            upn = element.text
        elif element.tag == "AttendSessions":
            first, marks = told.get("AttendanceStartDate", ""), told.get("AttendanceMarks", "")
            if ALSO in marks:  # two strings for one first day: refused, with its date
                first += ALSO
            spans.append((element.line, first, marks))
        elif element.tag == "YearData":
            yield _year(element.line, upn, told, spans)
            spans = []
        elif element.tag == "Pupil":
            upn = ""


def marks_of(written: str) -> list[str]:
    """A string of marks taken apart: by its commas where it has any, else by its characters."""
    if "," in written:
        return [mark.strip() for mark in written.split(",")]
    return list(re.sub(r"\s", "-", written))


def school_days(first: dt.date) -> Iterator[dt.date]:
    """The days from ``first`` on that are no Saturday or Sunday."""
    day = first
    while day < dt.date.max:
        if day.weekday() < 5:
            yield day
        day += dt.timedelta(1)


def _year(
    line: int, upn: str, told: dict[str, str], spans: list[tuple[int, str, str]]
) -> YearOfMarks:
    marks = tuple(mark for span in spans for mark in _marks(upn, *span))
    return YearOfMarks(
        line=line,
        upn=upn,
        year=told.get("Year", ""),
        authority=told.get("LEA", ""),
        establishment=told.get("Estab", ""),
        school=told.get("SchoolName", ""),
        possible=_count(told.get("SessionsPossible", "")),
        attended=_count(told.get("SessionsAttended", "")),
        authorised=_count(told.get("SessionsAuthorised", "")),
        unauthorised=_count(told.get("SessionsUnauthorised", "")),
        marks=marks,
    )


def _marks(upn: str, line: int, first: str, written: str) -> Iterator[Mark]:
    try:
        begins = iso_date(first)
        assert isinstance(begins, dt.date)
    except ValueError:
        yield Mark(line, "", upn, first, "AM", written[:2], None)  # refused, with its date
        return
    codes = marks_of(written)
    days = islice(school_days(begins), (len(codes) + 1) // 2)
    halves = [(day.isoformat(), half) for day in days for half in ("AM", "PM")]
    for (day, half), code in zip(halves, codes, strict=False):
        yield Mark(line, "", upn, day, half, code, None)


def _count(written: str) -> int | None:
    return int(written) if re.fullmatch("[0-9]{1,6}", written) else None
