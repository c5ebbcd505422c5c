"""
The admission register as a file: one line a pupil.

``school,upn,surname,forename,date_of_birth,year_group,class,start_date,leaving_date`` and
for each parent ``parent_1_name,parent_1_lives_with,parent_1_address,parent_1_telephone``,
then ``parent_2_…``. ``school`` is the URN; ``leaving_date`` is the last day on roll.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from delivery.cells import unguarded
from delivery.importers.source import Source
from delivery.importers.table import Table, open_table, unreadable

COLUMNS: tuple[tuple[str, ...], ...] = (
    ("upn", "pupil_upn", "unique_pupil_number"),
    ("surname", "last_name", "legal_surname"),
    ("forename", "first_name", "legal_forename"),
    ("date_of_birth", "dob", "born"),
    ("year_group", "year", "nc_year"),
    ("class", "group", "registration_group", "tutor_group"),
    ("start_date", "starts", "admission_date", "date_of_admission"),
)
SCHOOL = ("school", "school_urn", "urn")
LEAVING = ("leaving_date", "leaves", "date_of_leaving")

_LAYOUT = (
    "a file of pupils is headed school,upn,surname,forename,date_of_birth,year_group,class,"
    "start_date,leaving_date"
)
_PARENT = re.compile(r"parent_(\d)_(name|lives_with|address|telephone)")


@dataclass(frozen=True)
class PupilLine:
    """One line of a file of pupils: text as written, without outer spaces; "" where empty."""

    line: int
    school: str
    upn: str
    surname: str
    forename: str
    born: str
    year_group: str
    group: str
    starts: str
    leaves: str
    parents: tuple[dict[str, str], ...]


@dataclass
class PupilsFile:
    """A file of pupils, read whole: ``spoilt`` are lines that are no row, each with why."""

    source: Source
    has_school: bool = False
    lines: list[PupilLine] = field(default_factory=list)
    spoilt: list[tuple[int, str]] = field(default_factory=list)

    @property
    def schools(self) -> list[str]:
        """The schools the file has lines for, as written, in its order."""
        return list(dict.fromkeys(line.school for line in self.lines if line.school))


def pupils_file(source: Source) -> PupilsFile:
    """Read a file of pupils. Raises ``FileUnreadable`` that names a column missing."""
    found = PupilsFile(source)
    with open_table(source) as table:
        places = table.required(COLUMNS, _LAYOUT)
        heading = table.heading
        school, leaving = heading.find(*SCHOOL), heading.find(*LEAVING)
        found.has_school = school is not None
        parents = [(match, i) for i, n in enumerate(heading.names) if (match := _PARENT.match(n))]
        width = max(places) + 1
        for line, row in _rows(found, table):
            if len(row) < width:
                if any(row):
                    why = f"it has {len(row)} of the {len(heading.written)} columns"
                    found.spoilt.append((line, f"{why} the first line names"))
                continue
            cells = [unguarded(cell.strip()) for cell in row] + [""] * (
                len(heading.names) - len(row)
            )
            if not any(cells):
                continue
            upn, surname, forename, born, year_group, group, starts = (cells[i] for i in places)
            found.lines.append(
                PupilLine(
                    line=line,
                    school="" if school is None else cells[school],
                    upn=upn,
                    surname=surname,
                    forename=forename,
                    born=born,
                    year_group=year_group,
                    group=group,
                    starts=starts,
                    leaves="" if leaving is None else cells[leaving],
                    parents=_parents(cells, parents),
                )
            )
    return found


def _rows(found: PupilsFile, table: Table) -> Iterator[tuple[int, list[str]]]:
    while True:
        try:
            for row in table.rows:
                yield table.line(), row
        except csv.Error as problem:
            refusal = unreadable(found.source, problem)
            if refusal is not None:
                raise refusal from None
            found.spoilt.append((table.line(), f"it cannot be read ({problem})"))
        else:
            return


def _parents(
    cells: list[str], columns: list[tuple[re.Match[str], int]]
) -> tuple[dict[str, str], ...]:
    parents: dict[str, dict[str, str]] = {}
    for match, place in columns:
        if cells[place]:
            parents.setdefault(match[1], {})[match[2]] = cells[place]
    return tuple({"number": number, **told} for number, told in sorted(parents.items()))
