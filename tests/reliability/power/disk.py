"""
A disk as it may be after the power went: rebuilt from what was written, synced and named.

What was synced is there. Of what was not, anything may be: nothing, all, some of the writes, or
some of the sectors (512 bytes) of them. A name is there for certain only once its folder was
synced; names become so in their order.
"""

import os
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

SECTOR = 512
_HEAD = struct.Struct("<cQqq")

Kept = Literal["none", "all", "some", "torn"]
KINDS: tuple[Kept, ...] = ("none", "some", "torn", "all")


@dataclass(frozen=True, slots=True)
class Op:
    """One thing done to a file or to the folder."""

    op: str
    file: int
    offset: int
    said: bytes


def record(path: Path) -> list[Op]:
    """What the shim wrote down."""
    said, at, found = path.read_bytes(), 0, []
    while at < len(said):
        op, file, offset, length = _HEAD.unpack_from(said, at)
        at += _HEAD.size
        found.append(Op(op.decode(), file, offset, said[at : at + length]))
        at += length
    return found


@dataclass
class _File:
    synced: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Writes since; ``None`` for the bytes: cut to that size."""


class Disk:
    """The folder as what was done leaves it; ``image`` is one of the ways it may be found."""

    def __init__(self) -> None:
        self._files: dict[int, _File] = {}
        self._number = 0
        self._current: dict[int, int] = {}  # inode to file: numbers of inodes are used again
        self._names: dict[str, int] = {}
        self._naming: list[tuple[str, str, int]] = []

    def do(self, op: Op) -> None:
        """One more thing done."""
        match op.op:
            case "O":
                self._number += 1
                self._files[self._number] = _File()
                self._current[op.file] = self._number
                self._naming.append(("link", op.said.decode(), self._number))
            case "W":
                self._of(op).waiting.append((op.offset, op.said))
            case "T":
                self._of(op).waiting.append((op.offset, None))
            case "S":
                file = self._of(op)
                for one in file.waiting:
                    _lay(file.synced, *one)
                file.waiting.clear()
            case "D":
                settled = self._settled_by(op.said.decode())
                self._names = _named(self._names, [self._naming[n] for n in settled])
                self._naming = [one for n, one in enumerate(self._naming) if n not in settled]
            case "U":
                self._naming.append(("unlink", op.said.decode(), 0))
            case "R":
                before, after = op.said.decode().split("\0")
                self._naming.append((f"rename {before}", after, 0))

    def _of(self, op: Op) -> _File:
        return self._files[self._current[op.file]]

    def _settled_by(self, folder: str) -> list[int]:
        """
        What a sync of a folder makes certain: what was done to its names, and what that needs.

        A renaming from one folder into another is one thing: there with either.
        """
        settled, needed = [], set[str]()
        for n, (what, path, _) in reversed(list(enumerate(self._naming))):
            paths = {path, what.removeprefix("rename ")} if what.startswith("rename ") else {path}
            if paths & needed or any(os.path.dirname(one) == folder for one in paths):
                settled.append(n)
                needed |= paths
        return sorted(settled)

    def image(self, kept: Kept, dice: random.Random) -> dict[str, bytes]:
        """The files by their paths, as they may be found."""
        some = dice.randint(0, len(self._naming))
        upto = {"none": 0, "all": len(self._naming)}.get(kept, some)
        return {
            path: bytes(_found(self._files[file], kept, dice))
            for path, file in _named(self._names, self._naming[:upto]).items()
        }


def _named(names: dict[str, int], done: list[tuple[str, str, int]]) -> dict[str, int]:
    names = dict(names)
    for what, path, file in done:
        if what == "link":
            names[path] = file
        elif what == "unlink":
            names.pop(path, None)
        else:
            names[path] = names.pop(what.removeprefix("rename "))
    return names


def _found(file: _File, kept: Kept, dice: random.Random) -> bytearray:
    content = bytearray(file.synced)
    for offset, said in file.waiting if kept != "none" else ():
        if kept == "all" or said is None:
            if kept == "all" or dice.random() < 0.5:
                _lay(content, offset, said)
        elif kept == "some":
            if dice.random() < 0.5:
                _lay(content, offset, said)
        else:
            for at, sector in _sectors(offset, said):
                if dice.random() < 0.5:
                    _lay(content, at, sector)
    return content


def _sectors(offset: int, said: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(said):
        length = SECTOR - (offset + at) % SECTOR
        yield offset + at, said[at : at + length]
        at += length


def _lay(content: bytearray, offset: int, said: bytes | None) -> None:
    if said is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(said)] = said
