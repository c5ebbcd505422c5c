"""
Checkpoints and proof files, exactly as C2SP writes them.

A *checkpoint* is a signed note of three lines: origin, number of entries, and root hash in
base64 (c2sp.org/tlog-checkpoint). A proof file holds an inclusion proof and the checkpoint it
leads to (c2sp.org/tlog-proof).
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.proof.merkle import Hash
from ledger.proof.notes import BadNote, Note, Signer, from_base64


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log of a school was: its origin, how many entries, and their root hash."""

    origin: str
    size: int
    root: Hash

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    def sign(self, *signers: Signer) -> Note:
        """The checkpoint as a note signed by each of the keys."""
        text = self.text()
        return Note(text, ()).also(signer.line(text) for signer in signers)

    @classmethod
    def of(cls, note: Note) -> "Checkpoint":
        """The checkpoint a note holds, with or without extension lines. Raises ``BadNote``."""
        origin, *rest = note.text.removesuffix("\n").split("\n")
        if not origin or len(rest) < 2 or not all(rest):
            raise BadNote("the note is not a checkpoint")
        size, root = rest[0], from_base64(rest[1])
        if not size.isascii() or not size.isdigit() or str(int(size)) != size or len(root) != 32:
            raise BadNote("the note is not a checkpoint")
        return cls(origin, int(size), root)


def proof_file(index: int, path: Sequence[Hash], note: Note, extra: bytes | None = None) -> str:
    """An inclusion proof with its checkpoint, as c2sp.org/tlog-proof writes it."""
    head = ["c2sp.org/tlog-proof@v1"]
    if extra is not None:
        head.append(f"extra {b64encode(extra).decode()}")
    hashes = [b64encode(one).decode() for one in path]
    return "\n".join([*head, f"index {index}", *hashes, "", str(note)])


def read_proof(written: str) -> tuple[int, list[Hash], Note, bytes | None]:
    """Index, path, checkpoint note and extra data of a tlog-proof. Raises ``BadNote``."""
    head, mark, note = written.partition("\n\n")
    version, *lines = head.split("\n")
    if not mark or version != "c2sp.org/tlog-proof@v1" or not lines:
        raise BadNote("this is not a tlog-proof")
    extra = None
    if lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "))
    word, _, index = (lines.pop(0) if lines else "").partition(" ")
    if word != "index" or not index.isascii() or not index.isdigit() or str(int(index)) != index:
        raise BadNote("the proof names no index")
    path = [from_base64(line) for line in lines]
    if any(len(one) != 32 for one in path):
        raise BadNote("the proof holds something that is no hash")
    return int(index), path, Note.read(note), extra
