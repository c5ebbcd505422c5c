"""Opening a school from one description, and bringing it up to a later one."""

import datetime as dt

import pytest

from commands.open_school import Delegation, Member, OpenSchool, Pack, Times, Year
from ledger.events import (
    CalendarSet,
    Delegated,
    Event,
    PolicyAdopted,
    RegisterTimesSet,
    SchoolOpened,
    StaffAppointed,
)
from ledger.refusals import NotLower, NotPermitted, UnknownPerson
from ledger.school import School
from tests.given import AUTUMN, HEAD, OFFICE, SUMMER, Told, ask, at, decide

PACKS = (Pack(pack="local_authorities/cornwall", starts=dt.date(2023, 9, 1)),)
YEARS = (Year(school_year="2023/24", half_terms=(SUMMER,)),)
TIMES = (
    Times(
        starts=dt.date(2023, 9, 1), am_opens=dt.time(8, 45), am_closes=dt.time(9),
        pm_opens=dt.time(13), pm_closes=dt.time(13, 15),
    ),
)  # fmt: skip


def member(person, role):
    said = {"staff": person.id, "name": person.name, "position": person.position}
    return Member(**said, roles=(role,), starts=dt.date(2020, 9, 1))


STAFF = (member(HEAD, "head"), member(OFFICE, "office"))
DELEGATIONS = (Delegation(act="declare-closure", delegate="office", starts=dt.date(2024, 9, 9)),)


def opening(by=HEAD, **changes):
    said = {
        "urn": 123456, "name": "Trelights", "phase": "primary", "local_authority": "Cornwall",
        "packs": PACKS, "years": YEARS, "times": TIMES, "staff": STAFF,
        "delegations": DELEGATIONS, **changes,
    }  # fmt: skip
    return ask(OpenSchool, by, at(), **said)


def opened(command, *before: Event):
    return decide(command, Told(list(before)))[0]


def test_everything_described_is_recorded_and_signed():
    events = opened(opening())

    assert [type(event) for event in events] == [
        SchoolOpened,
        PolicyAdopted,
        CalendarSet,
        RegisterTimesSet,
        StaffAppointed,
        StaffAppointed,
        Delegated,
    ]
    assert {event.made_by for event in events} == {HEAD}


def test_the_school_that_results():
    school = School.fold(opened(opening()))

    assert school.calendar.is_school_day(dt.date(2024, 6, 3))
    assert school.rules_on(dt.date(2024, 7, 1)).penalty.threshold["sessions"] == 12
    assert school.person_on("office", dt.date(2024, 9, 9)).position == OFFICE.position


def test_the_same_description_again_records_nothing():
    assert opened(opening(), *opened(opening())) == []


def test_next_years_calendar_is_added_and_nothing_else():
    years = (*YEARS, Year(school_year="2024/25", half_terms=(AUTUMN,)))
    (event,) = opened(opening(years=years), *opened(opening()))

    assert event.school_year == "2024/25"


def test_a_calendar_put_back_as_it_was_is_recorded_again():
    """The later one stands, so going back is a change too."""
    first = opened(opening())
    changed = (Year(school_year="2023/24", half_terms=(SUMMER,), inset=(dt.date(2024, 6, 3),)),)
    second = opened(opening(years=changed), *first)

    assert [e.inset for e in opened(opening(), *first, *second)] == [()]


def test_a_stranger_opens_nothing():
    told = Told([])
    with pytest.raises(UnknownPerson):
        decide(opening(staff=STAFF[1:]), told)


def test_staff_and_roles_are_not_changed_by_everybody():
    with pytest.raises(NotPermitted):
        opened(opening(by=OFFICE), *opened(opening()))


def test_a_pack_below_the_law_opens_nothing():
    low = """
[pack]
title = "Low"
layer = "school"
lies_over = "england"
adopted = 2024-09-01

[retention.entry.values.2024-09-01]
value = 1
confirmed = 2024-09-01
reference = "Low, s. 1"
"""
    with pytest.raises(NotLower):
        opened(opening(packs=(Pack(pack="low", starts=dt.date(2024, 9, 1), text=low),)))
