"""Setting up a ledger and taking files in: init, import pupils, import marks."""

from pathlib import Path
from typing import Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app, group
from delivery.cli.calls import ACT, Call, note, verb

imports = group("import", "Take a file in: pupils, or marks.")

File = Annotated[Path, typer.Argument(metavar="FILE")]
SeenAt = Annotated[
    Any,
    typer.Option(
        "--seen-at",
        parser=parse.moment,
        metavar="INSTANT",
        help="When the file was drawn up; else when it was last written.",
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="One bad row, and nothing is taken in.")]


@verb(app, "init", tuple(one for one in ACT if one[0] != "school"))
def init(call: Call, trust: Annotated[Path, typer.Argument(metavar="TRUST.toml")]) -> None:
    """Set up a ledger from one file: schools, calendars, register times, staff, policies."""
    from delivery import acts
    from delivery.bootstrap import desk
    from delivery.cli.doing import say
    from delivery.importers.trust import trust_file

    described = trust_file(trust)
    with acts.trial(call.db) if call.dry_run else desk(call.db, create=True) as at:
        done = acts.init(
            at, described, call.person, home=trust.parent, key=call.key, dry_run=call.dry_run
        )
        for one in done:
            for said in one.notes:
                note(said)
        say(call, "init", done)


@verb(imports, "pupils", ACT)
def import_pupils(call: Call, file: File, seen_at: SeenAt = None, strict: Strict = False) -> None:
    """Bring the admission register up to a file: admissions, moves and leavings."""
    from delivery.bootstrap import desk
    from delivery.imports import import_pupils as take_in
    from delivery.render import taken_in

    with desk(call.db) as at:
        taken = take_in(
            at,
            file,
            call.person,
            school=call.school,
            seen_at=seen_at,
            strict=strict,
            key=call.key,
            dry_run=call.dry_run,
        )
    if call.as_json:
        call.write(taken_in.pupils_document(taken, dry_run=call.dry_run))
    else:
        call.write(taken_in.pupils_text(taken, dry_run=call.dry_run))
    for line in taken_in.told_by_line(taken):
        note(line)
