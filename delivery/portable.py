"""
A school's ledger as JSON Lines, to be carried to another place: another server or engine.

The first line says which school, how many entries and the root of their log; then every act and
every page as they stand, oldest first, then the checkpoints ever signed; the last line has the
SHA-256 of all before it. Bytes are in base64, moments in microseconds since 1970, UTC. The same
ledger at the same entry is the same file to the byte. What is loaded has the same entry
numbers, hashes and answers; it is verified before it is let in.
"""

import base64
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from delivery import backups
from delivery.bootstrap import Desk
from delivery.bootstrap import desk as desk_at
from delivery.importers.source import open_bytes
from delivery.settling import replace
from ledger.proof import merkle
from ledger.refusals import FileUnreadable
from ledger.store import open_store
from ledger.store.copying import Carried, carried, put
from ledger.store.decoding import moment_of
from ledger.store.schema import COLUMNS

VERSION = 1
_BYTES = {"frontier", "salt", "checks", "body"}
_LONGEST = 1 << 28
"""Bytes that one line may have: a page of a night's import of a large school is a hundredth."""


def export_ledger(
    desk: Desk, school: int | None, out: Path, told: Callable[[int], None] | None = None
) -> backups.Copied:
    """
    Write a school's ledger into ``out``, which takes its place when it is whole.

    ``told`` hears the last entry written, now and then. Raises as ``Desk.ledger`` does.
    """
    ledger = desk.ledger(school)
    found = carried(desk.at(ledger).store, ledger.school)
    assert found is not None, "a school that has a ledger has a head"
    size = int(found.head[1])
    root = merkle.root(merkle.unpack(bytes(found.head[3]))).hex()
    rough = out.with_name(f"{out.name}.part")
    digest = hashlib.sha256()
    with rough.open("wb") as file:
        head: dict[str, Any] = {"attendance_ledger": VERSION, "school": ledger.school}
        head |= {"name": desk.name_of(ledger.school), "entries": size, "root": root}
        for line in _lines(head, found, ledger.kept_checkpoints(), told):
            digest.update(line)
            file.write(line)
        file.write(_line({"end": {"sha256": digest.hexdigest()}}))
    replace(rough, out)
    return backups.Copied(str(out), _hash(out), (backups.Kept(ledger.school, size, root),))


def import_ledger(file: Path, url: str) -> backups.Copied:
    """
    Load a ledger into ``url``, which holds none of that school; disposals are carried out again.

    It is built and verified aside first. Raises ``FileUnreadable`` for a file that is not whole,
    ``BackupBroken`` for a ledger that is not sound, ``Forbidden`` where the school has one.
    """
    with tempfile.TemporaryDirectory(prefix="attendance-") as folder:
        aside = Path(folder) / "ledger.db"
        with open_store(f"sqlite:///{aside}", create=True) as scratch:
            school, root, notes = _load(file, scratch)
            held = merkle.root(scratch.ledger(school).frontier()[1]).hex()
        if held != root:
            why = f"its log has the root {held}, and its first line says {root}"
            raise FileUnreadable(file=file.name, why=why)
        brought = backups.restore(aside, url)
    (one,) = brought.schools
    with desk_at(url) as desk:
        ledger = desk.ledger(school)
        if not ledger.kept_checkpoints():
            for size, signed_at, note in notes:
                ledger.keep_checkpoint(size, note, moment_of(signed_at))
    return backups.Copied(str(file), _hash(file), (one,))


def _lines(
    head: dict[str, Any],
    found: Carried,
    notes: Iterable[tuple[int, int, str]],
    told: Callable[[int], None] | None,
) -> Iterator[bytes]:
    yield _line({**head, "head": _written("heads", found.head)})
    for table, row in found.rows:
        yield _line({table: _written(table, row)})
        if told is not None and table == "pages":
            told(row[1])
    for of_size, signed_at, note in notes:
        if of_size <= head["entries"]:
            yield _line({"checkpoint": {"size": of_size, "signed_at": signed_at, "note": note}})


def _load(file: Path, scratch: Any) -> tuple[int, str, list[tuple[int, int, str]]]:
    notes: list[tuple[int, int, str]] = []
    lines = _read(file)
    first = next(lines, {})
    if first.get("attendance_ledger") != VERSION:
        raise FileUnreadable(file=file.name, why="it is no ledger written by export-ledger")
    try:
        school, root = int(first["school"]), str(first["root"])
        head = _row("heads", first["head"], school)
        put(scratch, Carried(head, _rows(file, school, lines, notes)))
    except (LookupError, TypeError, ValueError, AttributeError) as problem:
        raise FileUnreadable(file=file.name, why=f"a line of it is spoilt ({problem})") from None
    return school, root, notes


def _rows(
    file: Path, school: int, lines: Iterator[dict[str, Any]], notes: list[tuple[int, int, str]]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for line in lines:
        ((kind, said),) = line.items()
        if kind == "checkpoint":
            notes.append((said["size"], said["signed_at"], said["note"]))
        elif kind in ("acts", "pages"):
            yield kind, _row(kind, said, school)
        else:
            raise FileUnreadable(file=file.name, why=f"it has a line of {kind!r}, which none has")


def _read(file: Path) -> Iterator[dict[str, Any]]:
    """Each line but the last, whose hash is that of all before it."""
    digest = hashlib.sha256()
    with open_bytes(file) as opened:
        for line in iter(lambda: opened.readline(_LONGEST), b""):
            held: Any = None
            with suppress(ValueError):
                held = json.loads(line)
            if not isinstance(held, dict) or not line.endswith(b"\n"):
                raise FileUnreadable(file=file.name, why="a line of it is no JSON object")
            if "end" in held:
                if held["end"] != {"sha256": digest.hexdigest()}:
                    why = "its last line does not fit what stands before it"
                    raise FileUnreadable(file=file.name, why=why)
                if opened.read(1):
                    raise FileUnreadable(file=file.name, why="lines stand after its last one")
                return
            digest.update(line)
            yield held
    raise FileUnreadable(file=file.name, why="it ends before its last line")


def _written(table: str, row: Iterable[Any]) -> dict[str, Any]:
    names = (name for name, _ in COLUMNS[table])
    return {
        name: base64.b64encode(bytes(value)).decode() if name in _BYTES else value
        for name, value in zip(names, row, strict=True)
    }


def _row(table: str, said: dict[str, Any], school: int) -> tuple[Any, ...]:
    if said["school"] != school:
        raise ValueError(f"a row of school {said['school']} in the ledger of {school}")
    return tuple(
        base64.b64decode(said[name], validate=True) if name in _BYTES else said[name]
        for name, _ in COLUMNS[table]
    )


def _line(held: dict[str, Any]) -> bytes:
    return json.dumps(held, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
