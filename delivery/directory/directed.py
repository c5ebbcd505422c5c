"""
A desk at which the schools of several servers are asked for, each where its ledger goes on.

Where that is the directory says, and after it the servers themselves: whoever has an old
directory is led on by the step that a server keeps of every school that left it.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from delivery import kept
from delivery.bootstrap import Desk
from delivery.directory.file import Directory, path_of, read
from ledger.refusals import Forbidden, NoLedgerYet, SchoolMoved, UnknownSchool
from ledger.store import Ledger, Store, open_store
from ledger.store.engine import Database
from ledger.store.moves import OPEN, Move
from projections.views import View


@dataclass
class Directed(Desk):
    """The desks of the servers, opened when one is asked for."""

    create: bool = False
    leads = True

    def __post_init__(self) -> None:
        self.path = path_of(self.url)
        self._read: tuple[int, int, Directory] | None = None
        self._open: dict[str, Desk] = {}
        self._where: dict[int, str] = {}
        self._lock = threading.Lock()

    @property
    def directory(self) -> Directory:
        """What the file says now."""
        stat = self.path.stat() if self.path.is_file() else None
        known = self._read
        stands = (stat.st_mtime_ns, stat.st_ino) if stat else (0, 0)
        if known is None or known[:2] != stands:
            self._read = known = (*stands, read(self.path))
        return known[2]

    def server(self, name: str, *, create: bool = False) -> Desk:
        """The desk of a server that the directory has; ``create`` sets up what is missing."""
        with self._lock:
            at = self._open.get(name)
            if at is None:
                url = self.directory.servers[name]
                store = open_store(url, create=self.create or create)
                at = Desk(url, store, self.clock, self.keys, hears=self.hears)
                self._open[name] = at
        at.stays = self.stays
        return at

    def ledger(self, school: int | None) -> Ledger:
        if school is None or ((seen := kept.seen()) is not None and school not in seen):
            return super().ledger(school)  # which names those there are
        name = self.name_at(school)
        ledger = self.server(name).ledger(school)
        before, self._where[school] = self._where.get(school, name), name
        if before != name:  # nothing of it is remembered where it was
            at = self.server(before)
            at.let_go(at.store.ledger(school))
        return ledger

    def of(self, school: int) -> Desk:
        """The desk of the server where a school's ledger goes on. Raises as ``name_at``."""
        return self.server(self.name_at(school))

    def name_at(self, school: int) -> str:
        """
        The server where a school's ledger goes on; while it is moved, the one that it leaves.

        Raises ``UnknownSchool`` for one that the directory does not place, ``SchoolMoved``
        where it leads to a server that the directory does not have.
        """
        directory = self.directory
        name = directory.schools.get(school)
        if name is None:
            known = ", ".join(map(str, sorted(directory.schools))) or "none"
            raise UnknownSchool(school=school, known=known)
        for _ in range(len(directory.servers) + 1):
            last = self.last(name, school)
            if last is None or last.what in OPEN:
                return name
            if last.other not in directory.servers:
                why = f"goes on at {last.other}, which the directory {self.path} does not have"
                raise SchoolMoved(school=school, why=why)
            if last.what == "leaving":
                there = self.last(last.other, school)
                if there is None or there.what != "came":
                    return name
            name = last.other
        raise SchoolMoved(school=school, why="is led from server to server: directory show")

    def last(self, name: str, school: int) -> Move | None:
        """The last step of a school at a server."""
        store = self.store_of(name)
        return next(iter(store.steps(school)), None) if store else None

    def store_of(self, name: str) -> Store | None:
        """The store of a server; ``None`` where nothing is set up there yet."""
        try:
            return self.server(name).store
        except NoLedgerYet:
            return None

    def catch_up(self, ledger: Ledger, told: Callable[[int], None] | None = None) -> int:
        return self.at(ledger).catch_up(ledger, told)

    def states(self, ledger: Ledger) -> View:
        return self.at(ledger).states(ledger)

    def follow(self, ledger: Ledger) -> tuple[str, ...]:
        return self.at(ledger).follow(ledger)

    def rebuild(self, ledger: Ledger, told: Callable[[int], None] | None = None) -> int:
        return self.at(ledger).rebuild(ledger, told)

    def let_go(self, ledger: Ledger) -> None:
        self.at(ledger).let_go(ledger)

    def name_of(self, school: int) -> str:
        return self.of(school).name_of(school)

    def together(self, ledgers: Sequence[Ledger]) -> Desk:
        found = {id(at): at for at in map(self.at, ledgers)}
        if len(found) != 1:
            where = ", ".join(sorted(self.name_at(one.school) for one in ledgers))
            why = f"these schools are at several servers ({where}); ask at one of them (--db)"
            raise Forbidden(why=why)
        return found.popitem()[1]

    def look(self) -> None:
        for school in list(self._where):
            self.ledger(school)
        for at in list(self._open.values()):
            at.look()

    def close(self) -> None:
        for at in self._open.values():
            at.close()

    def at(self, ledger: Ledger) -> Desk:
        for at in list(self._open.values()):
            if at.store.ledger(ledger.school) is ledger:
                return at
        raise AssertionError("a ledger is opened at one of the servers")


class Stores(Store):
    """The stores of all servers, as far as they are asked about schools."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.directed: Directed

    @property
    def where(self) -> str:
        return f"the directory {self._path}"

    @property
    def database(self) -> Database:  # type: ignore[override]
        raise Forbidden(why=f"{self.where} is no database: ask at one of its servers (--db)")

    def schools(self) -> list[int]:
        directory = self.directed.directory
        stores = filter(None, map(self.directed.store_of, directory.servers))
        found = {school for store in stores for school in store.schools()}
        return sorted(found & directory.schools.keys())

    def ledger(self, school: int) -> Ledger:
        try:
            return self.directed.of(school).store.ledger(school)
        except UnknownSchool:
            why = f"{self.where} has no place for school {school}: 'attendance directory set' gives"
            raise Forbidden(why=f"{why} it one") from None

    def steps(self, school: int) -> list[Move]:
        return self.directed.of(school).store.steps(school)

    def let_go(self) -> None:
        for store in filter(None, map(self.directed.store_of, self.directed.directory.servers)):
            store.let_go()

    def close(self) -> None:
        self.directed.close()


def directed(url: str, *, create: bool = False) -> Directed:
    """The desk of a directory, whose servers are opened when they are asked for."""
    stores = Stores(path_of(url))
    made = Directed(url, stores, create=create)
    stores.directed = made
    made.directory  # noqa: B018 (a directory that cannot be read is told at once)
    return made
