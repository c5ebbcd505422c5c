"""Excel workbooks read as rows of text; what a formula last showed, never the formula."""

import datetime as dt
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger.refusals import FileUnreadable

_SPOILT = (LookupError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error,
           EOFError, OSError, SyntaxError, NotImplementedError, RuntimeError)  # fmt: skip
"""What reading a spoilt workbook may raise: its library checks little of what it reads."""

UNPACKED = 1 << 30
"""Bytes a workbook may unpack to; six years of a large school are a tenth of it."""


def sheet_rows(path: Path, name: str, sheet: str | None = None) -> Iterator[list[str]]:
    """
    The rows of ``sheet``, else of the first, as text, each with its number being its place.

    Raises ``FileUnreadable`` for what is no workbook, swells beyond reason, or has no such sheet.
    """
    import openpyxl

    _check(path, name)
    with path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            if sheet is not None and sheet not in book.sheetnames:
                there = ", ".join(book.sheetnames)
                raise FileUnreadable(file=name, why=f"it has no sheet {sheet!r}; it has {there}")
            chosen = book[sheet] if sheet is not None else book.worksheets[0]
            for row in chosen.iter_rows(values_only=True):
                yield [_text(cell) for cell in row]
        except _SPOILT as problem:
            said = (str(problem).splitlines() or [type(problem).__name__])[0]
            why = f"its workbook cannot be read ({said})"
            raise FileUnreadable(file=name, why=why) from None


def _check(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as problem:
        raise FileUnreadable(file=name, why=f"its workbook cannot be read ({problem})") from None
    if size > UNPACKED:
        raise FileUnreadable(file=name, why=f"it would unpack to {size >> 20:,} megabytes")


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
