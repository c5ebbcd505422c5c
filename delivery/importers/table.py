"""A comma-separated file as a heading and rows, whatever Excel did to it."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from operator import itemgetter
from typing import TextIO

from delivery.importers.source import Source, Told
from ledger.refusals import FileUnreadable

DELIMITERS = ",;\t|"
MOST = 16_384
"""Columns of a table, as in a spreadsheet: forty years of sessions across."""

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
_QUOTED = re.compile(r'"[^"]*"')
_SAID = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
"""Excel's own first line saying what stands between the columns."""


def plain(heading: str) -> str:
    """A column's name whatever its case and spaces: ``School URN`` -> ``school_urn``."""
    return _NOT_A_LETTER.sub("_", heading.strip().lower()).strip("_")


@dataclass(frozen=True)
class Heading:
    """
    The first row of a table: what its columns are called.

    ``written`` as in the file, ``names`` as ``plain`` makes them, in the same order.
    """

    written: tuple[str, ...]
    delimiter: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(plain(heading) for heading in self.written)

    def find(self, *names: str) -> int | None:
        """The place of the first of ``names`` that there is."""
        for name in names:
            if name in self.names:
                return self.names.index(name)
        return None


class Table:
    """
    An open table: its heading, and the rows after it.

    ``rows`` is a ``csv.reader`` whose ``line_num`` counts lines of the file; ``skipped`` are
    those before the first that it counts.
    """

    def __init__(
        self, source: Source, heading: Heading, lines: Iterable[str], skipped: int
    ) -> None:
        self.source = source
        self.heading = heading
        self.skipped = skipped
        self.rows = csv.reader(lines, delimiter=heading.delimiter, strict=True)

    @classmethod
    def begin(cls, source: Source, file: TextIO) -> "Table":
        """A table from its first line on. Raises ``FileUnreadable`` where that is no heading."""
        lines = _after_blank_lines(file)
        first = next(lines, "")
        said = _SAID.fullmatch(first)
        if said:
            first = next(lines, "")
        delimiter = said[1] if said else _delimiter(first)
        table = cls(source, Heading((), delimiter), chain([first], file), lines.skipped)
        try:
            written = tuple(heading.strip() for heading in next(table.rows, []))
        except csv.Error as problem:
            raise source.refused(f"its first line cannot be read ({problem})") from None
        if len(written) > MOST:
            raise source.refused(
                f"its first line has {len(written):,} columns, and no table of ours more than "
                f"{MOST:,}"
            )
        table.heading = Heading(written, delimiter)
        return table

    def line(self) -> int:
        """The number in the file of the line last read."""
        return self.skipped + self.rows.line_num

    def required(self, wanted: Sequence[tuple[str, ...]], layout: str) -> list[int]:
        """
        The places of the columns ``wanted``, each given with the names it may go by.

        Raises ``FileUnreadable`` that names what is missing and what was found.
        """
        places = [self.heading.find(*names) for names in wanted]
        missing = [names[0] for names, place in zip(wanted, places, strict=True) if place is None]
        if missing:
            found = ", ".join(h for h in self.heading.written if h)
            which = "the column" if len(missing) == 1 else "the columns"
            are = "is" if len(missing) == 1 else "are"
            raise self.source.refused(
                f"{which} {' and '.join(missing)} {are} missing; its first line has {found}; "
                f"{layout}"
            )
        for place in places:
            assert place is not None
            if self.heading.names.count(self.heading.names[place]) > 1:
                raise self.source.refused(f"two columns are called {self.heading.written[place]}")
        return [place for place in places if place is not None]


@contextmanager
def open_table(source: Source, told: Told | None = None) -> Iterator[Table]:
    """Open ``source`` as a table. Raises ``FileUnreadable`` for what cannot be one."""
    with source.text(told) as file:
        try:
            yield Table.begin(source, file)
        except UnicodeDecodeError as problem:
            raise source.refused(_letters(source, problem)) from None


@contextmanager
def open_part(
    source: Source, heading: Heading, line: int, begins: int, ends: int | None
) -> Iterator[Table]:
    """
    The rows of a table from one byte to another, or to the end, the first of them on ``line``.

    Raises ``FileUnreadable`` for what cannot be read.
    """
    with source.part(begins, ends) as file:
        try:
            yield Table(source, heading, file, line - 1)
        except UnicodeDecodeError as problem:
            raise source.refused(_letters(source, problem)) from None


def unreadable(source: Source, problem: csv.Error) -> FileUnreadable | None:
    """
    The refusal of the whole file for ``problem``, met while its rows were read.

    ``None`` where only that row is at fault and the next can be read.
    """
    if not _spoils_the_rest(problem):
        return None
    with open_table(source) as table:  # once more, to name the line
        line, ended = table.line() + 1, False
        while not ended:
            try:
                ended = next(table.rows, None) is None
            except csv.Error as again:
                ended = _spoils_the_rest(again)
            if not ended:
                line = table.line() + 1
        last = table.line()
    if "field limit" in str(problem) and line == last:
        most = f"{csv.field_size_limit():,}"
        return source.refused(f"a cell on line {line} is longer than {most} characters")
    return source.refused(f'a quotation mark (") opened on line {line} is never closed')


def _spoils_the_rest(problem: csv.Error) -> bool:
    """Whether what follows cannot be told from the cell that was being read."""
    return "end of data" in str(problem) or "field limit" in str(problem)


def said_in(table: Table, column: int) -> list[str]:
    """What stands in ``column``; every step of it in C, for files of millions of lines."""
    met: dict[str, None] = {}
    pick = itemgetter(column)
    while True:
        try:
            met.update(zip(map(pick, table.rows), repeat(None)))
        except IndexError:
            continue  # a line too short to have the column; told when the rows are read
        except csv.Error as problem:
            refusal = unreadable(table.source, problem)
            if refusal is not None:
                raise refusal from None
        else:
            break
    return [name for name in dict.fromkeys(text.strip() for text in met) if name]


def _letters(source: Source, problem: UnicodeDecodeError) -> str:
    if source.encoding == "cp1252":
        return (
            f"it is neither UTF-8 nor Windows-1252 text (byte {problem.object[problem.start]:#04x})"
        )
    return f"it is damaged {source.encoding} text"


def _delimiter(first: str) -> str:
    bare = _QUOTED.sub("", first)
    return max(DELIMITERS, key=lambda mark: (bare.count(mark), -DELIMITERS.index(mark)))


class _after_blank_lines:  # noqa: N801 - reads as a function where it is used
    """The lines of a file from the first that says anything, counting those passed over."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.skipped = -1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self._file:
            self.skipped += 1
            if line.strip(" \t\r\n,;\ufeff"):
                return line
        raise StopIteration
