"""Verify: the whole ledger, some entries, a pack, with checkpoints kept elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from delivery.cli import parse
from delivery.cli.app import app
from delivery.cli.calls import OUTPUT, WHEN, WHERE, Call, verb
from delivery.cli.problems import Exit
from delivery.usage import Usage

if TYPE_CHECKING:
    from ledger.proof.notes import Verifier
    from ledger.store import Ledger
    from ledger.store.held import Held
    from ledger.store.verdict import Verdict


@dataclass(frozen=True)
class Given:
    """What the entries are to be held against: keys, checkpoints in files and on paper."""

    keys: tuple[str, ...]
    files: tuple[Path, ...]
    printed: tuple[str, ...]
    folder: Path | None

    @property
    def any(self) -> bool:
        """Whether there is a checkpoint."""
        return bool(self.files or self.printed)


@verb(app, "verify", (*WHERE, WHEN[0], *OUTPUT))
def verify(
    call: Call,
    *,
    pack: Annotated[
        Path | None, typer.Argument(metavar="[PACK]", help="An evidence pack: PDF, zip or folder.")
    ] = None,
    entries: Annotated[
        Any,
        typer.Option("--entries", parser=parse.entries, metavar="FROM..TO", help="Only these."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="KEY", help="A public key you had from elsewhere."),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys", envvar="ATTENDANCE_KEYS", metavar="DIR", help="The sealer's own folder."
        ),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", metavar="FILE", help="A checkpoint you kept yourself."),
    ] = None,
    root: Annotated[
        list[str] | None,
        typer.Option("--root", metavar="ENTRIES:ROOT", help="What the foot of a page says."),
    ] = None,
) -> None:
    """Is everything still as it was recorded?

    Every entry is recomputed from what is stored; with --entries those alone, and that they lead
    to the root of the log; of PACK, every entry in it, without the ledger. A checkpoint given, and
    every one that the ledger or the sealer keeps, must be a beginning of it, and signed by its
    key. With --asof, of the ledger up to there. Exit 4 if anything is not as it was recorded
    or signed.
    """
    given = Given(tuple(key or ()), tuple(checkpoint or ()), tuple(root or ()), keys)
    if pack is not None:
        from delivery.cli.packing import check_pack

        if call.asof is not None:
            raise Usage("A pack is checked whole: it says itself as at which entry it was made.")
        if entries or root or keys:
            raise Usage("A pack is checked whole and without the ledger: give --key, --checkpoint.")
        sound = check_pack(call, pack, given.keys, given.files)
    else:
        if entries and call.asof is not None:
            raise Usage("--entries are those of the ledger as it is: not with --asof.")
        verdicts = _verdicts(call, entries, given)
        if not entries and call.asof is None:
            _kept(call, verdicts)
        _told(call, verdicts)
        sound = all(verdict.sound for verdict in verdicts)
    if not sound:
        raise typer.Exit(Exit.INTEGRITY)


def _verdicts(call: Call, entries: Any, given: Given) -> "list[Verdict]":
    """Of each school asked about; ``entries``: from which to which, of one school."""
    from delivery.bootstrap import desk
    from delivery.cli.asking import entry_of
    from delivery.cli.notes import checkpoints_of, verifier_of

    trusted = [verifier_of(one) for one in given.keys]
    held = checkpoints_of(given.files, given.printed, trusted) if given.any else {}
    with desk(call.db) as at:
        one = entries or given.printed
        verdicts = []
        for ledger in [at.ledger(call.school)] if one else at.ledgers(call.school):
            sealers, signed = _sealer(ledger, given.folder)
            theirs = [*held.pop(None, []), *held.pop(ledger.school, []), *signed]
            asked = entries or entry_of(ledger, call.asof)
            verdicts.append(_verdict(ledger, asked, theirs, [*trusted, *sealers]))
    if held:
        raise Usage(f"No school here has the log of school {next(iter(held))}: see --school.")
    return verdicts


def _verdict(
    ledger: "Ledger", asked: Any, held: "Sequence[Held]", keys: "Sequence[Verifier]"
) -> "Verdict":
    """``asked``: from which entry to which, or up to which, or nothing."""
    from delivery.cli.progress import counting
    from ledger.store.stretch import verify_stretch
    from ledger.store.verify import verify as recompute

    if not isinstance(asked, tuple):
        with counting(f"School {ledger.school}", ledger.size()) as told:
            return recompute(ledger, told, held, keys=keys, upto=asked)
    first, last = asked
    try:
        return verify_stretch(ledger, first, last, held, keys)
    except ValueError as wrong:
        raise Usage(f"--entries: {wrong}.") from None


def _sealer(ledger: "Ledger", keys: Path | None) -> "tuple[list[Verifier], list[Held]]":
    """The public keys in the sealer's folder, and every checkpoint that it signed."""
    from delivery.sealing.keys import KeyFolder
    from ledger.proof.notes import BadNote
    from ledger.store.held import Held

    folder = KeyFolder(keys or Path("attendance-keys"), ledger.school)
    if not folder.path("vkey").exists():
        if keys is not None:
            raise Usage(f"There is no key for school {ledger.school} in {keys}: see key make.")
        return [], []
    try:
        known = folder.verifiers()
        return known, [Held.of(note, known) for note in folder.every()]
    except BadNote as bad:
        raise Usage(f"What the sealer keeps in {folder.folder} cannot be used: {bad}.") from None


def _kept(call: Call, verdicts: "Sequence[Verdict]") -> None:
    """Let the pages of a server beside this ledger say so, if it has ever had one."""
    import sqlite3
    from contextlib import closing, suppress

    from delivery.bootstrap import now
    from delivery.web.door.book import Book, place_of
    from delivery.web.door.verifications import Verifications, Verified

    place, at = place_of(call.db), now()
    if not place.exists():
        return
    with suppress(sqlite3.Error, OSError), closing(Book(place)) as book:
        for one in verdicts:
            found = Verified(at, one.entries, one.root, one.first_bad)
            Verifications(book).add(int(at.timestamp()), "typed", one.school, found)


def _told(call: Call, verdicts: "Sequence[Verdict]") -> None:
    from delivery.render import checks, envelope

    if not call.as_json:
        call.write((checks.verdicts_csv if call.as_csv else checks.verdicts_text)(verdicts))
        return
    found = {"sound": all(v.sound for v in verdicts), "schools": checks.verdicts(verdicts)}
    one = verdicts[0] if len(verdicts) == 1 else None
    asof = {"entry": one.entries} if one and one.first == 1 else None
    school = one.school if one else None
    answer = envelope.answer("verify", found, school=school, asof=asof, policy=None)
    call.write(envelope.document(answer))
