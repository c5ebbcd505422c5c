"""
Files of marks, long and wide, read a row at a time.

*Long*: one line a mark, ``school_urn,upn,date,session,code`` and, if there, the columns of
``EXTRAS``. *Wide*: one line a pupil, ``school_urn,upn`` and a column for each session, headed
``2024-09-03 AM``. Where a file has no school column, every line is of the school named on
the call. Columns that are neither are passed over.
What a row tells beside its code is without outer spaces (and what ``delivery/cells.py`` adds),
``None`` where it tells nothing; a cell left empty is a code of no letters.
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Literal

from commands.snapshot.rows import MarkRow
from commands.snapshot.stretches import Cut
from delivery.cells import unguarded
from delivery.importers.cutting import Cutter, Places, after_heading, same_throughout
from delivery.importers.source import Source, Told
from delivery.importers.table import (
    Heading,
    Table,
    open_part,
    open_table,
    said_in,
    unreadable,
)

Layout = Literal["long", "wide"]

SCHOOL = ("school_urn", "urn", "school")
UPN = ("upn", "pupil_upn", "unique_pupil_number")
EXTRAS = (
    "minutes_late",
    "comment",
    "taken_at",
    "taken_by_name",
    "taken_by_position",
    "reason",
    "source_id",
)

_LONG = "a long file of marks is headed school_urn,upn,date,session,code"
_WIDE = "a wide file of marks is headed school_urn,upn and then sessions such as 2024-09-03 AM"
SESSION = re.compile(r"(\d{4}-\d{2}-\d{2})[ _T]*(AM|PM)", re.IGNORECASE)
_HALF_A_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ _T]*(AM|PM)", re.IGNORECASE)
_LIKE_A_SESSION = re.compile(r"\b(am|pm)\b|\d{1,4}[-/.]\d{1,2}", re.IGNORECASE)


@dataclass
class MarksFile:
    """
    A file of marks, as one look at its first line showed it.

    ``spoilt`` collects, while rows are read, the lines that are no row at all, each with why;
    ``others`` counts those of schools that were not asked for.
    """

    source: Source
    layout: Layout
    heading: Heading
    heading_line: int
    school_column: int | None
    spoilt: list[tuple[int, str]] = field(default_factory=list)
    others: int = 0
    _row: list[str] = field(default_factory=list, repr=False)

    def by_school(self, told: Told | None = None) -> dict[str, list[MarkRow]]:
        """The marks of each school, as written, held in memory: for files that are not long."""
        assert self.school_column is not None, "there is a school column to sort by"
        column = self.school_column
        sorted_out: dict[str, list[MarkRow]] = {}
        before, held = "", sorted_out.setdefault("", [])
        for mark in self.rows(told=told):
            school = self._row[column] if column < len(self._row) else ""
            if school != before:
                before, held = school, sorted_out.setdefault(school.strip(), [])
            held.append(mark)
        return {school: marks for school, marks in sorted_out.items() if marks}

    def schools(self) -> list[str]:
        """The schools that the file has lines of, as written, in order; one pass over it."""
        if self.school_column is None:
            return []
        begins = self._begins
        if self.school_column == 0 and begins is not None:
            only = same_throughout(self.source, begins, self.heading.delimiter)
            if only is not None and only.strip():
                return [only.strip()]
        with open_table(self.source) as table:
            return said_in(table, self.school_column)

    def rows(self, school: str | None = None, told: Told | None = None) -> Iterator[MarkRow]:
        """
        The marks in the file's order; with ``school``, that school's alone.

        Raises ``FileUnreadable`` where the file cannot be read to its end.
        """
        self.spoilt.clear()
        self.others = 0
        read = self._long if self.layout == "long" else self._wide
        with open_table(self.source, told) as table:
            only = None if school is None else self.school_column
            yield from _whole(self, table, lambda: read(table, only, school or ""))

    def cut(self, school: str | None = None, told: Told | None = None) -> Cut | None:
        """The same, cut where the session changes; ``None`` for a file that cannot be."""
        if self.layout != "long" or self._begins is None:
            return None
        self.spoilt.clear()
        self.others = 0
        names = self.heading.names
        only = None if school is None else self.school_column
        return Cutter(
            source=self.source,
            heading=self.heading,
            places=Places(only, names.index("date"), names.index("session")),
            school=school or "",
            begins=self._begins,
            line=self.heading_line + 1,
            rows=partial(self._part, only, school or ""),
            passed_over=self._pass_over,
            told=told or _nobody,
        )

    @cached_property
    def _begins(self) -> int | None:
        return after_heading(self.source, self.heading, self.heading_line)

    def _pass_over(self, count: int) -> None:
        self.others += count

    def _part(
        self, only: int | None, school: str, begins: int, ends: int | None, line: int
    ) -> Iterator[MarkRow]:
        with open_part(self.source, self.heading, line, begins, ends) as table:
            yield from _whole(self, table, lambda: self._long(table, only, school))

    def _long(self, table: Table, only: int | None, school: str) -> Iterator[MarkRow]:
        upn, date, session, code = table.required([UPN, ("date",), ("session",), ("code",)], _LONG)
        extras = [(n, i) for i, n in enumerate(table.heading.names) if n in EXTRAS]
        where = slice(extras[0][1], extras[-1][1] + 1) if extras else None
        reader, skipped = table.rows, table.skipped
        for row in reader:
            try:
                if only is not None and row[only] != school and row[only].strip() != school:
                    self.others += 1
                    continue
                who, day, half, mark = row[upn], row[date], row[session], row[code]
            except IndexError:
                self._short(reader.line_num + skipped, row, table)
                continue
            if not mark and not any(row):
                continue
            more = _extras(extras, row) if where and any(row[where]) else None
            self._row = row
            yield reader.line_num + skipped, who, day, half, mark, more

    def _wide(self, table: Table, only: int | None, school: str) -> Iterator[MarkRow]:
        (upn,) = table.required([UPN], _WIDE)
        sessions, width = _sessions(table), len(table.heading.written)
        reader, skipped = table.rows, table.skipped
        for row in reader:
            if only is not None and (len(row) <= only or row[only].strip() != school):
                self.others += any(row)
                continue
            if len(row) <= upn:
                self._short(reader.line_num + skipped, row, table)
                continue
            line, who = reader.line_num + skipped, row[upn]
            if not who and not any(row):
                continue
            row.extend([""] * (width - len(row)))
            self._row = row
            for place, day, half in sessions:
                yield line, who, day, half, row[place], None

    def _short(self, line: int, row: list[str], table: Table) -> None:
        if any(cell.strip() for cell in row):
            columns = len(table.heading.written)
            why = f"it has {len(row)} of the {columns} columns the first line names"
            self.spoilt.append((line, why))


def marks_file(source: Source, layout: Layout | None = None) -> MarksFile:
    """
    Find out how a file of marks is laid out; ``layout`` where the caller knows.

    Raises ``FileUnreadable`` that names the columns missing and those found.
    """
    with open_table(source) as table:
        heading = table.heading
        names = set(heading.names)
        if layout is None:
            across = any(map(_HALF_A_DAY.fullmatch, heading.written))
            wide = across and not {"date", "session", "code"} & names
            layout = "wide" if wide else "long"
        if layout == "long":
            table.required([UPN, ("date",), ("session",), ("code",)], _LONG)
        else:
            table.required([UPN], _WIDE)
            _sessions(table)
        return MarksFile(source, layout, heading, table.line(), heading.find(*SCHOOL))


def _sessions(table: Table) -> list[tuple[int, str, str]]:
    found: dict[tuple[str, str], int] = {}
    for place, written in enumerate(table.heading.written):
        session = SESSION.fullmatch(written)
        if session:
            key = (session[1], session[2].upper())
            if key in found:
                raise table.source.refused(f"two columns are headed {' '.join(key)}")
            found[key] = place
        elif _LIKE_A_SESSION.search(written):
            raise table.source.refused(
                f"column {place + 1} is headed {written}; write a session like 2024-09-03 AM"
            )
    if not found:
        raise table.source.refused(f"it has no column for a session; {_WIDE}")
    return [(place, day, half) for (day, half), place in found.items()]


def _whole(
    file: MarksFile, table: Table, read: Callable[[], Iterator[MarkRow]]
) -> Iterator[MarkRow]:
    """Every row that can be read: past a spoilt line, up to one that spoils the rest."""
    while True:
        try:
            yield from read()
        except csv.Error as problem:
            refusal = unreadable(file.source, problem)
            if refusal is not None:
                raise refusal from None
            file.spoilt.append((table.line(), f"it cannot be read ({problem})"))
        else:
            return


def _extras(extras: list[tuple[str, int]], row: list[str]) -> dict[str, str] | None:
    width = len(row)
    return {n: unguarded(row[i].strip()) for n, i in extras if i < width and row[i].strip()} or None


def _nobody(_: int) -> None:
    return None
