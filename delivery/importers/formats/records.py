"""
Records out of whatever holds them: XML, JSON, JSON Lines, a table, a workbook.

A record is what a system says of one mark, one code or one pupil, flat: nested names are run
together and stripped of case and signs, so that ``{"student": {"data": {"UPN": …}}}`` and
``student_upn`` are both ``studentupn``. Nothing is held but the record being read.
"""

import codecs
import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from delivery.importers.formats import braces
from delivery.importers.formats.markup import elements
from delivery.importers.formats.workbook import sheet_rows
from delivery.importers.source import CHUNK, Source, Told
from delivery.importers.table import open_table, unreadable
from ledger.refusals import FileUnreadable

_SIGNS = re.compile(r"[^a-z0-9]+")
_WRAPPERS = ("data", "attributes")
"""Names that stand between a thing and what is said of it, and say nothing themselves."""

ALSO = " and also "
"""Stands between the two things that a record says by one name."""
DEEPEST = 8
"""How deep a record may nest; deeper is no record of ours."""


@dataclass(frozen=True, slots=True)
class Record:
    """What stands at one place of a file: ``line`` counts lines, or records where JSON has none."""

    line: int
    kind: str
    fields: Mapping[str, str]

    def first(self, *names: str) -> str:
        """The first of the fields ``names`` that says something; else no letters."""
        for name in names:
            said = self.fields.get(name, "").strip()
            if said:
                return said
        return ""


def plain(name: str) -> str:
    """A name without case or signs: ``Session_Date`` and ``sessionDate`` are ``sessiondate``."""
    return _SIGNS.sub("", name.lower())


def named(names: Sequence[str], said: Sequence[str]) -> dict[str, str]:
    """
    What a record says, by name.

    Where it says two things by one name, as one that ran into the next does, neither is chosen:
    both stand there, which no pupil, day, session or code is called, and the import refuses it.
    """
    fields = dict(zip(names, said, strict=False))
    if len(fields) < min(len(names), len(said)):
        fields = {}
        for name, text in zip(names, said, strict=False):
            fields[name] = _both(fields.get(name, ""), text)
    return fields


class _Every(dict[str, Any]):
    """An object of JSON that keeps what it says twice by one name, under one that is plainly it."""

    def __setitem__(self, name: str, value: Any) -> None:
        while name in self:
            name += " "
        super().__setitem__(name, value)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, Any]]) -> "_Every":
        made = cls()
        for name, value in pairs:
            made[name] = value
        return made


def _both(one: str, other: str) -> str:
    return f"{one}{ALSO}{other}" if one.strip() and other.strip() and one != other else one or other


def xml_records(path: Path, name: str) -> Iterator[Record]:
    """Each element that holds nothing but words in elements of its own."""
    for element in elements(path, name):
        if element.leaves:
            names = [plain(leaf) for leaf, _ in element.leaves]
            fields = named(names, [text for _, text in element.leaves])
            yield Record(element.line, plain(element.tag), fields)


def json_records(path: Path, name: str) -> Iterator[Record]:
    """Each object of the first list of objects, wherever in the file it stands; or one a line."""
    import ijson  # type: ignore[import-untyped]

    with path.open("rb") as file:
        if _a_line_each(file.read(CHUNK)):
            yield from _json_lines(path, name)
            return
    braces.check(path, name)
    try:
        place = _first_list(path)
        if place is None:
            raise FileUnreadable(file=name, why="its JSON holds no list of records")
        kind = plain(place.removesuffix("item").strip(".").rpartition(".")[2])
        with _past_mark(path) as file:
            records = ijson.items(file, place, use_float=False, map_type=_Every)
            for number, held in enumerate(records, 1):
                if isinstance(held, dict):
                    yield Record(number, kind, flat(held, name))
    except ijson.JSONError as problem:
        said, _, _ = str(problem).removeprefix("b'").partition("\n")
        said = said.partition("\\n")[0].rstrip(".") or type(problem).__name__
        raise FileUnreadable(file=name, why=f"its JSON cannot be read ({said})") from None


def sheet_records(path: Path, name: str) -> Iterator[Record]:
    """Each row of a workbook's first sheet under its first row that says anything."""
    names: list[str] = []
    for number, row in enumerate(sheet_rows(path, name), 1):
        if not any(cell.strip() for cell in row):
            continue
        if names:
            yield Record(number, "row", named(names, row))
        else:
            names = [plain(cell) for cell in row]


def csv_records(source: Source, told: Told | None = None) -> Iterator[Record]:
    """Each line under a heading."""
    with open_table(source, told) as table:
        names = [plain(written) for written in table.heading.written]
        try:
            for row in table.rows:
                if any(row):
                    yield Record(table.line(), "row", named(names, row))
        except csv.Error as problem:
            raise unreadable(source, problem) or source.refused(
                f"line {table.line()} cannot be read ({problem})"
            ) from None


def flat(held: Mapping[str, Any], file: str) -> dict[str, str]:
    """A record without nesting: every value as text, none for what is empty or a list."""
    fields: dict[str, str] = {}
    _flatten(held, "", fields, DEEPEST, file)
    return fields


def _flatten(
    held: Mapping[str, Any], before: str, fields: dict[str, str], deep: int, file: str
) -> None:
    if not deep:
        raise FileUnreadable(file=file, why="its records nest deeper than any of ours")
    for written, value in held.items():
        part = plain(written)
        name = before if before and part in _WRAPPERS else before + part
        if isinstance(value, Mapping):
            _flatten(value, name, fields, deep - 1, file)
        elif value is not None and not isinstance(value, list):
            text = ("true" if value else "false") if isinstance(value, bool) else str(value)
            fields[name] = _both(fields[name], text) if name in fields else text


def _spelt(fields: dict[str, str], line: str, file: str) -> dict[str, str]:
    """Fields whose letters may have been written by their numbers, half letters as ``?``."""
    if "\\u" not in line:
        return fields
    if any("\0" in said for said in fields.values()):
        raise FileUnreadable(file=file, why="it holds NUL characters, so it is no text")
    return {name: said.encode(errors="replace").decode() for name, said in fields.items()}


def _a_line_each(head: bytes) -> bool:
    lines = head.splitlines()
    if len(lines) < 2 or not lines[0].lstrip(b"\xef\xbb\xbf").startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(lines[0].lstrip(b"\xef\xbb\xbf")), dict)
    except ValueError:
        return False


def _json_lines(path: Path, name: str) -> Iterator[Record]:
    with path.open(encoding="utf-8-sig", errors="strict") as file:
        try:
            for number, line in enumerate(iter(lambda: file.readline(CHUNK + 1), ""), 1):
                if len(line) > CHUNK:
                    raise FileUnreadable(file=name, why=f"line {number} is longer than a million")
                if line.strip():
                    held = json.loads(
                        line, parse_int=str, parse_float=str, object_pairs_hook=_Every.of
                    )
                    if isinstance(held, dict):
                        yield Record(number, "line", _spelt(flat(held, name), line, name))
        except RecursionError:
            why = f"line {number} nests deeper than any record of ours"
            raise FileUnreadable(file=name, why=why) from None
        except ValueError as problem:
            why = f"its JSON cannot be read ({problem})"
            raise FileUnreadable(file=name, why=why) from None


def _past_mark(path: Path) -> BinaryIO:
    """A file open past the mark of its encoding (BOM), which its reader takes for a fault."""
    file = path.open("rb")
    if file.read(3) != codecs.BOM_UTF8:
        file.seek(0)
    return file


def _first_list(path: Path) -> str | None:
    """Where the first list of objects stands, in ijson's words: ``item`` or ``data.item``."""
    import ijson

    begun = ""
    with _past_mark(path) as file:
        for prefix, event, _ in ijson.parse(file):
            if event == "start_map" and begun and prefix == begun:
                return begun
            begun = f"{prefix}.item".lstrip(".") if event == "start_array" else ""
    return None
