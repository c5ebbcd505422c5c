"""Checkpoints and proofs: key, seal, prove, and the witness a second party runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery.cli.app import app, group
from delivery.cli.calls import OUTPUT, WHERE, Call, note, verb
from delivery.cli.notes import note_of, verifier_of
from delivery.cli.problems import Exit
from delivery.usage import Usage

if TYPE_CHECKING:
    from ledger.store import Ledger

key = group("key", "The key that a school's log is signed with.")

KEYS = Annotated[
    Path,
    typer.Option(
        "--keys", envvar="ATTENDANCE_KEYS", metavar="DIR", help="Where keys and last notes are."
    ),
]
HERE = Path("attendance-keys")


@verb(key, "make", WHERE)
def key_make(
    call: Call,
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help="Such as trust.example.")],
    keys: KEYS = HERE,
) -> None:
    """Make the key a school's log is signed with.

    Its public half is printed. Keep the folder away from whoever keeps the database; hand the
    public key to auditors.
    """
    from delivery.bootstrap import desk
    from delivery.sealing.keys import KeyFolder

    with desk(call.db) as at:
        school = at.ledger(call.school).school
    call.write(str(KeyFolder(keys, school).make(domain).verifier))


@verb(key, "show", WHERE)
def key_show(call: Call, keys: KEYS = HERE) -> None:
    """The public keys of a school's log, the newest last."""
    from delivery.bootstrap import desk
    from delivery.sealing.keys import KeyFolder

    with desk(call.db) as at:
        school = at.ledger(call.school).school
    if not (found := KeyFolder(keys, school).verifiers()):
        raise Usage(f"There is no key for school {school} in {keys}: see key make.")
    call.write("\n".join(map(str, found)))


@verb(key, "rotate", WHERE)
def key_rotate(call: Call, keys: KEYS = HERE) -> None:
    """Replace a school's key.

    The checkpoint printed is signed by both, old and new.
    """
    from delivery.bootstrap import desk, now
    from delivery.sealing.keys import KeyFolder
    from delivery.sealing.seal import SealRefused, rotate

    with desk(call.db) as at:
        ledger = at.ledger(call.school)
        try:
            signer, sealed = rotate(ledger, KeyFolder(keys, ledger.school), now())
        except SealRefused as wrong:
            raise _alarm(wrong) from wrong
    call.write(str(sealed.note))
    note(f"The key is now {signer.verifier}")


@verb(app, "seal", (*WHERE, OUTPUT[2]))
def seal(
    call: Call,
    keys: KEYS = HERE,
    witness: Annotated[
        str | None, typer.Option("--witness", metavar="URL", help="Have it witnessed there.")
    ] = None,
    witness_key: Annotated[
        str | None,
        typer.Option("--witness-key", metavar="KEY", help="The witness's public key."),
    ] = None,
) -> None:
    """Sign what a school's log is now.

    A checkpoint is printed, for others to keep. First it is proved that the log continues
    what was signed last, by the note on the
    sealer's own disk; else nothing is signed. Exit 4 then.
    """
    from delivery.bootstrap import desk, now
    from delivery.sealing.keys import KeyFolder
    from delivery.sealing.seal import SealRefused, witnessed
    from delivery.sealing.seal import seal as sign

    if (witness is None) != (witness_key is None):
        raise Usage("A witness is named by --witness URL and --witness-key KEY together.")
    by = verifier_of(witness_key) if witness_key else None
    with desk(call.db) as at:
        ledger = at.ledger(call.school)
        folder = KeyFolder(keys, ledger.school)
        try:
            sealed = sign(ledger, folder, now())
            signed = sealed.note
            if witness is not None and by is not None:
                signed = witnessed(ledger, folder, sealed, now(), url=witness, by=by)
        except SealRefused as wrong:
            raise _alarm(wrong) from wrong
    call.write(str(signed))
    if not sealed.new:
        note("Nothing was recorded since; this was signed before.")


def sealed(ledger: "Ledger", keys: Path) -> tuple[str, list[str]]:
    """A checkpoint of the ledger as it is now, and the public keys: for a pack. Ends with 4."""
    from delivery.bootstrap import now
    from delivery.sealing.keys import KeyFolder
    from delivery.sealing.seal import SealRefused
    from delivery.sealing.seal import seal as sign

    folder = KeyFolder(keys, ledger.school)
    try:
        return str(sign(ledger, folder, now()).note), [str(one) for one in folder.verifiers()]
    except SealRefused as wrong:
        raise _alarm(wrong) from wrong


@verb(app, "prove", (*WHERE, OUTPUT[2]))
def prove(
    call: Call,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help="An entry number.")],
    since: Annotated[
        Path | None,
        typer.Option("--since", metavar="FILE", help="A checkpoint: prove all from it on."),
    ] = None,
) -> None:
    """The proof that an entry is in the log.

    A tlog-proof file, to the checkpoint that was signed last. Its extra data is the envelope
    of the entry, which holds nothing personal. With --since,
    also the proof that the log signed last begins with that checkpoint, as base64 lines.
    """
    from base64 import b64encode

    from delivery.bootstrap import desk
    from ledger.proof.checkpoints import Checkpoint, proof_file
    from ledger.proof.disclosing import opened
    from ledger.proof.notes import Note
    from ledger.refusals import LogDeparts
    from ledger.store.log import Log

    with desk(call.db) as at:
        ledger = at.ledger(call.school)
        signed = [Note.read(text) for text in ledger.checkpoints()]
        last = Checkpoint.of(signed[-1]) if signed else None
        if last is None or not 0 < entry <= last.size:
            note(f"Entry {entry:,} is in no checkpoint yet: 'attendance seal' signs one.")
            raise typer.Exit(Exit.NOTHING)
        try:
            log = Log(ledger)
            if log.root_at(last.size) != last.root:
                why = "it is not the one that was signed"
                raise LogDeparts(school=ledger.school, why=why)
        except LogDeparts as wrong:
            raise _alarm(wrong) from wrong
        try:
            shown = opened(next(ledger.pages_from(entry, limit=1)), entry).envelope.encode()
        except ValueError:  # disposed of: its leaf hash is left
            shown = b""
        text = proof_file(entry - 1, log.inclusion(entry, last.size), signed[-1], shown or None)
        if since is not None:
            old = Checkpoint.of(note_of(since))
            path = log.consistency(old.size, last.size) if old.size <= last.size else []
            hashes = [b64encode(one).decode() for one in path]
            text += "\n".join(["", f"old {old.size}", *hashes, ""])
    call.write(text)


@verb(app, "witness", ())
def witness(
    call: Call,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The witness's own folder.")],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Such as authority.example.")],
    trust: Annotated[
        list[str], typer.Option("--trust", metavar="KEY", help="The key of a log to watch.")
    ],
    listen: Annotated[
        str, typer.Option("--listen", metavar="HOST:PORT", help="Where to answer.")
    ] = "127.0.0.1:8765",
) -> None:
    """Be a second party that signs others' checkpoints.

    It signs those that continue what was seen here, as c2sp.org/tlog-witness says, needs no
    ledger, and runs until it is stopped.
    """
    from delivery.bootstrap import now
    from delivery.sealing.keys import witness_key
    from delivery.sealing.witness import Witness, server

    signer = witness_key(folder, name)
    host, _, port = listen.rpartition(":")
    if not port.isdigit():
        raise Usage(f"--listen {listen} is not HOST:PORT.")
    watched = [verifier_of(one) for one in trust]
    seen = Witness(signer, folder, watched, lambda: int(now().timestamp()))
    running = server(seen, host, int(port))
    note(f"Witness {signer.verifier} at http://{host}:{running.server_address[1]}")
    running.serve_forever()


def _alarm(wrong: Exception) -> typer.Exit:
    note(f"ALARM. {wrong}")
    return typer.Exit(Exit.INTEGRITY)
