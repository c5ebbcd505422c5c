"""The evidence pack: made, looked over before it is sent, and checked."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from delivery.cli.app import app
from delivery.cli.asking import entry_of, nothing, tell, view_of
from delivery.cli.calls import QUESTION, Call, note, verb
from delivery.cli.problems import Exit
from delivery.usage import Usage

if TYPE_CHECKING:
    from delivery.bootstrap import Desk
    from delivery.packs.making import Asked, Case
    from delivery.packs.profiles import Reader
    from ledger.roll import Pupil
    from ledger.store import Ledger
    from projections.views import View


SENT_BACK = ("authority", "court")
"""Whose packs come back when something is missing: nobody sends a parent's back."""


@verb(app, "pack", QUESTION)
def pack(
    call: Call,
    *,
    pupil: Annotated[str, typer.Argument(metavar="PUPIL", help="UPN, or the school's number.")],
    profile: Annotated[
        str,
        typer.Option("--profile", help="parent, authority, court, auditor, school."),
    ] = "authority",
    parent: Annotated[
        str | None, typer.Option("--parent", metavar="ID", help="Which parent, for a parent.")
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option("--checkpoint", metavar="FILE", help="The signed checkpoint to attach."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="KEY", help="A public key to attach; may be repeated."),
    ] = None,
    seal: Annotated[
        Path | None,
        typer.Option("--seal", metavar="DIR", help="Sign a checkpoint first, with the key there."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what would be sent back.")
    ] = False,
) -> None:
    """The evidence on one pupil, for whoever needs it.

    A PDF with everything attached, or a zip, by the ending of -o. With --seal a checkpoint is
    signed first and goes in with its public keys; else the one that the ledger keeps of this very
    entry, if there is one. What an authority would send
    back is said on stderr; with --check nothing is written, and the exit code is 8 if there is
    anything.
    """
    from delivery.bootstrap import desk
    from delivery.cli.sealing import sealed
    from delivery.packs.making import Asked, case
    from delivery.render import packs as render
    from projections.explain import find_pupil

    if not check and (call.output is None or call.output.suffix not in (".pdf", ".zip")):
        raise Usage("Say where: -o pack.pdf or -o pack.zip.")
    with desk(call.db) as at:
        ledger = at.ledger(call.school)
        keys = list(key or ())
        signed = _read(checkpoint) if checkpoint else None
        if seal is not None:
            if signed or call.asof is not None or check:
                raise Usage("--seal signs what is now: not with --checkpoint, --asof or --check.")
            signed, also = sealed(ledger, seal)
            keys += also
        said = _size(signed) if signed and call.asof is None else call.asof
        upto = entry_of(ledger, said) or ledger.size()
        signed = signed or _kept(ledger, upto)
        reader = _reader(find_pupil(ledger, pupil, upto), pupil, profile, parent)
        asked = Asked(reader, *_days(call), signed, tuple(keys))
        made = _sound(case, ledger, _view(at, ledger, call, upto), asked)
        if check:
            tell(call, "pack", made.found, render)
            if made.found.findings:
                raise typer.Exit(Exit.FINDINGS)
            return
        _write(call, made)


def _kept(ledger: "Ledger", entry: int) -> str | None:
    """The checkpoint that the ledger keeps of as many entries as that, if there is one."""
    kept = ledger.last_checkpoint(entry)
    return kept if kept is not None and _size(kept) == entry else None


def _days(call: Call) -> tuple[dt.date, dt.date]:
    if call.first is None or call.last is None:
        raise Usage("Say of which days: --from DATE --to DATE.")
    if call.last < call.first:
        raise Usage(f"--to {call.last} is before --from {call.first}.")
    return call.first, call.last


def _reader(pupil: "Pupil | None", written: str, profile: str, parent: str | None) -> "Reader":
    """Who reads the pack, once it is known that there is such a pupil, profile and parent."""
    from delivery.packs.profiles import PROFILES, Reader
    from ledger.refusals import UnknownPupil

    if profile not in PROFILES:
        raise Usage(f"--profile {profile} is not known; it is one of {', '.join(PROFILES)}.")
    if pupil is None:
        raise UnknownPupil(pupil=written)
    if profile != "parent":
        return Reader(profile, pupil)
    known = [one.id for one in pupil.parents]
    if parent is None and len(known) == 1:
        (parent,) = known
    if parent not in known:
        raise Usage(f"Say for which parent: --parent {', '.join(known) or '(none is recorded)'}.")
    return Reader(profile, pupil, parent)


def _view(desk: "Desk", ledger: "Ledger", call: Call, upto: int) -> "View":
    """The read models as at an entry: the live ones where it is the last."""
    if upto == ledger.size():
        found = view_of(desk, ledger, replace(call, asof=None))
        if found.entry == upto:  # and nothing came between
            return found
    return view_of(desk, ledger, replace(call, asof=upto))


def _sound(case: Any, ledger: "Ledger", view: Any, asked: "Asked") -> "Case":
    """The case; a ledger that is not as it was recorded, or not the one signed, makes none."""
    from ledger.refusals import LogDeparts

    try:
        made: Case = case(ledger, view, asked)
    except LogDeparts as departs:
        note(f"No pack. {departs}")
        raise typer.Exit(Exit.INTEGRITY) from None
    if not made.entries:
        raise nothing(f"There is no entry about {asked.reader.pupil.name}.")
    if asked.checkpoint is not None and not made.is_signed:
        note("No pack: the checkpoint is of another log than this ledger's.")
        raise typer.Exit(Exit.INTEGRITY)
    return made


def _write(call: Call, made: "Case") -> None:
    from delivery.cli.writing import write_to
    from delivery.packs.making import as_pdf, as_zip, attached
    from delivery.render import packs as render
    from delivery.render.envelope import answer, document

    assert call.output is not None
    files = attached(made)
    whole = as_zip(made, files) if call.output.suffix == ".zip" else as_pdf(made, files)
    write_to(call.output, whole)
    found = made.found
    if call.as_json:
        told = answer(
            "pack",
            render.written(made, files, whole),
            school=found.header.school,
            asof={"entry": found.header.asof.entry, "recorded_at": found.header.asof.recorded_at},
            policy=found.header.policy,
        )
        typer.echo(document(told), nl=False)
        return
    for one in found.findings if made.asked.reader.profile in SENT_BACK else ():
        note(f"Would be sent back: {one.what} ({one.do}).")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Usage(f"{file} cannot be read as a checkpoint.") from None


def _size(note: str) -> int:
    """How many entries a checkpoint is of: its second line."""
    _, size, *_ = [*note.split("\n"), "", ""]
    if not size.isdecimal():
        raise Usage("The file is no checkpoint: its second line is not a number of entries.")
    return int(size)


def check_pack(call: Call, file: Path, keys: tuple[str, ...], kept: tuple[Path, ...]) -> bool:
    """Check a pack by the very file that is in it; whether it is as it was recorded."""
    from delivery.packs.checking import checked
    from delivery.render.envelope import answer, document

    found = checked(file, keys, tuple(_read(one) for one in kept))
    if call.as_json:
        told = answer("verify", found, school=None, asof=None, policy=None)
        call.write(document(told))
    else:
        call.write("\n".join(found["said"]))
    return bool(found["sound"])
