"""After a notice is issued: service, payment, withdrawal, prosecution, and notices elsewhere."""

import pytest

from commands.penalty.disclose_earlier_notice import DiscloseEarlierNotice
from commands.penalty.issue_penalty_notice import IssuePenaltyNotice
from commands.penalty.record_payment import RecordPayment
from commands.penalty.record_prosecution import RecordProsecution
from commands.penalty.record_service import RecordService
from commands.penalty.withdraw_penalty_notice import WithdrawPenaltyNotice
from ledger.kinds import Session
from ledger.refusals import Forbidden, NotPermitted, StepMissing, UnknownNotice
from tests.commands.penalty.a_case import (
    ANSWERS,
    LEAD,
    MARCH,
    MOTHER,
    SEPTEMBER,
    Story,
    absent,
    day,
)
from tests.commands.penalty.test_cases import refused
from tests.given import OFFICE, TEACHER, recorded

ONE = {"parent": MOTHER, "notice": 1}
ISSUED = "2024-09-17"  # handed over that day: early to 7 October, payable to 15 October


@pytest.fixture
def story() -> Story:
    return Story(*SEPTEMBER, *MARCH).noticed(ISSUED)


@pytest.fixture
def served(story: Story) -> Story:
    return story.served(ISSUED)


# --- service ----------------------------------------------------------------------------


def test_first_class_post_is_received_on_the_second_working_day_after(story):
    said = {"method": "first class post", "address": "12 Fore Street", **ONE}
    (event,) = story.would(RecordService, "2024-09-20", OFFICE, sent_on=day("2024-09-20"), **said)
    assert (event.received_on, event.basis) == (day("2024-09-24"), "first class, deemed")
    assert event.detail == "12 Fore Street"


def test_nothing_is_served_electronically_without_written_consent(story):
    said = {"method": "electronic", **ONE}
    with refused(StepMissing, "written consent"):
        story.would(RecordService, ISSUED, **said)
    (event,) = story.would(RecordService, ISSUED, consent="Form of 3 September", **said)
    assert (event.basis, event.received_on) == ("electronic, consented", day(ISSUED))


def test_of_other_post_the_day_of_receipt_is_proved(story):
    said = {"method": "other post", **ONE}
    with refused(StepMissing, "the law deems no day"):
        story.would(RecordService, "2024-09-20", **said)
    proved = {"sent_on": day(ISSUED), "received_on": day("2024-09-20")}
    with refused(StepMissing, "--proof"):
        story.would(RecordService, "2024-09-20", **said, **proved)
    (event,) = story.would(RecordService, "2024-09-20", **said, **proved, proof="Signed for")
    assert (event.basis, event.received_on) == ("proved", day("2024-09-20"))


@pytest.mark.parametrize(
    ("sent_on", "why"),
    [("2024-09-16", "cannot have been sent on 16 September"), ("2024-09-21", "still to come")],
)
def test_it_is_sent_between_its_issue_and_today(story, sent_on, why):
    with refused(Forbidden, why):
        story.would(RecordService, "2024-09-20", method="by hand", sent_on=day(sent_on), **ONE)


def test_service_is_recorded_once_and_only_proof_puts_it_right(served):
    assert served.would(RecordService, ISSUED, method="by hand", **ONE) == []
    with refused(Forbidden, "only proof"):
        served.would(RecordService, "2024-09-20", method="left at address", **ONE)
    proved = {"received_on": day("2024-09-19"), "proof": "The envelope", "sent_on": day(ISSUED)}
    served.does(RecordService, "2024-09-20", method="first class post", **proved, **ONE)
    assert served.last.received_on == day("2024-09-19")


# --- payment ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "on", "in_full"),
    [
        (80, "2024-10-07", True),  # R+20
        (80, "2024-10-08", False),
        (79, "2024-10-07", False),
        (160, "2024-10-08", True),
        (160, "2024-10-15", True),  # R+28
        (160, "2024-10-16", False),  # too late: recorded, and unpaid
    ],
)
def test_only_all_that_is_asked_in_time_pays_a_notice(served, amount, on, in_full):
    (event,) = served.would(RecordPayment, on, LEAD, amount=amount, **ONE)
    assert event.in_full is in_full


def test_parts_add_up_and_until_then_it_is_unpaid(served):
    served.does(RecordPayment, "2024-09-20", amount=50, **ONE)
    assert not served.last.in_full
    served.does(RecordPayment, "2024-10-07", amount=30, **ONE)
    assert served.last.in_full
    with refused(Forbidden, "was paid in full on 7 October 2024"):
        served.would(RecordPayment, "2024-10-08", amount=10, **ONE)


def test_more_than_is_asked_is_refused(served):
    with refused(Forbidden, "£200 would be paid of £160"):
        served.would(RecordPayment, "2024-09-20", amount=200, **ONE)


def test_what_is_due_runs_from_receipt(story):
    with refused(StepMissing, "record-service of notice 1 comes first"):
        story.would(RecordPayment, "2024-09-20", amount=80, **ONE)


def test_the_same_payment_is_recorded_once(served):
    served.does(RecordPayment, "2024-09-20", amount=80, **ONE)
    assert served.would(RecordPayment, "2024-09-20", amount=80, **ONE) == []


# --- withdrawal ----------------------------------------------------------------------------


def test_a_withdrawn_notice_no_longer_counts(served):
    said = {"ground": "should not have been issued", **ONE}
    served.does(WithdrawPenaltyNotice, "2024-09-30", LEAD, **said)
    assert served.would(WithdrawPenaltyNotice, "2024-09-30", **said) == []
    assert served.noticed("2025-03-10").last.which == "first"


@pytest.mark.parametrize(
    ("ground", "free"),
    [("material errors", True), ("should not have been issued", False), ("wrong person", False)],
)
def test_its_sessions_are_free_again_only_after_material_errors(served, ground, free):
    served.does(WithdrawPenaltyNotice, "2024-09-20", ground=ground, **ONE)
    if free:
        assert served.noticed("2024-09-23").last.notice == 2
        return
    with refused(Forbidden, "named in notices already"):
        served.aware("2024-09-23")


@pytest.mark.parametrize(("on", "may"), [("2024-10-15", False), ("2024-10-16", True)])
def test_unpaid_it_is_withdrawn_only_once_the_time_to_pay_is_over(served, on, may):
    said = {"ground": "unpaid, not prosecuted", **ONE}
    if may:
        assert served.would(WithdrawPenaltyNotice, on, **said)
        return
    with refused(Forbidden, "may be paid until 15 October 2024"):
        served.would(WithdrawPenaltyNotice, on, **said)


def test_a_paid_notice_is_not_withdrawn_as_unpaid(served):
    served.does(RecordPayment, "2024-09-20", amount=80, **ONE)
    with refused(Forbidden, "was paid on"):
        served.would(WithdrawPenaltyNotice, "2024-10-20", ground="unpaid, not prosecuted", **ONE)


# --- prosecution ---------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "may"), [("2024-10-15", False), ("2024-10-16", True)])
def test_no_prosecution_is_begun_before_the_29th_day(served, on, may):
    if may:
        assert served.would(RecordProsecution, on, stage="begun", **ONE)
        return
    with refused(Forbidden, "before 16 October 2024"):
        served.would(RecordProsecution, on, stage="begun", **ONE)


def test_from_when_a_prosecution_may_be_begun_runs_from_receipt(story):
    with refused(StepMissing, "record-service of notice 1 comes first"):
        story.would(RecordProsecution, "2024-12-01", stage="begun", **ONE)


def test_nobody_is_prosecuted_after_paying(served):
    served.does(RecordPayment, "2024-10-15", amount=160, **ONE)
    with refused(Forbidden, "nobody may be convicted"):
        served.would(RecordProsecution, "2024-11-01", stage="begun", **ONE)


@pytest.mark.parametrize(("ground", "may"), [("material errors", True), ("wrong person", False)])
def test_nobody_is_prosecuted_after_a_withdrawal_but_for_material_errors(served, ground, may):
    served.does(WithdrawPenaltyNotice, "2024-09-20", ground=ground, **ONE)
    if may:
        assert served.would(RecordProsecution, "2024-11-01", stage="begun", **ONE)
        return
    with refused(Forbidden, "no prosecution may follow"):
        served.would(RecordProsecution, "2024-11-01", stage="begun", **ONE)


@pytest.mark.parametrize(
    ("stage", "which"), [("acquitted", "first"), ("convicted", "second"), ("begun", "second")]
)
def test_only_an_acquittal_takes_a_notice_out_of_the_count(served, stage, which):
    served.does(RecordProsecution, "2024-11-01", stage="begun", **ONE)
    if stage != "begun":
        served.does(RecordProsecution, "2025-01-15", stage=stage, **ONE)
    assert served.noticed("2025-03-10").last.which == which


def test_a_prosecution_begins_before_it_ends_and_ends_once(served):
    with refused(StepMissing, "begun comes first"):
        served.would(RecordProsecution, "2024-11-01", stage="convicted", **ONE)
    served.does(RecordProsecution, "2024-11-01", stage="begun", **ONE)
    assert served.would(RecordProsecution, "2024-11-02", stage="begun", **ONE) == []
    served.does(RecordProsecution, "2025-01-15", stage="convicted", **ONE)
    with refused(Forbidden, "has ended already"):
        served.would(RecordProsecution, "2025-01-16", stage="acquitted", **ONE)


# --- notices elsewhere ---------------------------------------------------------------------

DEVON = {
    "parent": MOTHER, "issued_on": day("2024-09-25"), "offence_start": day("2024-09-02"),
    "offence_end": day("2024-09-06"), "issued_by": "Devon County Council",
    "told_by": "Cornwall Council",
}  # fmt: skip


def test_a_notice_elsewhere_is_counted_like_our_own():
    story = Story(*SEPTEMBER, *MARCH).does(DiscloseEarlierNotice, "2024-09-30", LEAD, **DEVON)
    assert story.noticed("2024-10-01").last.which == "second"
    story.aware("2025-03-10").checked("2025-03-10")
    with refused(Forbidden, "notice 1 of 25 September 2024 and notice 2 of 1 October 2024"):
        story.would(IssuePenaltyNotice, "2025-03-10", parent=MOTHER, answers=ANSWERS)


def test_the_same_notice_is_disclosed_once_and_its_days_come_in_order():
    story = Story().does(DiscloseEarlierNotice, "2024-09-30", **DEVON)
    assert story.would(DiscloseEarlierNotice, "2024-10-01", **DEVON) == []
    with refused(Forbidden, "another order"):
        story.would(
            DiscloseEarlierNotice, "2024-10-01", **{**DEVON, "offence_end": day("2024-09-26")}
        )


def test_what_became_of_a_disclosed_notice_is_recorded_too():
    story = Story(*SEPTEMBER).does(DiscloseEarlierNotice, "2024-09-30", **DEVON)
    story.does(WithdrawPenaltyNotice, "2024-09-30", ground="unpaid, not prosecuted", **ONE).noticed(
        "2024-10-01"
    )
    assert story.last.which == "first"


# --- public place --------------------------------------------------------------------------

STREET = {
    "parent": MOTHER, "kind": "public place", "sessions": (Session(day("2024-09-16"), "AM"),),
    "suspended_on": day("2024-09-16"), "told_parents_on": day("2024-09-13"),
}  # fmt: skip
SUSPENDED = [recorded("E", Session(day(f"2024-09-{n}"), "AM")) for n in (16, 17, 18, 19, 20, 23)]


def test_a_public_place_notice_asks_60_or_120_and_is_apart():
    story = Story(*SEPTEMBER, *MARCH, *SUSPENDED).checked("2024-09-24")
    story.does(IssuePenaltyNotice, "2024-09-24", **STREET)
    assert (story.last.which, story.last.early, story.last.full) == ("public place", 60, 120)
    assert story.last.case is None
    assert story.noticed("2024-10-01").last.which == "first"


@pytest.mark.parametrize(("on", "may"), [("2024-09-20", True), ("2024-09-23", False)])
def test_it_is_for_the_first_five_school_days_of_a_suspension(on, may):
    story = Story(*SUSPENDED).checked("2024-09-24")
    said = {**STREET, "sessions": (Session(day(on), "AM"),)}
    if may:
        assert story.would(IssuePenaltyNotice, "2024-09-24", **said)
        return
    with refused(Forbidden, "not in the first 5 school days"):
        story.would(IssuePenaltyNotice, "2024-09-24", **said)


@pytest.mark.parametrize("missing", ["sessions", "suspended_on", "told_parents_on"])
def test_it_wants_the_session_the_suspension_and_that_the_parents_were_told(missing):
    said = {**STREET, missing: () if missing == "sessions" else None}
    with refused(StepMissing, "give --"):
        Story(*SUSPENDED).checked("2024-09-24").would(IssuePenaltyNotice, "2024-09-24", **said)


def test_parents_told_afterwards_were_not_told():
    said = {**STREET, "told_parents_on": day("2024-09-17")}
    with refused(Forbidden, "told on 17 September 2024, after"):
        Story(*SUSPENDED).checked("2024-09-24").would(IssuePenaltyNotice, "2024-09-24", **said)


# --- the order of refusals -------------------------------------------------------------------


def test_an_act_wrong_in_every_way_is_refused_for_the_first():
    wrong = {"parent": MOTHER, "notice": 7, "amount": 500, "on": day("2030-01-01")}
    story = Story(*absent("2024-09-09", 9))
    with pytest.raises(UnknownNotice):
        story.would(RecordPayment, "2024-10-01", TEACHER, **wrong)
    story = Story(*SEPTEMBER).noticed(ISSUED)
    wrong["notice"] = 1
    with pytest.raises(NotPermitted):
        story.would(RecordPayment, "2024-10-01", TEACHER, **wrong)
    with pytest.raises(StepMissing):
        story.would(RecordPayment, "2024-10-01", LEAD, **wrong)
    story.served(ISSUED)
    with refused(Forbidden, "still to come"):
        story.would(RecordPayment, "2024-10-01", LEAD, **wrong)
    wrong["on"] = day("2024-10-01")
    with refused(Forbidden, "£500"):
        story.would(RecordPayment, "2024-10-01", LEAD, **wrong)
