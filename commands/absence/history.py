"""What is known of a pupil's absence around a day: spells followed up, and the entries."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import dropwhile
from typing import Any

from commands.states import States
from ledger.absence import Spell
from ledger.events import Event
from ledger.events.absence import AbsenceEvent
from ledger.events.register import SheetEvent
from ledger.kinds import Code, GroupId, Session
from ledger.roll import Pupil
from ledger.school import School


@dataclass(frozen=True, slots=True)
class Placed:
    """The entry of a pupil that stands for a session, and the sheet it stands on."""

    group: GroupId
    code: Code
    version: int


@dataclass(frozen=True)
class History:
    """
    A pupil's spells by their first day, and the entries of the sessions an act is about.

    ``first`` is the first day of the spell the act belongs to; ``pupil`` is ``None`` for one
    whom the school does not know.
    """

    pupil: Pupil | None
    first: dt.date
    spells: Mapping[dt.date, Spell] = field(default_factory=dict)
    entries: Mapping[Session, Placed] = field(default_factory=dict)

    @property
    def spell(self) -> Spell:
        """The spell the act belongs to, empty where the act opens it."""
        return self.spells.get(self.first) or Spell(self.first)

    def requiring(self, day: dt.date) -> Spell | None:
        """The standing requirement of evidence in force on a day."""
        return next((one for one in self.spells.values() if one.requires_on(day)), None)

    def expect(self, events: Iterable[Event]) -> dict[str, int]:
        """The version of each stream that events decided on this would be added to."""
        found: dict[str, int] = {}
        for event in events:
            if isinstance(event, AbsenceEvent):
                spell = self.spells.get(event.first)
                found.setdefault(event.stream, spell.version if spell else 0)
            elif isinstance(event, SheetEvent):
                found.setdefault(event.stream, self.entries[event.session].version)
        return found


def history(states: States, written: str, day: dt.date, upto: dt.date | None = None) -> History:
    """
    A pupil's absence around ``day``: entries from the first day of the spell up to ``upto``.

    Sheets are read one by one, as far back as the absence is unbroken.
    """
    pupil = states.roll.find(written)
    if pupil is None:
        return History(None, day)
    spells = spells_of(states, pupil)
    read: dict[Session, Placed | None] = {}

    def placed(session: Session) -> Placed | None:
        if session not in read:
            read[session] = _placed(states, pupil, session)
        return read[session]

    first = first_day(day, spells, states.school, placed)
    for session in states.school.calendar.sessions(min(first, day), upto or day):
        placed(session)
    return History(pupil, first, spells, {at: one for at, one in read.items() if one})


def spells_of(states: States, pupil: Pupil) -> dict[dt.date, Spell]:
    """Every spell of a pupil by its first day."""
    streams: Mapping[str, list[Any]] = states.under(f"absence/{pupil.id}/")
    firsts = {dt.date.fromisoformat(stream.rsplit("/", 1)[1]): stream for stream in streams}
    return {first: Spell.fold(first, streams[stream]) for first, stream in sorted(firsts.items())}


def _placed(states: States, pupil: Pupil, session: Session) -> Placed | None:
    group = pupil.group_on(session.date)
    if group is not None:
        sheet, version = states.sheet(session, group)
        code = sheet.code_of(pupil.id)
        if code is not None:
            return Placed(group, code, version)
    if len({place.group for place in pupil.places}) == 1 and group is not None:
        return None
    elsewhere = states.group_holding(session, pupil.id)
    if elsewhere is None:
        return None
    sheet, version = states.sheet(session, elsewhere)
    code = sheet.code_of(pupil.id)
    return None if code is None else Placed(elsewhere, code, version)


Read = Callable[[Session], Placed | None]


def first_day(day: dt.date, spells: Mapping[dt.date, Spell], school: School, read: Read) -> dt.date:
    """
    The first day of the spell of absence that a day belongs to.

    The spell followed up last, unless the pupil attended since; else a new one, which begins
    where the unbroken absence did.
    """
    begun = [first for first, one in spells.items() if one.followed_up and first <= day]
    if begun and not _attended_between(max(begun), day, school, read):
        return max(begun)
    while True:
        before = school.calendar.add_school_days(day, -1)
        if before is None or not _absent_all(before, school, read):
            return day
        day = before


def _attended_between(first: dt.date, day: dt.date, school: School, read: Read) -> bool:
    """Whether the pupil attended after the spell's first absence and before the day."""
    sessions = school.calendar.sessions(first, day - dt.timedelta(days=1))
    since = dropwhile(lambda session: attended(session, school, read(session)), sessions)
    return any(attended(session, school, read(session)) for session in since)


def _absent_all(day: dt.date, school: School, read: Read) -> bool:
    """Whether the pupil has entries on a day, and all of them are of absence."""
    found = [(at, one) for at in school.calendar.sessions(day, day) if (one := read(at))]
    return bool(found) and all(
        counts_as(at, school, one).endswith("authorised") and not attended(at, school, one)
        for at, one in found
    )


def attended(session: Session, school: School, entry: Placed | None) -> bool:
    """Whether an entry says that the pupil was there, or came before the session's end (U)."""
    row = school.rules_on(session.date).codes.known(entry.code) if entry else None
    return row is not None and (row.statistical in ("present", "attending elsewhere") or row.late)


def counts_as(session: Session, school: School, entry: Placed) -> str:
    """How an entry counts under the codes of its day."""
    row = school.rules_on(session.date).codes.known(entry.code)
    return row.statistical if row else ""
