"""
A school moved from one server to another while it is written to.

Its entries are copied and verified while everybody goes on. Then its ledger is closed where it
is (``leaving``), the last entries follow, and once the copy has the same root the other server
opens it (``came``): that one row is the moment at which the school is there. What comes after,
that the old server says where it went (``left``) and the directory too, whoever asks does
without. Killed at any moment and asked for again, a move goes on from where it was; until it
came, ``stay`` takes it back.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from delivery.bootstrap import Desk
from delivery.directory.directed import Directed
from delivery.directory.file import Placed, place
from delivery.usage import Usage
from ledger.refusals import BackupBroken, Forbidden, LogDeparts, NobodyNamed
from ledger.retention.certified import guard, reapply
from ledger.store import Ledger, carrying
from ledger.store.decoding import stamp_of
from ledger.store.log import Log
from ledger.store.moves import OPEN, Move, What
from ledger.store.stretch import verify_stretch
from ledger.store.verify import verify

Told = Callable[[int], None]


@dataclass(frozen=True)
class Moved:
    """What a move came to. ``stopped``: seconds in which nothing could be added to the school."""

    school: int
    source: str
    target: str
    entries: int
    root: str
    stopped: float


def move(
    desk: Directed, school: int, to: str, person: str | None, told: Told | None = None
) -> Moved:
    """
    Move a school to a server, or go on with a move that was cut short.

    ``told`` hears the last entry copied, now and then. Raises ``Forbidden`` where it is on its
    way elsewhere or a ledger of its own stands there, ``BackupBroken`` and ``LogDeparts`` where
    an entry is not as it was recorded: then nothing was moved.
    """
    _known(desk, to)
    name = desk.name_at(school)
    if name == to:
        return _finished(desk, school, to, _who(person))
    source, target = desk.server(name), desk.server(to, create=True)
    ledger = source.ledger(school)
    for at in (source, target):
        at.store.database.set_up()
    leaving = desk.last(name, school)
    if leaving is not None and leaving.what == "leaving" and leaving.other != to:
        raise Forbidden(
            why=f"school {school} is on its way to {leaving.other}: move it there, or 'stay'"
        )
    _arrive(desk, school, (name, to), _who(person))
    copy = target.store.ledger(school)
    carrying.begins(ledger, copy)
    verified = carrying.carry(ledger, target.store, told)
    _check(copy)
    target.catch_up(copy)
    for _ in range(2):  # what came meanwhile is little, and then less
        carrying.carry(ledger, target.store)
    began = time.monotonic()
    if leaving is None or leaving.what != "leaving":
        _step(source, school, "leaving", (to, _who(person)), ("", *OPEN))
    removed = _last(ledger, target, verified)
    _step(target, school, "came", (name, _who(person)), ("arriving",))
    stopped = time.monotonic() - began
    if removed:
        target.store.database.scrub()
    _finished(desk, school, to, _who(person))
    size, root = carrying.stands(copy)
    return Moved(school, name, to, size, root, stopped)


def _arrive(desk: Directed, school: int, way: tuple[str, str], by: str) -> None:
    """Let the target know that it is on its way; nothing where it knows."""
    name, to = way
    there = desk.last(to, school)
    if there is None and school in desk.server(to).store.schools():
        raise Forbidden(why=f"{to} holds a ledger of school {school} of its own")
    if there is not None and there.what == "arriving":
        if there.other != name:
            raise Forbidden(why=f"school {school} is on its way to {to} from {there.other}")
        return
    _step(desk.server(to), school, "arriving", (name, by), ("", "left", "removed", "withdrawn"))


def _last(ledger: Ledger, target: Desk, verified: int) -> int:
    """
    While nobody adds to it: the last entries, what stands beside them, and the comparison.

    How many entries were disposed of while they were copied: they are gone from the copy too.
    """
    copy = target.store.ledger(ledger.school)
    size = carrying.carry(ledger, target.store)
    carrying.carry_checkpoints(ledger, target.store)
    if size > verified:
        verdict = verify_stretch(copy, verified + 1, size)
        if not verdict.sound:
            raise BackupBroken(file="the copy", entry=verdict.first_bad, why=verdict.fault)
    if carrying.stands(copy) != carrying.stands(ledger):
        why = "the copy has another root"
        raise LogDeparts(school=ledger.school, why=why)
    removed = reapply(copy, restored=True)
    guard(copy)
    (target.rebuild if removed else target.catch_up)(copy)
    if removed:
        target.let_go(copy)
    return removed


def _finished(desk: Directed, school: int, to: str, by: str) -> Moved:
    """What is left once it came: the old server says where it is, and so does the directory."""
    came = desk.last(to, school)
    source = came.other if came is not None and came.what == "came" else to
    if source in desk.directory.servers and source != to:
        before = desk.last(source, school)
        if before is not None and before.what == "leaving" and before.other == to:
            _step(desk.server(source), school, "left", (to, by), ("leaving",))
    why = f"moved from {source} at entry {came.size:,}" if came is not None else "it is there"
    place(desk.path, Placed(school=school, server=to, at=desk.clock(), by=by, why=why))
    size, root = carrying.stands(desk.server(to).store.ledger(school))
    return Moved(school, source, to, size, root, 0.0)


def stay(desk: Directed, school: int, person: str | None) -> tuple[str, str]:
    """
    Take a move back that has not come to its end: from where and to where it was.

    What was copied is removed. Raises ``Forbidden`` where there is no such move.
    """
    by, name = _who(person), desk.name_at(school)
    here = desk.last(name, school)
    leaving = here is not None and here.what == "leaving"
    to = here.other if here is not None and leaving else _on_its_way(desk, school, name)
    if to is None:
        raise Forbidden(why=f"school {school} is at {name} and not on its way anywhere")
    there = desk.last(to, school)
    if there is not None and there.what == "arriving":
        _step(desk.server(to), school, "withdrawn", (name, by), ("arriving",))
    if leaving:
        _step(desk.server(name), school, "stays", (to, by), ("leaving",))
    there = desk.last(to, school)
    if there is not None and there.what == "withdrawn":
        _removed(desk, desk.server(to), school, by)
    return name, to


def _on_its_way(desk: Directed, school: int, name: str) -> str | None:
    """The server to which a school is being copied, or a copy of it was given up."""
    for other in desk.directory.servers:
        there = desk.last(other, school)
        if there is not None and there.other == name and there.what in ("arriving", "withdrawn"):
            return other
    return None


def remove(desk: Directed, school: int, name: str, person: str | None) -> Move:
    """
    Remove the copy that a move left behind, once what goes on elsewhere is found to continue it.

    Raises ``Forbidden`` where no copy was left there, ``LogDeparts`` where it is not continued.
    """
    _known(desk, name)
    left = desk.last(name, school)
    if left is None or left.what not in ("left", "withdrawn"):
        raise Forbidden(why=f"{name} has no copy of school {school} that was left behind")
    going_on = desk.ledger(school)
    if left.what == "left" and Log(going_on).root_at(left.size).hex() != left.root:
        why = f"it does not continue what was left at {name}"
        raise LogDeparts(school=school, why=why)
    _removed(desk, desk.server(name), school, _who(person))
    return left


def _removed(desk: Directed, at: Desk, school: int, by: str) -> None:
    """The copy, what was computed from it, and the bytes."""
    at.store.database.set_up()
    carrying.remove(at.store, school, stamp_of(desk.clock()), by)
    at.runner.forget(school)
    at.let_go(at.store.ledger(school))
    at.store.database.scrub()


def _step(at: Desk, school: int, what: What, said: tuple[str, str], after: tuple[str, ...]) -> None:
    other, by = said
    carrying.step(at.store, school, what, (other, stamp_of(at.clock()), by), after)


def _check(copy: Ledger) -> None:
    verdict = verify(copy)
    if not verdict.sound:
        raise BackupBroken(file="the copy", entry=verdict.first_bad, why=verdict.fault)


def _known(desk: Directed, name: str) -> None:
    if name not in desk.directory.servers:
        known = ", ".join(desk.directory.servers)
        raise Usage(f"The directory has no server {name!r}; it has {known}.")


def _who(person: str | None) -> str:
    if not person:
        raise NobodyNamed
    return person
