"""The entries that differences become, as pages of columns: no object per mark."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from commands.base import utc
from commands.snapshot.changes import AMENDED, BACK, RECORDED, VANISHED, Change
from commands.snapshot.codebook import NOTHING, OFF_ROLL
from commands.snapshot.columns import Column
from commands.snapshot.known import KnownMarks
from commands.snapshot.rows import ShownMarks
from commands.snapshot.told import Told
from ledger.events import AmendmentObserved, MarkRecorded, MarkVanished
from ledger.events.register import register_stream
from ledger.kinds import GroupId, PupilId, Session
from ledger.store import PageDraft, Run

Columns = dict[str, list[Any]]


@dataclass
class Drafts:
    """
    The pages of a snapshot, in the order of date, half-day and class.

    They are made one at a time, as the store asks for them: a file of millions of marks is
    never held as entries.
    """

    shown: ShownMarks
    known: KnownMarks

    def pages(self, changes: Iterable[Change]) -> Iterator[PageDraft]:
        for change in changes:
            for group, runs in self._sheets(change):
                stream = register_stream(change.session, group)
                yield PageDraft(stream, self.known.versions.get(stream, 0), runs)

    def _sheets(self, change: Change) -> Iterator[tuple[GroupId, list[Run]]]:
        groups = self.shown.places.on(change.session.date).groups
        if change.kinds is None:
            assert change.column is not None
            codes = change.column.codes
            for group, members in groups.items():
                new = [pupil for pupil in members if NOTHING < codes[pupil] < OFF_ROLL]
                if new:
                    yield group, [self._recorded(change.column, new)]
            return
        for group, by_kind in sorted(self._by_sheet(change, groups).items()):
            yield group, self._runs(change, by_kind)

    def _by_sheet(
        self, change: Change, groups: dict[GroupId, list[PupilId]]
    ) -> dict[GroupId, dict[int, list[PupilId]]]:
        """New marks on the sheet of the pupil's class, the others where the entry stands."""
        assert change.kinds is not None
        assert change.known is not None
        of_pupil = {pupil: group for group, members in groups.items() for pupil in members}
        found: dict[GroupId, dict[int, list[PupilId]]] = {}
        for pupil, kind in enumerate(change.kinds):
            if not kind:
                continue
            if kind == RECORDED:
                group = of_pupil[pupil]
            else:
                group = self.known.groups[change.known.homes[pupil]]
            found.setdefault(group, {}).setdefault(kind, []).append(pupil)
        return found

    def _runs(self, change: Change, by_kind: dict[int, list[PupilId]]) -> list[Run]:
        runs = []
        if RECORDED in by_kind:
            assert change.column is not None
            runs.append(self._recorded(change.column, by_kind[RECORDED]))
        changed = sorted([*by_kind.get(AMENDED, ()), *by_kind.get(BACK, ())])
        if changed:
            runs.append(self._observed(change, changed))
        if VANISHED in by_kind:
            runs.append(self._vanished(change, by_kind[VANISHED]))
        return runs

    def _recorded(self, column: Column, pupils: list[PupilId]) -> Run:
        columns = {"pupil": pupils, **self._code("code", column.codes, pupils)}
        if column.told is not None:
            told = self._told(column, pupils)
            names = ("minutes_late", "comment", "taken_at", "taken_by_name", "taken_by_position")
            columns |= {name: [getattr(one, name) for one in told] for name in names}
        columns["line"] = [column.lines[pupil] for pupil in pupils]
        return Run.alike(MarkRecorded, columns)

    def _observed(self, change: Change, pupils: list[PupilId]) -> Run:
        assert change.column is not None
        assert change.known is not None
        assert change.kinds is not None
        names, current = self.shown.book.names, change.known.current
        told = self._told(change.column, pupils)
        columns: Columns = {
            "pupil": pupils,
            "original": [
                None if change.kinds[pupil] == BACK else names[current[pupil]] for pupil in pupils
            ],
            **self._code("amended", change.column.codes, pupils),
            **self._between(change.session, len(pupils)),
            "source_reason": [one.reason for one in told],
            "source_name": [one.taken_by_name for one in told],
            "source_position": [one.taken_by_position for one in told],
            "minutes_late": [one.minutes_late for one in told],
            "comment": [one.comment for one in told],
            "line": [change.column.lines[pupil] for pupil in pupils],
        }
        return Run.alike(AmendmentObserved, columns)

    def _vanished(self, change: Change, pupils: list[PupilId]) -> Run:
        assert change.known is not None
        columns: Columns = {
            "pupil": pupils,
            **self._code("original", change.known.source, pupils),
            **self._between(change.session, len(pupils)),
        }
        return Run.alike(MarkVanished, columns)

    def _code(self, name: str, codes: Sequence[int], pupils: list[PupilId]) -> Columns:
        names = self.shown.book.names
        return {name: [names[codes[pupil]] for pupil in pupils]}

    def _told(self, column: Column, pupils: list[PupilId]) -> list[Told]:
        tales = self.shown.tales.all
        if column.told is None:
            return [tales[0]] * len(pupils)
        return [tales[column.told[pupil]] for pupil in pupils]

    def _between(self, session: Session, count: int) -> Columns:
        """When the source was last seen to say otherwise, and when it was seen to say this."""
        before = [taken for taken in self.known.snapshots if taken.covers(session.date)]
        seen_before = utc(before[-1].seen_at) if before else None
        return {"seen_before": [seen_before] * count, "seen_at": [utc(self.shown.seen_at)] * count}
