"""A request as received: kept whoever it is from, with days and notice reckoned once."""

import datetime as dt

import pytest

from ledger.kinds import Session
from ledger.refusals import (
    CodeNotAllowed,
    CodeNotInForce,
    Forbidden,
    NotASchoolDay,
    NotOnRoll,
    NotPermitted,
    UnknownParent,
    UnknownPupil,
)
from tests.commands.leave.a_request import (
    AUNT,
    FATHER,
    MANOR,
    NCLT,
    at_school,
    refused,
    request,
    requested,
    session,
)
from tests.given import AUDITOR, HEAD, TEACHER, at


def test_the_form_is_kept_with_its_arithmetic():
    found = (
        at_school()
        .when(
            request(
                leaves_home_on=dt.date(2024, 10, 5), half_days_stated=8, evidence=("Invitation",)
            )
        )
        .events[0]
    )

    assert (found.leave, found.asked_by, found.half_days_stated) == (1, "parent-1", 8)
    assert (found.first, found.back) == (session("2024-10-07"), session("2024-10-10"))
    assert found.last == Session(dt.date(2024, 10, 9), "PM")
    assert (found.arithmetic.school_days, found.arithmetic.sessions) == (3, 6)
    assert found.arithmetic.notice_school_days == 20  # 9 September to 4 October
    assert found.arithmetic.asked is None  # the law asks for no length of notice


@pytest.mark.parametrize("asked_by", [FATHER, AUNT, "pupil"])
def test_a_request_is_kept_whoever_asks(asked_by):
    assert at_school().when(request(asked_by=asked_by)).events


def test_requests_are_numbered_across_the_school():
    assert at_school(requested(), refused()).when(request()).events[0].leave == 2


def test_the_same_request_twice_is_one():
    asked = at_school().when(request()).events
    at_school(*asked).when(request()).then_nothing()
    assert at_school(*asked, refused()).when(request()).events  # asked anew once decided


def test_half_a_day_is_half_a_day():
    half = {"first": session("2024-10-07", "PM"), "back": session("2024-10-08"), "code": "M"}
    found = at_school().when(request(**half)).events[0].arithmetic
    assert (found.school_days, found.sessions) == (1, 1)


# --- notice: the day it is just enough, and the day after ---------------------------------


@pytest.mark.parametrize(
    ("pack", "first", "given_", "kept"),
    [
        (MANOR, "2024-09-24", 15, True),  # received on Monday 9 September
        (MANOR, "2024-09-23", 14, False),
        (NCLT, "2024-09-24", 15, True),
        (NCLT, "2024-09-23", 14, False),
    ],
)
def test_15_days_before_is_the_15th_day_and_not_the_14th(pack, first, given_, kept):
    back = {"first": session(first), "back": session(first, "PM")}
    found = at_school(pack).when(request(**back)).events[0].arithmetic

    assert (found.notice, found.asked, found.unit, found.kept) == (given_, 15, "days", kept)
    assert found.clause.endswith("s. 5.1")


def test_school_days_of_notice_leave_out_weekends():
    """From Monday 9 September to Monday 23: two weeks of five school days."""
    said = {"first": session("2024-09-23"), "back": session("2024-09-24")}
    assert at_school().when(request(**said)).events[0].arithmetic.notice_school_days == 10


def test_notice_counts_from_receipt_not_from_entry():
    received = at("16:00", dt.date(2024, 9, 5))
    found = at_school(MANOR).when(request(received_at=received)).events[0]

    assert found.received_at == received
    assert (found.arithmetic.notice, found.arithmetic.notice_school_days) == (32, 22)


def test_no_notice_is_asked_of_an_appointment():
    assert at_school(MANOR).when(request(code="M")).events[0].arithmetic.asked is None


# --- what is refused, in order ------------------------------------------------------------

WRONG = {
    "pupil": "A999999999",
    "by": AUDITOR,
    "asked_by": "parent-9",
    "first": session("2024-10-05"),
    "back": session("2024-10-06"),
    "code": "J",
    "received_at": at("09:00"),
}
RIGHT = [
    ({}, UnknownPupil),
    ({"pupil": "A100000001"}, UnknownParent),
    ({"asked_by": "parent-1"}, NotPermitted),
    ({"by": HEAD}, NotASchoolDay),
    ({"first": session("2024-10-07"), "back": session("2024-10-10")}, CodeNotInForce),
    ({"code": "I"}, CodeNotAllowed),
    ({"code": "C"}, Forbidden),
    ({"received_at": at("08:50")}, None),
]


@pytest.mark.parametrize("step", range(len(RIGHT)))
def test_refusals_come_in_order(step):
    said = dict(WRONG)
    for right, _ in RIGHT[: step + 1]:
        said |= right
    asked = at_school().when(request(said.pop("by"), **said))
    if RIGHT[step][1]:
        asked.then_refused(RIGHT[step][1])
    else:
        assert asked.events


def test_before_the_starting_day_a_pupil_is_not_on_roll():
    early = {"first": session("2024-06-03"), "back": session("2024-06-04")}
    assert at_school().when(request(pupil="A100000003", asked_by="pupil", **early)).events
    late = at_school().when(request(first=session("2024-10-08"), back=session("2024-10-07")))
    late.then_refused(NotASchoolDay)


def test_a_pupil_who_has_left_is_not_on_roll():
    from ledger.events import PupilLeft
    from tests.given import MADE

    left = PupilLeft(pupil=1, last_day="2024-10-08", **MADE)
    at_school(left).when(request()).then_refused(NotOnRoll, "last day on roll")


def test_h_until_18_august_2024_and_not_from_the_19th():
    friday = {"first": session("2024-08-16"), "back": session("2024-08-16", "PM")}
    monday = {"first": session("2024-08-19"), "back": session("2024-08-19", "PM")}
    assert at_school().when(request(code="H", **friday)).events
    at_school().when(request(code="H", **monday)).then_refused(CodeNotInForce)


def test_a_letter_is_not_accepted_where_the_policy_wants_the_form():
    by_letter = request(channel="letter")
    at_school(NCLT).when(by_letter).then_refused(Forbidden, "only as: form")
    assert at_school(MANOR).when(by_letter).events
    assert at_school(NCLT).when(request(channel="phone call", code="M")).events


def test_teachers_pass_requests_on():
    at_school().when(request(TEACHER)).then_refused(NotPermitted)
