"""
Composed acts: what a person types, done whole, and the read models current after it.

The command line and the demonstration both call these; none of them prints.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from commands.base import Command
from commands.handle import Outcome, handle
from commands.open_school import Delegation, Member, OpenSchool, Pack, Times, Year
from delivery.beside import said_beside
from delivery.bootstrap import Desk, signed
from delivery.bootstrap import desk as desk_at
from delivery.going_on import where_it_goes_on
from delivery.importers.source import open_bytes
from delivery.importers.trust import SchoolFile, TrustFile
from ledger.refusals import FileUnreadable, NoLedgerYet, NotPermitted
from ledger.store import Ledger, open_store

__all__ = ["Done", "do", "init", "pack_text", "signed", "trial"]


@dataclass(frozen=True)
class Done:
    """One act at one school: what came of it, and what to say beside it."""

    school: int
    outcome: Outcome
    notes: tuple[str, ...] = ()


_seen: ContextVar[int | None] = ContextVar("seen", default=None)


@contextmanager
def seen(entry: int | None) -> Iterator[None]:
    """Within it an act is done only if nothing it stands on came after that entry."""
    before = _seen.set(entry)
    try:
        yield
    finally:
        _seen.reset(before)


def last_seen() -> int | None:
    """The last entry that whoever asks has seen, if they said so."""
    return _seen.get()


def do(desk: Desk, command: Command, school: int | None, *, dry_run: bool = False) -> Done:
    """Do one act at one school; ``dry_run`` decides it and records nothing."""
    return where_it_goes_on(
        desk, school, lambda ledger: _do(desk.at(ledger), command, ledger, dry_run)
    )


def _do(desk: Desk, command: Command, ledger: Ledger, dry_run: bool) -> Done:
    after: tuple[str, ...] = ()
    if not dry_run and desk.line is not None:
        outcome = desk.line.do(ledger.school, command, last_seen())
    else:
        outcome = handle(command, ledger, dry_run=dry_run, seen=last_seen())
        after = () if dry_run else desk.follow(ledger)
    return done(ledger.school, command, outcome, after)


def done(school: int, command: Command, outcome: Outcome, after: Sequence[str] = ()) -> Done:
    """What came of an act, with what is to be said of it."""
    return Done(school, outcome, (*said_beside(command, outcome), *after))


def pack_text(pack: str, home: Path = Path()) -> tuple[str, str | None]:
    """The name of a policy pack, and its text where it is the school's own file."""
    if not pack.endswith(".toml"):
        return pack, None
    path = home / pack
    with open_bytes(path) as file:
        try:
            return path.stem, file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            why = "it is not UTF-8 text; save it as UTF-8"
            raise FileUnreadable(file=path.name, why=why) from None


@contextmanager
def trial(url: str) -> Iterator[Desk]:
    """The ledger at ``url``, or where there is none an empty one that is gone afterwards."""
    with TemporaryDirectory() as folder:
        nothing = f"sqlite:///{folder}/trial.db"
        try:
            if not url.startswith("directory:"):
                open_store(url).close()
        except NoLedgerYet:
            url = nothing
        with desk_at(url, create=url == nothing) as at:
            yield at


def init(
    desk: Desk,
    trust: TrustFile,
    person: str | None = None,
    *,
    home: Path = Path(),
    key: str | None = None,
    dry_run: bool = False,
) -> list[Done]:
    """
    Open the register of each school of a trust's file, or bring it up to the file.

    Every school is decided before the first is recorded, so that a file with a fault at one
    school opens none. ``home`` is the folder in which the file names its own policy packs.
    """
    commands = []
    for school in trust.schools:
        said = signed(desk, "nobody", f"{key}-{school.urn}" if key else None)
        commands.append(_decided(desk, _opening(trust, school, home, said), school, person))
    done = []
    for command, notes in commands:
        ledger = desk.store.ledger(command.urn)
        outcome = handle(command, ledger, dry_run=dry_run)
        after = () if dry_run else desk.follow(ledger)
        done.append(Done(command.urn, outcome, notes + after))
    return done


def _opening(trust: TrustFile, school: SchoolFile, home: Path, said: dict[str, Any]) -> OpenSchool:
    packs = []
    for adopted in (*trust.policy_packs, *school.policy_packs):
        name, text = pack_text(adopted.pack, home)
        packs.append(Pack(pack=name, starts=adopted.starts, text=text))
    return OpenSchool(
        **said,
        urn=school.urn,
        name=school.name,
        phase=school.phase,
        local_authority=school.local_authority,
        trust=trust.trust,
        packs=tuple(packs),
        years=tuple(Year.model_validate(one) for one in _plain(school.calendar)),
        times=tuple(Times.model_validate(one) for one in _plain(school.register_times)),
        staff=tuple(
            Member(
                staff=one.id,
                name=one.name,
                position=one.position,
                roles=one.roles,
                groups=one.classes,
                starts=one.starts,
                ends=one.ends,
            )
            for one in school.staff
        ),
        delegations=tuple(Delegation.model_validate(one) for one in _plain(school.delegations)),
    )


def _plain(models: Sequence[Any]) -> list[dict[str, Any]]:
    return [model.model_dump() for model in models]


def _decided(
    desk: Desk, command: OpenSchool, school: SchoolFile, person: str | None
) -> tuple[OpenSchool, tuple[str, ...]]:
    """
    The opening of a school by somebody who may, decided but not recorded.

    That is the person named, if on its staff; else its head, or whoever there may, and it is
    said who.
    """
    ledger = desk.store.ledger(command.urn)
    if any(member.id == person for member in school.staff):
        command = command.model_copy(update={"by": person})
        handle(command, ledger, dry_run=True)
        return command, ()
    heads_first = sorted(school.staff, key=lambda member: "head" not in member.roles)
    barred: NotPermitted | None = None
    for member in heads_first:
        command = command.model_copy(update={"by": member.id})
        try:
            decided = handle(command, ledger, dry_run=True)
        except NotPermitted as problem:
            barred = barred or problem
            continue
        if not decided.events:
            return command, ()
        why = f"{person} is not on its staff" if person else "nobody was named with --as"
        return command, (f"{school.name}: set up by {member.name} ({member.position}), as {why}.",)
    assert barred is not None
    raise barred
