"""Taking files in: pupils, marks, another school's record, another system's totals."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import group
from delivery.cli.calls import ACT, Call, note, verb
from delivery.cli.other_systems import Across, OwnCodes, People
from delivery.cli.problems import Exit
from delivery.render.receipts import london

if TYPE_CHECKING:
    from delivery.render.taken_in import Told

imports = group("import", "Take a file in: pupils, marks, a record from elsewhere, totals.")

FORMATS = (
    "long",
    "wide",
    "sims",
    "wonde",
    "assembly",
    "go4schools",
    "bromcom",
    "arbor",
    "ctf",
    "records",
    "workbook",
    "across",
)
"""What ``import marks`` reads."""

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


@verb(imports, "pupils", ACT)
def import_pupils(call: Call, file: File, seen_at: SeenAt = None, strict: Strict = False) -> None:
    """Bring the admission register up to a file.

    Differences become admissions, moves, leavings and changes of particulars. A pupil whom the
    file leaves out stays on roll, and is named.
    """
    from delivery.bootstrap import desk
    from delivery.imports.pupils import import_pupils as take_in
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
    if seen_at is None:
        note(f"As at {london(taken.seen_at)}, when the file was last written; else give --seen-at.")
    _say(call, taken_in.pupils(taken, dry_run=call.dry_run))
    decided = [one.outcome.decided for one in taken.schools if one.outcome.decided]
    good = [one for one in decided if one.events or one.unchanged]
    if not good and (taken.spoilt or any(one.refused for one in decided)):
        raise typer.Exit(Exit.REFUSED)


@verb(imports, "marks", ACT)
def import_marks(
    call: Call,
    *,
    file: File,
    layout: Annotated[
        str | None,
        typer.Option("--format", metavar="|".join(FORMATS), help="Else told by the file itself."),
    ] = None,
    people: People = None,
    codes: OwnCodes = None,
    across: Across = None,
    seen_at: SeenAt = None,
    strict: Strict = False,
) -> None:
    """Take in marks of the school's present system.

    New marks become entries; one that differs from the file before becomes an amendment
    observed between the two; one that vanished is told. Exit 5 if no row could be taken in.
    """
    if layout not in (None, *FORMATS):
        raise typer.BadParameter(f"{layout!r} is no format; there are {', '.join(FORMATS)}")
    from delivery.bootstrap import desk
    from delivery.cli.progress import reading
    from delivery.imports.files import keys_for
    from delivery.imports.marks import import_marks as take_in
    from delivery.render import taken_in

    with desk(call.db) as at, reading(file.name, _size(file)) as told:
        taken = take_in(
            at,
            file,
            call.person,
            layout=layout,  # type: ignore[arg-type]
            keys=keys_for(people, codes, across),
            school=call.school,
            seen_at=seen_at,
            strict=strict,
            key=call.key,
            dry_run=call.dry_run,
            told=told,
        )
    if seen_at is None:
        note(f"As at {london(taken.seen_at)}, when the file was last written; else give --seen-at.")
    _say(call, taken_in.marks(taken, dry_run=call.dry_run))
    came = [one.outcome.came for one in taken.schools]
    if taken.passed_over and not any(one.rows for one in came):
        raise typer.Exit(Exit.NOTHING)
    of_none = bool(taken.spoilt) and not came
    if of_none or (
        any(one.refused for one in came) and all(one.refused == one.rows for one in came)
    ):
        raise typer.Exit(Exit.REFUSED)


@verb(imports, "record", ACT)
def import_record(
    call: Call,
    *,
    file: File,
    signed_by: Annotated[
        list[str] | None,
        typer.Option("--signed-by", metavar="KEY", help="The other school's public key."),
    ] = None,
) -> None:
    """Take in another school's record of a pupil.

    A pack made there (pack --profile school --seal), whose every entry has to be proved by a signed
    checkpoint; or a Common Transfer File. It is kept beside the register and never in it. Exit 4
    for a pack that is not as it was recorded, 5 if nothing could be taken in.
    """
    from delivery.bootstrap import desk
    from delivery.cli.doing import say
    from delivery.imports.records import import_record as take_in

    with desk(call.db) as at:
        taken = take_in(
            at,
            file,
            call.person,
            school=call.school,
            keys=tuple(signed_by or ()),
            key=call.key,
            dry_run=call.dry_run,
        )
    for line in taken.differences:
        note(line)
    _note_bad(taken.bad, "could not be taken in")
    if taken.done is None:
        raise typer.Exit(Exit.REFUSED)
    say(call, "import-record", [taken.done])


@verb(imports, "totals", ACT)
def import_totals(
    call: Call,
    *,
    file: File,
    first: Annotated[Any, typer.Option("--from", parser=parse.date, metavar="DATE")],
    last: Annotated[Any, typer.Option("--to", parser=parse.date, metavar="DATE")],
) -> None:
    """Hold another system's totals to the register.

    A line a pupil: sums, or sessions by reason. Every difference is listed; no total is taken in,
    and that it was compared is recorded. Exit 8 if anything differs, 5 if nothing could be
    compared.
    """
    from delivery.bootstrap import desk
    from delivery.imports.totals import import_totals as hold
    from delivery.render import totals

    with desk(call.db) as at:
        taken = hold(
            at,
            file,
            call.person,
            first=first,
            last=last,
            school=call.school,
            key=call.key,
            dry_run=call.dry_run,
        )
    call.write(totals.document(taken) if call.as_json else totals.text(taken))
    _note_bad(taken.bad, "could not be compared")
    if taken.done is None:
        raise typer.Exit(Exit.REFUSED)
    if taken.found.differences or taken.found.absent or taken.bad:
        raise typer.Exit(Exit.FINDINGS)


def _note_bad(bad: Sequence[Any], what: str) -> None:
    from delivery.render.table import by_line, count_of

    if bad:
        note(f"{count_of(len(bad), 'line')} {what}:")
        for line in by_line(bad, len(bad)):
            note(line)


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _say(call: Call, told: "Told") -> None:
    call.write(told.document() if call.as_json else told.text())
    for line in told.beside():
        note(line)
