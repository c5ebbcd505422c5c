"""A comma-separated file as a heading and rows, whatever Excel did to it."""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from typing import TextIO

from delivery.importers.source import Source, Told
from ledger.refusals import FileUnreadable

DELIMITERS = ",;\t|"

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

    @property
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

    ``rows`` is a ``csv.reader`` whose ``line_num`` counts the lines of the file.
    """

    def __init__(self, source: Source, file: TextIO) -> None:
        self.source = source
        lines = _after_blank_lines(file)
        first = next(lines, "")
        self.skipped = lines.skipped
        said = _SAID.fullmatch(first)
        if said:
            first = next(lines, "")
            self.skipped = lines.skipped
        delimiter = said[1] if said else _delimiter(first)
        self.rows = csv.reader(chain([first], file), delimiter=delimiter, strict=True)
        try:
            written = tuple(heading.strip() for heading in next(self.rows, []))
        except csv.Error as problem:
            raise source.refused(f"its first line cannot be read ({problem})") from None
        self.heading = Heading(written, delimiter)

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
            yield Table(source, file)
        except UnicodeDecodeError as problem:
            raise source.refused(_letters(source, problem)) from None


def unreadable(source: Source, problem: csv.Error) -> FileUnreadable | None:
    """
    The refusal of the whole file for ``problem``, met while its rows were read.

    ``None`` where only that row is at fault and the next can be read.
    """
    said = str(problem)
    if "end of data" not in said and "field limit" not in said:
        return None
    line = 1
    with open_table(source) as table, suppress(csv.Error):  # once more, to name the line
        line = table.line() + 1
        for _ in table.rows:
            line = table.line() + 1
    return source.refused(f'a quotation mark (") opened on line {line} is never closed')


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
