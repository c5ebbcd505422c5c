"""
Back-ups and restores: a copy that was verified, with its receipt; and back again.

A back-up is one SQLite file, whichever engine the ledger is on, so that it can be read, and
verified, wherever this program is, and for as long as SQLite is.
"""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from commands.handle import handle
from commands.returns.record_backup import RecordBackup
from delivery import acts, keeping
from delivery.bootstrap import Desk
from delivery.bootstrap import desk as desk_at
from delivery.importers.source import open_bytes
from ledger.calendar import london
from ledger.refusals import BackupBroken, FileUnreadable, LedgerOlder
from ledger.store import open_store
from ledger.store.copying import copy
from ledger.store.verify import verify


@dataclass(frozen=True)
class Kept:
    """What a back-up holds of one school, and the receipt's entry number where there is one."""

    school: int
    entries: int
    root: str
    receipt: int | None = None
    removed: int = 0


@dataclass(frozen=True)
class Copied:
    """A back-up or a restore: its file, the hash of its bytes, and its schools."""

    file: str
    sha256: str
    schools: tuple[Kept, ...]


def backup(desk: Desk, folder: Path, person: str | None, school: int | None = None) -> Copied:
    """
    Copy the ledgers into a file of the folder, verify the copy, and record the receipt.

    Only a copy that is sound gets a receipt, and the file its name. Raises ``BackupBroken``.

    Reference: SI 2024/208 reg. 5(3).
    """
    moment = desk.clock()
    acts.signed(desk, person)  # asked before the work, not after it
    folder.mkdir(parents=True, exist_ok=True)
    name = f"attendance-{london(moment):%Y-%m-%dT%H%M%S}.backup"
    rough = folder / f"{name}.part"
    rough.unlink(missing_ok=True)
    ledgers = desk.ledgers(school)
    found = []
    try:
        with open_store(f"sqlite:///{rough}", create=True) as target:
            for ledger in ledgers:
                copy(desk.store, target, ledger.school)
                verdict = verify(target.ledger(ledger.school))
                if not verdict.sound:
                    raise BackupBroken(file=name, entry=verdict.first_bad, why=verdict.fault)
                found.append(Kept(ledger.school, verdict.entries, verdict.root))
            target.database.scrub()
        rough.replace(folder / name)
    finally:
        for left in folder.glob(f"{name}.part*"):
            left.unlink()
    sha256 = _hash(folder / name)
    kept = []
    for ledger, one in zip(ledgers, found, strict=True):
        said = acts.signed(desk, person)
        command = RecordBackup(**said, kept_at=str(folder / name), sha256=sha256)
        receipt = handle(command, ledger).receipt
        desk.follow(ledger)
        kept.append(Kept(one.school, one.entries, one.root, receipt.first if receipt else None))
    return Copied(str(folder / name), sha256, tuple(kept))


def restore(file: Path, url: str, *, checkpoint: Path | None = None, older: bool = False) -> Copied:
    """
    Bring a back-up back into an empty place, verified; disposals are carried out again.

    ``checkpoint`` is the newest note anybody holds: a back-up that ends before it lacks
    entries that were acknowledged, and is refused (``LedgerOlder``) unless ``older`` says so.
    """
    if not file.is_file():
        raise FileUnreadable(file=file.name, why="there is no such file")
    with open_store(f"sqlite:///{file}") as source:
        for school in source.schools():
            verdict = verify(source.ledger(school))
            if not verdict.sound:
                raise BackupBroken(file=file.name, entry=verdict.first_bad, why=verdict.fault)
            if checkpoint is not None and not older:
                _check_not_older(file, school, verdict.entries, verdict.root, checkpoint)
        found = []
        with desk_at(url, create=True) as desk:
            for school in source.schools():
                copy(source, desk.store, school)
                ledger = desk.store.ledger(school)
                before = verify(ledger)
                if not before.sound:
                    raise BackupBroken(file=file.name, entry=before.first_bad, why=before.fault)
                removed = keeping.removed(desk, ledger, restored=True)
                found.append(Kept(school, before.entries, before.root, removed=removed))
    return Copied(str(file), _hash(file), tuple(found))


def noted(checkpoint: Path, school: int) -> tuple[int, str] | None:
    """
    Size and root (hexadecimal) that a checkpoint says of a school; ``None`` if of another.

    The signature is ``verify``'s to check: here it only keeps an old copy from coming back.
    """
    with open_bytes(checkpoint) as opened:
        lines = opened.read().decode("utf-8", "replace").splitlines()
    try:
        origin, size, root = lines[:3]
        said = int(size), base64.b64decode(root).hex()
    except ValueError:
        raise FileUnreadable(file=checkpoint.name, why="it is no checkpoint") from None
    return said if origin.endswith(f"urn/{school}") else None


def _check_not_older(file: Path, school: int, entries: int, root: str, checkpoint: Path) -> None:
    said = noted(checkpoint, school)
    if said is None:
        return
    size, known = said
    if entries < size:
        raise LedgerOlder(file=file.name, entries=entries, size=size)
    if entries == size and root != known:
        why = "the log is not the one the checkpoint was signed for"
        raise BackupBroken(file=file.name, entry=1, why=why)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
