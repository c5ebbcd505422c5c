"""Given what happened, when somebody asks, then this is recorded, or this is refused.

A school whose summer term, invented, runs over 19 August 2024, so that every rule dated that
day can be tested on the school day before and the day.
"""

import datetime as dt
from dataclasses import dataclass, field
from itertools import count

import pytest

from commands.handle import decide
from commands.states import Entered
from ledger.calendar import instant
from ledger.events import (
    CalendarSet,
    Event,
    MarkRecorded,
    PupilAdmitted,
    RegisterTimesSet,
    SchoolOpened,
    StaffAppointed,
    Term,
)
from ledger.events.register import SheetEvent
from ledger.kinds import Person, Session
from ledger.leave import LEAVE_EVENTS, Leaves
from ledger.register import Sheet
from ledger.roll import ROLL_EVENTS, Roll
from ledger.school import SCHOOL_EVENTS, School

FRIDAY_BEFORE = dt.date(2024, 8, 16)  # the last school day under the codes of 2006
MONDAY_OF_CHANGE = dt.date(2024, 8, 19)
MONDAY = dt.date(2024, 9, 9)
AM, PM = Session(MONDAY, "AM"), Session(MONDAY, "PM")
AMY, BEN, CAI = 1, 2, 3  # Cai, in the nursery, is not of compulsory school age
UPN = {AMY: "A100000001", BEN: "A100000002", CAI: "A100000003"}

HEAD = Person(id="head", name="Morwenna Pascoe", position="Headteacher")
OFFICE = Person(id="office", name="Jory Tregear", position="School administrator")
TEACHER = Person(id="t4b", name="Elowen Rowe", position="Class teacher")
AUDITOR = Person(id="audit", name="Perran Bolitho", position="Auditor")
ROLES = {"head": "head", "office": "office", "t4b": "teacher", "audit": "auditor"}
_keys = count(1)


def at(time: str = "08:50", day: dt.date = MONDAY) -> dt.datetime:
    """A moment, told by London's clocks."""
    return instant(day, dt.time.fromisoformat(time))


MADE = {"made_by": HEAD, "made_at": at("09:00", dt.date(2024, 6, 3))}


def half_term(term: str, half: int, starts: str, ends: str) -> Term:
    return Term(term=term, half=half, starts=starts, ends=ends)


SUMMER = half_term("Summer", 2, "2024-06-03", "2024-08-23")
AUTUMN = half_term("Autumn", 1, "2024-09-02", "2024-10-25")
CALENDAR = [
    CalendarSet(school_year="2023/24", half_terms=(SUMMER,), **MADE),
    CalendarSet(school_year="2024/25", half_terms=(AUTUMN,), inset=("2024-09-02",), **MADE),
]
TIMES = RegisterTimesSet(
    starts="2023-09-01", arrive_by="08:40", am_opens="08:45", am_closes="09:00",
    pm_opens="13:00", pm_closes="13:15", **MADE,
)  # fmt: skip


def staff(person: Person, starts: str = "2020-09-01") -> StaffAppointed:
    groups = ("4B",) if person is TEACHER else ()
    return StaffAppointed(
        staff=person.id, name=person.name, position=person.position,
        roles=(ROLES[person.id],), groups=groups, starts=starts, **MADE,
    )  # fmt: skip


def admitted(pupil: int, group: str, born: str, starts: str = "2022-09-01") -> PupilAdmitted:
    forename = {AMY: "Amy", BEN: "Ben", CAI: "Cai"}[pupil]
    return PupilAdmitted(
        pupil=pupil, upn=UPN[pupil], surname="Penrose", forename=forename, born=born,
        year_group="4" if group == "4B" else "N", group=group, starts=starts, **MADE,
    )  # fmt: skip


OPENED = SchoolOpened(
    urn=123456, name="Trelights", phase="primary", local_authority="Cornwall", **MADE
)
SCHOOL = [OPENED, *CALENDAR, TIMES, *map(staff, (HEAD, OFFICE, TEACHER, AUDITOR))]
ROLL = [
    admitted(AMY, "4B", "2015-10-01"),
    admitted(BEN, "4B", "2015-11-01"),
    admitted(CAI, "NU", "2020-10-01", "2024-01-08"),
]


def recorded(
    code: str, session: Session = AM, pupil: int = AMY, group: str = "4B", **said: object
) -> MarkRecorded:
    made = {"made_by": TEACHER, "made_at": at("08:50", session.date)}
    return MarkRecorded(session=session, group=group, pupil=pupil, code=code, **made, **said)


def ask(kind, /, by: Person = OFFICE, when: dt.datetime | None = None, **fields):
    """A command, signed."""
    return kind(by=by.id, at=when or at(), key=f"key-{next(_keys)}", **fields)


def week(marks: str, monday: dt.date = MONDAY) -> list[tuple[Session, str]]:
    r"""The marks of a week as a page of the register has them: ``week(r"/\ /\ NN OO /\")``."""
    days = [(monday + dt.timedelta(days=n), day) for n, day in enumerate(marks.split())]
    halves = [
        (Session(day, half), both[i]) for day, both in days for i, half in ((0, "AM"), (1, "PM"))
    ]
    return [(session, code) for session, code in halves if code != "-"]


@dataclass
class Told:
    """The states that events make, as ``commands.states.States`` reads them from a ledger."""

    events: list[Event] = field(default_factory=list)

    def of(self, kinds) -> list[Event]:
        return [event for event in self.events if isinstance(event, kinds)]

    @property
    def school_if_open(self) -> School | None:
        return School.fold(self.of(SCHOOL_EVENTS)) if self.events else None

    @property
    def school(self) -> School:
        return School.fold(self.of(SCHOOL_EVENTS))

    @property
    def roll(self) -> Roll:
        return Roll.fold(self.of(ROLL_EVENTS))

    @property
    def leaves(self) -> Leaves:
        return Leaves.fold(self.of(LEAVE_EVENTS))

    def version(self, stream: str) -> int:
        return sum(event.stream == stream for event in self.events)

    def sheet(self, session: Session, group: str) -> tuple[Sheet, int]:
        of_sheet = [e for e in self.of(SheetEvent) if (e.session, e.group) == (session, group)]
        return Sheet.fold(of_sheet), len(of_sheet)

    def under(self, prefix: str) -> dict[str, list[Event]]:
        streams = sorted({e.stream for e in self.events if e.stream.startswith(prefix)})
        return {stream: [e for e in self.events if e.stream == stream] for stream in streams}

    @property
    def seen(self) -> int:
        return len(self.events)

    def entries_of(self, pupil: int, first: dt.date, last: dt.date) -> list[Entered]:
        found = {}
        for number, event in enumerate(self.events, 1):
            if isinstance(event, SheetEvent) and getattr(event, "pupil", None) == pupil:
                code = getattr(event, "amended", None) or getattr(event, "code", None)
                if code and first <= event.session.date <= last:
                    found[event.session] = Entered(event.session, event.group, code, number)
        return [found[session] for session in sorted(found)]

    def group_holding(self, session: Session, pupil: int) -> str | None:
        marks = self.of(MarkRecorded)
        held = [e.group for e in marks if (e.session, e.pupil) == (session, pupil)]
        return held[0] if held else None


class given:  # noqa: N801 - it reads as a sentence
    """``given(recorded("N")).when(ask(AmendMark, ...)).then(...)``, at the school above."""

    def __init__(self, *events: Event) -> None:
        self.told = Told([*SCHOOL, *ROLL, *events])
        self.command = None

    def when(self, command) -> "given":
        self.command = command
        return self

    @property
    def events(self) -> list[Event]:
        return list(decide(self.command, self.told)[0])

    def then(self, *expected: Event) -> None:
        assert self.events == list(expected)

    def then_nothing(self) -> None:
        assert self.events == []

    def then_refused(self, kind: type[Exception], *words: str) -> None:
        with pytest.raises(kind) as refused:
            decide(self.command, self.told)
        for word in words:
            assert word in str(refused.value)
