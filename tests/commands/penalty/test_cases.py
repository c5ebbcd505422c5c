"""From the threshold to exactly one decision: awareness, questions, the authority, the notice."""

import pytest

from commands.delegate import Delegate
from commands.penalty.consider_penalty_notice import ConsiderPenaltyNotice
from commands.penalty.issue_penalty_notice import IssuePenaltyNotice
from commands.penalty.record_authority_check import RecordAuthorityCheck
from commands.penalty.record_awareness import RecordAwareness
from commands.penalty.record_copy_to_authority import RecordCopyToAuthority
from ledger.events import (
    AwarenessRecorded,
    MarkAmended,
    NoDiscretionFound,
    PenaltyNoticeIssued,
    PenaltyReferred,
    ThresholdReached,
)
from ledger.kinds import Session
from ledger.refusals import (
    AnswersMissing,
    Forbidden,
    NotOnRoll,
    NotPermitted,
    StepMissing,
    UnknownNotice,
    UnknownParent,
)
from tests.commands.penalty.a_case import (
    ANSWERS,
    DEPUTY,
    FACTORS,
    FATHER,
    JUNE,
    LEAD,
    MARCH,
    MOTHER,
    NCLT,
    SEPTEMBER,
    Story,
    absent,
    day,
)
from tests.given import AMY, HEAD, MADE, OFFICE, TEACHER, UPN, ask, at

ISSUE = {"parent": MOTHER, "answers": ANSWERS}


def refused(kind, *words):
    return pytest.raises(kind, match=".*".join(words))


# --- awareness --------------------------------------------------------------------------


def test_awareness_freezes_the_sessions_the_weeks_and_the_position():
    story = Story(*SEPTEMBER)
    reached, aware = story.would(RecordAwareness, "2024-09-16", parent=MOTHER)

    assert isinstance(reached, ThresholdReached)
    assert [one.session for one in reached.sessions] == [e.session for e in SEPTEMBER]
    assert all(one.code == "G" and one.entry > 0 for one in reached.sessions)
    assert (reached.met_on, reached.needed, reached.case) == (day("2024-09-13"), 10, 1)
    assert day("2024-09-09") in reached.weeks
    assert reached.position == len(story.told.events)
    assert isinstance(aware, AwarenessRecorded)
    assert (aware.aware, aware.aware_on) == (HEAD, day("2024-09-16"))


def test_a_case_opens_for_each_parent_or_for_the_one_named():
    both = Story(*SEPTEMBER).would(RecordAwareness, "2024-09-16")
    assert [e.stream for e in both] == [
        f"penalty/{AMY}/{p}" for p in (MOTHER, FATHER) for _ in "12"
    ]


def test_a_session_amended_later_leaves_the_case_as_it_was():
    story = Story(*SEPTEMBER).aware("2024-09-16")
    frozen = story.told.events[-2]
    amended = MarkAmended(
        session=SEPTEMBER[0].session, group="4B", pupil=AMY, original="G", amended="I",
        reason="A letter", **MADE,
    )  # fmt: skip
    story.knows(amended).checked("2024-09-17")
    assert len(frozen.sessions) == 10
    with refused(Forbidden, "not an unauthorised session", "I"):
        story.would(IssuePenaltyNotice, "2024-09-18", **ISSUE)


def test_nine_sessions_open_no_case_and_the_day_before_the_tenth_neither():
    with refused(Forbidden, "9 of 10 sessions"):
        Story(*absent("2024-09-09", 9)).would(RecordAwareness, "2024-09-20", parent=MOTHER)
    with refused(Forbidden, "8 of 10"):
        Story(*SEPTEMBER).would(RecordAwareness, "2024-09-12", parent=MOTHER)


def test_an_open_case_is_opened_once():
    story = Story(*SEPTEMBER).aware("2024-09-16")
    assert story.would(RecordAwareness, "2024-09-17", parent=MOTHER) == []


def test_awareness_is_that_of_somebody_who_may_decide_and_another_may_record_it():
    story = Story(*SEPTEMBER)
    _, aware = story.would(RecordAwareness, "2024-09-16", LEAD, parent=MOTHER, who="head")
    assert (aware.aware, aware.made_by) == (HEAD, LEAD)
    with refused(NotPermitted, "Attendance lead"):
        story.would(RecordAwareness, "2024-09-16", LEAD, parent=MOTHER)
    with refused(NotPermitted, "record-awareness"):
        story.would(RecordAwareness, "2024-09-16", TEACHER, parent=MOTHER, who="head")


def test_a_day_still_to_come_is_refused():
    with refused(Forbidden, "still to come"):
        Story(*SEPTEMBER).would(RecordAwareness, "2024-09-16", on=day("2024-09-17"))


def test_before_19_august_2024_the_local_rule_opens_a_case():
    """Twelve in a hundred sessions, under the policy of 2023; England alone had no rule then."""
    july = absent("2024-07-01", 12)
    reached, _ = Story(*july, pack=NCLT).would(RecordAwareness, "2024-07-15", parent=MOTHER)
    assert (reached.needed, len(reached.sessions)) == (12, 12)
    with refused(Forbidden, "No law and no policy"):
        Story(*july).would(RecordAwareness, "2024-07-15", parent=MOTHER)


# --- exactly one decision ------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["no discretion", "not issued", "referred"])
def test_a_case_is_decided_once(outcome):
    story = Story(*SEPTEMBER).aware("2024-09-16").decided("2024-09-17", outcome)
    with refused(StepMissing, "No case is open"):
        story.would(
            ConsiderPenaltyNotice, "2024-09-18", parent=MOTHER, outcome="not issued",
            answers=ANSWERS, reason="Again",
        )  # fmt: skip
    with refused(StepMissing, "No case is open"):
        story.would(IssuePenaltyNotice, "2024-09-18", **ISSUE)


def test_the_policys_four_questions_are_answered_and_kept():
    story = Story(*SEPTEMBER).aware("2024-09-16").decided("2024-09-17", "not issued")
    assert [one.answer for one in story.last.considered] == list(ANSWERS.values())
    assert "Equality Act 2010" in story.last.considered[3].question


def test_each_question_left_out_is_named():
    story = Story(*SEPTEMBER).aware("2024-09-16").checked("2024-09-16")
    said = {"parent": MOTHER, "answers": {1: "Yes", 3: "No"}}
    with refused(AnswersMissing, "2. whether a penalty notice is the best", "4. whether the Eq"):
        story.would(IssuePenaltyNotice, "2024-09-17", **said)


def test_no_discretion_wants_a_reason_and_no_answers():
    story = Story(*SEPTEMBER).aware("2024-09-16")
    said = {"parent": MOTHER, "outcome": "no discretion"}
    with refused(StepMissing, "give --reason"):
        story.would(ConsiderPenaltyNotice, "2024-09-17", **said)
    (event,) = story.would(ConsiderPenaltyNotice, "2024-09-17", reason="Two count", **said)
    assert isinstance(event, NoDiscretionFound)


def test_below_the_threshold_discretion_is_untouched_and_a_reason_is_wanted():
    story = Story(*absent("2024-09-09", 6)).checked("2024-09-16")
    sessions = tuple(e.session for e in absent("2024-09-09", 6))
    with refused(StepMissing, "No case is open"):
        story.would(IssuePenaltyNotice, "2024-09-17", sessions=sessions, **ISSUE)
    (event,) = story.would(
        IssuePenaltyNotice, "2024-09-17", sessions=sessions,
        below_threshold="A third short holiday", **ISSUE,
    )  # fmt: skip
    assert (event.case, event.reason) == (None, "A third short holiday")


# --- the local authority, before and after ---------------------------------------------------


def test_manor_asks_the_authority_first():
    story = Story(*SEPTEMBER).aware("2024-09-16")
    with refused(StepMissing, "record-authority-check comes first"):
        story.would(IssuePenaltyNotice, "2024-09-17", **ISSUE)
    with refused(StepMissing, "record-authority-check comes first"):  # before the questions
        story.would(IssuePenaltyNotice, "2024-09-17", **{**ISSUE, "answers": {}})
    assert story.checked("2024-09-17").would(IssuePenaltyNotice, "2024-09-17", **ISSUE)


def test_england_alone_does_not_ask_first_and_knows_no_questions():
    story = Story(*SEPTEMBER, pack=None).aware("2024-09-16")
    (event,) = story.would(IssuePenaltyNotice, "2024-09-17", parent=MOTHER)
    assert event.considered == ()


def test_an_authority_that_said_no_is_heeded():
    story = Story(*SEPTEMBER).aware("2024-09-16")
    story.checked("2024-09-17", clear=False, answer="Two notices this year in Devon")
    with refused(Forbidden, "Two notices this year in Devon"):
        story.would(IssuePenaltyNotice, "2024-09-17", **ISSUE)


def test_an_answer_holds_for_one_decision():
    story = Story(*SEPTEMBER, *MARCH).noticed("2024-09-17").aware("2025-03-10")
    with refused(StepMissing, "record-authority-check"):
        story.would(IssuePenaltyNotice, "2025-03-10", **ISSUE)


def test_the_same_answer_is_recorded_once():
    story = Story(*SEPTEMBER).aware("2024-09-16").checked("2024-09-17")
    said = {"parent": MOTHER, "answer": "No notice known"}
    assert story.would(RecordAuthorityCheck, "2024-09-17", **said) == []


def test_a_copy_follows_the_notice_and_never_comes_before():
    story = Story(*SEPTEMBER).noticed("2024-09-17")
    said = {"parent": MOTHER, "notice": 1}
    with refused(UnknownNotice, "no penalty notice 2"):
        story.would(RecordCopyToAuthority, "2024-09-17", parent=MOTHER, notice=2)
    with refused(StepMissing, "before the notice was issued"):
        story.would(RecordCopyToAuthority, "2024-09-18", on=day("2024-09-16"), **said)
    story.does(RecordCopyToAuthority, "2024-09-17", LEAD, **said)
    assert story.would(RecordCopyToAuthority, "2024-09-18", **said) == []


def test_where_the_authority_issues_the_school_refers():
    """Cornwall in 2023, as the NCLT policy has it; also after 19 August 2024."""
    story = Story(*SEPTEMBER, pack=NCLT).aware("2024-09-16")
    with refused(NotPermitted, "the local authority issues it", "consider-penalty-notice"):
        story.would(IssuePenaltyNotice, "2024-09-17", parent=MOTHER, answers=FACTORS)
    said = {"parent": MOTHER, "outcome": "referred", "answers": FACTORS}
    (event,) = story.would(ConsiderPenaltyNotice, "2024-09-17", **said)
    assert isinstance(event, PenaltyReferred)
    assert (event.to, event.case, len(event.considered)) == ("Cornwall", 1, 3)


# --- who may ----------------------------------------------------------------------------------


def delegated(story: Story, to: str) -> Story:
    command = ask(
        Delegate, HEAD, at("09:00", day("2024-09-16")), act="issue-penalty-notice", delegate=to,
        starts=day("2024-09-16"),
    )  # fmt: skip
    from commands.handle import decide

    story.told.events += decide(command, story.told)[0]
    return story


def test_a_deputy_issues_when_the_head_authorised_it_and_not_before():
    story = Story(*SEPTEMBER).aware("2024-09-16").checked("2024-09-17")
    with refused(NotPermitted, "the roles that may are head"):
        story.would(IssuePenaltyNotice, "2024-09-17", DEPUTY, **ISSUE)
    (event,) = delegated(story, "deputy").would(IssuePenaltyNotice, "2024-09-17", DEPUTY, **ISSUE)
    assert event.made_by == DEPUTY


def test_no_other_lead_can_be_authorised_whatever_a_policy_says():
    with refused(NotPermitted, "Attendance lead", "deputy head or assistant head"):
        delegated(Story(*SEPTEMBER), "lead")


@pytest.mark.parametrize("by", [OFFICE, TEACHER, LEAD])
def test_nobody_else_issues(by):
    story = Story(*SEPTEMBER).aware("2024-09-16").checked("2024-09-17")
    with refused(NotPermitted, by.position):
        story.would(IssuePenaltyNotice, "2024-09-17", by, **ISSUE)


# --- sessions, once ---------------------------------------------------------------------------


def test_a_notice_names_the_sessions_of_the_case_and_its_period():
    story = Story(*SEPTEMBER).noticed("2024-09-17")
    assert isinstance(story.last, PenaltyNoticeIssued)
    assert len(story.last.sessions) == 10
    assert (story.last.offence_start, story.last.offence_end) == (
        day("2024-09-09"),
        day("2024-09-13"),
    )


def test_a_session_is_used_once_for_a_parent_and_again_for_the_other():
    story = Story(*SEPTEMBER).noticed("2024-09-17")
    with refused(Forbidden, "0 of 10 sessions", "10 are named in notices already"):
        story.would(RecordAwareness, "2024-09-18", parent=MOTHER)
    story.checked("2024-09-18")
    again = (SEPTEMBER[0].session,)
    with refused(Forbidden, "is named in notice 1 to Wenna Penrose already"):
        story.would(
            IssuePenaltyNotice, "2024-09-18", sessions=again, below_threshold="More", **ISSUE
        )
    assert story.noticed("2024-09-18", FATHER).last.parent == FATHER


@pytest.mark.parametrize("code", ["I", "/", None])
def test_a_session_that_is_not_unauthorised_is_not_named(code):
    story = Story(*SEPTEMBER).aware("2024-09-16").checked("2024-09-16")
    session = Session(day("2024-09-16"), "AM")
    if code:
        from tests.given import recorded

        story.knows(recorded(code, session))
    with refused(Forbidden, "2024-09-16 AM is not an unauthorised session"):
        story.would(IssuePenaltyNotice, "2024-09-17", sessions=(session,), **ISSUE)


def test_only_a_parent_in_the_admission_register_and_only_a_pupil_on_roll():
    from ledger.events import PupilLeft

    with refused(UnknownParent, "parent-1", "Wenna Penrose"):
        Story(*SEPTEMBER).would(RecordAwareness, "2024-09-16", parent="parent-9")
    left = PupilLeft(pupil=AMY, last_day="2024-09-13", **MADE)
    with refused(NotOnRoll, "Amy Penrose"):
        Story(*SEPTEMBER, left).would(RecordAwareness, "2024-09-16", parent=MOTHER)


def test_a_parent_may_be_named_by_name():
    story = Story(*SEPTEMBER)
    assert story.would(RecordAwareness, "2024-09-16", parent="denzil penrose")[0].parent == FATHER


# --- acceptance F.6 --------------------------------------------------------------------------


def test_two_notices_in_three_years_bar_a_third_to_the_mother_and_not_to_the_father():
    story = Story(*SEPTEMBER, *MARCH, *JUNE).noticed("2024-10-01").noticed("2025-03-10")
    assert (story.last.which, story.last.early, story.last.full) == ("second", None, 160)
    story.aware("2025-06-09").checked("2025-06-09")
    with refused(Forbidden, "Wenna Penrose", "before 1 October 2027", "notice 1", "notice 2"):
        story.would(IssuePenaltyNotice, "2025-06-10", **ISSUE)
    assert story.noticed("2025-06-10", FATHER).last.which == "first"


@pytest.mark.parametrize(("on", "barred"), [("2027-09-30", True), ("2027-10-01", False)])
def test_a_third_is_possible_again_at_160_flat_when_the_first_has_fallen_out(on, barred):
    story = Story(*SEPTEMBER, *MARCH, *absent("2027-09-06"))
    story.noticed("2024-10-01").noticed("2025-03-10").aware("2027-09-20").checked("2027-09-20")
    if barred:
        with refused(Forbidden, "before 1 October 2027"):
            story.would(IssuePenaltyNotice, on, **ISSUE)
        return
    (event,) = story.would(IssuePenaltyNotice, on, **ISSUE)
    assert (event.which, event.early, event.full) == ("second", None, 160)
    assert [one.notice for one in event.counted] == [2]


def test_an_offence_of_july_2024_is_issued_at_60_or_120_in_september():
    """Below the threshold, which takes no account of absence before 19 August 2024."""
    july = absent("2024-07-01", 10)
    sessions = tuple(event.session for event in july)
    story = Story(*july, *SEPTEMBER).checked("2024-09-10")
    story.issued("2024-09-10", sessions=sessions, below_threshold="A holiday of five days")
    assert (story.last.early, story.last.full) == (60, 120)
    assert story.noticed("2024-10-01").last.which == "first"


def test_the_upn_is_in_no_stream():
    story = Story(*SEPTEMBER).noticed("2024-09-17")
    assert UPN[AMY] not in story.last.stream
