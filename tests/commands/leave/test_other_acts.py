"""Refusing, withdrawing, consulting, and agreeing a part-time timetable."""

import datetime as dt

import pytest

from ledger.events import ParticularsChanged, StaffLeft
from ledger.refusals import (
    CodeNotAllowed,
    CodeNotInForce,
    Forbidden,
    NotASchoolDay,
    NotPermitted,
    StepMissing,
    UnknownLeave,
    UnknownParent,
    UnknownPerson,
    UnknownPupil,
)
from tests.commands.leave.a_request import (
    AUNT,
    CEO,
    FATHER,
    ITS_CEO,
    MANOR,
    MORNINGS,
    MOTHER,
    NCLT,
    agree,
    at_school,
    consult,
    consulted,
    granted,
    nursery,
    refuse,
    refused,
    request,
    requested,
    session,
    withdraw,
    withdrawn,
)
from tests.given import CAI, HEAD, MADE, OFFICE, UPN, at, given

# --- refuse -------------------------------------------------------------------------------


def test_a_refusal_keeps_its_reason_and_the_facts_shown():
    found = at_school(MANOR, requested()).when(refuse(penalty_notice=True)).events[0]
    assert (found.reason, found.penalty_notice, found.figures.entry) == ("A holiday", True, 40)
    assert found.policy == "trusts/manor_2024 over england"


def test_refused_twice_for_one_reason_is_once():
    at_school(requested(), refused()).when(refuse()).then_nothing()
    assert at_school(requested(), refused()).when(refuse(reason="Exams")).events


def test_refusals_to_refuse_come_in_order():
    standing = (requested(), granted())
    at_school(*standing).when(refuse(OFFICE, leave=9)).then_refused(UnknownLeave, "1")
    at_school(*standing).when(refuse(OFFICE, reason="")).then_refused(NotPermitted)
    at_school(*standing).when(refuse(reason=" ")).then_refused(StepMissing)
    at_school(*standing).when(refuse()).then_refused(Forbidden, "withdraw-leave")


# --- withdraw -----------------------------------------------------------------------------


def test_leave_is_withdrawn_whole_or_from_a_day_on():
    standing = (requested(), granted())
    at_school(*standing).when(withdraw()).then(withdrawn().model_copy(update={"made_at": at()}))
    tuesday = at_school(*standing).when(withdraw(starts=dt.date(2024, 10, 8))).events[0]
    left = given(*standing, tuesday).told.leaves.requests[1].stands
    assert sorted(left) == [session("2024-10-07"), session("2024-10-07", "PM")]


def test_from_the_last_day_on_and_not_from_the_day_after():
    standing = (requested(), granted())
    assert at_school(*standing).when(withdraw(starts=dt.date(2024, 10, 9))).events
    at_school(*standing).when(withdraw(starts=dt.date(2024, 10, 10))).then_refused(Forbidden)


def test_withdrawn_twice_is_once_and_never_granted_is_refused():
    at_school(requested(), granted(), withdrawn()).when(withdraw()).then_nothing()
    at_school(requested()).when(withdraw()).then_refused(Forbidden, "never granted")
    at_school(requested(), granted()).when(withdraw(OFFICE)).then_refused(NotPermitted)


def test_given_again_after_it_was_withdrawn_it_stands_again():
    told = given(requested(), granted(), withdrawn(), granted()).told
    assert told.leaves.requests[1].standing == "granted"


# --- consult ------------------------------------------------------------------------------


def test_the_role_that_the_policy_asks_for_is_kept():
    found = at_school(MANOR, ITS_CEO, requested(purpose="other")).when(consult()).events[0]
    assert (found.consulted, found.role, found.consulted_on) == (CEO, "ceo", dt.date(2024, 9, 9))


def test_somebody_else_is_consulted_under_their_own_role():
    found = at_school(MANOR, requested(purpose="other")).when(consult(whom="office")).events[0]
    assert found.role == "office"


def test_consulting_is_refused_in_order():
    gone = StaffLeft(staff="ceo", last_day="2024-09-06", **MADE)
    standing = (MANOR, ITS_CEO, requested(), granted())
    at_school(*standing).when(consult(OFFICE, leave=9)).then_refused(UnknownLeave)
    at_school(*standing, gone).when(consult(OFFICE)).then_refused(UnknownPerson)
    at_school(*standing).when(consult(OFFICE)).then_refused(NotPermitted)
    tomorrow = dt.date(2024, 9, 10)
    at_school(*standing).when(consult(on=tomorrow)).then_refused(Forbidden, "later than today")
    at_school(*standing).when(consult()).then_refused(Forbidden, "before")
    at_school(MANOR, ITS_CEO, requested(), consulted()).when(consult()).then_nothing()


# --- part-time timetable --------------------------------------------------------------------


def test_leave_under_c2_for_the_sessions_not_attended():
    found = at_school().when(agree()).events[0]
    afternoons = tuple(session(f"2024-09-{day}", "PM") for day in (16, 17, 18, 19, 20))

    assert (found.code, found.sessions) == ("C2", afternoons)
    assert (found.leave, found.parent) == (1, MOTHER)


def test_it_takes_its_number_among_the_requests():
    assert at_school(requested()).when(agree()).events[0].leave == 2
    agreed = at_school().when(agree()).events
    assert at_school(*agreed).when(request()).events[0].leave == 2
    at_school(*agreed).when(agree()).then_nothing()


@pytest.mark.parametrize(("parent", "words"), [(FATHER, "says otherwise"), (AUNT, "does not say")])
def test_a_parent_the_pupil_normally_lives_with_agrees(parent, words):
    at_school().when(agree(parent=parent)).then_refused(Forbidden, "may not agree", words)


def test_only_at_compulsory_school_age():
    nursery().when(agree(pupil=UPN[CAI])).then_refused(CodeNotAllowed, "not of compulsory")


def test_throughout_and_not_only_on_the_first_day():
    """Cai, born on 1 October 2020, is of compulsory school age from 31 December 2025."""
    over = {"starts": dt.date(2024, 9, 16), "ends": dt.date(2024, 10, 25)}
    later = ParticularsChanged(
        pupil=CAI, particular="date_of_birth", original="2020-10-01", amended="2019-09-30",
        reason="A certificate", **MADE,
    )  # fmt: skip
    begins = agree(pupil=UPN[CAI], **over)
    nursery(later).when(begins).then_refused(CodeNotAllowed, "16 September 2024")


def test_c2_from_19_august_2024_and_not_on_the_friday_before():
    friday, monday = dt.date(2024, 8, 16), dt.date(2024, 8, 19)
    said = {"by": HEAD, "attends": MORNINGS}
    early = agree(starts=friday, ends=friday, review_on=friday, **said)
    at_school().when(early).then_refused(CodeNotInForce)
    assert at_school().when(agree(starts=monday, ends=monday, review_on=monday, **said)).events
    over = agree(starts=friday, ends=monday, review_on=monday, **said)
    at_school().when(over).then_refused(CodeNotInForce)


def test_the_whole_week_attended_is_no_part_time_timetable():
    every = tuple(
        one.model_copy(update={"half": half}) for one in MORNINGS for half in ("AM", "PM")
    )
    at_school().when(agree(attends=every)).then_refused(Forbidden, "nothing to agree")


WRONG = {
    "pupil": "A999999999",
    "parent": "parent-9",
    "by": OFFICE,
    "starts": dt.date(2024, 9, 15),
    "ends": None,
    "review_on": None,
    "attends": (),
    "reason": "",
}
RIGHT = [
    ({}, UnknownPupil, ""),
    ({"pupil": "A100000001"}, UnknownParent, ""),
    ({"parent": FATHER}, NotPermitted, ""),
    ({"by": HEAD}, NotASchoolDay, "Sunday"),
    ({"starts": dt.date(2024, 9, 16)}, StepMissing, "--reason"),
    ({"reason": "After a long illness"}, StepMissing, "--attends"),
    ({"attends": MORNINGS}, StepMissing, "its end agreed"),
    ({"ends": dt.date(2024, 9, 20)}, StepMissing, "its review agreed"),
    ({"review_on": dt.date(2024, 9, 21)}, Forbidden, "may not agree"),
    ({"parent": MOTHER}, Forbidden, "not within"),
    ({"review_on": dt.date(2024, 9, 20)}, None, ""),
]


@pytest.mark.parametrize("step", range(len(RIGHT)))
def test_refusals_of_a_timetable_come_in_order(step):
    said = dict(WRONG)
    for right, _, _ in RIGHT[: step + 1]:
        said |= right
    _, kind, words = RIGHT[step]
    asked = at_school().when(agree(said.pop("by"), **said))
    if kind:
        asked.then_refused(kind, words)
    else:
        assert asked.events


def test_both_packs_leave_it_to_the_head():
    for pack in (MANOR, NCLT):
        at_school(pack).when(agree(OFFICE)).then_refused(NotPermitted)
