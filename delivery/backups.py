"""
Back-ups and restores: a copy that was verified, with its receipt; and back again.

A back-up is one SQLite file, whichever engine the ledger is on, so that it can be read, and
verified, wherever this program is, and for as long as SQLite is.
"""

import hashlib
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from commands.handle import handle
from commands.returns.record_backup import RecordBackup
from delivery import acts, keeping
from delivery.bootstrap import Desk
from delivery.bootstrap import desk as desk_at
from delivery.held import Held, held, written
from delivery.settling import replace
from ledger.calendar import london
from ledger.refusals import BackupBroken, FileUnreadable, LedgerOlder
from ledger.store import Store, open_store
from ledger.store.copying import copy
from ledger.store.verify import verify


@dataclass(frozen=True)
class Kept:
    """
    What a back-up holds of one school, and the receipt's entry number where there is one.

    Of one brought back: ``removed`` entries were let go again, and the time of ``due`` more
    is over.
    """

    school: int
    entries: int
    root: str
    receipt: int | None = None
    removed: int = 0
    due: int = 0


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
    ledgers = desk.ledgers(school)
    for ledger in ledgers:  # whoever may not record the receipt leaves no file
        handle(_receipt(desk, person, folder, "0" * 64), ledger, dry_run=True)
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()  # the receipt says where it is, wherever it is read
    rough = _begun(folder, f"attendance-{london(moment):%Y-%m-%dT%H%M%S}")
    name = rough.stem
    found = []
    try:
        with open_store(f"sqlite:///{rough}", create=True) as target:
            for ledger in ledgers:
                copy(desk.at(ledger).store, target, ledger.school)
                verdict = verify(target.ledger(ledger.school))
                if not verdict.sound:
                    raise BackupBroken(file=name, entry=verdict.first_bad, why=verdict.fault)
                found.append(Kept(ledger.school, verdict.entries, verdict.root))
            target.database.scrub()
        with closing(
            sqlite3.connect(rough)
        ) as alone:  # one file, readable where nothing is written
            alone.execute("PRAGMA journal_mode = DELETE")
        replace(rough, folder / name)  # before a receipt says that it is there
        for ledger in ledgers:
            written(folder, ledger.school, ledger.checkpoints())
    finally:
        for left in folder.glob(f"{name}.part*"):
            left.unlink()
    sha256 = _hash(folder / name)
    kept = []
    for ledger, one in zip(ledgers, found, strict=True):
        receipt = handle(_receipt(desk, person, folder / name, sha256), ledger).receipt
        desk.follow(ledger)
        kept.append(Kept(one.school, one.entries, one.root, receipt.first if receipt else None))
    return Copied(str(folder / name), sha256, tuple(kept))


def _receipt(desk: Desk, person: str | None, file: Path, sha256: str) -> RecordBackup:
    return RecordBackup(**acts.signed(desk, person), kept_at=str(file), sha256=sha256)


def _begun(folder: Path, name: str) -> Path:
    """
    The empty file that becomes a back-up when ``.part`` is taken off its name.

    Its name is nobody else's: of two begun in one second the later is ``…_2``, which is after
    the first in the order of names too.
    """
    for number in count(1):
        whole = folder / f"{name}{f'_{number}' if number > 1 else ''}.backup"
        rough = folder / f"{whole.name}.part"
        with suppress(FileExistsError):
            rough.touch(exist_ok=False)
            if not whole.exists():  # looked at while the name is held
                return rough
            rough.unlink()
    raise AssertionError("there are always more numbers")


@dataclass(frozen=True)
class Trusted:
    """
    What a back-up is held against, beside what it keeps itself: checkpoints ``given``, and those
    in ``folder`` (the sealer's) and beside the back-up; the public ``keys`` that may have
    signed them, else those in the folders.
    """

    given: tuple[Path, ...] = ()
    keys: tuple[str, ...] = ()
    folder: Path | None = None


NOTHING = Trusted()


def restore(file: Path, url: str, trusted: Trusted = NOTHING, *, older: bool = False) -> Copied:
    """
    Bring a back-up, or the newest of a folder, back into an empty place, verified.

    It must continue every checkpoint that is held. One that ends before the newest lacks
    entries that were acknowledged, and is refused (``LedgerOlder``) unless ``older`` says so.
    What certificates let go is removed again before anybody can ask.
    """
    file = _newest_in(file) if file.is_dir() else file
    if not file.is_file():
        raise FileUnreadable(file=file.name, why="there is no such file")
    with open_store(f"sqlite:///{file}") as source:
        schools = source.schools()
        _check(file, source, trusted, older=older)
        found = []
        with desk_at(url, create=True) as desk:
            for school in schools:
                copy(source, desk.store, school)
                ledger = desk.store.ledger(school)
                before = verify(ledger)
                if not before.sound:
                    raise BackupBroken(file=file.name, entry=before.first_bad, why=before.fault)
                removed = keeping.removed(desk, ledger, restored=True)
                due = keeping.due(desk, ledger)
                found.append(Kept(school, before.entries, before.root, removed=removed, due=due))
    return Copied(str(file), _hash(file), tuple(found))


def _check(file: Path, source: Store, trusted: Trusted, *, older: bool) -> None:
    """Raise unless every school's ledger is sound and continues what is held of it."""
    folders = [file.parent, *([trusted.folder] if trusted.folder else [])]
    schools = source.schools()
    known = held(schools, folders, trusted.keys, trusted.given)
    for school in schools:
        ledger = source.ledger(school)
        mine, size = known.get(school, Held()), ledger.size()
        within = [one for one in mine.signed if one.size <= size]
        verdict = verify(ledger, checkpoints=within)
        if not verdict.sound:
            raise BackupBroken(file=file.name, entry=verdict.first_bad, why=verdict.fault)
        if size < mine.newest and not older:
            raise LedgerOlder(file=file.name, entries=size, size=mine.newest)


def _newest_in(folder: Path) -> Path:
    """The newest back-up of a folder, by its name. Raises ``FileUnreadable``."""
    there = sorted(folder.glob("*.backup"))
    if not there:
        raise FileUnreadable(file=str(folder), why="there is no back-up in it")
    return there[-1]


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
