"""Reports, attempts and escalations: what is kept, and to which spell of absence it belongs."""

import datetime as dt

import pytest

from commands.absence.escalate_absence import EscalateAbsence
from ledger.events import AbsenceReported, ContactAttempted
from ledger.kinds import Session
from ledger.refusals import (
    Forbidden,
    NotASchoolDay,
    NotOnRoll,
    NotPermitted,
    UnknownParent,
    UnknownPupil,
)
from tests.commands.absence.following import (
    MANOR,
    NCLT,
    OFFICER,
    PACKS,
    TUESDAY,
    WEDNESDAY,
    about,
    at_school,
    call,
    report,
)
from tests.given import AM, AMY, AUDITOR, MONDAY, OFFICE, PM, TEACHER, UPN, at, given, recorded

FRIDAY = dt.date(2024, 9, 6)


def test_a_report_opens_a_spell_and_speaks_up_to_the_day_before_the_return():
    at_school(NCLT).when(report(back_on=dt.date(2024, 9, 12), when=at("08:35"))).then(
        AbsenceReported(
            pupil=AMY,
            first=MONDAY,
            parent="parent-1",
            reason="Sick in the night",
            illness=True,
            starts=MONDAY,
            ends=dt.date(2024, 9, 11),
            back_on=dt.date(2024, 9, 12),
            received_at=at("08:35"),
            channel="phone",
            made_by=OFFICE,
            made_at=at("08:35"),
        )
    )


def test_without_a_day_of_return_a_report_speaks_for_its_day():
    assert at_school(NCLT).when(report()).events[0].ends == MONDAY


def test_every_attempt_is_kept_even_the_same_again():
    first = at_school(MANOR).when(call("no answer", number="mobile")).events[0]
    again = at_school(MANOR, first).when(call("no answer", number="mobile")).events

    assert [type(one) for one in again] == [ContactAttempted]
    assert (again[0].number, again[0].tried_at) == ("mobile", at("10:00"))


def test_another_contact_is_named_by_relation():
    event = at_school(MANOR).when(call("reached", contact=None, other="grandmother")).events[0]

    assert (event.contact, event.other) == (None, "grandmother")


# --- which spell --------------------------------------------------------------------


def spell_of(day, *events):
    return at_school(NCLT, *events).when(call(day=day)).events[0].first


def marks(days, code):
    return [recorded(code, Session(day, half)) for day in days for half in ("AM", "PM")]


def test_a_spell_begins_where_the_unbroken_absence_did():
    assert spell_of(TUESDAY, *marks([MONDAY], "N")) == MONDAY


def test_a_weekend_does_not_break_a_spell():
    assert spell_of(TUESDAY, *marks([FRIDAY, MONDAY], "N")) == FRIDAY


def test_a_day_attended_in_part_is_not_the_beginning_of_a_spell():
    came = [recorded("N", AM), recorded("\\", PM)]
    assert spell_of(TUESDAY, *came) == TUESDAY


def test_the_spell_followed_up_before_is_taken_up_again():
    told = at_school(NCLT).when(report(back_on=dt.date(2024, 9, 12))).events
    assert spell_of(WEDNESDAY, *told, *marks([MONDAY, TUESDAY], "I")) == MONDAY


@pytest.mark.parametrize(
    ("afternoon", "first"), [("I", MONDAY), ("\\", WEDNESDAY), ("U", WEDNESDAY)]
)
def test_a_session_attended_since_ends_the_spell(afternoon, first):
    told = at_school(NCLT).when(report()).events
    tuesday = [recorded("I", Session(TUESDAY, "AM")), recorded(afternoon, Session(TUESDAY, "PM"))]
    assert spell_of(WEDNESDAY, *told, *marks([MONDAY], "I"), *tuesday) == first


def test_a_morning_attended_before_the_absence_began_does_not_end_it():
    told = at_school(NCLT).when(report()).events
    monday = [recorded("/", AM), recorded("I", PM)]
    assert spell_of(TUESDAY, *told, *monday) == MONDAY


# --- escalations --------------------------------------------------------------------


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("kind", ["home visit", "MASH", "police", "education welfare officer"])
def test_no_step_is_refused_for_coming_too_soon(pack, kind):
    """A child's safety comes first: nobody was called yet, and the step is recorded."""
    said = {"kind": kind, "reason": "Not seen since Friday", "outcome": "Nobody in"}
    event = at_school(pack).when(about(EscalateAbsence, **said)).events[0]

    assert (event.kind, event.outcome, event.done_at) == (kind, "Nobody in", at("10:00"))


@pytest.mark.parametrize("ground", ["not appropriate", "not successful", "not engaged with"])
def test_legal_action_needs_one_of_three_grounds(ground):
    said = {"kind": "legal action", "reason": "Four missed meetings"}
    school = at_school(MANOR)

    school.when(about(EscalateAbsence, **said)).then_refused(Forbidden, "not engaged with")
    assert school.when(about(EscalateAbsence, **said, ground=ground)).events[0].ground == ground


# --- refused ------------------------------------------------------------------------

SUNDAY = dt.date(2024, 9, 8)
WRONG = {
    "pupil": "A999999999", "parent": "parent-9", "by": AUDITOR, "date": SUNDAY,
    "received_at": at("10:01"),
}  # fmt: skip
RIGHT = [
    ({}, UnknownPupil),
    ({"pupil": UPN[AMY]}, UnknownParent),
    ({"parent": None}, NotPermitted),
    ({"by": OFFICE}, NotASchoolDay),
    ({"date": MONDAY}, Forbidden),
    ({"received_at": at("10:00")}, Forbidden),
    ({"parent": "parent-1", "back_on": MONDAY}, Forbidden),
    ({"back_on": TUESDAY}, None),
]


@pytest.mark.parametrize("step", range(len(RIGHT)))
def test_a_report_wrong_in_every_way_is_refused_for_the_first(step):
    said = dict(WRONG)
    for right, _ in RIGHT[: step + 1]:
        said |= right
    by, refused = said.pop("by"), RIGHT[step][1]
    command = report(when=at("10:00")).model_copy(update={**said, "by": by.id})
    asked = at_school(NCLT).when(command)
    if refused:
        asked.then_refused(refused)
    else:
        assert asked.events


def test_a_pupil_not_on_roll_cannot_be_absent():
    early = report(dt.date(2024, 6, 3)).model_copy(update={"pupil": UPN[3]})
    from ledger.events import PupilLeft

    left = PupilLeft(pupil=3, last_day="2024-05-31", made_by=OFFICE, made_at=at("09:00"))
    command = early.model_copy(update={"parent": None, "other": "mother", "at": at("10:00")})
    given(left).when(command).then_refused(NotOnRoll)


@pytest.mark.parametrize("by", [TEACHER, AUDITOR])
def test_who_may_not_call(by):
    at_school(MANOR).when(call(by=by)).then_refused(NotPermitted)


def test_the_officer_is_copied_as_held_that_day():
    assert at_school(MANOR).when(call()).events[0].made_by == OFFICER
