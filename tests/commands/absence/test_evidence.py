"""Evidence of illness: not asked for unnecessarily, judged, and required by letter."""

import datetime as dt

import pytest

from commands.absence.record_lateness_meeting import RecordLatenessMeeting
from ledger.events import EvidenceRequirementSet, LeaveRefused, LeaveRequested
from ledger.kinds import Session
from ledger.refusals import Forbidden, NotPermitted
from tests.commands.absence.following import (
    MANOR,
    NCLT,
    PACKS,
    TUESDAY,
    WEDNESDAY,
    about,
    at_school,
    evidence,
    judge,
    lift,
    request,
    require,
)
from tests.given import AMY, HEAD, MADE, MONDAY, OFFICE, at, recorded

LONG = "long absence"
FRIDAY, NEXT_MONDAY = dt.date(2024, 9, 6), dt.date(2024, 9, 16)


def ill(first, last):
    """A spell coded I, weekdays from one day to another."""
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    school_days = [day for day in days if day.weekday() < 5]
    return [recorded("I", Session(day, half)) for day in school_days for half in ("AM", "PM")]


# --- asked --------------------------------------------------------------------------


@pytest.mark.parametrize("pack", PACKS)
def test_doubt_is_a_ground_under_both_policies(pack):
    event = at_school(pack, *ill(MONDAY, MONDAY)).when(request()).events[0]

    assert (event.why, event.days) == ("in doubt", None)
    assert event.clause.endswith("s. 4.2")


def test_more_than_five_days_is_a_ground_under_the_policy_that_names_them():
    """Friday is the fifth school day of the absence, the Monday after the sixth."""
    friday = MONDAY + dt.timedelta(days=4)
    at_school(MANOR, *ill(MONDAY, friday)).when(request(LONG, day=friday)).then_refused(
        Forbidden, "has lasted 5 days, not more than 5"
    )
    event = at_school(MANOR, *ill(MONDAY, NEXT_MONDAY)).when(request(LONG, day=NEXT_MONDAY)).events
    assert event[0].days == 6


def test_and_not_under_the_policy_that_names_doubt_alone():
    school = at_school(NCLT, *ill(MONDAY, NEXT_MONDAY))
    school.when(request(LONG, day=NEXT_MONDAY)).then_refused(
        Forbidden, "not asked for unnecessarily"
    )


def test_leave_refused_for_the_day_is_a_ground_only_where_leave_was_refused():
    at_school(NCLT).when(request("refused leave")).then_refused(Forbidden, "no leave was refused")
    at_school(MANOR).when(request("refused leave")).then_refused(Forbidden, "no policy in force")


def refused_leave(first, back):
    of = {"leave": 1, "pupil": AMY, **MADE}
    arithmetic = {"school_days": 1, "sessions": 2, "notice_school_days": 9}
    asked = LeaveRequested(
        **of, asked_by="parent-1", first=first, back=back, reason="Holiday", code="C",
        received_at=MADE["made_at"], arithmetic=arithmetic,
    )  # fmt: skip
    return [asked, LeaveRefused(**of, reason="Not exceptional", figures={"entry": 1}, policy=NCLT)]


@pytest.mark.parametrize(
    ("day", "may"), [(FRIDAY, False), (MONDAY, True), (TUESDAY, True), (WEDNESDAY, False)]
)
def test_an_illness_on_the_days_of_refused_leave_is_a_ground_on_those_days(day, may):
    """Refused from Monday morning, with return on Wednesday morning."""
    refused = refused_leave(Session(MONDAY, "AM"), Session(WEDNESDAY, "AM"))
    asked = at_school(NCLT, *refused).when(request("refused leave", day=day))
    if may:
        assert asked.events[0].clause.endswith("letter of refusal of leave")
    else:
        asked.then_refused(Forbidden, "no leave was refused for that day")


def test_a_standing_requirement_is_a_ground_from_its_day_on():
    standing = at_school(NCLT).when(require(TUESDAY, when=at("10:00"))).events
    school = at_school(NCLT, *standing)

    school.when(request("standing requirement")).then_refused(Forbidden, "no letter requires it")
    event = school.when(request("standing requirement", day=TUESDAY)).events[0]
    assert "letter of concern" in event.clause


def test_the_office_receives_and_does_not_ask_or_judge():
    school = at_school(MANOR)
    school.when(request(by=OFFICE)).then_refused(NotPermitted)
    asked = school.when(request()).events
    assert at_school(MANOR, *asked).when(evidence(by=OFFICE)).events
    at_school(MANOR, *asked).when(judge(True, by=OFFICE)).then_refused(NotPermitted)


# --- received and judged ------------------------------------------------------------


@pytest.mark.parametrize("pack", PACKS)
def test_a_kind_of_evidence_is_one_the_policy_names(pack):
    assert at_school(pack).when(evidence("doctor's note")).events
    at_school(pack).when(evidence("a selfie")).then_refused(Forbidden, "appointment card")


def test_where_no_policy_names_kinds_any_is_taken():
    assert at_school(None).when(evidence("a letter from a paediatrician")).events


def test_nothing_is_judged_that_was_neither_asked_for_nor_received():
    at_school(MANOR).when(judge(False)).then_refused(Forbidden)
    asked = at_school(MANOR).when(request()).events
    done = at_school(MANOR, *asked).when(judge(False, "None came")).events
    assert done[0].satisfied is False
    at_school(MANOR, *asked, *done).when(judge(False, "None came")).then_nothing()


# --- required of every further illness ----------------------------------------------


def test_a_letter_requires_evidence_from_a_day_on():
    at_school(NCLT).when(require(TUESDAY, when=at("10:00"), letter="letter/3")).then(
        EvidenceRequirementSet(
            pupil=AMY,
            first=TUESDAY,
            reason="Attendance 82%",
            letter="letter/3",
            sent_on=MONDAY,
            clause="NCLT attendance policy (July 2023), letter of concern",
            made_by=HEAD,
            made_at=at("10:00"),
        )
    )


@pytest.mark.parametrize("pack", [MANOR, None])
def test_only_where_a_policy_lets_a_letter_require_it(pack):
    at_school(pack).when(require()).then_refused(Forbidden, "No policy in force")


def test_a_letter_does_not_reach_back():
    command = require(MONDAY, when=at("10:00", TUESDAY))
    at_school(NCLT).when(command).then_refused(Forbidden, "an earlier illness")


def test_while_it_stands_it_is_not_set_again_and_once_lifted_it_may_be():
    standing = at_school(NCLT).when(require()).events
    at_school(NCLT, *standing).when(require()).then_nothing()
    at_school(NCLT, *standing).when(require(TUESDAY)).then_refused(Forbidden, "9 September 2024")
    over = at_school(NCLT, *standing).when(lift(MONDAY)).events
    assert over[0].first == MONDAY
    assert at_school(NCLT, *standing, *over).when(require(TUESDAY)).events
    at_school(NCLT, *standing, *over).when(lift(MONDAY)).then_nothing()
    at_school(NCLT).when(lift(MONDAY)).then_refused(Forbidden, "No evidence is required")


def test_the_officer_may_not_require_it():
    from tests.commands.absence.following import OFFICER

    at_school(NCLT).when(require(by=OFFICER)).then_refused(NotPermitted)


# --- lateness -----------------------------------------------------------------------


def meeting(stage="asked", **said):
    return about(RecordLatenessMeeting, stage=stage, parents=("parent-1",), **said)


def test_a_meeting_keeps_the_lateness_of_the_window_as_it_stood():
    """Six school weeks up to Monday 9 September reach back to the week of 29 July."""
    late = [
        recorded("L", Session(dt.date(2024, 7, 26), "AM")),
        recorded("L", Session(dt.date(2024, 8, 5), "AM")),
        recorded("U", Session(dt.date(2024, 9, 6), "AM")),
        recorded("/", Session(dt.date(2024, 9, 5), "AM")),
    ]
    event = at_school(MANOR, *late).when(meeting()).events[0]

    assert (event.late, event.since) == (2, dt.date(2024, 7, 29))


def test_a_meeting_to_come_is_asked_for_and_not_held():
    command = meeting("held", day=TUESDAY, when=at("10:00"))
    at_school(MANOR).when(command).then_refused(Forbidden, "not held yet")
    assert at_school(MANOR).when(meeting(day=TUESDAY, when=at("10:00"))).events[0].first == TUESDAY


def test_the_same_meeting_again_is_nothing():
    done = at_school(MANOR).when(meeting("held", agreed="Walking bus")).events
    at_school(MANOR, *done).when(meeting("held", agreed="Walking bus")).then_nothing()
