"""What a school has decided for itself, as it stands: calendar, policy, times, staff, closures."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar, assert_never

from ledger.calendar import Calendar, london
from ledger.events import (
    CalendarSet,
    ClosureDeclared,
    ClosureWithdrawn,
    Delegated,
    PolicyAdopted,
    RegisterTimesSet,
    SchoolOpened,
    StaffAppointed,
    StaffLeft,
)
from ledger.kinds import GroupId, Half, Person, Session, StaffId, Urn
from ledger.policy import Policy, PolicyDay, lay_over, load, load_text

LaterEvents = (
    PolicyAdopted
    | CalendarSet
    | RegisterTimesSet
    | StaffAppointed
    | StaffLeft
    | Delegated
    | ClosureDeclared
    | ClosureWithdrawn
)
SchoolEvents = SchoolOpened | LaterEvents
SCHOOL_EVENTS = (
    SchoolOpened,
    PolicyAdopted,
    CalendarSet,
    RegisterTimesSet,
    StaffAppointed,
    StaffLeft,
    Delegated,
    ClosureDeclared,
    ClosureWithdrawn,
)


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff as held on one day: position, roles, classes."""

    id: StaffId
    name: str
    position: str
    roles: tuple[str, ...]
    groups: tuple[GroupId, ...] = ()

    @property
    def person(self) -> Person:
        """What the ledger copies into every entry that this person makes."""
        return Person(id=self.id, name=self.name, position=self.position)


@dataclass(frozen=True)
class School:
    """
    A school and what it decided. ``closures`` are those that stand, by their number.

    Built once and asked often: the calendar and the policy are made on first use.
    """

    urn: Urn
    name: str
    phase: str
    local_authority: str
    trust: str | None = None
    calendars: tuple[CalendarSet, ...] = ()
    times: tuple[RegisterTimesSet, ...] = ()
    packs: tuple[PolicyAdopted, ...] = ()
    appointments: tuple[StaffAppointed, ...] = ()
    departures: tuple[StaffLeft, ...] = ()
    delegations: tuple[Delegated, ...] = ()
    closures: Mapping[int, ClosureDeclared] = field(default_factory=dict)
    closures_declared: int = 0
    opened_on: dt.date | None = None

    @classmethod
    def fold(cls, events: Iterable[SchoolEvents]) -> "School":
        """The school that events in their order make; the first one opens it."""
        school: School | None = None
        for event in events:
            school = evolve(school, event)
        assert school is not None, "no event opened the school"
        return school

    @cached_property
    def calendar(self) -> Calendar:
        """The sessions as planned; closures declared later lie over it (``meeting``)."""
        return Calendar.of(self.calendars)

    @cached_property
    def meeting(self) -> Calendar:
        """The sessions at which the school met or will meet: planned, without closures."""
        return self.calendar.without(self.closures.values())

    @cached_property
    def policy(self) -> Policy:
        """The packs adopted, each from its day, over the law of England."""
        packs = [(pack.starts, read_pack(pack)) for pack in self.packs]
        return lay_over(packs, refuse=False)  # what was once adopted can always be read

    def under(self, policy: Policy) -> "School":
        """The same school had it worked under another policy: for what is asked, never kept."""
        other = replace(self)
        other.__dict__["policy"] = policy  # in the place of what the packs adopted come to
        return other

    def rules_on(self, day: dt.date) -> PolicyDay:
        """The rules in force at this school on a day."""
        return self.policy.on(day)

    def times_on(self, day: dt.date) -> RegisterTimesSet | None:
        """The register times of a day: the latest that began by then."""
        begun = [times for times in self.times if times.starts <= day]
        return (
            max(enumerate(begun), key=lambda pair: (pair[1].starts, pair[0]))[1] if begun else None
        )

    def person_on(self, staff: StaffId, day: dt.date) -> Staff | None:
        """Somebody as held on a day; ``None`` before the first appointment and after leaving."""
        held = (one for one in self.appointments if one.staff == staff and one.starts <= day)
        latest = _latest(held)
        if latest is None:
            return None
        for gone in self.departures:
            if gone.staff == staff and latest.starts <= gone.last_day < day:
                return None
        return Staff(staff, latest.name, latest.position, latest.roles, latest.groups)

    def delegated(self, act: str, delegate: StaffId, day: dt.date) -> tuple[Delegated, ...]:
        """The delegations of an act to a person that are in force on a day."""
        return tuple(
            one
            for one in self.delegations
            if one.act == act
            and one.delegate == delegate
            and one.starts <= day
            and (one.ends is None or day <= one.ends)
        )

    def closure_of(self, session: Session, group: GroupId) -> ClosureDeclared | None:
        """The standing closure, latest first, that a class falls under at a session."""
        for closure in reversed(tuple(self.closures.values())):
            if closure.first <= session <= closure.last and (
                closure.groups is None or group in closure.groups
            ):
                return closure
        return None


Dated = TypeVar("Dated", RegisterTimesSet, StaffAppointed)


def _latest(begun: Iterable[Dated]) -> Dated | None:
    """The one that began last; of those that began on one day, the one said last."""
    latest: Dated | None = None
    for one in begun:
        if latest is None or one.starts >= latest.starts:
            latest = one
    return latest


def read_pack(adopted: PolicyAdopted) -> Policy:
    """The pack as adopted: from the school's own text where it brought one."""
    if adopted.text is not None:
        return load_text(adopted.text, adopted.pack, refuse=False)
    return load(adopted.pack)


def window(times: RegisterTimesSet, half: Half) -> tuple[dt.time, dt.time]:
    """When the taking of the register of a half-day begins and ends, London times."""
    if half == "AM":
        return times.am_opens, times.am_closes
    return times.pm_opens, times.pm_closes


def evolve(school: School | None, event: SchoolEvents) -> School:
    """
    Fold one event into the school.

    It refuses nothing: what is in the ledger happened, whatever the rules say now.
    """
    if isinstance(event, SchoolOpened):
        return _opened(school, event)
    assert school is not None, "the school was never opened"
    return replace(school, **_changed(school, event))


def _opened(school: School | None, event: SchoolOpened) -> School:
    names = ("urn", "name", "phase", "local_authority", "trust")
    said: dict[str, Any] = {name: getattr(event, name) for name in names}
    if school is not None:
        return replace(school, **said)
    return School(**said, opened_on=london(event.made_at).date())


def _changed(school: School, event: LaterEvents) -> dict[str, Any]:
    """The fields that an event changes."""
    match event:
        case PolicyAdopted():
            changed: dict[str, Any] = {"packs": (*school.packs, event)}
        case CalendarSet():
            changed = {"calendars": (*school.calendars, event)}
        case RegisterTimesSet():
            changed = {"times": (*school.times, event)}
        case StaffAppointed():
            changed = {"appointments": (*school.appointments, event)}
        case StaffLeft():
            changed = {"departures": (*school.departures, event)}
        case Delegated():
            changed = {"delegations": (*school.delegations, event)}
        case ClosureDeclared():
            closures = {**school.closures, event.closure: event}
            declared = max(school.closures_declared, event.closure)
            changed = {"closures": closures, "closures_declared": declared}
        case ClosureWithdrawn():
            standing = {k: v for k, v in school.closures.items() if k != event.closure}
            changed = {"closures": standing}
        case _:
            assert_never(event)
    return changed
