"""
A school's signing key and what was last signed with it, as files in a folder.

``URN.key`` is the private key (mode 0600), ``URN.vkey`` the public keys ever used, a line each,
the newest last; ``URN.last`` the checkpoint signed last, ``URN.checkpoints`` all of them. The
folder belongs to whoever seals, not to whoever keeps the database.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from delivery.settling import replace, settle
from delivery.usage import Usage
from ledger.proof.notes import COSIGNATURE, BadNote, Note, Signer, Verifier


@dataclass(frozen=True)
class KeyFolder:
    """The files of one school's key."""

    folder: Path
    school: int

    def path(self, kind: str) -> Path:
        """The file of a kind: key, vkey, last or checkpoints."""
        return self.folder / f"{self.school}.{kind}"

    def make(self, domain: str) -> Signer:
        """A new key; the log's origin is ``domain/urn/URN``. Raises ``Usage`` where one is."""
        if self.path("key").exists():
            raise Usage(
                f"{self.path('key')} is there already; 'attendance key rotate' replaces it."
            )
        try:
            signer = Signer.of(f"{domain}/urn/{self.school}", secrets.token_bytes(32))
        except BadNote as bad:
            raise Usage(f"{bad}: give a domain such as trust.example.") from None
        self._keep(signer)
        return signer

    def signer(self) -> Signer:
        """The key that signs. Raises ``Usage`` where there is none."""
        path = self.path("key")
        try:
            return Signer.read(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise Usage(
                f"There is no key {path}: 'attendance key make DOMAIN' makes one."
            ) from None
        except (OSError, BadNote) as bad:
            raise Usage(f"{path} cannot be used: {bad}.") from None

    def verifiers(self) -> list[Verifier]:
        """The public keys ever used, the newest last."""
        path = self.path("vkey")
        return [Verifier.read(line) for line in _lines(path)]

    def last(self) -> Note | None:
        """What was signed last, checked against the keys. Raises ``BadNote``."""
        path = self.path("last")
        if not path.exists():
            return None
        note = Note.read(path.read_text(encoding="utf-8"))
        if not note.by(self.verifiers()):
            raise BadNote(f"{path} is signed by none of this school's keys")
        return note

    def every(self) -> list[Note]:
        """
        Every checkpoint ever signed here, as it was put down. Raises ``BadNote``.

        One that a power cut tore while it was put down is none: nobody had it before it was
        whole.
        """
        return self._put_down()[0]

    def _put_down(self) -> tuple[list[Note], int]:
        """What was put down whole, and where in the file it ends."""
        path = self.path("checkpoints")
        parts = path.read_bytes().split(b"\n\n") if path.exists() else []
        whole = (len(parts) - 1) // 2  # what is signed, its signatures, the next, and a blank line
        found: list[Note] = []
        ends = 0
        for at in range(whole):
            signed, lines = parts[2 * at : 2 * at + 2]
            try:
                found.append(Note.read(f"{signed.decode()}\n\n{lines.decode()}\n"))
            except (BadNote, UnicodeDecodeError) as torn:
                if at < whole - 1:
                    raise BadNote(f"{path} is damaged before its end") from torn
                break
            ends += len(signed) + len(lines) + 4
        return found, ends

    def signed(self, note: Note) -> None:
        """Put down what was signed, on the disk before anybody else has it."""
        _, ends = self._put_down()
        with self.path("checkpoints").open("ab") as every:
            every.truncate(ends)  # what a power cut tore would spoil what comes after it
            every.write(f"{note}\n".encode())
            every.flush()
            os.fsync(every.fileno())
        settle(self.folder)
        _replace(self.path("last"), str(note), 0o644)

    def replace(self) -> Signer:
        """A new key under the same name, not yet in use."""
        return Signer.of(self.signer().name, secrets.token_bytes(32))

    def use(self, signer: Signer) -> None:
        """Sign with this key from now on; the private half of the one before is gone."""
        self._keep(signer)

    def _keep(self, signer: Signer) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        known = _lines(self.path("vkey"))
        _replace(self.path("vkey"), "\n".join([*known, str(signer.verifier), ""]), 0o644)
        _replace(self.path("key"), signer.secret() + "\n", 0o600)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def _replace(path: Path, text: str, mode: int) -> None:
    """Write a file whole or not at all, and onto the disk."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
        file.flush()
    replace(beside, path)


def witness_key(folder: Path, name: str) -> Signer:
    """A witness's own key, made the first time. Raises ``Usage``."""
    path = folder / "witness.key"
    try:
        if path.exists():
            return Signer.read(path.read_text(encoding="utf-8"))
        signer = Signer.of(name, secrets.token_bytes(32), COSIGNATURE)
        folder.mkdir(parents=True, exist_ok=True)
        _replace(path, signer.secret() + "\n", 0o600)
    except (OSError, BadNote) as bad:
        raise Usage(f"{path} cannot be used: {bad}.") from None
    return signer
