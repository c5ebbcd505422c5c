"""What an unexplained absence asks for: the clock of an N, calls, the steps policy names next."""

import datetime as dt

import pytest

from ledger.absence import Spell
from ledger.events import (
    AbsenceEscalated,
    AbsenceReported,
    CalendarSet,
    ContactAttempted,
    PolicyAdopted,
)
from ledger.following_up import counted, follow_ups, next_steps, resolution
from ledger.kinds import Session
from ledger.policy import load
from ledger.school import School
from tests.given import AMY, MADE, MONDAY, SCHOOL, at, half_term

DAY = dt.timedelta(days=1)
TUESDAY, WEDNESDAY = MONDAY + DAY, MONDAY + 2 * DAY
NCLT, MANOR = "trusts/nclt_2023", "trusts/manor_2024"
AUTUMN = CalendarSet(
    school_year="2024/25",
    half_terms=(
        half_term("Autumn", 1, "2024-09-02", "2024-10-25"),
        half_term("Autumn", 2, "2024-11-04", "2024-12-20"),
    ),
    inset=("2024-09-02", "2024-11-04"),
    **MADE,
)
OF = {"pupil": AMY, "first": MONDAY, **MADE}
CONTACTS = ["parent-1", "parent-2"]


def school(pack=None):
    starts = "2023-07-21" if pack == NCLT else "2024-08-19"
    packs = [PolicyAdopted(pack=pack, starts=starts, sha256="0" * 64, **MADE)] if pack else []
    return School.fold([*SCHOOL, AUTUMN, *packs])


def n(*days, halves=("AM", "PM"), code="N"):
    return {Session(day, half): code for day in days for half in halves}


def reported(ends, received):
    return AbsenceReported(
        **OF, parent="parent-1", reason="Ill", starts=MONDAY, ends=ends, received_at=received,
        channel="phone",
    )  # fmt: skip


def tried(contact="parent-1", outcome="no answer", when=None):
    said = {"contact": contact, "channel": "phone", "outcome": outcome}
    return ContactAttempted(**OF, tried_at=when or at("09:40"), **said)


def escalated(kind):
    return AbsenceEscalated(**OF, kind=kind, reason="No answer", done_at=at("14:00"))


def spell(*events):
    return Spell.fold(MONDAY, events)


# --- the clock ----------------------------------------------------------------------


def test_every_day_from_the_session_to_past_its_last():
    """The weekend counts for nothing; 0 is the last day, and then it is over."""
    clock = {
        day: resolution(Session(MONDAY, "AM"), school(), MONDAY + day * DAY) for day in range(9)
    }

    assert [clock[day].left for day in range(9)] == [5, 4, 3, 2, 1, 1, 1, 0, -1]
    assert [clock[day].proposed for day in range(9)] == [False] * 7 + [True, True]
    assert [clock[day].overdue for day in range(9)] == [False] * 8 + [True]


def test_half_term_and_inset_lie_between():
    found = resolution(Session(dt.date(2024, 10, 23), "AM"), school(), dt.date(2024, 11, 4))
    assert (found.resolve_by, found.left) == (dt.date(2024, 11, 7), 3)


def test_past_the_end_of_the_calendar_there_is_no_last_day():
    found = resolution(Session(dt.date(2024, 12, 19), "AM"), school(), dt.date(2024, 12, 20))
    assert (found.resolve_by, found.left, found.proposed) == (None, None, False)


@pytest.mark.parametrize(
    ("day", "unit", "becomes"),
    [("2024-08-16", "working days", "O"), ("2024-08-19", "school days", "O")],
)
def test_the_rule_is_that_of_the_day_of_the_session(day, unit, becomes):
    session = Session(dt.date.fromisoformat(day), "AM")
    found = resolution(session, school(NCLT), session.date)
    assert unit in found.reason
    assert found.unit == unit
    assert found.becomes == becomes


def test_asked_under_another_policy_it_is_that_policys_clock():
    session = Session(dt.date(2024, 8, 9), "AM")
    assert resolution(session, school(), session.date).left is None
    assert resolution(session, school(), session.date, load(NCLT)).left == 5


@pytest.mark.parametrize(
    ("unit", "count"),
    [("days", 7), ("weeks", 1), ("school days", 5), ("working days", 5), ("school weeks", 1)],
)
def test_counting_both_ways(unit, count):
    calendar, later = school().meeting, MONDAY + 7 * DAY
    assert counted(calendar, MONDAY, later, unit) == count
    assert counted(calendar, later, MONDAY, unit) == -count


# --- calls --------------------------------------------------------------------------


def calls(absent, *events, pack=MANOR, now=None, on=MONDAY):
    found = follow_ups(
        AMY, absent, [spell(*events)], school=school(pack), now=now or at("10:00", on), on=on
    )
    return [(one.day, one.call, one.call_state) for one in found]


@pytest.mark.parametrize("pack", [NCLT, MANOR])
@pytest.mark.parametrize(
    ("time", "state"), [("10:00", "due"), ("13:00", "due"), ("13:01", "overdue")]
)
def test_the_first_call_is_made_in_the_morning_of_the_first_day(pack, time, state):
    assert calls(n(MONDAY), pack=pack, now=at(time)) == [(MONDAY, "first-day call", state)]


@pytest.mark.parametrize(
    ("absent", "call"),
    [
        (n(MONDAY, TUESDAY), "repeat call"),
        ({**n(MONDAY, code="O"), **n(TUESDAY)}, "repeat call"),
        (n(TUESDAY), "first-day call"),
    ],
)
def test_each_further_day_without_a_reason_asks_for_another_call(absent, call):
    assert calls(absent, on=TUESDAY)[-1] == (TUESDAY, call, "due")


def test_over_a_weekend_it_is_still_a_further_day():
    friday = MONDAY - 3 * DAY
    assert calls(n(friday, MONDAY))[-1][1] == "repeat call"


def test_a_call_made_that_day_is_done_whoever_answered():
    assert calls(n(MONDAY, TUESDAY), tried(), now=at("14:00", TUESDAY), on=TUESDAY) == [
        (MONDAY, "first-day call", "done"),
        (TUESDAY, "repeat call", "due"),
    ]


@pytest.mark.parametrize(("pack", "state"), [(NCLT, "not wanted"), (MANOR, "due")])
def test_where_a_day_of_return_suffices_no_call_is_wanted_until_then(pack, state):
    told = reported(WEDNESDAY, at("08:30"))
    assert calls(n(MONDAY, TUESDAY), told, pack=pack, on=TUESDAY) == [
        (MONDAY, "first-day call", "not wanted"),
        (TUESDAY, "first-day call", state),
    ]


def test_without_a_policy_no_call_is_asked_for():
    assert calls(n(MONDAY), pack=None) == [(MONDAY, "first-day call", "not wanted")]


def test_the_halves_that_stand_as_n():
    absent = {**n(MONDAY, halves=("AM",), code="O"), **n(MONDAY, halves=("PM",))}
    (found,) = follow_ups(AMY, absent, [], school=school(), now=at("15:00"), on=MONDAY)
    assert found.halves == ("PM",)


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (None, "overdue"),
        (Session(MONDAY, "AM"), "overdue"),
        (Session(TUESDAY, "AM"), "not wanted"),
    ],
)
def test_once_the_pupil_attended_again_no_call_is_wanted(seen, state):
    """Present in the morning and gone in the afternoon is not seen since."""
    absent = n(MONDAY, halves=("PM",))
    (found,) = follow_ups(
        AMY, absent, [], school=school(NCLT), now=at("15:00", TUESDAY), on=TUESDAY, seen=seen
    )
    assert found.call_state == state


# --- what comes next ----------------------------------------------------------------


def steps(*events, pack=MANOR, days=1):
    return [
        one.what
        for one in next_steps(spell(*events), CONTACTS, days, school(pack).rules_on(MONDAY))
    ]


def test_every_emergency_contact_is_tried():
    assert steps() == ["try parent-1", "try parent-2"]
    assert steps(tried()) == ["try parent-2"]


ALL = [tried("parent-1"), tried("parent-2", "message left")]


@pytest.mark.parametrize(
    ("pack", "done", "named"),
    [
        (NCLT, [], ["police"]),
        (NCLT, ["police"], []),
        (MANOR, [], ["home visit"]),
        (MANOR, ["home visit"], ["MASH"]),
        (MANOR, ["home visit", "MASH"], []),
        (None, [], []),
    ],
)
def test_where_nobody_is_reached_policy_names_the_next_step(pack, done, named):
    assert steps(*ALL, *map(escalated, done), pack=pack) == named


def test_once_somebody_is_reached_or_the_school_was_told_nothing_more_is_named():
    assert steps(tried(outcome="reached")) == []
    assert steps(*ALL, reported(MONDAY, at("11:00"))) == []


@pytest.mark.parametrize(
    ("pack", "named"),
    [
        (NCLT, ["education welfare officer"]),
        (MANOR, ["education welfare officer", "youth offending team", "support", "wider partner"]),
    ],
)
def test_on_the_second_day_the_school_considers_whom_to_involve(pack, named):
    assert steps(tried(outcome="reached"), pack=pack, days=1) == []
    assert steps(tried(outcome="reached"), pack=pack, days=2) == named


def test_every_step_names_its_clause():
    rules = school(NCLT).rules_on(MONDAY)
    assert {one.clause for one in next_steps(spell(*ALL), CONTACTS, 2, rules)} == {
        "NCLT attendance policy (July 2023) s. 4.5"
    }
