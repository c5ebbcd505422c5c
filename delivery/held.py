"""The checkpoints that are held of schools' logs outside the database, and who signed them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from delivery.sealing.keys import KeyFolder
from delivery.settling import replace
from delivery.usage import Usage
from ledger.proof.checkpoints import Checkpoint
from ledger.proof.notes import BadNote, Note, Verifier


@dataclass
class Held:
    """
    What is held of one school: checkpoints ``signed`` by a key that is known.

    ``unknown``: the largest number of entries that a note speaks of whose signature nobody
    here can check, because no public key is at hand.
    """

    signed: set[Checkpoint] = field(default_factory=set)
    unknown: int = 0

    @property
    def newest(self) -> int:
        """How many entries the newest of them speaks of."""
        return max((one.size for one in self.signed), default=self.unknown)


def held(
    schools: Sequence[int], folders: Sequence[Path], keys: Sequence[str], given: Sequence[Path]
) -> dict[int, Held]:
    """
    The checkpoints of schools: those ``given``, and all in ``URN.checkpoints`` of the folders.

    Each is checked against the ``keys`` said, or where none is said the public keys in the
    folders. Raises ``Usage`` for one given that is no checkpoint or that none of them signed.
    """
    found: dict[int, Held] = defaultdict(Held)
    said = [_key(one) for one in keys]
    for file in given:
        note, checkpoint = _given(file)
        school = int(checkpoint.origin.rpartition("/")[2])
        trusted = said or list(known(school, folders))
        if not trusted:
            raise Usage(f"Nobody here can tell who signed {file}: give the public key with --key.")
        if not _by(note, trusted):
            raise Usage(f"{file} is signed by none of the keys of school {school}.")
        found[school].signed.add(checkpoint)
    for school in schools:
        trusted = said or list(known(school, folders))
        for note in _beside(school, folders):
            checkpoint = Checkpoint.of(note)
            if trusted and _by(note, trusted):
                found[school].signed.add(checkpoint)
            elif not trusted:
                found[school].unknown = max(found[school].unknown, checkpoint.size)
    return found


def known(school: int, folders: Sequence[Path]) -> Iterator[Verifier]:
    """The public keys of a school's log in some folders, the oldest first."""
    for folder in folders:
        yield from KeyFolder(folder, school).verifiers()


def written(folder: Path, school: int, notes: Sequence[str]) -> None:
    """Put every checkpoint that a ledger keeps beside its back-up, those there before first."""
    path = KeyFolder(folder, school).path("checkpoints")
    there = path.read_text(encoding="utf-8") if path.exists() else ""
    new = [note for note in notes if note not in there]
    if new:
        rough = path.with_name(f"{path.name}.new")
        rough.write_text(there + "".join(f"{note}\n" for note in new), encoding="utf-8")
        replace(rough, path)


def _beside(school: int, folders: Sequence[Path]) -> Iterator[Note]:
    """The notes in a school's files of checkpoints; what is no checkpoint is passed over."""
    for folder in folders:
        path = KeyFolder(folder, school).path("checkpoints")
        if not path.is_file():
            continue
        texts = path.read_text(encoding="utf-8", errors="replace").split("\n\n")
        for body, signatures in zip(texts[::2], texts[1::2], strict=False):
            try:
                note = Note.read(f"{body.lstrip()}\n\n{signatures.rstrip()}\n")
                Checkpoint.of(note)
            except BadNote:
                continue
            yield note


def _given(file: Path) -> tuple[Note, Checkpoint]:
    try:
        note = Note.read(file.read_text(encoding="utf-8"))
        checkpoint = Checkpoint.of(note)
    except (OSError, UnicodeDecodeError, BadNote) as bad:
        raise Usage(f"{file} cannot be read as a checkpoint: {bad}.") from None
    if not checkpoint.origin.rpartition("/")[2].isdigit():
        raise Usage(f"{file} is of {checkpoint.origin}, which is no school's log.")
    return note, checkpoint


def _by(note: Note, trusted: Sequence[Verifier]) -> bool:
    try:
        return bool(note.by(list(trusted)))
    except BadNote:  # a signature under a known key's name that is not its
        return False


def _key(text: str) -> Verifier:
    try:
        return Verifier.read(text)
    except BadNote as bad:
        raise Usage(f"{text!r} is no public key: {bad}.") from None
