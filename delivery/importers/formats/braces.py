"""Looking at JSON before it is read: what nests or swells as no record does is not read at all."""

from itertools import accumulate
from pathlib import Path

from delivery.importers.source import CHUNK
from ledger.refusals import FileUnreadable

DEEPEST = 64
"""How deep the whole of a file may nest."""
LONGEST = 1000
"""Digits of a number: what reads JSON here ends the whole process at some thousands."""

_NOUGHTS = bytes.maketrans(b"123456789", b"000000000")
_BUT_BRACES = bytes(sorted(set(range(256)) - set(b"[]{}")))
_STEPS = [0] * 256
for _brace in b"[{":
    _STEPS[_brace] = 1
for _brace in b"]}":
    _STEPS[_brace] = -1


def check(path: Path, name: str) -> None:
    """
    Raise ``FileUnreadable`` for JSON that would fill the memory, or end the process, if read.

    One pass over the bytes, a megabyte at a time: of what stands outside words only braces and
    digits are looked at. Whether it is JSON is found by reading it.
    """
    deep, within, listed = 0, False, 0
    before, tail, left = b"", b"", b""
    with path.open("rb") as file:
        while read := file.read(CHUNK):
            chunk = left + read
            odd = (len(chunk) - len(chunk.rstrip(b"\\"))) % 2  # it belongs to what comes next
            chunk, left = (chunk[:-1], b"\\") if odd else (chunk, b"")
            text = chunk.replace(b"\\\\", b"")
            if b"\\u0000" in before + text:
                raise FileUnreadable(file=name, why="it holds NUL characters, so it is no text")
            before = text[-5:]
            parts = text.replace(b'\\"', b"").split(b'"')
            bare = b'"'.join(parts[within::2])
            within = within == (len(parts) % 2 == 1)
            braces = bare.translate(None, _BUT_BRACES)
            depths = list(accumulate(map(_STEPS.__getitem__, braces), initial=deep))
            if max(depths) > DEEPEST:
                raise FileUnreadable(file=name, why="its JSON nests deeper than a register does")
            if b"0" * LONGEST in (tail + bare).translate(_NOUGHTS):
                raise FileUnreadable(file=name, why="its JSON has a number of a thousand digits")
            if listed and len(read) >= CHUNK and min(depths) > listed:
                raise FileUnreadable(file=name, why="one of its records is longer than a million")
            if not listed and (begins := braces.find(b"[{")) >= 0:
                listed = depths[begins + 1]
            deep, tail = depths[-1], bare[-LONGEST:]
