"""The admission register as it stands: who is on roll, when, and in which class."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, assert_never, get_args

from ledger.calendar.london import london
from ledger.events import (
    Parent,
    ParentsChanged,
    ParticularsChanged,
    PupilAdmitted,
    PupilFactRecorded,
    PupilLeft,
    PupilMoved,
)
from ledger.kinds import GroupId, PupilId

RollEvent = (
    PupilAdmitted | PupilMoved | ParticularsChanged | ParentsChanged | PupilLeft | PupilFactRecorded
)
ROLL_EVENTS = get_args(RollEvent)


@dataclass(frozen=True, slots=True)
class Spell:
    """A time on roll, both days in; ``entered_on`` and ``deleted_on``: when that was put down."""

    starts: dt.date
    last_day: dt.date | None = None
    entered_on: dt.date | None = field(default=None, compare=False)
    deleted_on: dt.date | None = field(default=None, compare=False)

    def holds(self, day: dt.date) -> bool:
        return self.starts <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Place:
    """The class and year group of a pupil from a day on."""

    starts: dt.date
    group: GroupId
    year_group: str


@dataclass(frozen=True)
class Pupil:
    """A pupil as the admission register has them: spells of enrolment and places in date order."""

    id: PupilId
    upn: str
    surname: str
    forename: str
    born: dt.date
    spells: tuple[Spell, ...]
    places: tuple[Place, ...]
    parents: tuple[Parent, ...] = ()
    facts: tuple[PupilFactRecorded, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.forename} {self.surname}"

    def on_roll(self, day: dt.date) -> bool:
        return any(spell.holds(day) for spell in self.spells)

    def why_off(self, day: dt.date) -> str:
        """Why the pupil is not on roll that day, to end a sentence with; "" if on roll."""
        if self.on_roll(day):
            return ""
        past = [spell for spell in self.spells if spell.starts <= day]
        if not past:
            return f"the starting day is {self.spells[0].starts}"
        return f"the last day on roll was {past[-1].last_day}"

    def place_on(self, day: dt.date) -> Place:
        """The class and year group held that day, or the first ones before any began."""
        held = [place for place in self.places if place.starts <= day]
        return held[-1] if held else self.places[0]

    def holds(self, fact: str, day: dt.date) -> bool:
        """Whether a recorded fact, such as an EHC plan, holds on a day."""
        held = (one for one in self.facts if one.fact == fact)
        return any(one.starts <= day and (one.ends is None or day <= one.ends) for one in held)

    def group_on(self, day: dt.date) -> GroupId | None:
        """The class that day; ``None`` when not on roll."""
        return self.place_on(day).group if self.on_roll(day) else None


@dataclass(frozen=True)
class Roll:
    """Every pupil the school ever admitted."""

    pupils: Mapping[PupilId, Pupil] = field(default_factory=dict)
    gone: PupilId = 0
    """The highest number of a pupil whose entries are gone: no number is given twice."""

    @classmethod
    def fold(cls, events: Iterable[RollEvent]) -> "Roll":
        return cls().following(events)

    def following(self, events: Iterable[RollEvent]) -> "Roll":
        """The roll after more events; many at once cost no more than each alone."""
        pupils = dict(self.pupils)
        for event in events:
            pupils[event.pupil] = _evolve_pupil(pupils.get(event.pupil), event)
        return Roll(pupils, self.gone)

    @property
    def next_id(self) -> PupilId:
        return max(self.gone, *self.pupils, 0) + 1

    def by_upn(self, upn: str) -> Pupil | None:
        return self._by_upn.get(upn)

    def find(self, written: str) -> Pupil | None:
        """The pupil meant by a UPN or by the school's own number."""
        found = self._by_upn.get(written)
        if found is None and written.isdecimal():
            found = self.pupils.get(int(written))
        return found

    def in_group(self, group: GroupId, day: dt.date) -> tuple[Pupil, ...]:
        """The pupils of a class on a day, in the order of their numbers."""
        return tuple(self._on(day)[1].get(group, ()))

    def groups(self, day: dt.date) -> tuple[GroupId, ...]:
        """The classes with at least one pupil on a day."""
        return tuple(sorted(self._on(day)[1]))

    def places(self, day: dt.date) -> Mapping[PupilId, GroupId]:
        """Who is on roll that day and in which class, in the order of their numbers."""
        return self._on(day)[0]

    def _on(self, day: dt.date) -> tuple[dict[PupilId, GroupId], dict[GroupId, list[Pupil]]]:
        turns = bisect_right(self.turning_days, day)
        if (found := self._placed.get(turns)) is None:
            found = {}, {}
            for one in sorted(self.pupils):
                if (group := self.pupils[one].group_on(day)) is not None:
                    found[0][one] = group
                    found[1].setdefault(group, []).append(self.pupils[one])
            self._placed[turns] = found
        return found

    @cached_property
    def turning_days(self) -> tuple[dt.date, ...]:
        """The days on which somebody joins, leaves or moves; between them nothing changes."""
        days: set[dt.date] = set()
        for pupil in self.pupils.values():
            days.update(place.starts for place in pupil.places)
            for spell in pupil.spells:
                days.add(spell.starts)
                if spell.last_day is not None:
                    days.add(spell.last_day + dt.timedelta(days=1))
        return tuple(sorted(days))

    @cached_property
    def _by_upn(self) -> Mapping[str, Pupil]:
        return {pupil.upn: pupil for pupil in self.pupils.values()}

    @cached_property
    def _placed(self) -> dict[int, tuple[dict[PupilId, GroupId], dict[GroupId, list[Pupil]]]]:
        return {}


def evolve(roll: Roll, event: RollEvent) -> Roll:
    """
    Fold one event into the roll.

    It refuses nothing: what is in the ledger happened, whatever the rules say now.
    """
    return roll.following([event])


def _evolve_pupil(pupil: Pupil | None, event: RollEvent) -> Pupil:
    if isinstance(event, PupilAdmitted):
        return _admitted(pupil, event)
    assert pupil is not None, f"pupil {event.pupil} was never admitted"
    match event:
        case PupilMoved():
            place = Place(event.starts, event.group, event.year_group)
            return replace(pupil, places=_placed(pupil.places, place))
        case PupilLeft():
            return replace(pupil, spells=_ending(pupil.spells, event.last_day, event))
        case ParentsChanged():
            return replace(pupil, parents=event.amended)
        case ParticularsChanged():
            return _particular(pupil, event)
        case PupilFactRecorded():
            said = (
                one for one in pupil.facts if (one.fact, one.starts) != (event.fact, event.starts)
            )
            return replace(pupil, facts=(*said, event))
        case _:
            assert_never(event)


def _admitted(pupil: Pupil | None, event: PupilAdmitted) -> Pupil:
    """A first admission, or the return of a pupil who had left."""
    entered = Spell(event.starts, entered_on=london(event.made_at).date())
    before = pupil.spells if pupil else ()
    places = pupil.places if pupil else ()
    return Pupil(
        id=event.pupil,
        upn=event.upn,
        surname=event.surname,
        forename=event.forename,
        born=event.born,
        spells=tuple(sorted((*before, entered), key=lambda spell: spell.starts)),
        places=_placed(places, Place(event.starts, event.group, event.year_group)),
        parents=event.parents,
        facts=pupil.facts if pupil else (),
    )


def _placed(places: tuple[Place, ...], new: Place) -> tuple[Place, ...]:
    others = (place for place in places if place.starts != new.starts)
    return tuple(sorted((*others, new), key=lambda place: place.starts))


def _ending(
    spells: tuple[Spell, ...], last_day: dt.date | None, event: RollEvent
) -> tuple[Spell, ...]:
    deleted_on = london(event.made_at).date() if last_day else None
    return (*spells[:-1], replace(spells[-1], last_day=last_day, deleted_on=deleted_on))


def _particular(pupil: Pupil, event: ParticularsChanged) -> Pupil:
    """A particular put right; one that the ledger does not compute with changes nothing here."""
    written = event.amended
    match event.particular:
        case "upn" | "surname" | "forename" as name:
            changed: dict[str, Any] = {name: written}
            return replace(pupil, **changed)
        case "date_of_birth":
            return replace(pupil, born=dt.date.fromisoformat(written))
        case "start_date":
            last = replace(pupil.spells[-1], starts=dt.date.fromisoformat(written))
            return replace(pupil, spells=(*pupil.spells[:-1], last))
        case "leaving_date":
            ended = dt.date.fromisoformat(written) if written else None
            return replace(pupil, spells=_ending(pupil.spells, ended, event))
        case _:
            return pupil
