"""Amending a mark: the five particulars, codes by the day of the session, and who may."""

import pytest

from commands.amend_mark import AmendMark
from ledger.events import AmendmentObserved, MarkAmended, PupilMoved
from ledger.kinds import Session
from ledger.refusals import (
    CodeNotAllowed,
    CodeNotInForce,
    NatureMissing,
    NoEntryToAmend,
    NotASchoolDay,
    NotOnRoll,
    NotPermitted,
    ReasonMissing,
    UnknownPupil,
)
from tests.given import (
    AM,
    AMY,
    CAI,
    FRIDAY_BEFORE,
    MONDAY_OF_CHANGE,
    OFFICE,
    PM,
    TEACHER,
    UPN,
    ask,
    at,
    given,
    recorded,
)

BEFORE, AFTER = Session(FRIDAY_BEFORE, "AM"), Session(MONDAY_OF_CHANGE, "AM")


def amend(code, *, pupil=UPN[AMY], session=AM, reason="Mother rang: chickenpox", **said):
    by, when = said.pop("by", OFFICE), said.pop("when", at("10:10"))
    return ask(AmendMark, by, when, pupil=pupil, session=session, code=code, reason=reason, **said)


def amended(original, code, **said):
    place = {"session": AM, "group": "4B", "pupil": AMY, "made_by": OFFICE, "made_at": at("10:10")}
    return MarkAmended(
        original=original, amended=code, **{**place, "reason": "Mother rang: chickenpox", **said}
    )


def test_an_amendment_keeps_the_entry_it_replaces():
    """The event alone gives the five particulars of an amendment."""
    given(recorded("N")).when(amend("I")).then(
        MarkAmended(
            pupil=AMY,
            session=AM,
            group="4B",
            original="N",
            amended="I",
            reason="Mother rang: chickenpox",
            made_by=OFFICE,
            made_at=at("10:10"),
        )
    )


def test_amending_to_the_code_that_stands_records_nothing():
    given(recorded("I")).when(amend("I")).then_nothing()


def test_an_amendment_of_an_amendment_names_the_entry_it_replaces():
    given(recorded("N"), amended("N", "I")).when(amend("M")).then(amended("I", "M"))


def test_a_pupil_may_be_named_by_the_schools_own_number():
    given(recorded("N")).when(amend("I", pupil=str(AMY))).then(amended("N", "I"))


# --- codes by the day of the session ------------------------------------------------


def test_y_still_describes_a_session_on_the_last_school_day_before_19_august_2024():
    done = given(recorded("N", BEFORE)).when(amend("Y", session=BEFORE, nature="Bus stranded"))

    assert [(e.original, e.amended, e.nature) for e in done.events] == [("N", "Y", "Bus stranded")]


def test_y_is_refused_for_a_session_on_19_august_2024():
    given(recorded("N", AFTER)).when(amend("Y", session=AFTER)).then_refused(
        CodeNotInForce, "Y is not a code in force on 19 August 2024", "Y1"
    )


def test_j1_is_refused_on_the_last_school_day_before_19_august_2024_and_taken_that_day():
    given(recorded("N", BEFORE)).when(amend("J1", session=BEFORE)).then_refused(CodeNotInForce)
    assert given(recorded("N", AFTER)).when(amend("J1", session=AFTER)).events


def test_h_that_importers_tolerate_is_not_entered_anew():
    given(recorded("N", AFTER)).when(amend("H", session=AFTER)).then_refused(CodeNotInForce)


# --- codes not allowed here ---------------------------------------------------------


def test_the_morning_stroke_is_refused_in_the_afternoon():
    given(recorded("N", PM)).when(amend("/", session=PM)).then_refused(CodeNotAllowed)


def test_x_is_refused_for_compulsory_school_age():
    given(recorded("N")).when(amend("X")).then_refused(CodeNotAllowed, "compulsory school age")


def test_x_is_taken_for_a_pupil_under_compulsory_school_age():
    before = recorded("N", pupil=CAI, group="NU")
    assert given(before).when(amend("X", pupil=UPN[CAI])).events


@pytest.mark.parametrize("code", ["Z", "#"])
def test_administrative_codes_are_refused(code):
    given(recorded("N")).when(amend(code)).then_refused(CodeNotAllowed)


def test_n_may_become_u():
    assert given(recorded("N")).when(amend("U", minutes_late=25)).events[0].minutes_late == 25


# --- what is wanted -----------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_its_reason_nothing_is_amended(reason):
    given(recorded("N")).when(amend("I", reason=reason)).then_refused(ReasonMissing, "--reason")


def test_b_needs_the_nature_of_the_activity():
    given(recorded("N")).when(amend("B")).then_refused(NatureMissing, "activity", "the law")


def test_what_was_never_entered_cannot_be_amended():
    given().when(amend("I")).then_refused(NoEntryToAmend, "Amy Penrose", "2024-09-09 AM")


def test_a_day_without_school_says_so():
    sunday = Session(MONDAY_OF_CHANGE.replace(day=18), "AM")
    given().when(amend("I", session=sunday)).then_refused(NotASchoolDay, "Sunday")


def test_a_day_before_admission_says_so():
    given().when(amend("X", pupil=UPN[CAI], session=Session(FRIDAY_BEFORE, "AM"))).then_refused(
        NoEntryToAmend
    )
    early = Session(FRIDAY_BEFORE.replace(year=2023), "AM")
    given().when(amend("I", pupil=UPN[CAI], session=early)).then_refused(NotASchoolDay)
    made = {"made_by": OFFICE, "made_at": at("08:00")}
    from ledger.events import PupilLeft

    left = PupilLeft(pupil=AMY, last_day=FRIDAY_BEFORE, **made)
    given(left).when(amend("I")).then_refused(NotOnRoll, "last day on roll was 2024-08-16")


def test_an_unknown_pupil():
    given().when(amend("I", pupil="A999999999")).then_refused(UnknownPupil, "A999999999")


# --- who ----------------------------------------------------------------------------


@pytest.mark.parametrize("time", ["08:45", "08:59"])
def test_a_teacher_amends_the_own_class_inside_the_window(time):
    assert given(recorded("N")).when(amend("L", by=TEACHER, when=at(time))).events


@pytest.mark.parametrize("time", ["08:44", "09:00", "10:10"])
def test_outside_the_window_a_teacher_may_not(time):
    given(recorded("N")).when(amend("L", by=TEACHER, when=at(time))).then_refused(NotPermitted)


def test_the_entry_is_found_on_the_sheet_it_stands_on_after_a_move_told_late():
    """Amy was moved to another class with effect from before the session."""
    made = {"made_by": OFFICE, "made_at": at("12:00")}
    moved = PupilMoved(pupil=AMY, group="4A", year_group="4", starts=AM.date, **made)

    given(recorded("N"), moved).when(amend("I")).then(amended("N", "I"))


def test_an_amendment_observed_in_the_source_can_be_amended_here():
    made = {"made_by": OFFICE, "made_at": at("09:30")}
    seen = AmendmentObserved(
        session=AM, group="4B", pupil=AMY, original="N", amended="I",
        seen_before=None, seen_at=at("09:20"), **made,
    )  # fmt: skip
    given(recorded("N"), seen).when(amend("M")).then(amended("I", "M"))
