"""Notices to improve: seven contents, three to six weeks, watched, concluded."""

import pytest

from commands.penalty.conclude_notice_to_improve import ConcludeNoticeToImprove
from commands.penalty.issue_notice_to_improve import IssueNoticeToImprove
from commands.penalty.issue_penalty_notice import IssuePenaltyNotice
from commands.penalty.record_improvement import RecordImprovement
from ledger.kinds import Session
from ledger.refusals import AnswersMissing, Forbidden, NotPermitted, StepMissing, UnknownNotice
from tests.commands.penalty.a_case import ANSWERS, LEAD, MOTHER, SEPTEMBER, Story, absent, day
from tests.commands.penalty.test_cases import refused
from tests.given import recorded

SAYS = {
    2: "School matters; s. 7", 3: "Two meetings", 4: "The family worker", 5: "None unauthorised",
    7: "Another holiday",
}  # fmt: skip
SAID = {"parent": MOTHER, "weeks": 4, "target": "No unauthorised absence", "contents": SAYS}
ON = "2024-09-16"


@pytest.fixture
def story() -> Story:
    return Story(*SEPTEMBER).aware(ON)


@pytest.fixture
def running(story: Story) -> Story:
    return story.does(IssueNoticeToImprove, ON, **SAID)


def test_it_has_its_seven_contents_two_of_them_from_the_register(running):
    event = running.last
    assert len(event.contents) == 7
    assert event.contents[0].text.startswith("0 of 10 possible sessions attended")
    assert event.contents[0].text.endswith(
        "Counted to the threshold: 9 September 2024, 10 September 2024, 11 September 2024, "
        "12 September 2024, 13 September 2024"
    )
    assert event.contents[5].text == "4 weeks, from 16 September 2024 to 13 October 2024"
    assert (event.figures.possible, event.figures.unauthorised) == (10, 10)
    assert event.stream.startswith("improvement/1/parent-1")


@pytest.mark.parametrize(("weeks", "may"), [(2, False), (3, True), (6, True), (7, False)])
def test_its_period_is_three_to_six_weeks(story, weeks, may):
    said = {**SAID, "weeks": weeks}
    if not may:
        with refused(Forbidden, f"3 to 6 weeks, not {weeks}"):
            story.would(IssueNoticeToImprove, ON, **said)
        return
    (event,) = story.would(IssueNoticeToImprove, ON, **said)
    assert (event.ends - event.starts).days + 1 == 7 * weeks


def test_each_content_left_out_is_named(story):
    said = {**SAID, "contents": {2: "School matters"}}
    with refused(AnswersMissing, "3. support so far", "5. clear warning", "7. grounds"):
        story.would(IssueNoticeToImprove, ON, **said)


def test_it_is_for_when_the_threshold_is_reached():
    with refused(StepMissing, "record-awareness first"):
        Story(*absent("2024-09-09", 9)).would(IssueNoticeToImprove, ON, **SAID)


def test_the_attendance_officer_prepares_and_does_not_issue(story):
    with refused(NotPermitted, "Attendance lead"):
        story.would(IssueNoticeToImprove, ON, LEAD, **SAID)


def test_one_runs_at_a_time(running):
    with refused(Forbidden, "is not concluded yet"):
        running.would(IssueNoticeToImprove, "2024-09-17", **SAID)


def test_it_is_watched_with_figures_of_its_own_days(running):
    running.knows(recorded("/", Session(day("2024-09-17"), "AM")))
    (event,) = running.would(RecordImprovement, "2024-09-18", LEAD, parent=MOTHER, note="Better")
    assert (event.figures.first, event.figures.last) == (day(ON), day("2024-09-18"))
    assert (event.figures.possible, event.figures.attended) == (1, 1)


def test_a_penalty_notice_waits_for_its_end(running):
    running.checked("2024-09-20")
    said = {"parent": MOTHER, "answers": ANSWERS}
    with refused(Forbidden, "runs until 13 October 2024"):
        running.would(IssuePenaltyNotice, "2024-10-13", **said)
    assert running.would(IssuePenaltyNotice, "2024-10-14", **said)


def test_or_for_a_ground_that_it_gives(running):
    early = {"parent": MOTHER, "outcome": "ended early"}
    with refused(StepMissing, "which of the grounds"):
        running.would(ConcludeNoticeToImprove, "2024-09-20", **early)
    running.checked("2024-09-20").does(
        ConcludeNoticeToImprove, "2024-09-20", reason="Another holiday", **early
    )
    said = {"parent": MOTHER, "answers": ANSWERS}
    assert running.would(IssuePenaltyNotice, "2024-09-20", **said)


@pytest.mark.parametrize(
    ("on", "outcome", "may"),
    [
        ("2024-10-13", "improved", False),
        ("2024-10-14", "improved", True),
        ("2024-10-14", "not improved", True),
        ("2024-10-13", "ended early", True),
        ("2024-10-14", "ended early", False),
    ],
)
def test_it_is_concluded_after_its_period_or_ended_early_before(running, on, outcome, may):
    said = {"parent": MOTHER, "outcome": outcome, "reason": "As discussed"}
    if not may:
        with refused(Forbidden, "13 October 2024"):
            running.would(ConcludeNoticeToImprove, on, **said)
        return
    (event,) = running.would(ConcludeNoticeToImprove, on, **said)
    assert (event.outcome, event.figures.last) == (outcome, day("2024-10-13"))


def test_it_is_concluded_once(running):
    said = {"parent": MOTHER, "outcome": "improved"}
    running.does(ConcludeNoticeToImprove, "2024-10-14", **said)
    assert running.would(ConcludeNoticeToImprove, "2024-10-15", **said) == []
    with refused(Forbidden, "was concluded: improved"):
        running.would(ConcludeNoticeToImprove, "2024-10-15", parent=MOTHER, outcome="not improved")
    with refused(Forbidden, "is concluded"):
        running.would(RecordImprovement, "2024-10-15", parent=MOTHER)


def test_there_must_be_one(story):
    with pytest.raises(UnknownNotice):
        story.would(RecordImprovement, ON, parent=MOTHER)
