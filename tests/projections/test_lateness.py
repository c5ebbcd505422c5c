"""Persistent lateness: six late sessions within six school weeks, and the parents asked in."""

import datetime as dt

import pytest

from ledger import events as e
from ledger.calendar import instant
from ledger.kinds import Session
from projections.due import due
from projections.lateness import persistent_lateness
from projections.views import asof, live
from tests.projections.a_school import made, present, sessions

MANOR = ("trusts/manor_2024", dt.date(2024, 8, 19))
NCLT = ("trusts/nclt_2023", dt.date(2023, 7, 21))
AUTUMN = sessions("2024-09-03", "2024-10-25")
SIXTH = AUTUMN[10].date  # the sixth morning


def late_on(school, *mornings: int, code: str = "L") -> None:
    """Amy late on some mornings, Ben never."""
    late = {2 * n for n in mornings}
    for place, session in enumerate(AUTUMN[: 2 * max(mornings) + 2]):
        said = code if place in late else present(session.half)
        school.marked(session, {1: said, 2: present(session.half)})


def meeting(school, day: dt.date, stage: str, at: dt.date):
    by = made(instant(at, dt.time(10)))
    one = e.LatenessMeetingRecorded(pupil=1, first=day, stage=stage, late=6, since=day, **by)
    return school.act(one, command="record-lateness-meeting")


@pytest.mark.parametrize("code", ["L", "U"])
def test_the_sixth_late_session_makes_it_and_the_fifth_does_not(school, runner, code):
    late_on(school.opened(MANOR, pupils=2), 0, 1, 2, 3, 4, 5, code=code)
    view = live(runner, school.ledger)

    assert persistent_lateness(view, SIXTH - dt.timedelta(days=1)).rows == ()
    (row,) = persistent_lateness(view, SIXTH).rows
    assert (row.pupil.id, row.late, row.reached_on) == (1, 6, SIXTH)
    assert row.after_close == (6 if code == "U" else 0)


def test_what_was_late_before_the_window_no_longer_counts(school, runner):
    late_on(school.opened(MANOR, pupils=2), 0, 1, 2, 3, 4, 5)
    view = live(runner, school.ledger)

    sixth_week = dt.date(2024, 10, 11)  # the sixth week from that of 3 September
    assert persistent_lateness(view, sixth_week).rows
    assert persistent_lateness(view, dt.date(2024, 10, 14)).rows == ()


def lateness_due(view, day: dt.date):
    found = due(view, day, instant(day, dt.time(17)), done=True)
    return [(one.what, one.state, one.due) for one in found.rows if one.kind == "lateness"]


def test_the_parents_are_to_be_asked_in_then_met_then_it_is_done(school, runner):
    late_on(school.opened(MANOR, pupils=2), 0, 1, 2, 3, 4, 5)
    ask, meet = "ask the parents to a meeting", "hold the meeting"
    friday = SIXTH + dt.timedelta(days=3)

    ((what, state, by),) = lateness_due(live(runner, school.ledger), SIXTH)
    assert (what.startswith(ask), state, by) == (True, "due", None)
    asked = meeting(school, friday, "asked", SIXTH).last
    ((what, state, by),) = lateness_due(live(runner, school.ledger), friday)
    assert (what.startswith(meet), state, by) == (True, "due", friday)
    monday = friday + dt.timedelta(days=3)
    assert lateness_due(live(runner, school.ledger), monday)[0][1] == "overdue"
    meeting(school, friday, "held", friday)
    assert lateness_due(live(runner, school.ledger), monday)[0][1] == "done"
    assert lateness_due(asof(school.ledger, asked), monday)[0][1] == "overdue"


def test_a_policy_that_asks_for_no_meeting_has_the_list_and_nothing_due(school, runner):
    late_on(school.opened(NCLT, pupils=2), 0, 1, 2, 3, 4, 5)
    view = live(runner, school.ledger)

    found = persistent_lateness(view, SIXTH)
    assert (len(found.rows), found.asks_to_meet) == (1, None)
    assert lateness_due(view, SIXTH) == []


def test_a_pupil_who_left_is_not_listed(school, runner):
    late_on(school.opened(MANOR, pupils=2), 0, 1, 2, 3, 4, 5)
    school.left(1, SIXTH)
    view = live(runner, school.ledger)

    assert persistent_lateness(view, SIXTH).rows
    assert persistent_lateness(view, SIXTH + dt.timedelta(days=1)).rows == ()


def test_the_window_opens_at_its_first_session(school, runner):
    late_on(school.opened(MANOR, pupils=2), 0)
    found = persistent_lateness(live(runner, school.ledger), AUTUMN[0].date)
    assert Session(found.since, "AM") <= AUTUMN[0]
