"""Back-ups of the registers, and bringing one back."""

from pathlib import Path
from typing import Annotated, Any

import typer

from delivery.cli.app import app
from delivery.cli.calls import OUTPUT, PERSON, WHERE, Call, note, verb
from delivery.cli.sealing import HERE, KEYS

_AS_JSON = (*WHERE, *PERSON, OUTPUT[0])
_AS_JSON_WITHOUT_PERSON = (*WHERE, OUTPUT[0])


@verb(app, "backup", _AS_JSON)
def backup(
    call: Call,
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the file goes.")],
) -> None:
    """Copy the ledger, verify the copy, record it.

    While others work. The file is a ledger of its own, on SQLite whichever engine this one is on.
    """
    from delivery import backups
    from delivery.bootstrap import desk

    with desk(call.db) as at:
        made = backups.backup(at, folder, call.person, call.school)
    _tell(call, "backup", made, "Backed up to")


@verb(app, "restore", (*WHERE[:1], OUTPUT[0]))
def restore(
    call: Call,
    *,
    file: Annotated[
        Path, typer.Argument(metavar="FILE|DIR", help="The back-up, or the folder of the newest.")
    ],
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", metavar="FILE", help="A signed note that somebody holds."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="KEY", help="A public key you had from elsewhere."),
    ] = None,
    keys: KEYS = HERE,
    older: Annotated[
        bool, typer.Option("--older", help="Though it ends before the newest checkpoint.")
    ] = False,
) -> None:
    """Bring a back-up back into an empty --db.

    It is verified, also against the checkpoints beside it and in --keys, and what was disposed
    of is removed again. Exit 4 where it is not sound.
    """
    from delivery import backups

    trusted = backups.Trusted(tuple(checkpoint or ()), tuple(key or ()), keys)
    made = backups.restore(file, call.db, trusted, older=older)
    _tell(call, "restore", made, "Brought back from")
    due = sum(one.due for one in made.schools)
    if due:
        note(f"The time of {due:,} entries is over: 'attendance retention plan' lists them.")


@verb(app, "export-ledger", _AS_JSON_WITHOUT_PERSON)
def export_ledger(
    call: Call, *, file: Annotated[Path, typer.Argument(metavar="FILE", help="What is written.")]
) -> None:
    """Write a school's ledger as JSON Lines.

    To be loaded elsewhere with import-ledger: the same entry numbers, hashes and answers.
    """
    from delivery import portable
    from delivery.bootstrap import desk

    with desk(call.db) as at:
        made = portable.export_ledger(at, call.school, file)
    _tell(call, "export-ledger", made, "Written to")


@verb(app, "import-ledger", (*WHERE[:1], OUTPUT[0]))
def import_ledger(
    call: Call, *, file: Annotated[Path, typer.Argument(metavar="FILE", help="What was written.")]
) -> None:
    """Load a ledger that export-ledger wrote.

    Into a --db that holds none of that school. It is verified before anything of it is let in;
    exit 4 where it is not sound.
    """
    from delivery import portable

    _tell(call, "import-ledger", portable.import_ledger(file, call.db), "Loaded from")


def _tell(call: Call, question: str, made: Any, how: str) -> None:
    from delivery.render import envelope
    from delivery.render.table import facts, table

    if call.as_json:
        answer = {"file": made.file, "sha256": made.sha256, "schools": made.schools}
        document = envelope.answer(question, answer, school=call.school, asof=None, policy=None)
        call.write(envelope.document(document))
        return
    rows = [(one.school, one.entries, one.receipt, one.removed, one.root) for one in made.schools]
    heads = ("School", "Entries", "Receipt", "Removed again", "Hash of the log")
    call.write(f"{facts(((how, made.file), ('SHA-256', made.sha256)))}\n\n{table(heads, rows)}")
