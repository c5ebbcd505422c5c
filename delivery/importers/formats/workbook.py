"""Excel workbooks read as rows of text; what a formula last showed, never the formula."""

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from delivery.importers.table import MOST
from ledger.refusals import FileUnreadable

_SPOILT = (LookupError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error,
           EOFError, OSError, SyntaxError, NotImplementedError, RuntimeError)  # fmt: skip
"""What reading a spoilt workbook may raise: its library checks little of what it reads."""

UNPACKED = 1 << 30
"""Bytes a workbook may unpack to; six years of a large school are a tenth of it."""
PARTS = 2_000
"""Files inside a workbook."""
WORDS = 64 << 20
"""Bytes of the words that cells share, which are held; of any other part but sheets an eighth."""
ROW = 4 << 20
"""Bytes of a sheet within which a row ends."""
ROWS = 1 << 20
"""Rows of a sheet, as Excel has it."""
_ROW_ENDS = re.compile(rb"</(?:\w+:)?row>|<(?:\w+:)?row[^>]*/>|</(?:\w+:)?sheetData>")


def sheet_rows(path: Path, name: str, sheet: str | None = None) -> Iterator[list[str]]:
    """
    The rows of ``sheet``, else of the first, as text, each with its number being its place.

    Raises ``FileUnreadable`` for what is no workbook, swells beyond reason, or has no such sheet.
    """
    import warnings

    import openpyxl

    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    _check(path, name)
    with path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            if sheet is not None and sheet not in book.sheetnames:
                there = ", ".join(book.sheetnames)
                raise FileUnreadable(file=name, why=f"it has no sheet {sheet!r}; it has {there}")
            chosen = book[sheet] if sheet is not None else book.worksheets[0]
            for number, row in enumerate(chosen.iter_rows(values_only=True), 1):
                if len(row) > MOST or number > ROWS:
                    why = f"row {number:,} of its sheet is beyond what a sheet holds"
                    raise FileUnreadable(file=name, why=why)
                yield [_text(cell) for cell in row]
        except _SPOILT as problem:
            why = f"its workbook cannot be read ({_words(problem)})"
            raise FileUnreadable(file=name, why=why) from None


def _check(path: Path, name: str) -> None:
    """Refuse what would fill the memory: by the sizes it says, and its sheets by their bytes."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            why = _too_much(parts) or next(
                (
                    f"its {part.filename} goes on for megabytes without the end of a row"
                    for part in parts
                    if _is_sheet(part) and part.file_size > ROW and not _has_rows(archive, part)
                ),
                None,
            )
    except _SPOILT as problem:
        why = f"its workbook cannot be read ({_words(problem)})"
    if why is not None:
        raise FileUnreadable(file=name, why=why)


def _too_much(parts: list[zipfile.ZipInfo]) -> str | None:
    size = sum(part.file_size for part in parts)
    if size > UNPACKED:
        return f"it would unpack to {size >> 20:,} megabytes"
    if len(parts) > PARTS:
        return f"it holds {len(parts):,} files, and no workbook so many"
    for part in parts:
        most = WORDS if part.filename.lower().endswith("sharedstrings.xml") else WORDS >> 3
        read = part.filename.lower().endswith((".xml", ".rels"))
        if read and part.file_size > most and not _is_sheet(part):
            return f"its {part.filename} would unpack to {part.file_size >> 20:,} megabytes"
    return None


def _is_sheet(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().startswith("xl/worksheets/")


def _has_rows(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether some row ends in every few megabytes up to the last, and little comes after it."""
    with archive.open(part) as file:
        while chunk := file.read(ROW):
            *_, last = [b"", *_ROW_ENDS.findall(chunk)]
            if last.endswith(b"sheetData>"):
                return part.file_size - file.tell() <= WORDS >> 3
            if not last and len(chunk) == ROW:
                return False
    return True


def _words(problem: Exception) -> str:
    """The first line of what its library says, kinds of values by their bare names."""
    said = (str(problem).splitlines() or [type(problem).__name__])[0]
    return re.sub(r"<class '([\w.]+)'>", r"\1", said)


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
