"""The bare library with an event per mark: what immutability per mark costs there."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from scripts.bench.grid import Grid
from scripts.bench.library import Library, register_id
from scripts.bench.oracle import Pupils
from scripts.bench.workload import CODES, Sheet


class MarkedRegister(Aggregate):
    """A sheet whose every mark is an event of its own."""

    @event("Opened")
    def __init__(self, session: int, group: str, made_by: str, made_at: str) -> None:
        self.session = session
        self.group = group
        self.entries: dict[int, list[tuple[str, str, str]]] = {}

    @staticmethod
    def create_id(session: int, group: str) -> UUID:
        return register_id(session, group)

    @event("Marked")
    def mark(self, pupil: int, code: str, made_by: str, made_at: str) -> None:
        self.entries[pupil] = [(code, "", made_by)]

    @event("Amended")
    def amend(
        self, pupil: int, original: str, amended: str, reason: str, made_by: str, made_at: str
    ) -> None:
        assert self.entries[pupil][-1][0] == original
        self.entries[pupil].append((amended, reason, made_by))


class LibraryMarks(Library):
    """The same application over sheets of thirty-one events."""

    title: ClassVar[str] = "eventsourcing, an event per mark"

    @staticmethod
    def _taken(sheet: Sheet) -> Any:
        register = MarkedRegister(sheet.session, sheet.group, sheet.by, sheet.at)
        for pupil, code in zip(sheet.pupils, sheet.codes, strict=True):
            register.mark(pupil, CODES[code], sheet.by, sheet.at)
        return register

    def register(self, session: int, group: str, cut: int) -> Pupils:
        moment = dt.datetime.fromtimestamp(cut / 1_000_000, dt.UTC)
        found: Any = None
        happened: Any
        for happened in self.app.events.get(register_id(session, group)):
            if happened.timestamp > moment:
                break
            found = happened.mutate(found)
        return {pupil: entries[-1][0] for pupil, entries in found.entries.items()}

    @staticmethod
    def _fold(grid: Grid, number: dict[str, int], sessions: dict[UUID, int], happened: Any) -> None:
        if isinstance(happened, MarkedRegister.Opened):  # type: ignore[attr-defined]
            sessions[happened.originator_id] = happened.session
            return
        code = happened.code if isinstance(happened, MarkedRegister.Marked) else happened.amended  # type: ignore[attr-defined]
        grid.rows[happened.pupil][sessions[happened.originator_id]] = number[code]


class LibraryMarksFunctions(LibraryMarks):
    """The same, with the database functions that take no lock."""

    title: ClassVar[str] = "eventsourcing, an event per mark, its database functions"
    functions: ClassVar[bool] = True
