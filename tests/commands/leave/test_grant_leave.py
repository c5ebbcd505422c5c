"""Granting leave: certain dates, by whoever may, asked for by whoever may, in advance."""

import datetime as dt

import pytest

from ledger.events import ParticularsChanged
from ledger.leave import Leaves
from ledger.refusals import (
    CodeNotAllowed,
    CodeNotInForce,
    Forbidden,
    NotASchoolDay,
    NotPermitted,
    StepMissing,
    UnknownLeave,
)
from tests.commands.leave.a_request import (
    AUNT,
    FATHER,
    FUNERAL,
    ITS_CEO,
    MANOR,
    NCLT,
    THREE_DAYS,
    adopted,
    at_school,
    consulted,
    grant,
    granted,
    nursery,
    refuse,
    refused,
    requested,
    session,
    sessions,
    withdrawn,
)
from tests.given import AMY, CAI, HEAD, MADE, OFFICE, TEACHER, at


def born(day: str) -> ParticularsChanged:
    """Amy, as old as a test wants."""
    said = {"particular": "date_of_birth", "original": "2015-10-01", "amended": day}
    return ParticularsChanged(pupil=AMY, reason="A certificate", **said, **MADE)


# --- what is granted ------------------------------------------------------------------------


def test_all_that_was_asked():
    at_school(requested()).when(grant()).then(granted(made_at=at(), made_by=HEAD))


def test_certain_dates_only():
    """Asked for three days; two mornings and an afternoon are granted."""
    some = (
        (session("2024-10-07"), session("2024-10-07")),
        (session("2024-10-08", "PM"), session("2024-10-09")),
    )
    found = at_school(requested()).when(grant(spans=some)).events[0]

    assert found.sessions == (
        session("2024-10-07"), session("2024-10-08", "PM"), session("2024-10-09"),
    )  # fmt: skip


def test_no_day_that_was_not_asked_for():
    before = ((session("2024-10-04"), session("2024-10-07")),)
    after = ((session("2024-10-09"), session("2024-10-10")),)
    for spans in (before, after):
        at_school(requested()).when(grant(spans=spans)).then_refused(Forbidden, "not asked for")


def test_what_was_shown_and_weighed_is_kept():
    said = {"factors": ({"factor": "Impact on the child", "note": "None"},), "answered": "letter"}
    found = at_school(requested(1), refused(1), requested(2)).when(grant(leave=2, **said)).events[0]

    assert found.figures.entry == 40
    assert found.earlier == (1,)
    assert found.policy == "england"
    assert (found.factors[0].note, found.answered) == ("None", "letter")


def test_the_same_grant_twice_is_one_and_another_is_refused_while_it_stands():
    one_day = ((session("2024-10-07"), session("2024-10-07", "PM")),)
    at_school(requested(), granted()).when(grant()).then_nothing()
    at_school(requested(), granted()).when(grant(spans=one_day)).then_refused(
        Forbidden, "withdraw that first"
    )
    assert at_school(requested(), granted(), withdrawn()).when(grant(spans=one_day)).events


def test_the_same_grant_told_more_fully_is_recorded_with_what_it_said_before():
    """How the family was told, or a factor, may be known only after the decision."""
    before = granted(purpose="other", evidence=("A letter",), made_at=at("09:10"))
    told = at_school(requested(), before)
    (again,) = told.when(grant(answered="phone call")).events

    assert (again.answered, again.purpose, again.evidence) == ("phone call", "other", ("A letter",))
    assert again.sessions == before.sessions
    told.when(grant(evidence=("A letter",))).then_nothing()
    factors = ({"factor": "Impact on the child", "note": "None"},)
    assert told.when(grant(factors=factors)).events[0].factors[0].note == "None"


def test_leave_told_again_lies_where_it_lay_and_leave_given_again_on_top():
    held = [requested(1), granted(1), requested(2), granted(2)]
    top = [one.leave for one in Leaves.fold(held).planned(AMY, THREE_DAYS[0])]
    told = [one.leave for one in Leaves.fold([*held, granted(1)]).planned(AMY, THREE_DAYS[0])]
    given = Leaves.fold([*held, withdrawn(1), granted(1)]).planned(AMY, THREE_DAYS[0])

    assert (top, told, [one.leave for one in given]) == ([2, 1], [2, 1], [1, 2])


def test_a_grant_taken_back_in_part_is_not_the_same_grant():
    partly = at_school(requested(), granted(), withdrawn(starts="2024-10-08"))
    partly.when(grant()).then_refused(Forbidden, "withdraw that first")


def test_a_refusal_told_more_fully_is_recorded_and_the_same_again_is_not():
    told = at_school(requested(), refused(penalty_notice=True))
    (again,) = told.when(refuse(answered="letter")).events

    assert (again.answered, again.penalty_notice, again.reason) == ("letter", True, "A holiday")
    told.when(refuse()).then_nothing()
    told.when(refuse(penalty_notice=True)).then_nothing()
    assert told.when(refuse(reason="A long holiday")).events[0].penalty_notice is False


def test_a_refusal_may_be_thought_over():
    assert at_school(requested(), refused()).when(grant()).events


# --- who may grant, and who may ask ---------------------------------------------------------


@pytest.mark.parametrize("pack", [MANOR, NCLT])
@pytest.mark.parametrize("by", [OFFICE, TEACHER])
def test_only_the_head_grants(pack, by):
    at_school(pack, requested()).when(grant(by)).then_refused(NotPermitted)


@pytest.mark.parametrize(
    ("asked_by", "words"),
    [
        (FATHER, "does not live with Denzil"),
        (AUNT, "does not say that"),
        ("pupil", "not over compulsory school age"),
    ],
)
def test_an_appropriate_person_asks(asked_by, words):
    asked = at_school(requested(asked_by=asked_by)).when(grant())
    asked.then_refused(Forbidden, "not an appropriate person", words)


@pytest.mark.parametrize(("birthday", "may"), [("2008-08-31", True), ("2008-09-01", False)])
def test_a_pupil_over_compulsory_school_age_asks(birthday, may):
    """It ended on Friday 28 June 2024 for who turned 16 by 31 August of that year."""
    asked = at_school(born(birthday), requested(asked_by="pupil")).when(grant())
    if may:
        assert asked.events
    else:
        asked.then_refused(Forbidden, "not over compulsory school age")


@pytest.mark.parametrize(("birthday", "may"), [("2006-08-16", True), ("2006-08-17", False)])
def test_until_18_august_2024_a_pupil_asks_from_18(birthday, may):
    friday = summer("C", "2024-08-16", "2024-08-16 PM", asked_by="pupil")
    asked = at_school(born(birthday), friday).when(grant(when=WHEN))
    if may:
        assert asked.events
    else:
        asked.then_refused(Forbidden, "not 18")


# --- in advance ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["C", "M", "J1"])
def test_asked_before_the_absence_begins_or_never(code):
    """The first session begins when its register opens, at 08:45 on 7 October."""
    day = dt.date(2024, 10, 7)
    in_time = requested(code=code, received_at=at("08:44", day), made_at=at("08:44", day))
    too_late = requested(code=code, received_at=at("08:45", day), made_at=at("08:45", day))

    assert at_school(in_time).when(grant(when=at("09:30", day))).events
    at_school(too_late).when(grant(when=at("09:30", day))).then_refused(
        Forbidden, "asked for in advance"
    )


def test_an_afternoon_asked_for_in_the_morning_is_asked_for_in_advance():
    day = dt.date(2024, 10, 7)
    said = {"code": "M", "first": "2024-10-07 PM", "back": "2024-10-08"}
    asked = requested(received_at=at("10:00", day), **said)
    assert at_school(asked).when(grant(when=at("10:05", day))).events


def test_what_was_asked_in_advance_may_be_decided_late_but_study_leave_may_not():
    after = at("12:00", dt.date(2024, 10, 8))
    exam = {"code": "S", "examination": "GCSE Mathematics"}
    assert at_school(requested()).when(grant(when=after)).events
    at_school(requested(code="S")).when(grant(when=after, **exam)).then_refused(
        Forbidden, "agreed in advance"
    )
    assert at_school(requested(code="S")).when(grant(**exam)).events


# --- what each ground wants ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "wants", "said"),
    [
        ("C1", "licence", {"licence": "Cornwall licence 12"}),
        ("S", "public examination", {"examination": "GCSE Mathematics"}),
    ],
)
def test_what_a_ground_wants(code, wants, said):
    at_school(requested(code=code)).when(grant()).then_refused(StepMissing, wants)
    assert at_school(requested(code=code)).when(grant(**said)).events


def test_a_performance_wants_no_appropriate_person():
    asked = requested(code="C1", asked_by=FATHER)
    assert at_school(asked).when(grant(licence="Licence 12")).events


def test_x_is_for_who_is_not_of_compulsory_school_age_with_times_agreed():
    said = {"agreed": "Mornings, from 7 to 9 October"}
    at_school(requested(code="X")).when(grant(**said)).then_refused(CodeNotAllowed)
    little = requested(code="X", pupil=CAI)
    nursery(little).when(grant()).then_refused(StepMissing, "times and dates")
    assert nursery(little).when(grant(**said)).events


def test_c2_is_agreed_and_not_granted():
    at_school(requested()).when(grant(code="C2")).then_refused(CodeNotAllowed, "agree-part-time")


def test_study_leave_is_for_year_11_where_the_policy_says_so():
    exam = {"examination": "GCSE Mathematics", "purpose": "study leave"}
    asked = at_school(NCLT, requested(code="S")).when(grant(**exam))
    asked.then_refused(Forbidden, "year 11 only")
    assert at_school(MANOR, requested(code="S")).when(grant(**exam)).events


# --- policy ------------------------------------------------------------------------------------


def test_a_closed_list_of_grounds():
    """The 2023 policy grants exceptional leave and study leave, no interviews."""
    at_school(NCLT, requested(code="J1")).when(grant()).then_refused(Forbidden, "these only")
    assert at_school(MANOR, requested(code="J1")).when(grant()).events


def test_circumstances_the_policy_lists_are_granted_without_more():
    assert at_school(MANOR, requested(purpose=FUNERAL)).when(grant()).events


def test_outside_the_list_the_ceo_is_consulted_first():
    other = requested(purpose="other")
    refused_ = at_school(MANOR, ITS_CEO, other).when(grant())
    refused_.then_refused(StepMissing, "CEO is consulted first")
    assert at_school(MANOR, ITS_CEO, other, consulted()).when(grant()).events
    assert at_school(NCLT, requested(purpose="other")).when(grant()).events


def test_the_refusal_names_the_policys_clause():
    with pytest.raises(StepMissing) as found:
        assert at_school(MANOR, requested(purpose="other")).when(grant()).events
    assert found.value.cited.endswith("s. 5.1")


def test_a_policy_that_bars_by_purpose_wants_the_purpose():
    at_school(MANOR, requested()).when(grant()).then_refused(StepMissing, "--purpose")
    assert at_school(MANOR, requested()).when(grant(purpose=FUNERAL)).events


def test_protest_never():
    protest = requested(purpose="protest activity during school hours")
    at_school(MANOR, protest, consulted()).when(grant()).then_refused(Forbidden, "never")
    at_school(MANOR, protest).when(grant()).then_refused(Forbidden, "never")  # no use in asking
    assert at_school(NCLT, protest).when(grant()).events


def test_what_is_not_exceptional_is_no_bar_but_outside_the_list():
    """The head decides each case; the list is shown, and the CEO consulted."""
    birthday = requested(purpose="birthday")
    at_school(MANOR, birthday).when(grant()).then_refused(StepMissing, "consulted first")
    assert at_school(MANOR, birthday, consulted()).when(grant()).events


@pytest.mark.parametrize(
    ("pack", "purpose", "code"),
    [
        (MANOR, "religious observance", "R"),
        (MANOR, "travellers travelling for occupational purposes", "T"),
        (NCLT, "religious observance", "R"),
    ],
)
def test_what_has_a_code_of_its_own_is_no_exceptional_leave(pack, purpose, code):
    asked = at_school(pack, requested(purpose=purpose)).when(grant())
    asked.then_refused(CodeNotAllowed, f"a code of its own, {code}")


def test_an_appointment_needs_none_of_this():
    assert at_school(MANOR, requested(code="M")).when(grant()).events
    assert at_school(NCLT, requested(code="M")).when(grant()).events


# --- by the day of the session -----------------------------------------------------------------


def summer(code, first, back, **said):
    early = {
        "received_at": at("08:00", dt.date(2024, 6, 3)),
        "made_at": at("08:00", dt.date(2024, 6, 3)),
    }
    return requested(code=code, first=first, back=back, **(early | said))


WHEN = at("09:00", dt.date(2024, 6, 4))


def test_the_codes_are_those_of_each_session_on_16_and_19_august_2024():
    friday, monday = ("2024-08-16", "2024-08-16 PM"), ("2024-08-19", "2024-08-19 PM")
    one = {"licence": "Licence 12"}
    at_school(summer("C", *friday)).when(grant(when=WHEN, code="C1", **one)).then_refused(
        CodeNotInForce
    )
    assert at_school(summer("C", *monday)).when(grant(when=WHEN, code="C1", **one)).events
    assert at_school(summer("H", *friday)).when(grant(when=WHEN)).events
    at_school(summer("C", *monday)).when(grant(when=WHEN, code="H")).then_refused(CodeNotInForce)


def test_leave_over_the_change_is_judged_on_both_sides():
    """C before and after; the parent asks in time under both."""
    found = at_school(summer("C", "2024-08-16", "2024-08-20")).when(grant(when=WHEN)).events[0]
    assert found.sessions == (
        *sessions("2024-08-16", "2024-08-16"), *sessions("2024-08-19", "2024-08-19"),
    )  # fmt: skip
    h = at_school(summer("H", "2024-08-16", "2024-08-20")).when(grant(when=WHEN))
    h.then_refused(CodeNotInForce, "19 August 2024")


def test_the_refusal_cites_the_regulations_of_the_day():
    for first, back, cited in (
        ("2024-08-16", "2024-08-16 PM", "SI 2006/1751 reg. 7(1A)"),
        ("2024-08-19", "2024-08-19 PM", "SI 2024/208 reg. 11(12)"),
    ):
        with pytest.raises(Forbidden) as found:
            assert (
                at_school(summer("C", first, back, asked_by=FATHER)).when(grant(when=WHEN)).events
            )
        assert found.value.cited == cited


def test_a_new_policy_holds_from_its_own_day():
    """Under the policy of 2024 from 19 August the purpose is wanted, and not before."""
    manor = adopted("manor_2024", "2024-08-19")
    before = summer("C", "2024-08-16", "2024-08-16 PM")
    after = summer("C", "2024-08-19", "2024-08-19 PM")
    assert at_school(manor, before).when(grant(when=WHEN)).events
    at_school(manor, after).when(grant(when=WHEN)).then_refused(StepMissing, "--purpose")


# --- order ---------------------------------------------------------------------------------------

SATURDAY = ((session("2024-10-05"), session("2024-10-05", "PM")),)
BEFORE = ((session("2024-10-04"), session("2024-10-04", "PM")),)
WRONG = {"leave": 9, "by": OFFICE, "spans": SATURDAY, "code": "QQ"}
RIGHT = [
    ({}, UnknownLeave),
    ({"leave": 1}, NotPermitted),
    ({"by": HEAD}, NotASchoolDay),
    ({"spans": BEFORE}, CodeNotInForce),
    ({"code": "I"}, CodeNotAllowed),
    ({"code": "C1"}, StepMissing),
    ({"licence": "Licence 12"}, Forbidden),
    ({"spans": ()}, None),
]


@pytest.mark.parametrize("step", range(len(RIGHT)))
def test_refusals_come_in_order(step):
    said = dict(WRONG)
    for right, _ in RIGHT[: step + 1]:
        said |= right
    asked = at_school(requested()).when(grant(said.pop("by"), **said))
    if RIGHT[step][1]:
        asked.then_refused(RIGHT[step][1])
    else:
        assert asked.events[0].sessions == THREE_DAYS
