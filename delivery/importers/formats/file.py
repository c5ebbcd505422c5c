"""Which system's file this is, and its marks as the rows that imports take in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Literal

from commands.snapshot.rows import MarkRow
from delivery.importers.formats import ctf, herringbone
from delivery.importers.formats.herringbone import Across
from delivery.importers.formats.known import CodeTable, People
from delivery.importers.formats.plainly import is_across, plainly_across
from delivery.importers.formats.records import (
    Record,
    csv_records,
    json_records,
    plain,
    sheet_records,
    xml_records,
)
from delivery.importers.formats.systems import HALF, PERSON, UPN, Mark, is_a_mark, mark
from delivery.importers.source import CHUNK, Source, Told
from delivery.importers.table import open_table

Format = Literal[
    "sims",
    "wonde",
    "assembly",
    "go4schools",
    "bromcom",
    "arbor",
    "ctf",
    "records",
    "workbook",
    "across",
]

NAMES: Mapping[Format, str] = {
    "sims": "SIMS session attendance",
    "wonde": "Wonde session attendance",
    "assembly": "Assembly attendance",
    "go4schools": "GO4Schools session marks",
    "bromcom": "Bromcom attendance entities",
    "arbor": "Arbor roll call records",
    "ctf": "Common Transfer File attendance",
    "records": "records of marks, of no system known by name",
    "workbook": "an Excel workbook, a line a mark",
    "across": "a register printed across",
}

_SIGNS: tuple[tuple[Format, tuple[str, ...]], ...] = (
    ("sims", ("sessionattendance",)),
    ("arbor", ("attendancerollcall", "attendancerollcallname", "recorddate")),
    ("bromcom", ("exportmark", "attendancemarksubcode", "subcode")),
    ("go4schools", ("sessionmarkid", "sessionaliasid", "dataset")),
    ("assembly", ("registrationgroupid", "sessiondate", "sessiondatedate")),
    ("wonde", ("attendancecodeid", "attendancecodecode", "misid")),
)
"""By what a record of each system is known: its kind, or a field no other has."""

_LESSONS = ("eventinstanceid", "lessonid", "lessonattendanceid")
_TOTALS = ("possiblemarks", "possiblesessions", "termlysessionspossible", "sessionspossible")
_LOOKED_AT = 200
"""Records looked at before a file is said to hold no mark."""


@dataclass(frozen=True)
class Keys:
    """What explains a system's own numbers: of its pupils and of its codes; how it is laid out."""

    people: People = field(default_factory=People)
    codes: CodeTable = field(default_factory=CodeTable)
    across: Across | None = None


@dataclass
class OtherFile:
    """
    A file of marks of another system, read a record at a time; as ``MarksFile`` for the rest.

    ``school_column`` is ``None`` where no record names a school; ``assumed`` says what was
    taken for granted because no public description says it. No record is ``spoilt``: what one
    lacks is left for the import to refuse, so that the same file is read again once it is mended.
    """

    source: Source
    layout: Format
    keys: Keys
    school_column: int | None = None
    assumed: tuple[str, ...] = ()
    spoilt: tuple[tuple[int, str], ...] = ()
    others: int = 0

    @property
    def read_as(self) -> str:
        """What the file was taken to be."""
        return NAMES[self.layout]

    def wanting(self) -> tuple[str, ...]:
        """What would explain the numbers of the system's own that were met in reading it."""
        people, codes = len(self.keys.people.unknown), len(self.keys.codes.unknown)
        told = []
        if people:
            told.append(f"{_numbers(people, 'pupils')}: give --people")
        if codes:
            told.append(f"{_numbers(codes, 'codes')}: give --codes")
        return tuple(told)

    def of_schools(self) -> tuple[str, ...]:
        """The schools whose sessions a transfer file says its marks are of, by name."""
        if self.layout != "ctf":
            return ()
        named = (year.school for year in ctf.years(self.source.path, self.source.name))
        return tuple(dict.fromkeys(name for name in named if name))

    def rows(self, school: str | None = None, told: Told | None = None) -> Iterator[MarkRow]:
        """The marks in the file's order; with ``school``, that school's alone."""
        self.others = 0
        for one in self._marks():
            if school is not None and self.school_column is not None and one.school != school:
                self.others += 1
                continue
            yield one.line, one.person, one.day, one.half, one.code, one.extras
        if told is not None:
            told(self.source.size)

    def by_school(self, told: Told | None = None) -> dict[str, list[MarkRow]]:
        """The marks of each school, held in memory: for files that are not long."""
        found: dict[str, list[MarkRow]] = {}
        for one in self._marks():
            row = (one.line, one.person, one.day, one.half, one.code, one.extras)
            found.setdefault(one.school, []).append(row)
        return found

    def schools(self) -> list[str]:
        """The schools whose marks the file has, in its order."""
        return [name for name in dict.fromkeys(one.school for one in self._marks()) if name]

    def _marks(self) -> Iterator[Mark]:
        if self.layout == "across":
            assert self.keys.across is not None, "a register printed across has a layout"
            yield from herringbone.marks(self.source, self.keys.across, self.keys.people)
        elif self.layout == "ctf":
            for year in ctf.years(self.source.path, self.source.name):
                yield from year.marks
        else:
            for record in records(self.source):
                if is_a_mark(record):
                    yield mark(record, self.keys.people, self.keys.codes)


def records(source: Source) -> Iterator[Record]:
    """The records of a file, whatever holds them."""
    kind = source.holds
    if kind == "xml":
        return xml_records(source.path, source.name)
    if kind == "workbook":
        return sheet_records(source.path, source.name)
    if kind == "json":
        return json_records(source.path, source.name)
    return csv_records(source)


def other_file(source: Source, keys: Keys, asked: Format | None = None) -> OtherFile:
    """
    A file of another system, told by what its records hold; ``asked`` where the caller knows.

    Raises ``FileUnreadable`` where it holds lessons, totals, or no mark at all.
    """
    if asked == "across" or keys.across is not None or is_across(source):
        laid_out = keys.across or plainly_across(source)
        keys = replace(keys, across=laid_out)
        return OtherFile(source, "across", keys, 0 if laid_out.school else None)
    if asked == "ctf" or (asked is None and _is_transfer(source)):
        if source.holds != "xml":
            raise source.refused("it is no Common Transfer File, which is XML")
        return OtherFile(source, "ctf", keys, assumed=(ctf.ASSUMED,))
    first: Record | None = None
    for record in islice(records(source), _LOOKED_AT):
        names = record.fields
        if record.kind == "lessonattendance" or any(name in names for name in _LESSONS):
            raise source.refused("it holds lessons; the attendance register is of sessions")
        if any(name in names for name in _TOTALS):
            raise source.refused("it holds totals, which are no marks")
        if is_a_mark(record):
            first = record
            break
    if first is None:
        raise source.refused("it holds no record with a date, a session and a mark")
    has_school = any(name in first.fields for name in ("schoolurn", "urn"))
    told: Format = "workbook" if source.holds == "workbook" else _format(first)
    return OtherFile(source, asked or told, keys, 0 if has_school else None)


def is_other_table(source: Source) -> bool:
    """Whether a text in columns has the columns of another system's marks and not of ours."""
    with open_table(source) as table:
        names = {plain(written) for written in table.heading.written}
    ours = {"upn", "date", "session", "code"} <= names
    row = Record(1, "row", dict.fromkeys(names, ""))
    whose = any(name in names for name in (*UPN, *PERSON))
    return not ours and whose and any(name in names for name in HALF) and is_a_mark(row)


def keys_of(
    people: Source | None = None, codes: Source | None = None, across: Path | None = None
) -> Keys:
    """The files that explain a system's numbers and layout, read. Raises ``FileUnreadable``."""
    return Keys(
        People() if people is None else People.of(records(people)),
        CodeTable() if codes is None else CodeTable.of(records(codes)),
        None if across is None else Across.read(across),
    )


def _format(record: Record) -> Format:
    for name, signs in _SIGNS:
        if record.kind in signs or any(sign in record.fields for sign in signs):
            return name
    return "records"


def _numbers(count: int, of_what: str) -> str:
    return f"{count} of its numbers of {of_what} {'is' if count == 1 else 'are'} not known"


def _is_transfer(source: Source) -> bool:
    if source.holds != "xml":
        return False
    with source.path.open("rb") as file:
        head = file.read(CHUNK)
    return any(sign in head for sign in (b"<CTFile", b"<YearData", b"<AttendSessions"))
