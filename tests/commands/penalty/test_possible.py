"""What could be done now: no more and no less than the acts themselves would not refuse."""

import pytest

from commands.penalty.conclude_notice_to_improve import ConcludeNoticeToImprove
from commands.penalty.issue_notice_to_improve import IssueNoticeToImprove
from commands.penalty.marks import marks_to
from commands.penalty.possible import possible
from commands.penalty.record_payment import RecordPayment
from commands.penalty.record_prosecution import RecordProsecution
from commands.penalty.withdraw_penalty_notice import WithdrawPenaltyNotice
from ledger.kinds import Person, Session
from ledger.refusals import Refused
from tests.commands.penalty.a_case import FATHER, LEAD, MOTHER, NCLT, SEPTEMBER, Story, day
from tests.given import AMY, HEAD, TEACHER, at

ALWAYS = {"record-authority-check", "disclose-earlier-notice"}
ALL_GROUNDS = ("should not have been issued", "wrong person", "material errors")
BEGUN = "2024-09-16"


def could(story: Story, when: str, by: Person = HEAD, parent: str = MOTHER, stood: str = ""):
    """By act, and by notice where it is about one: the ways."""
    pupil = story.told.roll.pupils[AMY]
    on = day(stood or when)
    marks = marks_to(story.told, pupil, day(when), [Session(on, "AM")])
    rules = story.told.school.rules_on
    count = [one for one in marks if rules(one.session.date).codes[one.code].threshold]
    found = possible(story.told, pupil, (by.id, at("10:00", day(when))), count, on)[parent]
    return {(one.act, one.notice) if one.notice else one.act: one.ways for one in found}


def test_below_the_threshold_only_a_referral_is_possible():
    found = could(Story(*SEPTEMBER[:8]), BEGUN)

    assert found.keys() == {*ALWAYS, "consider-penalty-notice"}
    assert found["consider-penalty-notice"] == ("referred",)


def test_at_the_threshold_a_case_may_be_opened_and_nothing_be_decided():
    found = could(Story(*SEPTEMBER), BEGUN)

    assert found["record-awareness"] == (BEGUN,)
    assert found["consider-penalty-notice"] == ("referred",)
    assert "issue-notice-to-improve" not in found


def test_a_threshold_that_has_lapsed_may_be_known_of_as_on_the_day_it_stood():
    found = could(Story(*SEPTEMBER), "2025-02-03", stood=BEGUN)

    assert found["record-awareness"] == (BEGUN,)


def test_a_case_is_open_for_one_parent_and_not_yet_for_the_other():
    story = Story(*SEPTEMBER).aware(BEGUN)

    assert "record-awareness" not in could(story, BEGUN)
    assert "record-awareness" in could(story, BEGUN, parent=FATHER)


def test_an_open_case_is_decided_once_the_authority_was_asked():
    story = Story(*SEPTEMBER).aware(BEGUN)
    asked = could(story, BEGUN)
    assert asked["consider-penalty-notice"] == ("no discretion", "not issued", "referred")
    assert "issue-penalty-notice" not in asked
    assert {"record-improvement", "conclude-notice-to-improve"}.isdisjoint(asked)

    checked = could(story.checked(BEGUN), BEGUN)
    assert "case" in checked["issue-penalty-notice"]
    assert "issue-penalty-notice" not in could(story, BEGUN, LEAD)


def test_where_the_policy_refers_no_notice_is_issued():
    story = Story(*SEPTEMBER, pack=NCLT).aware(BEGUN)

    assert "issue-penalty-notice" not in could(story, BEGUN)
    assert "consider-penalty-notice" in could(story, BEGUN)


def test_while_a_notice_to_improve_runs_it_is_watched_or_ended_early():
    contents = dict.fromkeys(range(1, 9), "As agreed")
    said = {"parent": MOTHER, "weeks": 4, "target": "Every day", "contents": contents}
    story = Story(*SEPTEMBER).aware(BEGUN).checked(BEGUN).does(IssueNoticeToImprove, BEGUN, **said)

    found = could(story, "2024-09-20")
    assert found["conclude-notice-to-improve"] == ("ended early",)
    assert "record-improvement" in found
    assert {"issue-penalty-notice", "issue-notice-to-improve"}.isdisjoint(found)

    after = could(story, "2024-10-21")
    assert after["conclude-notice-to-improve"] == ("improved", "not improved")
    story.does(ConcludeNoticeToImprove, "2024-10-21", parent=MOTHER, outcome="not improved")
    done = could(story, "2024-10-21")
    assert {"record-improvement", "conclude-notice-to-improve"}.isdisjoint(done)
    assert "issue-penalty-notice" in done


def test_a_notice_is_served_then_paid_and_then_nothing_more_is_asked():
    story = Story(*SEPTEMBER).noticed(BEGUN)
    found = could(story, BEGUN)
    assert found["record-service", 1] == ("served", "proved")
    assert ("record-copy-to-authority", 1) in found
    assert found["withdraw-penalty-notice", 1] == ALL_GROUNDS
    assert {("record-payment", 1), ("record-prosecution", 1)}.isdisjoint(found)

    found = could(story.served(BEGUN), "2024-09-23")
    assert ("record-payment", 1) in found
    assert found["record-service", 1] == ("proved",)
    assert ("record-prosecution", 1) not in found

    paid = {"parent": MOTHER, "notice": 1, "amount": 80}
    found = could(story.does(RecordPayment, "2024-09-23", **paid), "2024-12-02")
    assert {("record-payment", 1), ("record-prosecution", 1)}.isdisjoint(found)
    assert found["withdraw-penalty-notice", 1] == ALL_GROUNDS


def test_unpaid_after_its_days_a_notice_is_withdrawn_or_prosecuted():
    story = Story(*SEPTEMBER).noticed(BEGUN).served(BEGUN)
    of = {"parent": MOTHER, "notice": 1}
    found = could(story, "2024-12-02")
    assert found["record-prosecution", 1] == ("begun",)
    assert found["withdraw-penalty-notice", 1] == (*ALL_GROUNDS, "unpaid, not prosecuted")

    begun = story.does(RecordProsecution, "2024-12-02", stage="begun", **of)
    found = could(begun, "2024-12-03")
    assert found["record-prosecution", 1] == ("convicted", "acquitted", "discontinued")

    gone = Story(*SEPTEMBER).noticed(BEGUN).served(BEGUN)
    gone.does(WithdrawPenaltyNotice, "2024-12-02", ground="wrong person", **of)
    found = could(gone, "2024-12-03")
    assert {("withdraw-penalty-notice", 1), ("record-payment", 1)}.isdisjoint(found)


def test_whoever_may_do_none_of_it_could_do_nothing():
    assert could(Story(*SEPTEMBER).noticed(BEGUN), BEGUN, TEACHER) == {}


@pytest.mark.parametrize("when", [BEGUN, "2024-10-21", "2025-02-03"])
def test_what_is_not_possible_is_what_the_act_refuses(when: str):
    """Tried by the act itself, beside what the list says."""
    story = Story(*SEPTEMBER).noticed(BEGUN).served(BEGUN)
    found = could(story, when).get(("record-prosecution", 1), ())
    for stage in ("begun", "convicted"):
        try:
            said = {"parent": MOTHER, "notice": 1, "stage": stage}
            would = bool(story.would(RecordProsecution, when, **said))
        except Refused:
            would = False
        assert (stage in found) == would
