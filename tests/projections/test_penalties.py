"""The penalty-notice threshold: stored without a clock, explained to the session."""

import datetime as dt
import json

import pytest
from sqlalchemy import select

from ledger.calendar import instant
from ledger.policy import load
from ledger.roll import Pupil
from projections.due import due
from projections.penalties import penalty_thresholds
from projections.penalty_questions import penalty_explain, penalty_list
from projections.runner import Runner
from projections.views import View, asof, live
from tests.projections.a_school import ASchool, present, session, sessions
from tests.projections.test_asof import contents

AUTUMN = sessions("2024-09-03", "2024-09-27")
FROM = dt.date(2023, 7, 21)


def absent(school: ASchool, pupil: int, count: int, code: str = "O", first: int = 0) -> None:
    """``count`` sessions of absence in a row, everybody else present."""
    for number, one in enumerate(AUTUMN[: first + count]):
        codes = {1: present(one.half), 2: present(one.half), 3: present(one.half)}
        if number >= first:
            codes[pupil] = code
        school.marked(one, codes)


def amy(view: View) -> Pupil:
    return view.context.roll.pupils[1]


def test_ten_sessions_meet_it_on_the_day_of_the_tenth(school: ASchool, runner: Runner) -> None:
    absent(school.opened(), 1, 10)
    view = live(runner, school.ledger)

    found = penalty_explain(view, amy(view), AUTUMN[9].date).standing

    assert found is not None
    assert (found.met, found.counted, found.met_on) == (True, 10, AUTUMN[9].date)
    assert [one.session for one in found.sessions] == list(AUTUMN[:10])
    assert all(one.code == "O" and one.entry > 0 for one in found.sessions)
    assert found.clause.startswith("SI 2007/1867 reg. 9A")
    assert found.lapses_on == dt.date(2024, 11, 18)  # ten school weeks on, half-term skipped
    assert sum(week.unauthorised for week in found.weeks) == 10


def test_nine_do_not(school: ASchool, runner: Runner) -> None:
    absent(school.opened(), 1, 9)
    view = live(runner, school.ledger)

    found = penalty_explain(view, amy(view), AUTUMN[9].date).standing

    assert found is not None
    assert not found.met
    assert found.in_the_way[0].startswith("9 of the 10 sessions")
    assert penalty_list(view).rows == ()


def test_the_day_before_the_tenth_it_is_not_met_though_the_tenth_is_known(
    school: ASchool, runner: Runner
) -> None:
    absent(school.opened(), 1, 11)
    view = live(runner, school.ledger)

    assert not penalty_list(view, AUTUMN[7].date).rows
    assert [one.pupil.id for one in penalty_list(view, AUTUMN[10].date).rows] == [1]


def test_an_amendment_to_i_takes_a_session_out_and_as_of_before_it_stays_met(
    school: ASchool, runner: Runner
) -> None:
    absent(school.opened(), 1, 10)
    before = school.ledger.size()
    school.amended(AUTUMN[0], 1, "O", "I")

    assert not penalty_list(live(runner, school.ledger), AUTUMN[9].date).rows
    assert penalty_list(asof(school.ledger, before), AUTUMN[9].date).rows


def test_no_threshold_is_in_force_on_18_august_2024_in_law(school: ASchool, runner: Runner) -> None:
    absent(school.opened(), 1, 10)
    view = live(runner, school.ledger)

    before = penalty_explain(view, amy(view), dt.date(2024, 8, 18))

    assert before.standing is None
    assert "no law and no policy" in before.why_not
    assert penalty_explain(view, amy(view), dt.date(2024, 8, 19)).standing is not None


def test_absence_before_19_august_2024_is_left_out_and_said(
    school: ASchool, runner: Runner
) -> None:
    school.opened()
    for one in sessions("2024-07-18", "2024-07-24"):
        school.marked(one, {1: "O"})
    absent(school, 1, 5)
    view = live(runner, school.ledger)

    found = penalty_explain(view, amy(view)).standing

    assert found is not None
    assert (found.met, found.counted) == (False, 5)
    assert {one.why for one in found.left_out} == {
        "absence before 19 August 2024 is not taken into account"
    }


def test_the_local_rule_of_2023_counts_sessions_until_the_law_came(
    school: ASchool, runner: Runner
) -> None:
    """Twelve within a hundred sessions, under the policy adopted; the law's ten from then on."""
    school.opened(("trusts/nclt_2023", FROM))
    july = sessions("2024-07-08", "2024-07-15")
    for one in july:
        school.marked(one, {1: "O"})
    view = live(runner, school.ledger)

    found = penalty_explain(view, amy(view), july[-1].date).standing
    day_before = penalty_explain(view, amy(view), july[-3].date).standing

    assert found is not None
    assert day_before is not None
    assert (found.met, found.needed, found.rule) == (
        True,
        12,
        "12 sessions within 100 consecutive sessions",
    )
    assert not day_before.met
    later = penalty_explain(view, amy(view), dt.date(2024, 9, 3)).standing
    assert later is not None
    assert (later.met, later.needed) == (False, 10)


def test_asked_under_another_policy_the_verdict_is_that_policys(
    school: ASchool, runner: Runner
) -> None:
    school.opened()
    for one in sessions("2024-07-08", "2024-07-15"):
        school.marked(one, {1: "O"})
    view = live(runner, school.ledger)
    on = dt.date(2024, 7, 15)

    assert penalty_list(view, on).rows == ()
    asked = penalty_list(view.under(load("trusts/nclt_2023")), on)
    assert [one.pupil.id for one in asked.rows] == [1]
    assert "nclt_2023" in asked.header.policy


@pytest.mark.parametrize(
    ("born", "met"),
    [(dt.date(2019, 8, 31), True), (dt.date(2019, 9, 1), False)],
)
def test_only_sessions_at_compulsory_school_age_count(
    school: ASchool, runner: Runner, born: dt.date, met: bool
) -> None:
    """Five on 31 August: of that age from that day; a day later: from 31 December."""
    absent(school.opened(born=born), 1, 10)
    view = live(runner, school.ledger)

    found = penalty_explain(view, amy(view), AUTUMN[9].date).standing

    assert found is not None
    assert found.met is met
    assert any("compulsory school age" in why for why in found.in_the_way) is not met


def test_a_first_notice_would_be_80_or_160_pounds_from_the_day_it_was_met(
    school: ASchool, runner: Runner
) -> None:
    absent(school.opened(), 1, 10)
    view = live(runner, school.ledger)

    found = penalty_explain(view, amy(view), AUTUMN[9].date).standing

    assert found is not None
    (parent,) = found.parents
    assert parent.notices == 0
    assert parent.next is not None
    assert (parent.next.which, parent.next.early, parent.next.full) == ("first", 80, 160)
    assert parent.next.from_when == AUTUMN[9].date


def test_sessions_at_two_schools_are_an_advisory_flag_and_not_the_threshold(
    school: ASchool, runner: Runner, store: object
) -> None:
    absent(school.opened(), 1, 6)
    other = ASchool(store.ledger(101_235))  # type: ignore[attr-defined]
    absent(other.opened(name="Another School"), 1, 5)
    here, there = live(runner, school.ledger), live(runner, other.ledger)

    found = penalty_explain(here, amy(here), AUTUMN[9].date, [here, there]).standing

    assert found is not None
    assert not found.met
    assert found.across_schools is not None
    assert (found.across_schools.total, found.across_schools.reached) == (11, True)
    assert found.across_schools.schools == ("Example Primary School", "Another School")


def test_the_stored_row_says_when_it_was_met_and_which_sessions(
    school: ASchool, runner: Runner
) -> None:
    absent(school.opened(), 1, 12)
    view = live(runner, school.ledger)

    (row,) = view.rows(select(penalty_thresholds))

    assert (row.pupil, row.met_on, row.needed, row.counted) == (1, AUTUMN[9].date, 10, 12)
    told = json.loads(row.explanation)
    assert [one["session"] for one in told["sessions"]] == [str(one) for one in AUTUMN[:12]]
    assert sum(week["unauthorised"] for week in told["weeks"]) == 10


def test_a_closure_that_empties_a_week_moves_the_window(school: ASchool, runner: Runner) -> None:
    absent(school.opened(), 1, 10)
    lapses = live(runner, school.ledger).rows(select(penalty_thresholds))[0].lapses_on
    school.closed(1, session("2024-10-07 AM"), session("2024-10-11 PM"), "#")

    moved = live(runner, school.ledger).rows(select(penalty_thresholds))[0].lapses_on

    assert (moved - lapses).days == 7


def test_a_count_under_a_rule_that_ended_stands_no_longer(school: ASchool, runner: Runner) -> None:
    """Twelve in a hundred sessions until 18 August 2024; from the 19th the law's own rule."""
    school.opened(("trusts/nclt_2023", dt.date(2023, 7, 21)))
    for one in sessions("2024-07-11", "2024-07-18"):
        school.marked(one, {1: "O"})
    view = live(runner, school.ledger)

    (row,) = view.rows(select(penalty_thresholds))
    assert row.lapses_on == dt.date(2024, 8, 19)
    for day, standing in ((dt.date(2024, 8, 18), 1), (dt.date(2024, 8, 19), 0)):
        assert len(penalty_list(view, day).rows) == standing
        found = due(view, day, instant(day, dt.time(17)))
        assert sum(one.kind == "threshold" for one in found.rows) == standing


def test_a_count_that_still_stands_under_the_next_rule_is_that_rules(
    school: ASchool, runner: Runner
) -> None:
    """The same ten in ten weeks, adopted by the school's own policy in the middle of it."""
    school.opened(("trusts/manor_2024", dt.date(2024, 10, 1)))
    for one in sessions("2024-09-16", "2024-09-20"):
        school.marked(one, {1: "O"})
    view = live(runner, school.ledger)

    (row,) = view.rows(select(penalty_thresholds))
    assert (row.met_on, row.pack) == (dt.date(2024, 9, 20), "trusts/manor_2024")
    assert row.lapses_on == dt.date(2024, 12, 2)
    assert contents(asof(school.ledger).engine) == contents(runner.engine)
