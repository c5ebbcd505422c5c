"""
A long file of marks cut where the session changes, without reading what stands in between.

The bytes of a stretch are matched by one expression that knows a whole row when it sees one.
From the first line that it does not know, the rest of the file is one piece, read as ever.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

from commands.snapshot.rows import MarkRow
from commands.snapshot.stretches import Kept, Piece
from delivery.importers.source import CHUNK, Source
from delivery.importers.table import Heading
from ledger.events.school import Stretch

FEW = 8
"""Rows: a file whose sessions stand together in fewer at a time gains nothing by being cut."""
TRIED = 64
"""Stretches cut before it is given up for that."""

_SESSION = re.compile(r"\d{4}-\d\d-\d\d (AM|PM)")
_CELL = rb'(?:[^"%s\r\n]*|"(?:[^"\r\n]|"")*")'


@dataclass(frozen=True)
class Places:
    """Where the columns are that rows are cut by; ``school`` only where it decides."""

    school: int | None
    day: int
    half: int


Rows = Callable[[int, int | None, int], Iterable[MarkRow]]
"""Rows from one byte of the file to another, or to the end, numbered from a line on."""


class _Window:
    """A part of a file, a megabyte or so of it, moved on as it is done with."""

    def __init__(self, file: BinaryIO, begins: int) -> None:
        file.seek(begins)
        self._file = file
        self.data = b""
        self.base = begins
        self.at = 0

    @property
    def where(self) -> int:
        """The place in the file that we are at."""
        return self.base + self.at

    def holds(self, size: int) -> bool:
        """Whether so many bytes from here are at hand, read now if need be."""
        if len(self.data) - self.at < size:
            more = self._file.read(max(CHUNK, size))
            self.data, self.base, self.at = self.data[self.at :] + more, self.where, 0
        return len(self.data) - self.at >= size


@dataclass
class Cutter:
    """
    Cuts one file for one school.

    ``begins`` is the first byte after the heading, ``line`` the number of the line there.
    ``passed_over`` hears how many rows of other schools were met, ``told`` how many bytes are
    done with.
    """

    source: Source
    heading: Heading
    places: Places
    school: str
    begins: int
    line: int
    rows: Rows
    passed_over: Callable[[int], None]
    told: Callable[[int], None]
    _cuts: int = 0
    _seed: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._seed = repr((self.heading, self.source.encoding, self.school)).encode()
        self._row, self._run = _expressions(self.heading, self.places)

    def __call__(self, kept: Kept) -> Iterator[Piece]:
        """The pieces in the file's order."""
        first = self.line
        with self.source.path.open("rb") as file:
            window = _Window(file, self.begins)
            while window.holds(1):
                window.holds(CHUNK)
                row = self._row.match(window.data, window.at)
                if row is None or (self._cuts > TRIED and self.line - first < FEW * self._cuts):
                    where, line = window.where, self.line
                    yield Piece(partial(self.rows, where, None, line))
                    self.told(self.source.size - where)
                    return
                yield from self._next(window, row, kept)

    def _next(self, window: _Window, row: re.Match[bytes], kept: Kept) -> Iterator[Piece]:
        session = self._session(row)
        known = self._again(window, kept(session)) if session else None
        size, count, digest = known[:3] if known else self._cut(window)
        where, line = window.where, self.line
        window.at += size
        self.line += count
        if session is None:
            self.passed_over(count)
        else:
            rows = partial(self.rows, where, where + size, line)
            yield Piece(rows, session, digest, size, count)
        self.told(size)

    def _session(self, row: re.Match[bytes]) -> str | None:
        """The session a row names, "" if in no plain way; ``None`` for another school's row."""
        cells = {name: _plain(cell) for name, cell in row.groupdict().items()}
        if "school" in cells and cells["school"].strip() != self.school:
            return None
        session = f"{cells['day']} {cells['half']}"
        return session if _SESSION.fullmatch(session) and _is_day(session[:10]) else ""

    def _again(self, window: _Window, before: Stretch | None) -> tuple[int, int, str] | None:
        """The stretch that begins here, if it has the bytes it had before."""
        if before is None or not window.holds(before.size):
            return None
        if self._digest(window, before.size) != before.digest:
            return None
        return before.size, before.rows, before.digest

    def _cut(self, window: _Window) -> tuple[int, int, str]:
        """The stretch that begins here, as far as it is at hand."""
        run = self._run.match(window.data, window.at)
        assert run is not None, "its first row matched"
        size = run.end() - window.at
        self._cuts += 1
        return size, window.data.count(b"\n", window.at, run.end()), self._digest(window, size)

    def _digest(self, window: _Window, size: int) -> str:
        found = hashlib.sha256(self._seed)
        found.update(memoryview(window.data)[window.at : window.at + size])
        return found.hexdigest()[:32]


def _is_day(written: str) -> bool:
    try:
        dt.date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _plain(cell: bytes) -> str:
    """A cell without its quotation marks; letters beyond ASCII are none of ours here."""
    if cell.startswith(b'"'):
        cell = cell[1:-1].replace(b'""', b'"')
    return cell.decode("ascii", "replace")


def _expressions(heading: Heading, places: Places) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """What one row is, and what rows are that say the same where they are cut."""
    mark = re.escape(heading.delimiter.encode())
    cell = _CELL % mark
    named = {places.day: b"day", places.half: b"half"}
    if places.school is not None:
        named[places.school] = b"school"
    columns = range(len(heading.written))
    one = mark.join(b"(?P<%s>%s)" % (named[n], cell) if n in named else cell for n in columns)
    more = mark.join(b"(?P=%s)" % named[n] if n in named else cell for n in columns)
    row, others = one + rb"\r?\n", more + rb"\r?\n"
    return re.compile(row), re.compile(rb"%s(?:%s)*" % (row, others))


def same_throughout(source: Source, begins: int, delimiter: str) -> str | None:
    """
    What every line of a file begins with, up to the first delimiter; ``None`` if they differ.

    Every row begins on a line of its own, whatever else a line may be.
    """
    mark = delimiter.encode()
    with source.path.open("rb") as file:
        file.seek(begins)
        first, _, rest = file.readline().partition(mark)
        if not rest or b'"' in first:
            return None
        file.seek(begins)
        start = first + mark
        while chunk := file.read(CHUNK) + file.readline():
            lines = chunk.count(b"\n", 0, len(chunk) - 1)
            if not chunk.startswith(start) or chunk.count(b"\n" + start) != lines:
                return None
            if b"\r" in chunk and chunk.count(b"\r") != chunk.count(b"\r\n"):
                return None
    return _plain(first)


def after_heading(source: Source, heading: Heading, line: int) -> int | None:
    """
    The place of the first byte after the heading, which is on ``line``.

    ``None`` where bytes cannot be cut as letters would be, or the heading is not one plain line.
    """
    if source.encoding == "utf-16" or not heading.delimiter.isascii() or heading.delimiter == '"':
        return None
    with source.path.open("rb") as file:
        for _ in range(line - 1):
            file.readline(CHUNK)
        written = file.readline(CHUNK)
        encoding = "cp1252" if source.encoding == "cp1252" else "utf-8-sig"
        names = written.decode(encoding, "replace").split(heading.delimiter)
        if b'"' in written or b"\r" in written.rstrip(b"\r\n") or not written.endswith(b"\n"):
            return None
        if tuple(name.strip() for name in names) != heading.written:
            return None
        return file.tell()
