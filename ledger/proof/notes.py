"""
Signed notes and keys, exactly as C2SP writes them, so that others' tools read ours.

A *note* is a text, an empty line and signature lines, each ``— name base64(key id || signature)``
(c2sp.org/signed-note). Signatures are Ed25519; a witness adds one with
the time it saw the checkpoint (c2sp.org/tlog-cosignature, type 4). Keys are written as Go's
``sumdb/note`` writes them.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = 1
COSIGNATURE = 4
LARGEST = 1_000_000  # characters: a note is small, and may come from a stranger


class BadNote(ValueError):
    """A text that is no note, no checkpoint or no key; the words say why."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under its name: what others need to check a signature."""

    name: str
    public: bytes
    algorithm: int = ED25519

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        named = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public
        return sha256(named).digest()[:4]

    def __str__(self) -> str:
        """The key as it is handed out: ``name+id+base64``."""
        data = b64encode(bytes([self.algorithm]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{data}"

    @classmethod
    def read(cls, text: str) -> "Verifier":
        """A key from its text. Raises ``BadNote``."""
        name, named_id, data = _three(text.strip())
        raw = from_base64(data)
        if len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
            raise BadNote("the key is not an Ed25519 key")
        found = cls(_name(name), raw[1:], raw[0])
        if found.id.hex() != named_id:
            raise BadNote("the key's id is not that of the key")
        return found

    def signed_at(self, text: str, signature: bytes) -> int | None:
        """The seconds since 1970 said by a good signature (0 if it says none), else ``None``."""
        said, message = 0, text.encode()
        if self.algorithm == COSIGNATURE:
            said = int.from_bytes(signature[:8])
            message, signature = _cosigned(text, said), signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return None
        return said


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under its name. ``repr`` does not show it."""

    name: str
    _seed: bytes
    algorithm: int = ED25519

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self._seed).public_key()
        raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return Verifier(self.name, raw, self.algorithm)

    def secret(self) -> str:
        """The private key as a key file holds it (Go's ``note.NewSigner`` reads it)."""
        data = b64encode(bytes([self.algorithm]) + self._seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{data}"

    @classmethod
    def of(cls, name: str, seed: bytes, algorithm: int = ED25519) -> "Signer":
        """A key from 32 random bytes. Raises ``BadNote`` for a name that no key can have."""
        return cls(_name(name), seed, algorithm)

    @classmethod
    def read(cls, text: str) -> "Signer":
        """A key from its file. Raises ``BadNote``."""
        head, mark, rest = text.strip().partition("PRIVATE+KEY+")
        if head or not mark:
            raise BadNote("this is not a private key")
        name, named_id, data = _three(rest)
        raw = from_base64(data)
        if len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
            raise BadNote("the key is not an Ed25519 key")
        found = cls(_name(name), raw[1:], raw[0])
        if found.verifier.id.hex() != named_id:
            raise BadNote("the key's id is not that of the key")
        return found

    def line(self, text: str, at: int = 0) -> str:
        """The signature line over a note's text; ``at`` is the time a witness says."""
        private = Ed25519PrivateKey.from_private_bytes(self._seed)
        if self.algorithm == COSIGNATURE:
            signature = at.to_bytes(8) + private.sign(_cosigned(text, at))
        else:
            signature = private.sign(text.encode())
        return f"— {self.name} {b64encode(self.verifier.id + signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the name and id of its key, the signature, and the line itself."""

    name: str
    id: bytes
    signature: bytes
    line: str


@dataclass(frozen=True, slots=True)
class Note:
    """A text with the signatures under it, good or not."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(one.line for one in self.signatures)

    @classmethod
    def read(cls, written: str) -> "Note":
        """A note from its characters. Raises ``BadNote``."""
        if len(written) > LARGEST or any(ord(c) < 32 and c != "\n" for c in written):
            raise BadNote("this is not a signed note")
        text, mark, lines = written.rpartition("\n\n")
        if not mark or not lines.endswith("\n"):
            raise BadNote("this is not a signed note")
        found = tuple(_signature(line) for line in lines.removesuffix("\n").split("\n"))
        return cls(text + "\n", found)

    def by(self, keys: Iterable[Verifier]) -> dict[Verifier, int]:
        """
        Which of the keys signed, and when by their own word (0: they say no time).

        Signatures of keys not given are ignored. Raises ``BadNote`` for a bad one by a given key.
        """
        good: dict[Verifier, int] = {}
        for key in keys:
            for one in self.signatures:
                if (one.name, one.id) == (key.name, key.id):
                    said = key.signed_at(self.text, one.signature)
                    if said is None:
                        raise BadNote(f"the signature of {key.name} is false")
                    good[key] = said
        return good

    def also(self, lines: Iterable[str]) -> "Note":
        """The note with further signature lines. Raises ``BadNote``."""
        return Note(
            self.text, (*self.signatures, *map(_signature, (one.rstrip() for one in lines)))
        )


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, data = rest.partition(" ")
    raw = from_base64(data)
    if dash != "—" or len(raw) < 5:
        raise BadNote("a line below the note is not a signature")
    return Signature(_name(name), raw[:4], raw[4:], f"{line}\n")


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _three(text: str) -> tuple[str, str, str]:
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise BadNote("this is not a key")
    return parts[0], parts[1], parts[2]


def _name(name: str) -> str:
    if not name or "+" in name or any(c.isspace() for c in name):
        raise BadNote(f"{name!r} cannot be the name of a key")
    return name


def from_base64(text: str) -> bytes:
    """Bytes from base64. Raises ``BadNote``."""
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise BadNote("something is not base64") from None
