"""Amy, her two parents, her absences, and what may be done about them, under either policy."""

import datetime as dt

from commands.handle import decide
from commands.penalty.consider_penalty_notice import ConsiderPenaltyNotice
from commands.penalty.issue_penalty_notice import IssuePenaltyNotice
from commands.penalty.record_authority_check import RecordAuthorityCheck
from commands.penalty.record_awareness import RecordAwareness
from commands.penalty.record_service import RecordService
from ledger.events import (
    CalendarSet,
    Event,
    Parent,
    ParentsChanged,
    PolicyAdopted,
    StaffAppointed,
)
from ledger.kinds import Person, Session
from tests.given import AMY, HEAD, MADE, UPN, at, given, half_term, recorded

MOTHER, FATHER = "parent-1", "parent-2"
PARENTS = ParentsChanged(
    pupil=AMY,
    original=(),
    amended=(
        Parent(id=MOTHER, name="Wenna Penrose", lives_with=True),
        Parent(id=FATHER, name="Denzil Penrose", lives_with=False),
    ),
    reason="As the form says",
    **MADE,
)
YEARS = [
    CalendarSet(
        school_year="2024/25",
        half_terms=(
            half_term("Autumn", 1, "2024-09-02", "2024-12-20"),
            half_term("Spring", 1, "2025-01-06", "2025-04-04"),
            half_term("Summer", 1, "2025-04-22", "2025-07-22"),
        ),
        **MADE,
    ),
    CalendarSet(
        school_year="2027/28",
        half_terms=(half_term("Autumn", 1, "2027-09-01", "2027-12-17"),),
        **MADE,
    ),
]
DEPUTY = Person(id="deputy", name="Kensa Rowse", position="Deputy headteacher")
LEAD = Person(id="lead", name="Talan Hocking", position="Attendance lead")
ROLES = {"deputy": ("teacher",), "lead": ("attendance-officer",)}
MANOR, NCLT = "trusts/manor_2024", "trusts/nclt_2023"
ANSWERS = {1: "Yes: ten sessions", 2: "Yes", 3: "Support was offered and refused", 4: "No"}
FACTORS = {1: "Twelve sessions", 2: "A holiday in term time", 3: "No"}


def appointed(person: Person) -> StaffAppointed:
    return StaffAppointed(
        staff=person.id, name=person.name, position=person.position, roles=ROLES[person.id],
        groups=(), starts="2020-09-01", **MADE,
    )  # fmt: skip


def adopted(pack: str) -> PolicyAdopted:
    starts = {MANOR: "2024-08-19", NCLT: "2023-07-21"}[pack]
    return PolicyAdopted(pack=pack, starts=starts, sha256="0" * 64, **MADE)


def day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


def absent(first: str, count: int = 10, code: str = "G") -> list[Event]:
    """``count`` unauthorised sessions in a row, weekdays from ``first`` on."""
    found, one = [], day(first)
    while len(found) < count:
        if one.weekday() < 5:
            found += [Session(one, "AM"), Session(one, "PM")]
        one += dt.timedelta(days=1)
    return [recorded(code, session) for session in found[:count]]


SEPTEMBER = absent("2024-09-09")  # the threshold, on 13 September
MARCH = absent("2025-03-03")
JUNE = absent("2025-06-02")


class Story:
    """A ledger's events, and acts done one after another on them."""

    def __init__(self, *events: Event, pack: str | None = MANOR) -> None:
        packs = [adopted(pack)] if pack else []
        self.told = given(PARENTS, *YEARS, appointed(DEPUTY), appointed(LEAD), *packs, *events).told

    def does(self, kind, when: str, by: Person = HEAD, /, **fields) -> "Story":
        """An act that is done; what it records is there for the next."""
        self.told.events += self.would(kind, when, by, **fields)
        return self

    def would(self, kind, when: str, by: Person = HEAD, /, **fields) -> list[Event]:
        said = {"pupil": UPN[AMY], "by": by.id, "at": at("10:00", day(when)), **fields}
        command = kind(key=f"key-{len(self.told.events)}", **said)
        return decide(command, self.told)[0]

    def knows(self, *events: Event) -> "Story":
        self.told.events += events
        return self

    # --- the steps of the usual way ------------------------------------------------------

    def aware(self, on: str, parent: str | None = MOTHER) -> "Story":
        return self.does(RecordAwareness, on, parent=parent)

    def checked(self, on: str, parent: str = MOTHER, **said) -> "Story":
        said = {"answer": "No notice known", **said}
        return self.does(RecordAuthorityCheck, on, LEAD, parent=parent, **said)

    def issued(self, on: str, parent: str = MOTHER, **said) -> "Story":
        said = {"answers": ANSWERS, **said}
        return self.does(IssuePenaltyNotice, on, parent=parent, **said)

    def noticed(self, on: str, parent: str = MOTHER) -> "Story":
        """Aware, checked and issued on one day."""
        return self.aware(on, parent).checked(on, parent).issued(on, parent)

    def served(self, on: str, notice: int = 1, parent: str = MOTHER) -> "Story":
        said = {"parent": parent, "notice": notice, "method": "by hand"}
        return self.does(RecordService, on, **said)

    def decided(self, on: str, outcome: str, parent: str = MOTHER, **said) -> "Story":
        said = {"answers": ANSWERS, "reason": "As discussed", "outcome": outcome, **said}
        return self.does(ConsiderPenaltyNotice, on, parent=parent, **said)

    @property
    def last(self) -> Event:
        return self.told.events[-1]
