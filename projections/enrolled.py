"""Who was on roll between two days, read as columns: nearly everybody, all the time."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.events import PupilAdmitted
from ledger.kinds import PupilId
from ledger.roll import Roll, Spell
from ledger.store import Ledger, UnreadRun


@dataclass(frozen=True)
class Enrolled:
    """
    The pupils of a school, from their streams.

    ``throughout`` are on roll on every day asked about; ``spells`` are those of the others.
    """

    throughout: frozenset[PupilId]
    spells: Mapping[PupilId, tuple[Spell, ...]] = field(default_factory=dict)
    born: Mapping[PupilId, dt.date] = field(default_factory=dict)

    @classmethod
    def read(cls, ledger: Ledger, upto: int, first: dt.date, last: dt.date) -> "Enrolled":
        """As at an entry. Only who did more than be admitted once is folded event by event."""
        spells: dict[PupilId, tuple[Spell, ...]] = {}
        born: dict[PupilId, dt.date] = {}
        busy: set[str] = set()
        for stream, _, runs in ledger.columns("pupil/", "pupil0", upto):
            pupil = int(stream.removeprefix("pupil/"))
            if pupil in spells or not _only_admitted(runs):
                busy.add(stream)
            run = runs[0]
            if run.topic == PupilAdmitted.TOPIC:
                spells[pupil] = (Spell(dt.date.fromisoformat(run.column("starts")[0])),)
                born[pupil] = dt.date.fromisoformat(run.column("born")[0])
        for stream in busy:
            events = [recorded.event for recorded in ledger.stream(stream, upto)]
            for known in Roll.fold(events).pupils.values():  # type: ignore[arg-type]
                spells[known.id], born[known.id] = known.spells, known.born
        throughout = frozenset(
            pupil for pupil, theirs in spells.items() if any(_holds(s, first, last) for s in theirs)
        )
        return cls(throughout, spells, born)

    def on_roll(self, pupil: PupilId, day: dt.date) -> bool:
        """Whether a pupil is on roll on one of the days asked about."""
        if pupil in self.throughout:
            return True
        return any(spell.holds(day) for spell in self.spells.get(pupil, ()))


def _only_admitted(runs: tuple[UnreadRun, ...]) -> bool:
    return len(runs) == 1 and runs[0].topic == PupilAdmitted.TOPIC and runs[0].count == 1


def _holds(spell: Spell, first: dt.date, last: dt.date) -> bool:
    return spell.holds(first) and spell.holds(last)
