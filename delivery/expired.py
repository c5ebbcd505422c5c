"""
Files that hold what a disposal lets go, and go with it.

A back-up goes with its receipt. In the folders that ``ATTENDANCE_EXPORTS`` names, those files go
that an entry now gone names by its hash (another system's file of marks or pupils, a letter as
it was made), and packs, disclosures and published stars that hold an entry now gone. What
another entry still names stays; so does everything while a legal hold is in force.
"""

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from delivery.bootstrap import Desk
from delivery.dashboards import remembered
from delivery.settling import settle
from ledger.events import BackupRecorded
from ledger.events.base import Recorded
from ledger.events.retention import FilesGone
from ledger.retention import retention_of
from ledger.retention.state import covers
from ledger.store import Ledger

_NAMING = ("imports", "letter/", "return/backup/")
_RECORDS = ("record.json", "proofs.json")
"""What a pack or a disclosure says its entries in."""

Ranges = Sequence[tuple[int, int]]
Kind = Literal["back-up", "pack", "disclosure", "letter", "file taken in", "publication"]
SALTED: frozenset[Kind] = frozenset({"back-up", "pack", "disclosure"})
"""Kinds that hold the ledger's own salts, so that nobody can guess what the hash of one is of."""
_KINDS: dict[str, Kind] = {"backup-recorded": "back-up", "letter-sent": "letter"}


def exports() -> list[Path]:
    """The folders in which files are looked for, as the machine is set up."""
    named = os.environ.get("ATTENDANCE_EXPORTS", "").split(os.pathsep)
    return [Path(one) for one in named if one and Path(one).is_dir()]


@dataclass(frozen=True)
class Going:
    """A file, or a folder with all that is in it, that goes with a disposal."""

    path: Path
    kind: Kind
    sha256: str


def going(desk: Desk, ledger: Ledger, ranges: Ranges) -> list[Going]:
    """
    The files that go with the entries in some ranges; none while a legal hold is in force.

    While the entries still stand: they say which files.
    """
    if any(hold.in_force for hold in retention_of(ledger).holds.values()):
        return []
    return list(_files(desk, ledger, ranges))


def certified(files: Iterable[Going]) -> tuple[FilesGone, ...]:
    """What a certificate says of them."""
    kinds: dict[Kind, list[str]] = {}
    for one in files:
        kinds.setdefault(one.kind, []).append(one.sha256)
    return tuple(
        FilesGone(kind=kind, files=len(all_), sha256=tuple(sorted(all_)) if kind in SALTED else ())
        for kind, all_ in sorted(kinds.items())
    )


def remove(desk: Desk, ledger: Ledger, ranges: Ranges) -> list[str]:
    """Remove the files of the entries in some ranges; what to say of it."""
    if any(hold.in_force for hold in retention_of(ledger).holds.values()):
        many = sum(1 for _ in _files(desk, ledger, ranges))
        return [f"{many} files stay while a legal hold is in force."] if many else []
    said = []
    for path in [one.path for one in _files(desk, ledger, ranges)]:
        try:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            settle(path.parent)
        except OSError as problem:
            said.append(f"{path} could not be removed ({problem.strerror}): remove it by hand.")
        else:
            said.append(f"{path} removed.")
    return said


def _files(desk: Desk, ledger: Ledger, ranges: Ranges) -> Iterator[Going]:
    there, kept = dict[str, list[tuple[Kind, Path]]](), set[str]()
    for one in desk.ledgers(None):
        mine = one.school == ledger.school
        for entry, digest, kind, place in _named(one):
            if mine and covers(ranges, entry):
                there.setdefault(digest, []).append((kind, place))
            else:
                kept.add(digest)
    hashes = there.keys() - kept
    seen = set[Path]()
    backups = (place for digest in hashes for _, place in there[digest] if place.is_absolute())
    for path in chain(backups, *(sorted(one.rglob("*")) for one in exports())):
        if path in seen or any(parent in seen for parent in path.parents) or not path.is_file():
            continue
        digest = _hash(path)
        if digest in hashes:
            found: Going | None = Going(path, there[digest][0][0], digest)
        else:
            found = _holding(path, digest, ledger.school, ranges)
        if found is not None:
            seen.add(found.path)
            yield found


def _named(ledger: Ledger) -> Iterator[tuple[int, str, Kind, Path]]:
    """Each file that a standing entry names by its hash, with the place it was said to be at."""
    for prefix in _NAMING:
        for page in ledger.pages(prefix):
            for one in page.events():
                digest = getattr(one.event, "sha256", None) or getattr(one.event, "pdf", None)
                if digest:
                    yield (
                        one.entry,
                        digest,
                        _KINDS.get(one.event.TOPIC, "file taken in"),
                        _place(one),
                    )


def _place(one: Recorded) -> Path:
    return Path(one.event.kept_at) if isinstance(one.event, BackupRecorded) else Path()


def _holding(path: Path, digest: str, school: int, ranges: Ranges) -> Going | None:
    """What has to go of a pack, a disclosure or a published star with an entry in some ranges."""
    if published := remembered.holding(path, school, ranges):
        return Going(published, "publication", digest)
    record = None
    with suppress(OSError, ValueError, KeyError, zipfile.BadZipFile):
        record = _record(path)
    if not isinstance(record, dict) or not _is_of(record, school):
        return None
    if not any(covers(ranges, one["entry"]) for one in record["entries"]):
        return None
    whole = path.name in _RECORDS and path.parent not in exports()
    kind: Kind = "pack" if isinstance(record.get("school"), dict) else "disclosure"
    return Going(path.parent if whole else path, kind, digest)


def _record(path: Path) -> Any:
    if path.name in _RECORDS:
        return json.loads(path.read_bytes())
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as pack:
            return json.loads(pack.read("record.json"))
    if path.suffix == ".pdf":
        return _attached(path)
    return None


def _attached(path: Path) -> Any:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        (held, *_) = PdfReader(io.BytesIO(path.read_bytes())).attachments["record.json"]
    except PyPdfError:
        return None
    return json.loads(held)


def _is_of(record: dict[str, Any], school: int) -> bool:
    """Whether a pack or a disclosure is of a school: it says so itself, or its acts do."""
    said = record.get("school")
    if isinstance(said, dict):
        return bool(said.get("urn") == school)
    acts = (one["parts"].get("act", {}).get("value", {}) for one in record.get("entries", ()))
    return any(act.get("school") == school for act in acts)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
