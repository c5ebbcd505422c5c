"""A pack of another school's ledger, taken for what it proves: the record of one pupil."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from commands.import_record import OneRecord
from delivery.imports.reading import SUMS, Reading
from delivery.packs.checking import checked, files_of
from ledger.events.elsewhere import Proof
from ledger.proof.checkpoints import Checkpoint
from ledger.proof.notes import BadNote, Note, Verifier
from ledger.refusals import FileUnreadable, RecordBroken


def of_pack(path: Path, keys: tuple[str, ...], reading: Reading) -> tuple[str, Sequence[OneRecord]]:
    """The pack's hash and the one record in it, once every entry is proved to be of its log."""
    files = files_of(path)
    if "record.json" not in files:
        raise FileUnreadable(file=path.name, why="it is no pack: it holds no record.json")
    verdict = checked(path, keys)
    if not verdict["sound"]:
        false = [line for line in verdict["said"] if line.startswith("FALSE")]
        why = "; ".join(line.removeprefix("FALSE").strip() for line in false)
        raise RecordBroken(file=path.name, why=why or "it does not check")
    try:
        held: Mapping[str, Any] = json.loads(files["record.json"])
        return _hash(path, files), [_record(path.name, held, files, keys, reading)]
    except (LookupError, TypeError, ValueError) as problem:
        why = f"its record cannot be read ({type(problem).__name__}: {problem})"
        raise FileUnreadable(file=path.name, why=why) from None


def _record(
    name: str,
    held: Mapping[str, Any],
    files: Mapping[str, bytes],
    keys: tuple[str, ...],
    reading: Reading,
) -> OneRecord:
    if "upn" not in held["pupil"]:
        raise FileUnreadable(file=name, why="it does not say whose it is: a pack for an auditor")
    _check_whose(name, held)
    said = ((line["session"], line["counts"] or "") for line in held["register"])
    marks, refused = reading.marks(0, said)
    sums = {each: int(held["figures"][each]) for each in SUMS}
    one = OneRecord(
        upn=held["pupil"]["upn"],
        school=held["school"]["name"],
        urn=int(held["school"]["urn"]),
        marks=marks,
        told=sums,
        refused=refused,
        proof=_proof(name, held, files, keys),
    )
    reading.compare(0, one)
    return one


def _check_whose(name: str, held: Mapping[str, Any]) -> None:
    """
    Raise ``RecordBroken`` where the entries do not say of whose school and pupil they are.

    The pack's own check holds them to the log; what stands above them is held to them here.
    """
    urn, upn = held["school"]["urn"], held["pupil"]["upn"]
    others = {act["value"]["school"] for act in held["acts"].values()} - {urn}
    if others:
        raise RecordBroken(file=name, why=f"it is said to be of school {urn}, and is of {others}")
    admitted = {
        told.get("upn") or (told.get("amended") if told.get("particular") == "upn" else None)
        for entry in held["entries"]
        for told in [entry["parts"].get("fact", {}).get("value", {})]
    }
    if upn not in admitted:
        raise RecordBroken(file=name, why=f"no entry in it admits a pupil with the UPN {upn}")


def _proof(
    name: str, held: Mapping[str, Any], files: Mapping[str, bytes], keys: tuple[str, ...]
) -> Proof:
    """
    What the entries were proved against: the checkpoint, which the pack's check held to its log.

    Raises ``RecordBroken`` where there is none, nobody known signed it, or it is another school's.
    """
    if "checkpoint.txt" not in files:
        raise RecordBroken(
            file=name,
            why="it has no signed checkpoint; ask the other school for one made with --seal",
        )
    given = keys or tuple(files.get("keys.txt", b"").decode().split())
    note = files["checkpoint.txt"].decode()
    try:
        read = Note.read(note)
        signed_by = [one.name for one in read.by(map(Verifier.read, given))]
        checkpoint = Checkpoint.of(read)
    except BadNote as bad:
        raise RecordBroken(file=name, why=f"its checkpoint: {bad}") from None
    if not signed_by:
        raise RecordBroken(
            file=name, why="no key came with it; give the other school's with --signed-by"
        )
    if checkpoint.origin.rpartition("/")[2] != str(held["school"]["urn"]):
        raise RecordBroken(file=name, why=f"its checkpoint is of {checkpoint.origin}")
    return Proof(
        checkpoint=note,
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        entries=len(held["entries"]),
        signed_by=tuple(signed_by),
        key_known=bool(keys),
    )


def _hash(path: Path, files: Mapping[str, bytes]) -> str:
    """The file's SHA-256; of a folder that of its manifest, which has those of its files."""
    return hashlib.sha256(
        files["manifest.json"] if path.is_dir() else path.read_bytes()
    ).hexdigest()
