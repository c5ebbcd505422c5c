"""
A witness: a second party that signs what it has seen of others' logs, and only what continues it.

A small server for c2sp.org/tlog-witness, ``POST /add-checkpoint``. It needs no ledger: the keys
of the schools it watches, its own key, and a folder in which it keeps the last checkpoint of
each. A school that shows two people two pasts cannot have both witnessed.
"""

import hashlib
import threading
from base64 import b64decode
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from delivery.settling import replace
from ledger.proof import merkle, proving
from ledger.proof.checkpoints import Checkpoint
from ledger.proof.notes import BadNote, Note, Signer, Verifier

LARGEST = 100_000  # bytes of a request
_TEXT = "text/plain; charset=utf-8"
Answer = tuple[int, str, str]
"""Status, content type and body."""


class Witness:
    """What a witness has seen, and its rule: what it signs continues what it signed."""

    def __init__(
        self, signer: Signer, folder: Path, trusted: list[Verifier], clock: Callable[[], int]
    ) -> None:
        self._signer = signer
        self._folder = folder
        self._trusted = trusted
        self._clock = clock
        self._one_at_a_time = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, body: str) -> Answer:
        """The answer to one request."""
        try:
            old, path, note, new = _read(body)
        except (BadNote, ValueError) as bad:
            return 400, _TEXT, f"{bad}\n"
        keys = [key for key in self._trusted if key.name == new.origin]
        if not keys:
            return 404, _TEXT, "no such log is watched here\n"
        try:
            signed = bool(note.by(keys))
        except BadNote:
            signed = False
        if not signed:
            return 403, _TEXT, "the checkpoint is not signed by the log's key\n"
        if old > new.size:
            return 400, _TEXT, "the old size is larger than the checkpoint's\n"
        with self._one_at_a_time:
            return self._decided(old, path, note, new)

    def _decided(self, old: int, path: list[bytes], note: Note, new: Checkpoint) -> Answer:
        kept = self._folder / f"{hashlib.sha256(new.origin.encode()).hexdigest()[:32]}.last"
        last = Checkpoint.of(Note.read(kept.read_text())) if kept.exists() else None
        size, root = (last.size, last.root) if last else (0, merkle.EMPTY_ROOT)
        if old != size or (old == new.size and root != new.root):
            return 409, "text/x.tlog.size", f"{size}\n"
        if not proving.extends(old, root, new.size, new.root, path):
            return 422, _TEXT, "the checkpoint does not continue what was seen here\n"
        line = self._signer.line(note.text, at=self._clock())
        beside = kept.with_suffix(".new")
        beside.write_text(str(note.also([line])))
        replace(beside, kept)  # or, after a power cut, it would not know what it signed
        return 200, _TEXT, line


def server(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """The witness as a server, not yet started; port 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Answer one request."""
            length = int(self.headers.get("Content-Length") or 0)
            if self.path.rstrip("/") != "/add-checkpoint" or not 0 < length <= LARGEST:
                self._answer(404 if 0 < length <= LARGEST else 400, _TEXT, "")
                return
            self._answer(*witness.add(self.rfile.read(length).decode(errors="replace")))

        def _answer(self, status: int, kind: str, body: str) -> None:
            data = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: what was signed is in the folder."""

    return ThreadingHTTPServer((host, port), Handler)


def _read(body: str) -> tuple[int, list[bytes], Note, Checkpoint]:
    """Old size, consistency proof, note and checkpoint. Raises ``BadNote`` or ``ValueError``."""
    head, mark, rest = body.partition("\n\n")
    first, *lines = head.split("\n")
    word, _, old = first.partition(" ")
    if not mark or word != "old" or not old.isascii() or not old.isdigit() or len(lines) > 63:
        raise BadNote("this is not a request to add a checkpoint")
    if str(int(old)) != old:
        raise BadNote("the old size has a zero before it")
    note = Note.read(rest)
    return int(old), [b64decode(line, validate=True) for line in lines], note, Checkpoint.of(note)
