"""Marks as they stand, each with what it counts as, moved on entry by entry."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ledger.events import (
    AmendmentObserved,
    CalendarSet,
    ClosureDeclared,
    ClosureWithdrawn,
    MarkAmended,
    MarkRecorded,
    PolicyAdopted,
    Recorded,
)
from ledger.kinds import PupilId, Session
from ledger.layers import covering, effective
from ledger.policy import Policy
from ledger.reckoning import NOTHING, Rates
from ledger.roll import ROLL_EVENTS
from ledger.school import SCHOOL_EVENTS, School
from ledger.school import evolve as evolve_school
from projections.context import Context, counts_of

Key = tuple[Session, PupilId]
_EVERYTHING = (PolicyAdopted, CalendarSet)


@dataclass
class CountedMarks:
    """
    The marks of some sessions, as at a moving entry.

    ``marks`` holds the class and the code entered of each pupil's session. What a mark counts
    as follows from the states of the same moment; so a closure or a leaving moves marks too.
    ``asked`` is a policy asked about in the place of those the school adopts.
    """

    first: dt.date
    last: dt.date
    context: Context
    asked: Policy | None = None
    marks: dict[Key, tuple[str, str]] = field(default_factory=dict)
    _of_pupil: dict[PupilId, set[Session]] = field(default_factory=lambda: defaultdict(set))
    _codes: dict[tuple[dt.date, str], Rates] = field(default_factory=dict)

    def put(self, key: Key, group: str, code: str) -> None:
        """Let a mark stand."""
        self.marks[key] = (group, code)
        self._of_pupil[key[1]].add(key[0])

    @property
    def school(self) -> School:
        """The school as at the entry reached."""
        return self.context.opened

    def counts(self, key: Key) -> Rates:
        """What a mark counts as: one session or none."""
        if key not in self.marks or not self.school.calendar.is_school_day(key[0].date):
            return NOTHING
        group, code = self.marks[key]
        session, pupil = key
        known = self.context.roll.pupils.get(pupil)
        on_roll = known is not None and known.on_roll(session.date)
        over = covering(self.school.closures.values(), session, group)
        counted = effective(code, over, on_roll).code
        return NOTHING if counted is None else self._counted(session.date, counted)

    def _counted(self, day: dt.date, code: str) -> Rates:
        found = self._codes.get((day, code))
        if found is None:
            said = counts_of(code, self.school.rules_on(day))
            found = Rates(
                said.possible, said.attended, said.authorised, said.unauthorised, said.late
            )
            self._codes[day, code] = found
        return found

    def follow(self, recorded: Recorded) -> Iterator[tuple[Key, str, Rates, Rates]]:
        """Take in one entry; each mark that it moves, with its class, and its counts twice."""
        touched = list(self._touched(recorded.event))
        before = [(self.marks.get(key, ("", ""))[0], self.counts(key)) for key in touched]
        self._take(recorded.event)
        for key, (was_in, was) in zip(touched, before, strict=True):
            group, now = self.marks.get(key, (was_in, ""))[0], self.counts(key)
            if was_in and was_in != group:  # entered again, on another class's sheet
                yield key, was_in, was, NOTHING
                yield key, group, NOTHING, now
            elif was != now:
                yield key, group, was, now

    def _touched(self, event: Any) -> Iterable[Key]:
        if isinstance(event, MarkRecorded | MarkAmended | AmendmentObserved):
            inside = self.first <= event.session.date <= self.last
            return [(event.session, event.pupil)] if inside else []
        if isinstance(event, ClosureDeclared | ClosureWithdrawn):
            closure = (
                event
                if isinstance(event, ClosureDeclared)
                else self.school.closures.get(event.closure)
            )
            if closure is None:
                return []
            return [key for key in self.marks if closure.first <= key[0] <= closure.last]
        if isinstance(event, _EVERYTHING):
            return list(self.marks)
        if isinstance(event, ROLL_EVENTS):
            return [(session, event.pupil) for session in self._of_pupil.get(event.pupil, ())]
        return []

    def _take(self, event: Any) -> None:
        if isinstance(event, MarkRecorded):
            if self.first <= event.session.date <= self.last:
                self.put((event.session, event.pupil), event.group, event.code)
        elif isinstance(event, MarkAmended | AmendmentObserved):
            key = (event.session, event.pupil)
            if key in self.marks:
                self.put(key, self.marks[key][0], event.amended)
        elif isinstance(event, SCHOOL_EVENTS):
            school = evolve_school(self.school, event)
            school = school.under(self.asked) if self.asked else school
            self.context = replace(self.context, school=school)
            if isinstance(event, _EVERYTHING):
                self._codes.clear()
        elif isinstance(event, ROLL_EVENTS):
            self.context = replace(self.context, roll=self.context.roll.following([event]))
