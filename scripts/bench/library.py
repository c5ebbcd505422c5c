"""The bare `eventsourcing` library as its documents show it: an event per register."""

import datetime as dt
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from scripts.bench.grid import Grid
from scripts.bench.oracle import Pupils, Reckoned
from scripts.bench.peer import Peer
from scripts.bench.workload import CODES, Change, Sheet


class Register(Aggregate):
    """A sheet of the register: its thirty marks are inside its first event."""

    @event("Taken")
    def __init__(
        self, session: int, group: str, marks: list[list[Any]], made_by: str, made_at: str
    ) -> None:
        self.session = session
        self.group = group
        self.entries = {pupil: [(code, "", made_by)] for pupil, code in marks}

    @staticmethod
    def create_id(session: int, group: str) -> UUID:
        return register_id(session, group)

    @event("Amended")
    def amend(
        self, pupil: int, original: str, amended: str, reason: str, made_by: str, made_at: str
    ) -> None:
        assert self.entries[pupil][-1][0] == original
        self.entries[pupil].append((amended, reason, made_by))


def register_id(session: int, group: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"/register/{session}/{group}")


class Registers(Application[UUID]):
    """The library's application, with nothing changed."""


def environment(where: str, *, functions: bool = False, create: bool = True) -> dict[str, str]:
    """The library's settings for a file, or for a PostgreSQL address."""
    settings = {"CREATE_TABLE": "yes" if create else "no"}
    if not where.startswith("postgresql"):
        return settings | {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": where}
    from psycopg.conninfo import conninfo_to_dict

    parts = {name: str(value) for name, value in conninfo_to_dict(where).items()}
    return settings | {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts["dbname"],
        "POSTGRES_HOST": parts["host"],
        "POSTGRES_PORT": parts.get("port", "5432"),
        "POSTGRES_USER": parts["user"],
        "POSTGRES_PASSWORD": parts.get("password", "none"),
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_ENABLE_DB_FUNCTIONS": "y" if functions else "n",
    }


class Library(Peer):
    """The documented way: aggregates, JSON, the native recorders."""

    title: ClassVar[str] = "eventsourcing, an event per register"
    functions: ClassVar[bool] = False

    def open(self, *, create: bool) -> None:
        settings = environment(self.where, functions=self.functions, create=create)
        self.app = Registers(env=os.environ | settings)

    def take(self, sheet: Sheet) -> None:
        self.app.save(self._taken(sheet))

    @staticmethod
    def _taken(sheet: Sheet) -> Register:
        marks = [[p, CODES[code]] for p, code in zip(sheet.pupils, sheet.codes, strict=True)]
        return Register(sheet.session, sheet.group, marks, sheet.by, sheet.at)

    def load(self, sheets: Iterable[Sheet]) -> None:
        batch: list[Register] = []
        for sheet in sheets:
            batch.append(self._taken(sheet))
            if len(batch) == 600:
                self.app.save(*batch)
                batch = []
        if batch:
            self.app.save(*batch)

    def amend(self, change: Change) -> None:
        register = self._found(change.session, change.group)
        register.amend(
            change.pupil, change.original, change.amended, change.reason, change.by, change.at
        )
        self.app.save(register)

    def _found(self, session: int, group: str) -> Any:
        return self.app.repository.get(register_id(session, group))

    def cut(self) -> int:
        """An instant, in microseconds: the library keeps one on every event."""
        return int(dt.datetime.now(dt.UTC).timestamp() * 1_000_000)

    def history(self, pupil: int, session: int) -> list[tuple[str, str, str]]:
        entries = self._found(session, self.work.group_of[pupil]).entries[pupil]
        return list(entries)

    def register(self, session: int, group: str, cut: int) -> Pupils:
        moment = dt.datetime.fromtimestamp(cut / 1_000_000, dt.UTC)
        register: Any = None
        happened: Any
        for happened in self.app.events.get(register_id(session, group)):
            if happened.timestamp > moment:
                break
            register = happened.mutate(register)
        return {pupil: entries[-1][0] for pupil, entries in register.entries.items()}

    def day(self, morning: int, cut: int) -> tuple[Pupils, Pupils]:
        halves: tuple[Pupils, Pupils] = ({}, {})
        for half in (0, 1):
            for group in self.work.classes:
                halves[half].update(self.register(morning + half, group, cut))
        return halves

    def rebuild(self) -> Reckoned:
        """A loop over the notification log: far quicker than the library's runner."""
        grid = Grid(self.work)
        number = {code: n for n, code in enumerate(CODES)}
        sessions = self._session_by_id()
        start: int | None = None
        while found := self.app.recorder.select_notifications(
            start, 1000, inclusive_of_start=False
        ):
            for notification in found:
                happened: Any = self.app.mapper.to_domain_event(notification)
                self._fold(grid, number, sessions, happened)
            start = found[-1].id
        return grid.reckoned()

    def _session_by_id(self) -> dict[UUID, int]:
        return {}  # filled as registers are met

    @staticmethod
    def _fold(grid: Grid, number: dict[str, int], sessions: dict[UUID, int], happened: Any) -> None:
        if isinstance(happened, Register.Taken):  # type: ignore[attr-defined]
            sessions[happened.originator_id] = session = happened.session
            for pupil, code in happened.marks:
                grid.rows[pupil][session] = number[code]
        else:
            session = sessions[happened.originator_id]
            grid.rows[happened.pupil][session] = number[happened.amended]

    def close(self) -> None:
        self.app.close()

    def size(self) -> int:
        fold_in(self.where)
        return super().size()


class LibraryFunctions(Library):
    """The setting behind the library's headline figures: it takes no lock."""

    title: ClassVar[str] = "eventsourcing, its database functions"
    functions: ClassVar[bool] = True


def fold_in(where: str) -> None:
    """Fold a write-ahead log into its file, so that the size of one is the size of all."""
    import sqlite3

    if Path(where).exists():
        db = sqlite3.connect(where)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
