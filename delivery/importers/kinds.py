"""What a file really is, told by its first bytes, when it is not the table it was given as."""

import io
import zipfile
from typing import Literal

_SAVE_AS = "open it in Excel and choose Save As, 'CSV UTF-8 (Comma delimited)'"

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "it is a PDF; a PDF holds no rows: ask the system it came from for a CSV"),
    (b"\xd0\xcf\x11\xe0", f"it is an old Excel workbook (.xls), not CSV; {_SAVE_AS}"),
    (b"\x1f\x8b", "it is compressed (gzip); unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7-Zip archive; unpack it first"),
    (b"Rar!", "it is a RAR archive; unpack it first"),
    (b"SQLite format 3\0", "it is an SQLite database; a ledger is named with --db"),
    (b"{\\rtf", "it is a rich-text document, not CSV"),
    (b"\x89PNG", "it is a picture (PNG), not CSV"),
    (b"\xff\xd8\xff", "it is a picture (JPEG), not CSV"),
    (b"PAR1", "it is a Parquet file, not CSV"),
)


Holds = Literal["xml", "json", "workbook"]
"""What the records of another system's file stand in."""


def holds(head: bytes) -> Holds | None:
    """What ``head`` shows to hold a file's records; ``None`` for columns, or for none of ours."""
    if head.startswith(b"PK\x03\x04"):
        return "workbook" if b"xl/" in head else None
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        return None
    if start.startswith(b"<"):
        return "xml"
    return "json" if start.startswith((b"{", b"[")) else None


def other_kind(head: bytes) -> str | None:
    """
    What ``head``, the first bytes of a file, shows it to be, and what to do about it.

    ``None`` where it may well be text.
    """
    for start, told in _STARTS:
        if head.startswith(start):
            return told
    if head.startswith(b"PK\x03\x04"):
        return _zipped(head)
    return _marked_up(head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower())


def _zipped(head: bytes) -> str:
    if b"xl/" in head or b"[Content_Types].xml" in head:
        return f"it is an Excel workbook (.xlsx), not CSV; {_SAVE_AS}"
    if b"opendocument.spreadsheet" in head:
        return "it is an OpenDocument spreadsheet; save it as CSV first"
    names = _names(head)
    inside = f", holding {', '.join(names[:3])}" if names else ""
    return f"it is a ZIP archive{inside}; unpack it first"


def _names(head: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(head)) as archive:
            return archive.namelist()
    except zipfile.BadZipFile:
        return []  # longer than what we looked at


def _marked_up(text: bytes) -> str | None:
    if text.startswith((b"<!doctype html", b"<html", b"<table")):
        return f"it is a web page, whatever its name says; {_SAVE_AS}"
    if text.startswith(b"<"):
        return "it is XML, not CSV"
    if text.startswith((b'{"', b"{\n", b"{\r", b"[{", b"[\n")):
        return "it is JSON, not CSV"
    return None
