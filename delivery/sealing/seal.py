"""
Signing a school's log, after the proof that it continues what was signed last.

The sealer trusts its own last note, not the database. Before it signs it recomputes the new
entries, and proves that the log begins with the one it signed; else nothing is signed, and
``SealRefused`` says what is wrong. What it signs is on its own disk before the database has it.
"""

import datetime as dt
import urllib.error
import urllib.request
from base64 import b64encode
from dataclasses import dataclass

from delivery.sealing.keys import KeyFolder
from ledger.proof import proving
from ledger.proof.checkpoints import Checkpoint
from ledger.proof.notes import BadNote, Note, Signer, Verifier
from ledger.refusals import LogDeparts
from ledger.store import Ledger
from ledger.store.log import Log

_SECONDS = 20


class SealRefused(Exception):
    """The log is not a continuation of what was signed before: an integrity failure."""


@dataclass(frozen=True)
class Sealed:
    """A checkpoint with its note; ``new``: signed just now, not signed before."""

    checkpoint: Checkpoint
    note: Note
    new: bool


def seal(ledger: Ledger, keys: KeyFolder, at: dt.datetime, *also: Signer) -> Sealed:
    """
    Sign the log as it is, also by further keys of the same name. Raises ``SealRefused``.

    Where nothing came since the last checkpoint, that one is given again.
    """
    signer = keys.signer()
    try:
        last = keys.last()
        log = Log(ledger)
        before = Checkpoint.of(last) if last else None
        _continues(log, before, signer.name)
    except LogDeparts as wrong:
        raise SealRefused(f"Nothing was signed. {wrong}") from wrong
    except BadNote as wrong:
        raise SealRefused(f"Nothing was signed: {wrong}.") from wrong
    made = Checkpoint(signer.name, log.size, log.root)
    if last is not None and before == made and not also:
        if str(last) not in ledger.checkpoints():  # the database was away, or refused it, then
            _remember(ledger, last, at)
        return Sealed(made, last, new=False)
    note = made.sign(signer, *also)
    _keep(ledger, keys, note, at)
    return Sealed(made, note, new=True)


def rotate(ledger: Ledger, keys: KeyFolder, at: dt.datetime) -> tuple[Signer, Sealed]:
    """A new key in the place of the present one: the transition checkpoint has both signatures."""
    new = keys.replace()
    sealed = seal(ledger, keys, at, new)
    keys.use(new)
    return new, sealed


def _continues(log: Log, before: Checkpoint | None, name: str) -> None:
    """Raise ``LogDeparts`` or ``BadNote`` unless the log begins with what was signed before."""
    if before is None:
        return
    if before.origin != name:
        raise BadNote(f"the last checkpoint is of {before.origin}, the key of {name}")
    why = None
    if before.size > log.size:
        why = f"{before.size:,} entries were signed, and the ledger has {log.size:,}"
    elif not proving.extends(
        before.size, before.root, log.size, log.root, log.consistency(before.size)
    ):
        why = f"the first {before.size:,} entries are not those that were signed"
    if why is not None:
        raise LogDeparts(school=name.rpartition("/")[2], why=why)


def _keep(ledger: Ledger, keys: KeyFolder, note: Note, at: dt.datetime) -> None:
    keys.signed(note)
    _remember(ledger, note, at)


def _remember(ledger: Ledger, note: Note, at: dt.datetime) -> None:
    size = Checkpoint.of(note).size
    # A clock that was set back must not make what it signs look as if recorded afterwards.
    recorded = [act.recorded_at for act in ledger.acts(size, size)]
    ledger.keep_checkpoint(size, str(note), max([at, *recorded]))


def witnessed(
    ledger: Ledger, keys: KeyFolder, sealed: Sealed, at: dt.datetime, *, url: str, by: Verifier
) -> Note:
    """
    The checkpoint with the signature of a witness at ``url`` (c2sp.org/tlog-witness).

    Raises ``SealRefused`` where the witness does not sign: it may have seen another log.
    """
    status, said = _asked(ledger, sealed, url, 0)
    if status == 409 and said.strip().isdigit():
        status, said = _asked(ledger, sealed, url, int(said))
    if status != 200:
        raise SealRefused(f"The witness at {url} did not sign: {status} {said.strip()}.")
    note = sealed.note.also(said.splitlines())
    if by not in note.by([by]):
        raise SealRefused(f"The witness at {url} signed with another key than {by}.")
    _keep(ledger, keys, note, at)
    return note


def _asked(ledger: Ledger, sealed: Sealed, url: str, old: int) -> tuple[int, str]:
    """Status and body of one request to add the checkpoint to what a witness has seen."""
    size = sealed.checkpoint.size
    path = Log(ledger).consistency(old, size) if 0 < old < size else []
    hashes = "".join(b64encode(one).decode() + "\n" for one in path)
    body = f"old {old}\n{hashes}\n{sealed.note}".encode()
    if not url.startswith(("http://", "https://")):
        raise SealRefused(f"The witness's address {url} does not begin with http:// or https://.")
    request = urllib.request.Request(f"{url.rstrip('/')}/add-checkpoint", body)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode(errors="replace")
    except OSError as away:
        raise SealRefused(f"The witness at {url} cannot be reached: {away}.") from away
