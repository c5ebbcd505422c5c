"""The doctor on keys: there, nobody else's to read, not too old, and in use."""

import datetime as dt
import stat
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from delivery.bootstrap import Desk
from delivery.sealing.keys import KeyFolder
from delivery.usage import Usage
from ledger.calendar import london
from ledger.penalty.days import years_after
from ledger.proof.checkpoints import Checkpoint
from ledger.proof.notes import BadNote, Note, Signer
from ledger.returns.state import deadline
from ledger.school import School
from ledger.store import Ledger
from ledger.store.decoding import moment_of

Found = Iterator[tuple[str, str]]
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def examine(desk: Desk, ledger: Ledger, school: School | None, folder: Path) -> tuple[str, Found]:
    """What was looked at, and what is to do about a school's key and its checkpoints."""
    signed = _signed(ledger)
    last = f"the last checkpoint at {signed[-1][1].size} entries" if signed else "no checkpoint"
    in_use = _in_use(desk, ledger, school, signed)
    if not folder.is_dir():
        return f"no keys here ({folder}), {last}", in_use
    files = _files(desk, school, KeyFolder(folder, ledger.school), signed)
    return f"{folder}, {last}", chain(files, in_use)


Signed = list[tuple[dt.datetime, Checkpoint, Note]]
"""When each checkpoint the ledger keeps was signed, in order."""


def _signed(ledger: Ledger) -> Signed:
    if not ledger.database.has("checkpoints"):
        return []
    sql = "SELECT signed_at, note FROM checkpoints WHERE school = ? ORDER BY number"
    found = []
    for at, text in ledger.database.select(sql, (ledger.school,)):
        try:
            note = Note.read(text)
            found.append((moment_of(at), Checkpoint.of(note), note))
        except BadNote:
            continue  # ``verify`` says so
    return found


def _files(desk: Desk, school: School | None, keys: KeyFolder, signed: Signed) -> Found:
    """The key's own files."""
    path = keys.path("key")
    if not path.exists():
        yield str(path), "there is no key: nothing can be signed ('attendance key make')"
        return
    if path.stat().st_mode & _OTHERS:
        yield str(path), "others than its owner may read it: whoever did can sign (chmod 600)"
    try:
        signer, public = keys.signer(), keys.verifiers()
    except (Usage, BadNote) as bad:
        yield str(path), f"it cannot be used: {bad}"
        return
    if not public or public[-1] != signer.verifier:
        yield str(keys.path("vkey")), "its newest public key is not that of the key that signs"
    yield from _age(desk, school, keys, signer, signed)
    try:
        last = keys.last()
    except BadNote as bad:
        yield str(keys.path("last")), str(bad)
        return
    if last is not None and Checkpoint.of(last) not in [one for _, one, _ in signed]:
        size = Checkpoint.of(last).size
        yield str(keys.path("last")), f"{size} entries were signed, and the ledger does not keep it"


def _age(
    desk: Desk, school: School | None, keys: KeyFolder, signer: Signer, signed: Signed
) -> Found:
    """How long the key has signed: since its first checkpoint, else since its file was made."""
    made = dt.datetime.fromtimestamp(keys.path("key").stat().st_mtime, dt.UTC)
    by_it = (at for at, _, note in signed if note.by([signer.verifier]))
    since, today = london(next(by_it, made)).date(), london(desk.clock()).date()
    if school is None or "proof.key_kept" not in (rules := school.rules_on(today)):
        return
    rule = rules.get("proof.key_kept")
    if years_after(since, int(rule.value)) <= today:
        what = f"it has signed since {since}, {rule.value} years or more ('attendance key rotate')"
        yield str(keys.path("key")), f"{what} ({rule.reference})"


def _in_use(desk: Desk, ledger: Ledger, school: School | None, signed: Signed) -> Found:
    """Whether what was entered has been signed within the time that policy gives."""
    first = (signed[-1][1].size if signed else 0) + 1
    act = next(ledger.acts(first, first), None)
    today = london(desk.clock()).date()
    if school is None or act is None or "proof.checkpoint_every" not in school.rules_on(today):
        return
    rule = school.rules_on(today).get("proof.checkpoint_every")
    entered = london(act.recorded_at).date()
    due = deadline(school.calendar, entered, rule)
    if due is not None and due < today:
        since = f"since {entered}" if signed else "at all"
        what = f"no checkpoint was signed {since}: entries from {first} on can be rewritten unseen"
        yield "checkpoints", f"{what} ({rule.reference})"
