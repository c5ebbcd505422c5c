"""Notices as read models and in answers: each parent, what is next, and which clocks run."""

import datetime as dt

import pytest
from sqlalchemy import select

from commands.handle import handle
from commands.penalty.issue_notice_to_improve import IssueNoticeToImprove
from commands.penalty.issue_penalty_notice import IssuePenaltyNotice
from commands.penalty.record_authority_check import RecordAuthorityCheck
from commands.penalty.record_awareness import RecordAwareness
from commands.penalty.record_copy_to_authority import RecordCopyToAuthority
from commands.penalty.record_payment import RecordPayment
from commands.penalty.record_prosecution import RecordProsecution
from commands.penalty.record_service import RecordService
from commands.penalty.withdraw_penalty_notice import WithdrawPenaltyNotice
from ledger.calendar import instant
from ledger.refusals import Forbidden
from ledger.store import Act, Ledger, Store, open_store
from projections.doctor import doctor
from projections.engines import engine
from projections.penalty_answers import ParentStanding
from projections.penalty_questions import penalty_explain, penalty_list
from projections.penalty_records import penalty_clocks
from projections.penalty_tables import notices_to_improve, penalty_cases, penalty_notices
from projections.runner import Runner
from projections.unconsidered import unconsidered
from projections.views import asof, live
from tests.commands.a_ledger import set_up
from tests.commands.penalty.a_case import (
    ANSWERS,
    DEPUTY,
    FATHER,
    LEAD,
    MANOR,
    MARCH,
    MOTHER,
    PARENTS,
    SEPTEMBER,
    YEARS,
    adopted,
    appointed,
    day,
)
from tests.commands.penalty.test_improving import SAID
from tests.given import AMY, HEAD, UPN

ON = "2024-09-17"


class Real:
    """The acts of ``a_case`` on a real ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.done = 0

    def does(self, kind, when: str, by=HEAD, /, **fields) -> "Real":
        self.done += 1
        said = {"pupil": UPN[AMY], "by": by.id, "parent": MOTHER, **fields}
        command = kind(key=f"act-{self.done}", at=instant(day(when), dt.time(10)), **said)
        handle(command, self.ledger)
        return self

    def noticed(self, on: str, parent: str = MOTHER) -> "Real":
        self.does(RecordAwareness, on, parent=parent)
        self.does(RecordAuthorityCheck, on, LEAD, parent=parent, answer="None known")
        return self.does(IssuePenaltyNotice, on, parent=parent, answers=ANSWERS)


@pytest.fixture
def real(store) -> Real:
    return at_school(store)


def at_school(store: Store) -> Real:
    packs = [PARENTS, *YEARS, appointed(DEPUTY), appointed(LEAD), adopted(MANOR)]
    ledger = set_up(store, *packs)
    for number, mark in enumerate([*SEPTEMBER, *MARCH]):
        ledger.append(Act(f"mark-{number}", "take-register", mark.made_by, mark.made_at), [mark])
    return Real(ledger)


def standing(real: Real, runner: Runner, on: str, parent: str = MOTHER) -> ParentStanding:
    view = live(runner, real.ledger)
    found = penalty_explain(view, view.context.roll.pupils[AMY], day(on)).standing
    assert found is not None
    (theirs,) = (one for one in found.parents if one.id == parent)
    return theirs


def test_a_notice_is_a_row_from_its_issue_to_its_end(real, runner):
    real.noticed(ON).does(RecordCopyToAuthority, ON, notice=1)
    real.does(RecordService, ON, notice=1, method="first class post")
    real.does(RecordPayment, "2024-09-25", LEAD, notice=1, amount=50)
    real.does(RecordPayment, "2024-10-01", LEAD, notice=1, amount=30)
    (row,) = live(runner, real.ledger).rows(select(penalty_notices))

    assert (row.which, row.early_amount, row.full_amount, row.sessions, row.elsewhere) == (
        "first", 80, 160, 10, 0,
    )  # fmt: skip
    assert (row.issued_on, row.copied_on, row.received_on) == (
        day(ON), day(ON), day("2024-09-19"),
    )  # fmt: skip
    assert (row.early_by, row.payable_by) == (day("2024-10-09"), day("2024-10-17"))
    assert (row.prosecute_from, row.prosecute_by) == (day("2024-10-18"), day("2025-03-13"))
    assert (row.paid, row.paid_on) == (80, day("2024-10-01"))


def test_a_withdrawal_and_a_prosecution_are_on_it_too(real, runner):
    real.noticed(ON).does(WithdrawPenaltyNotice, "2024-09-20", notice=1, ground="material errors")
    real.does(RecordProsecution, "2024-12-02", notice=1, stage="begun")
    (row,) = live(runner, real.ledger).rows(select(penalty_notices))
    assert (row.ground, row.withdrawn_on, row.prosecution) == (
        "material errors", day("2024-09-20"), "begun",
    )  # fmt: skip


def test_a_case_has_its_one_decision(real, runner):
    real.noticed(ON)
    (row,) = live(runner, real.ledger).rows(select(penalty_cases))
    assert (row.case_number, row.sessions, row.decision, row.decided_on) == (
        1,
        10,
        "issued",
        day(ON),
    )
    assert (row.aware_on, row.aware_name) == (day(ON), HEAD.name)


def test_a_notice_to_improve_is_a_row(real, runner):
    real.does(RecordAwareness, ON).does(IssueNoticeToImprove, ON, **SAID)
    (row,) = live(runner, real.ledger).rows(select(notices_to_improve))
    assert (row.starts, row.ends, row.outcome) == (day(ON), day("2024-10-14"), None)


def test_rebuilt_equals_live_with_notices(real, runner):
    real.noticed(ON).does(RecordService, ON, notice=1, method="by hand")
    real.does(RecordPayment, "2024-10-01", notice=1, amount=80)
    live(runner, real.ledger)
    assert doctor(runner, real.ledger).findings == ()


def test_on_postgres_too(postgres_url):
    with open_store(postgres_url, create=True) as store:
        real = at_school(store).noticed(ON).does(RecordService, ON, notice=1, method="by hand")
        real.does(RecordPayment, "2024-10-01", notice=1, amount=80)
        runner = Runner(engine(postgres_url))
        (row,) = live(runner, real.ledger).rows(select(penalty_notices))
        assert (row.paid, row.paid_on, row.early_by) == (80, day("2024-10-01"), day("2024-10-07"))
        assert doctor(runner, real.ledger).findings == ()
        runner.engine.dispose()


# --- what is next ----------------------------------------------------------------------------


def test_the_next_lawful_step_follows_the_case(real, runner):
    def step() -> str:
        return standing(real, runner, ON).next_act

    assert step() == "record-awareness"
    real.does(RecordAwareness, ON)
    assert step() == "record-authority-check"
    real.does(RecordAuthorityCheck, ON, LEAD, answer="None known")
    assert step().startswith("issue-penalty-notice")
    real.does(IssuePenaltyNotice, ON, answers=ANSWERS)
    assert step() == "record-service"
    real.does(RecordService, ON, notice=1, method="by hand")
    assert step() == "record-copy-to-authority"
    real.does(RecordCopyToAuthority, ON, notice=1)
    assert standing(real, runner, ON).next_step == "None: 0 of the 10 sessions needed are unused"


def test_each_parent_has_a_count_a_next_notice_and_what_is_in_the_way(real, runner):
    real.noticed(ON)
    mother, father = (standing(real, runner, ON, one) for one in (MOTHER, FATHER))

    assert (mother.notices, mother.next.which, mother.next.full) == (1, "second", 160)
    assert mother.in_the_way[0].startswith("10 sessions are named in notice 1 already")
    assert (father.notices, father.next.which, father.next.early) == (0, "first", 80)
    assert father.next.from_when == day("2024-09-13")
    (held,) = mother.held
    assert (held.state, held.counts, held.falls_out) == (
        "issued, not served yet", True, day(ON.replace("2024", "2027")),
    )  # fmt: skip


def test_two_notices_and_no_third_from_when_said(real, runner):
    real.noticed("2024-10-01").noticed("2025-03-10")
    mother = standing(real, runner, "2025-03-10")
    assert (mother.next.which, mother.next.from_when) == ("not allowed", day("2027-10-01"))
    assert any("no other before 2027-10-01" in why for why in mother.in_the_way)


def test_the_list_has_the_same_columns(real, runner):
    real.noticed(ON)
    (row,) = penalty_list(live(runner, real.ledger), day(ON)).rows
    assert [one.notices for one in row.parents] == [1, 0]


def test_as_of_before_the_notice_it_is_not_there(real, runner):
    before = real.does(RecordAwareness, ON).ledger.size()
    real.does(RecordAuthorityCheck, ON, LEAD, answer="None known")
    real.does(IssuePenaltyNotice, ON, answers=ANSWERS)
    view = asof(real.ledger, before)
    found = penalty_explain(view, view.context.roll.pupils[AMY], day(ON)).standing
    assert (found.parents[0].held, found.parents[0].case) == ((), 1)


# --- clocks ------------------------------------------------------------------------------------


def running(real: Real, runner: Runner) -> dict[str, tuple[str, str]]:
    found = penalty_clocks(live(runner, real.ledger))
    return {
        clock.what.partition(",")[0]: (str(clock.due), clock.owner)
        for _, _, clock in found
        if clock.open
    }


def test_the_clocks_of_a_case_and_of_a_notice(real, runner):
    real.does(RecordAwareness, ON)
    assert running(real, runner) == {"consider a penalty notice": ("2024-09-24", "head")}
    real.does(RecordAuthorityCheck, ON, LEAD, answer="None known")
    real.does(IssuePenaltyNotice, ON, answers=ANSWERS)
    assert running(real, runner) == {
        "serve it": (ON, "attendance-officer"),
        "send a copy to the local authority": (ON, "attendance-officer"),
        "begin a prosecution": ("2025-03-13", "la"),
    }
    real.does(RecordService, ON, notice=1, method="by hand")
    real.does(RecordCopyToAuthority, ON, notice=1)
    assert running(real, runner) == {
        "pay £80": ("2024-10-07", "parent"),
        "pay in full; before then nobody may be prosecuted": ("2024-10-15", "parent"),
        "begin a prosecution": ("2025-03-13", "la"),
    }
    real.does(RecordPayment, "2024-10-07", notice=1, amount=80)
    assert running(real, runner) == {}


def test_a_clock_is_overdue_from_the_day_after(real, runner):
    real.noticed(ON).does(RecordService, ON, notice=1, method="by hand")
    clocks = [clock for _, _, clock in penalty_clocks(live(runner, real.ledger))]
    (payable,) = (one for one in clocks if one.what.startswith("pay in full"))
    assert not payable.overdue(day("2024-10-15"))
    assert payable.overdue(day("2024-10-16"))
    (prosecution,) = (one for one in clocks if one.what.startswith("begin"))
    assert prosecution.warn_from == day("2025-01-16")


def test_a_notice_to_improve_is_concluded_by_its_end(real, runner):
    real.does(RecordAwareness, ON).does(IssueNoticeToImprove, ON, **SAID)
    found = running(real, runner)
    assert found["conclude the notice to improve"] == ("2024-10-14", "champion")


def waiting(real: Real, runner: Runner, on: str = ON) -> list[tuple[int, str]]:
    """Who waits for somebody to be aware, by how many sessions; and what is said of it."""
    found = unconsidered(live(runner, real.ledger), day(on))
    return [(one.counted, one.note) for one in found]


def test_a_case_for_one_parent_answers_for_the_pupil(real: Real, runner: Runner):
    assert waiting(real, runner) == [(10, "")]
    real.does(RecordAwareness, ON)
    assert waiting(real, runner) == []


@pytest.mark.parametrize(
    ("ground", "again"),
    [("wrong person", True), ("material errors", True), ("should not have been issued", False)],
)
def test_a_notice_withdrawn_where_another_may_follow_waits_again(
    real: Real, runner: Runner, ground: str, again: bool
):
    """A notice to the wrong parent leaves the right one unconsidered (SI 2007/1867 reg. 8(1))."""
    real.noticed(ON).does(WithdrawPenaltyNotice, ON, LEAD, notice=1, ground=ground)
    said = f"notice 1 to {MOTHER} was withdrawn: {ground}"
    assert waiting(real, runner) == ([(10, said)] if again else [])


def test_the_sessions_of_a_notice_to_the_wrong_parent_are_free_for_the_other_alone(
    real: Real, runner: Runner
):
    real.noticed(ON).does(WithdrawPenaltyNotice, ON, LEAD, notice=1, ground="wrong person")
    (held,) = standing(real, runner, ON).in_the_way
    with pytest.raises(Forbidden, match="named in notices already"):
        real.does(RecordAwareness, ON)
    real.noticed(ON, FATHER)

    assert "notice 1 (withdrawn: wrong person; SI 2007/1867 reg. 8(5))" in held
    assert waiting(real, runner) == []
    assert standing(real, runner, ON, FATHER).held[0].state == "issued, not served yet"


def test_sessions_after_a_notice_wait_once_they_reach_the_threshold_by_themselves(
    real: Real, runner: Runner
):
    """Fresh absence is not covered by the awareness of what came before it."""
    real.noticed(ON)
    assert waiting(real, runner, "2025-03-06") == []
    assert waiting(real, runner, "2025-03-07") == [(10, "")]


def test_part_of_what_is_asked_leaves_the_notice_unpaid(real: Real, runner: Runner):
    real.noticed(ON).does(RecordService, ON, notice=1, method="by hand")
    real.does(RecordPayment, ON, LEAD, notice=1, amount=40)
    assert standing(real, runner, ON).held[0].state == "part paid, £40: unpaid"
    real.does(RecordPayment, "2024-09-18", LEAD, notice=1, amount=40)
    assert standing(real, runner, "2024-09-18").held[0].state == "paid"
