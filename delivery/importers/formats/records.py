"""
Records out of whatever holds them: XML, JSON, JSON Lines, a table, a workbook.

A record is what a system says of one mark, one code or one pupil, flat: nested names are run
together and stripped of case and signs, so that ``{"student": {"data": {"UPN": …}}}`` and
``student_upn`` are both ``studentupn``. Nothing is held but the record being read.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from delivery.importers.formats.markup import elements
from delivery.importers.formats.workbook import sheet_rows
from delivery.importers.source import CHUNK, Source, Told
from delivery.importers.table import open_table, unreadable
from ledger.refusals import FileUnreadable

_SIGNS = re.compile(r"[^a-z0-9]+")
_WRAPPERS = ("data", "attributes")
"""Names that stand between a thing and what is said of it, and say nothing themselves."""

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


def xml_records(path: Path, name: str) -> Iterator[Record]:
    """Each element that holds nothing but words in elements of its own."""
    for element in elements(path, name):
        if element.leaves:
            fields = {plain(leaf): text for leaf, text in element.leaves}
            yield Record(element.line, plain(element.tag), fields)


def json_records(path: Path, name: str) -> Iterator[Record]:
    """Each object of the first list of objects, wherever in the file it stands; or one a line."""
    import ijson  # type: ignore[import-untyped]

    with path.open("rb") as file:
        if _a_line_each(file.read(CHUNK)):
            yield from _json_lines(path, name)
            return
    try:
        place = _first_list(path)
        if place is None:
            raise FileUnreadable(file=name, why="its JSON holds no list of records")
        kind = plain(place.removesuffix("item").strip(".").rpartition(".")[2])
        with path.open("rb") as file:
            for number, held in enumerate(ijson.items(file, place, use_float=False), 1):
                if isinstance(held, dict):
                    yield Record(number, kind, flat(held, name))
    except ijson.JSONError as problem:
        said = (str(problem).splitlines() or [type(problem).__name__])[0]
        raise FileUnreadable(file=name, why=f"its JSON cannot be read ({said})") from None


def sheet_records(path: Path, name: str) -> Iterator[Record]:
    """Each row of a workbook's first sheet under its first row that says anything."""
    names: list[str] = []
    for number, row in enumerate(sheet_rows(path, name), 1):
        if not any(cell.strip() for cell in row):
            continue
        if names:
            yield Record(number, "row", dict(zip(names, row, strict=False)))
        else:
            names = [plain(cell) for cell in row]


def csv_records(source: Source, told: Told | None = None) -> Iterator[Record]:
    """Each line under a heading."""
    with open_table(source, told) as table:
        names = [plain(written) for written in table.heading.written]
        try:
            for row in table.rows:
                if any(row):
                    yield Record(table.line(), "row", dict(zip(names, row, strict=False)))
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
        elif isinstance(value, bool):
            fields[name] = "true" if value else "false"
        elif value is not None and not isinstance(value, list):
            fields[name] = str(value)


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
            for number, line in enumerate(file, 1):
                if len(line) > CHUNK:
                    raise FileUnreadable(file=name, why=f"line {number} is longer than a million")
                if line.strip():
                    held = json.loads(line)
                    if isinstance(held, dict):
                        yield Record(number, "line", flat(held, name))
        except (ValueError, RecursionError) as problem:
            why = f"its JSON cannot be read ({problem})"
            raise FileUnreadable(file=name, why=why) from None


def _first_list(path: Path) -> str | None:
    """Where the first list of objects stands, in ijson's words: ``item`` or ``data.item``."""
    import ijson

    begun = ""
    with path.open("rb") as file:
        for prefix, event, _ in ijson.parse(file):
            if event == "start_map" and begun and prefix == begun:
                return begun
            begun = f"{prefix}.item".lstrip(".") if event == "start_array" else ""
    return None
