"""Signed notes and public keys as they were typed, or stand in files."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from delivery.usage import Usage

if TYPE_CHECKING:
    from ledger.proof.checkpoints import Checkpoint
    from ledger.proof.notes import Note, Verifier


def checkpoints_of(files: Sequence[Path], keys: Sequence[str]) -> "dict[int, list[Checkpoint]]":
    """
    The checkpoints in files, by the school their origin names.

    With ``keys``, each must be signed by one of them. Raises ``Usage``.
    """
    from ledger.proof.checkpoints import Checkpoint
    from ledger.proof.notes import BadNote

    found: dict[int, list[Checkpoint]] = defaultdict(list)
    trusted = [verifier_of(one) for one in keys]
    for file in files:
        signed = note_of(file)
        try:
            made = Checkpoint.of(signed)
            if trusted and not signed.by(trusted):
                raise BadNote("it is signed by none of the keys given")
        except BadNote as bad:
            raise Usage(f"{file} cannot be used: {bad}.") from None
        school = made.origin.rpartition("/")[2]
        if not school.isdigit():
            raise Usage(f"{file} is of {made.origin}, which is no school's log.")
        found[int(school)].append(made)
    return found


def note_of(file: Path) -> "Note":
    """A signed note from a file. Raises ``Usage``."""
    from ledger.proof.notes import BadNote, Note

    try:
        return Note.read(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BadNote) as bad:
        raise Usage(f"{file} cannot be read as a checkpoint: {bad}.") from None


def verifier_of(text: str) -> "Verifier":
    """A public key from its text. Raises ``Usage``."""
    from ledger.proof.notes import BadNote, Verifier

    try:
        return Verifier.read(text)
    except BadNote as bad:
        raise Usage(f"{text!r} is no public key: {bad}.") from None
