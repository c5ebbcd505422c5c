"""Plain tables and lists of facts: full width, whoever reads them."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from delivery.cells import guarded

Cell = object
"""Anything with a text; ``None`` is an empty cell."""

_GAP = "  "
SHOWN = 20
"""How many bad rows of a file are shown; all are counted, and ``--json`` holds those kept."""


def said(cell: Cell) -> str:
    """A cell as text, on one line."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return " ".join(str(cell).split())


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """
    Rows under headings, columns as wide as what is in them; numbers to the right.

    Never wrapped or cut, so that a line can be searched for and piped on.
    """
    body = [[said(cell) for cell in row] for row in rows]
    widths = [
        max(len(heading), *(len(row[place]) for row in body)) if body else len(heading)
        for place, heading in enumerate(headings)
    ]
    to_right = [
        bool(body) and all(_is_number(row[place]) for row in body) for place in range(len(headings))
    ]
    lines = [_line(headings, widths, to_right), _GAP.join("-" * width for width in widths)]
    lines += [_line(row, widths, to_right) for row in body]
    return "\n".join(lines)


def facts(pairs: Iterable[tuple[str, Cell]]) -> str:
    """Names and values, a line each; a pair whose value is ``None`` is left out."""
    told = [(name, said(value)) for name, value in pairs if value is not None]
    width = max((len(name) for name, _ in told), default=0)
    return "\n".join(f"{name + ':':<{width + 1}} {value}" for name, value in told)


def comma_separated(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """
    The same rows for a spreadsheet (RFC 4180, but line ends as elsewhere here).

    The one writer of CSV there is: no cell of it begins a formula (``delivery/cells.py``).
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(map(_cell, headings))
    for row in rows:
        writer.writerow(map(_cell, row))
    return written.getvalue()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return guarded(cell if isinstance(cell, str) else str(cell))


def count_of(number: int, one: str, many: str | None = None) -> str:
    """``1 mark``, ``2 marks``, ``1,240 marks``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def by_line(rows: Sequence[Any], count: int) -> Iterator[str]:
    """``line 7: why`` for the first rows, and how many more there are."""
    for row in rows[:SHOWN]:
        yield f"  line {row.line}: {row.why}"
    if count > SHOWN:
        yield f"  and {count - SHOWN:,} more."


def _line(cells: Sequence[str], widths: Sequence[int], to_right: Sequence[bool]) -> str:
    return _GAP.join(
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, to_right, strict=True)
    ).rstrip()


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").replace("%", "").isdigit() or not text
