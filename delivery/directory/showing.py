"""What the directory and the servers say of where schools are; and putting it down."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from delivery.directory.directed import Directed
from delivery.directory.file import Placed, place
from delivery.usage import Usage
from ledger.refusals import Forbidden, NobodyNamed, SchoolMoved
from ledger.store.decoding import moment_of
from ledger.store.moves import UNSEEN


@dataclass(frozen=True)
class Shown:
    """One school: where the directory has it, where its ledger goes on, and copies of it."""

    school: int
    directory: str | None
    goes_on_at: str | None
    entries: int
    on_its_way_to: str | None
    left_behind_at: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the directory is not as the servers are."""
        return self.directory != self.goes_on_at and self.goes_on_at is not None

    def cells(self) -> Sequence[object]:
        left = ", ".join(self.left_behind_at) or None
        of_it = self.entries if self.goes_on_at else None
        return self.school, self.directory, self.goes_on_at, of_it, self.on_its_way_to, left


@dataclass(frozen=True)
class Step:
    """One step of a school, as the directory or a server keeps it."""

    at: dt.datetime
    where: str
    what: str
    by: str

    def cells(self) -> Sequence[object]:
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC", self.where, self.what, self.by


def shown(desk: Directed, school: int | None) -> list[Shown]:
    """Every school that the directory places or a server holds; or one."""
    known = desk.directory.schools
    held = {name: _seen(desk, name) for name in desk.directory.servers}
    schools = sorted({*known, *(one for some in held.values() for one in some)})
    return [_shown(desk, one, held) for one in schools if school in (None, one)]


def _seen(desk: Directed, name: str) -> list[int]:
    store = desk.store_of(name)
    return store.schools() if store else []


def _shown(desk: Directed, school: int, held: dict[str, list[int]]) -> Shown:
    there = [name for name in held if school in held[name]]
    last = {name: step for name in held if (step := desk.last(name, school)) is not None}
    leaving = [name for name in there if name in last and last[name].what == "leaving"]
    here = next((name for name in there if name not in leaving), leaving[0] if leaving else None)
    coming = [name for name, step in last.items() if step.what in ("arriving", "withdrawn")]
    left = tuple(name for name, step in last.items() if step.what == "left")
    size = desk.server(here).store.ledger(school).size() if here else 0
    way = coming[0] if coming else None
    return Shown(school, desk.directory.schools.get(school), here, size, way, left)


def history(desk: Directed, school: int) -> list[Step]:
    """Every step of a school in order: the directory's, and those of each server."""
    found = [
        Step(
            one.at,
            "the directory",
            f"placed at {one.server}" + (f": {one.why}" if one.why else ""),
            one.by,
        )
        for one in desk.directory.placed
        if one.school == school
    ]
    return sorted([*found, *_steps(desk, school)], key=lambda one: one.at)


def _steps(desk: Directed, school: int) -> Iterator[Step]:
    said = {
        "arriving": "on its way here from {other}",
        "came": "came from {other} at entry {size:,}",
        "withdrawn": "does not come from {other}",
        "leaving": "closed at entry {size:,}, on its way to {other}",
        "stays": "stays, and does not go to {other}",
        "left": "went to {other} at entry {size:,}",
        "removed": "the copy of {size:,} entries was removed",
    }
    for name in desk.directory.servers:
        store = desk.store_of(name)
        for one in reversed(store.steps(school) if store else []):
            what = said[one.what].format(other=one.other, size=one.size)
            yield Step(moment_of(one.at), name, what, one.by)


def placed(
    desk: Directed, server: str, schools: Sequence[int] | None, person: str | None
) -> list[int]:
    """
    Put down that schools are at a server: those named, or all that are there.

    Raises ``Forbidden`` for one whose ledger goes on at another server.
    """
    if not person:
        raise NobodyNamed
    if server not in desk.directory.servers:
        known = ", ".join(desk.directory.servers)
        raise Usage(f"The directory has no server {server!r}; it has {known}.")
    wanted = list(schools or _seen(desk, server))
    for school in wanted:
        last = desk.last(server, school)
        if last is not None and last.what in UNSEEN:
            raise SchoolMoved(school=school, why=f"does not go on at {server}")
        for other in desk.directory.servers:
            if other != server and school in _seen(desk, other):
                why = f"school {school} is at {other}: 'attendance directory move' takes it"
                raise Forbidden(why=f"{why} to {server}")
    for school in wanted:
        place(desk.path, Placed(school=school, server=server, at=desk.clock(), by=person))
    return wanted
