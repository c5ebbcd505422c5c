"""Signed notes and public keys as they were typed, or stand in files."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from delivery.usage import Usage

if TYPE_CHECKING:
    from ledger.proof.notes import Note, Verifier
    from ledger.store.held import Held


def checkpoints_of(
    files: Sequence[Path], printed: Sequence[str], keys: "Sequence[Verifier]"
) -> "dict[int | None, list[Held]]":
    """
    The checkpoints in files, by the school their origin names; and those printed under ``None``.

    ``printed``: ``ENTRIES:ROOT``, as the foot of a page has them. With ``keys``, each file must
    be signed by one of them. Raises ``Usage``.
    """
    from ledger.proof.checkpoints import Checkpoint
    from ledger.proof.notes import BadNote
    from ledger.store.held import Held

    found: dict[int | None, list[Held]] = defaultdict(list)
    for file in files:
        try:
            held = Held.of(note_of(file), keys)
            if keys and not held.signed:
                raise BadNote("it is signed by none of the keys given")
        except BadNote as bad:
            raise Usage(f"{file} cannot be used: {bad}.") from None
        origin = held.checkpoint.origin
        school = origin.rpartition("/")[2]
        if not school.isdigit():
            raise Usage(f"{file} is of {origin}, which is no school's log.")
        found[int(school)].append(held)
    for text in printed:
        size, root = _printed(text)
        found[None].append(Held(Checkpoint("printed", size, root)))
    return found


def _printed(text: str) -> tuple[int, bytes]:
    """Entries and root as the foot of a page has them: in base64, or in hexadecimal."""
    from ledger.proof.notes import BadNote, from_base64

    size, _, root = text.partition(":")
    size = size.replace(",", "")
    try:
        found = bytes.fromhex(root) if len(root) == 64 else from_base64(root)
    except (BadNote, ValueError):
        found = b""
    if not size.isdecimal() or len(found) != 32:
        raise Usage(f"--root {text} is not ENTRIES:ROOT, as at the foot of a page.")
    return int(size), found


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
