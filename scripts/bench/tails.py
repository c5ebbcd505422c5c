"""Readers that follow a ledger while others write to it, and count what they saw."""

import os
from typing import Any, Protocol

from scripts.bench.library import Registers, environment
from scripts.bench.ours import URN


class Tail(Protocol):
    """A reader that keeps its place."""

    def poll(self) -> int:
        """How many entries were new since the last time."""

    def recorded(self) -> int:
        """How many entries there are, counted afresh."""


class OurTail:
    """Each school by its own entry number, as every reader of the ledger does."""

    def __init__(self, where: str, schools: int) -> None:
        from ledger.store import open_store

        self.store = open_store(where)
        self.places = {URN + school: 0 for school in range(schools)}

    def poll(self) -> int:
        new = 0
        for school, place in self.places.items():
            for page in self.store.ledger(school).pages(after=place):
                place = page.first + page.count - 1  # noqa: PLW2901
                new += page.count
            self.places[school] = place
        return new

    def recorded(self) -> int:
        found = self.store.database.select("SELECT SUM(count) FROM pages", ())
        return int(found[0][0])


class LibraryTail:
    """The library's notification log, by the last id seen."""

    def __init__(self, where: str, functions: bool) -> None:
        settings = environment(where, functions=functions, create=False)
        self.app = Registers(env=os.environ | settings)
        self.where = where
        self.place: int | None = None

    def poll(self) -> int:
        new = 0
        while found := self._next():
            new += len(found)
            self.place = found[-1].id
        return new

    def _next(self) -> Any:
        return self.app.recorder.select_notifications(self.place, 1000, inclusive_of_start=False)

    def recorded(self) -> int:
        import psycopg

        with psycopg.connect(self.where) as db:
            table = "registers_events"
            found = db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
        return int(found[0]) if found else 0


def tail(peer: str, where: str, schools: int) -> Tail:
    """The reader that goes with a peer."""
    if peer == "pg-ours":
        return OurTail(where, schools)
    return LibraryTail(where, functions=peer.endswith("functions"))
