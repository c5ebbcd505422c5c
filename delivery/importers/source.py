"""Looking at a file once before it is read: its hash, its letters, and whether it is text."""

import codecs
import datetime as dt
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from delivery.importers.kinds import Holds, holds, other_kind
from delivery.usage import Usage
from ledger.refusals import FileUnreadable

CHUNK = 1 << 20
"""Bytes read at a time; also the longest line we hold for a line."""

Told = Callable[[int], None]
"""Told how many more bytes were read."""


@dataclass(frozen=True)
class Source:
    """
    A text file that may be read: where it is and what one pass over its bytes showed.

    ``encoding`` is ``utf-8-sig``, ``utf-16`` or, where the bytes are no UTF-8, ``cp1252``.
    ``holds`` says what the records stand in where that is not lines of columns.
    ``modified`` is the file's own time, in UTC. ``size`` is in bytes.
    """

    path: Path
    sha256: str
    encoding: str
    size: int
    modified: dt.datetime
    holds: Holds | None = None

    @property
    def name(self) -> str:
        return self.path.name

    def text(self, told: Told | None = None) -> TextIO:
        """Open the file as text, its line ends as they are. ``told`` hears of progress."""
        raw = self.path.open("rb", buffering=0) if told is None else _Counted(self.path, told)
        return io.TextIOWrapper(
            io.BufferedReader(raw, CHUNK), encoding=self.encoding, errors="strict", newline=""
        )

    def part(self, begins: int, ends: int | None) -> TextIO:
        """Open the text from one byte to another, or to the end; both between letters."""
        encoding = "utf-8" if self.encoding == "utf-8-sig" else self.encoding
        raw = self.path.open("rb", CHUNK)
        raw.seek(begins)
        if ends is None:
            return io.TextIOWrapper(raw, encoding=encoding, errors="strict", newline="")
        with raw:
            return io.StringIO(raw.read(ends - begins).decode(encoding), newline="")

    def refused(self, why: str) -> FileUnreadable:
        """The refusal of this file for ``why``."""
        return FileUnreadable(file=self.name, why=why)


def look(path: Path) -> Source:
    """
    Read ``path`` once, a megabyte at a time, and say what it is.

    Raises ``Usage`` where there is no such file, and ``FileUnreadable`` for one that is
    empty, is no text (a PDF, a workbook, an archive), or has no lines.
    """
    with open_bytes(path) as file:
        head = file.read(CHUNK)
        told = other_kind(head)
        if told is not None:
            raise FileUnreadable(file=path.name, why=told)
        if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n,;\0"):
            raise FileUnreadable(file=path.name, why="it is empty")
        digest = hashlib.sha256()
        letters = _Letters(path.name, head)
        size = 0
        chunk = head
        while chunk:
            digest.update(chunk)
            letters.take(chunk)
            size += len(chunk)
            chunk = file.read(CHUNK)
    return Source(path, digest.hexdigest(), letters.encoding(), size, _modified(path))


def look_at_any(path: Path) -> Source:
    """
    As ``look``, also for a file whose records stand in XML, JSON or a workbook, as ``holds``.

    Raises as ``look`` does.
    """
    with open_bytes(path) as file:
        head = file.read(CHUNK)
    held = holds(head)
    if held is None:
        return look(path)
    digest, size = hashlib.sha256(), 0
    with open_bytes(path) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Source(path, digest.hexdigest(), "utf-8-sig", size, _modified(path), held)


def _modified(path: Path) -> dt.datetime:
    """When a file was last written; a time that no calendar has is that of now."""
    try:
        return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    except (OverflowError, ValueError):
        return dt.datetime.now(dt.UTC)


def open_bytes(path: Path) -> BinaryIO:
    """
    Open a file that somebody named. Raises ``Usage`` where it cannot be opened.

    A file is read more than once, which a pipe cannot be; and one that nobody writes to never ends.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise Usage(f"{path} is no file but a pipe or a device; put what it gives into a file.")
        return path.open("rb")
    except FileNotFoundError:
        raise Usage(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise Usage(f"{path} is a folder; name one file in it.") from None
    except PermissionError:
        raise Usage(f"{path} may not be read by you.") from None
    except OSError as problem:
        raise Usage(f"{path} cannot be opened: {problem.strerror}.") from None


class _Letters:
    """Which letters the bytes of a file are, found without holding the file."""

    def __init__(self, name: str, head: bytes) -> None:
        self._name = name
        wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        self._wide = codecs.getincrementaldecoder("utf-16")() if wide else None
        self._utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self._pending = False

    def take(self, chunk: bytes) -> None:
        if self._wide is not None:
            chunk = self._narrow(self._wide, chunk)
        if b"\0" in chunk:
            raise FileUnreadable(file=self._name, why="it holds NUL bytes, so it is no text")
        longest = CHUNK if self._wide is None else CHUNK // 2 - 1
        if len(chunk) >= longest and b"\n" not in chunk and b"\r" not in chunk:
            raise FileUnreadable(
                file=self._name, why="it has a line of more than a million characters"
            )
        if self._wide or self._utf8 is None or (not self._pending and chunk.isascii()):
            return
        try:
            self._utf8.decode(chunk)
        except UnicodeDecodeError:
            self._utf8 = None
        else:
            self._pending = bool(self._utf8.getstate()[0])

    def _narrow(self, decoder: codecs.IncrementalDecoder, chunk: bytes) -> bytes:
        try:
            return decoder.decode(chunk).encode(errors="replace")
        except UnicodeDecodeError:
            raise FileUnreadable(file=self._name, why="it is damaged utf-16 text") from None

    def encoding(self) -> str:
        if self._wide is not None:
            return "utf-16"
        if self._utf8 is None or self._pending:
            return "cp1252"
        return "utf-8-sig"


class _Counted(io.RawIOBase):
    """A file that says how much of it has been read."""

    def __init__(self, path: Path, told: Told) -> None:
        super().__init__()
        self._file = path.open("rb", buffering=0)
        self._told = told

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = self._file.readinto(buffer) or 0
        self._told(count)
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
