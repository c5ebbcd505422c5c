"""Clocks: where each stands at a moment, in which order, and those of leave, support, policy."""

import datetime as dt

import pytest

from ledger import clocks
from ledger.calendar import instant
from ledger.due import ORDER, Clock, in_order
from ledger.events import PolicyAdopted, SupportClosed, SupportNoted, SupportOpened
from ledger.events.leave import Arithmetic, LeaveRefused, LeaveRequested
from ledger.kinds import Session
from ledger.leave import Leaves
from ledger.penalty import Clock as PenaltyClock
from ledger.returns import Owed, Returns
from ledger.school import School
from ledger.support import Supports
from tests.given import AMY, HEAD, MADE, MONDAY, SCHOOL, at

TRELIGHTS = School.fold(SCHOOL)
FRIDAY = dt.date(2024, 9, 6)
DAY = dt.timedelta(days=1)


def clock(kind="leave", due=MONDAY, **said) -> Clock:
    plain = {"what": "decide", "about": "request 1", "since": FRIDAY, "owner": "head"}
    return Clock(**{"kind": kind, "due": due, "reference": "reg. 11", **plain, **said})


# --- one clock ------------------------------------------------------------------------------


def test_the_last_day_is_in_time_and_the_day_after_is_not():
    assert clock().state(instant(MONDAY, dt.time(23, 59))) == "due"
    assert clock().state(instant(MONDAY + DAY, dt.time(0))) == "overdue"


def test_where_the_hour_counts_the_minute_after_is_late():
    by = instant(MONDAY, dt.time(9))

    assert clock(by=by).state(by) == "due"
    assert clock(by=by).state(by + dt.timedelta(minutes=1)) == "overdue"


def test_what_was_done_is_never_overdue_and_without_a_last_day_nothing_is():
    late = instant(MONDAY + 9 * DAY, dt.time(9))

    assert clock(done=MONDAY + 3 * DAY).state(late) == "done"
    assert clock(due=None).state(late) == "due"


# --- the order --------------------------------------------------------------------------------


def test_children_nobody_knows_of_come_first_the_longest_away_first():
    away = [clock("unexplained absence", about=n, since=FRIDAY - int(n) * DAY) for n in "132"]
    other = [clock(kind) for kind in reversed(ORDER)]

    assert [one.about for one in in_order([*other, *away])][:4] == ["3", "2", "1", "request 1"]


def test_then_each_kind_by_its_last_day_what_has_none_after_and_what_is_done_last():
    found = in_order(
        [
            clock(about="done", done=FRIDAY),
            clock(about="none", due=None),
            clock(about="later", due=MONDAY + DAY),
            clock(about="first"),
            clock("register not taken", about="register"),
        ]
    )

    assert [one.about for one in found] == ["register", "first", "later", "none", "done"]


# --- where they come from ----------------------------------------------------------------------


def requested(first="2024-09-16", received=FRIDAY) -> LeaveRequested:
    return LeaveRequested(
        leave=1, pupil=AMY, asked_by="parent-1", first=Session(dt.date.fromisoformat(first), "AM"),
        back=Session(dt.date(2024, 9, 18), "AM"), reason="Funeral", code="C",
        received_at=at("09:00", received),
        arithmetic=Arithmetic(sessions=4, school_days=2, notice_school_days=6),
        made_by=HEAD, made_at=at("09:00", FRIDAY),
    )  # fmt: skip


def test_leave_is_decided_by_the_last_school_day_before_it():
    (found,) = clocks.of_leave(Leaves.fold([requested()]), TRELIGHTS, MONDAY)

    assert (found.since, found.due, found.done) == (FRIDAY, dt.date(2024, 9, 13), None)
    assert found.owner == "head"


@pytest.mark.parametrize(("received", "due"), [
    (dt.date(2024, 9, 13), dt.date(2024, 9, 13)),
    (dt.date(2024, 9, 15), dt.date(2024, 9, 15)),
    (dt.date(2024, 9, 17), dt.date(2024, 9, 17)),
])  # fmt: skip
def test_a_request_that_came_late_is_answered_the_day_it_came(received, due):
    asked = Leaves.fold([requested(received=received)])
    (found,) = clocks.of_leave(asked, TRELIGHTS, received)
    assert (found.since, found.due) == (received, due)


def test_a_request_refused_is_done():
    figures = {"entry": 7}
    refused = LeaveRefused(
        leave=1, pupil=AMY, reason="Not exceptional", figures=figures, policy="england",
        made_by=HEAD, made_at=at("09:00", MONDAY),
    )  # fmt: skip
    (found,) = clocks.of_leave(Leaves.fold([requested(), refused]), TRELIGHTS, MONDAY)

    assert found.done == MONDAY


def opened(**said) -> SupportOpened:
    return SupportOpened(
        **{"support": 1, "kind": "meeting", "about": "Mondays", "opened_on": FRIDAY}, **said, **MADE
    )


def reviewed(*events):
    return [
        (one.since, one.due, one.done)
        for one in clocks.of_support(Supports.fold(events), TRELIGHTS, MONDAY)
    ]


def test_support_is_reviewed_by_a_note_of_that_day_or_later():
    begun = opened(review_on=MONDAY)
    early = SupportNoted(support=1, noted_on=MONDAY - DAY, note="-", **MADE)
    then = SupportNoted(support=1, noted_on=MONDAY, note="-", **MADE)

    assert reviewed(opened()) == []
    assert reviewed(begun, early) == [(FRIDAY, MONDAY, None)]
    assert reviewed(begun, then) == [(FRIDAY, MONDAY, MONDAY)]


def test_a_note_that_names_another_day_starts_the_clock_anew():
    begun = opened(review_on=MONDAY)
    then = SupportNoted(support=1, noted_on=MONDAY, note="-", review_on=MONDAY + 7 * DAY, **MADE)

    assert reviewed(begun, then) == [(MONDAY, MONDAY + 7 * DAY, None)]


def test_closed_support_is_done():
    closed = SupportClosed(support=1, closed_on=MONDAY, outcome="Kept", **MADE)

    assert reviewed(opened(review_on=MONDAY), closed) == [(FRIDAY, MONDAY, MONDAY)]


def test_a_return_is_owed_until_one_says_it():
    owed = Owed("sickness", AMY, FRIDAY, MONDAY, "reg. 13(9)", {"half-days": "30"}, "look")
    (found,) = clocks.of_returns([owed], Returns(), TRELIGHTS, MONDAY)

    assert (found.since, found.due, found.done) == (FRIDAY, MONDAY, None)
    assert found.note == "half-days: 30; look"


def policies(*packs: tuple[str, str]):
    adopted = [PolicyAdopted(pack=p, starts=s, sha256="0", **MADE) for p, s in packs]
    return list(clocks.of_policy(School.fold([*SCHOOL, *adopted]), MONDAY))


def test_a_policy_is_reviewed_as_it_says_and_another_one_ends_its_clock():
    (three_years,) = policies(("trusts/nclt_2023", "2023-07-21"))
    assert (three_years.due, three_years.done) == (dt.date(2026, 7, 21), None)

    (ended,) = policies(("trusts/nclt_2023", "2023-07-21"), ("trusts/manor_2024", "2024-08-19"))
    assert ended.done == dt.date(2024, 8, 19)


def test_a_penalty_notice_that_no_longer_matters_is_left_out():
    plain = ("pay", "notice 1", FRIDAY, MONDAY, "parent", "reg. 5")
    found = [
        (AMY, "parent-1", PenaltyClock(*plain)),
        (AMY, "parent-1", PenaltyClock(*plain, ended=True)),
        (AMY, "parent-1", PenaltyClock(*plain, done_on=MONDAY, ended=True)),
    ]

    assert [one.done for one in clocks.of_penalties(found)] == [None, MONDAY]
