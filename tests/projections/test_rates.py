"""Rates: exact counts, verdicts in whole numbers, and the figures as published."""

import datetime as dt
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from ledger.events import CalendarSet, PupilFactRecorded, PupilMoved, Term
from ledger.reckoning import rates as plain_rates
from ledger.store import open_store
from projections.rates import By, RatesRow, rates
from projections.runner import Runner
from projections.views import View, asof, live
from tests.projections.a_school import URN, ASchool, made, present, session, sessions

YEAR = (dt.date(2024, 9, 1), dt.date(2025, 7, 31))
WEEK = sessions("2024-09-09", "2024-09-13")


def answered(view: View, by: By, **more: Any) -> list[RatesRow]:
    asked = {"first": YEAR[0], "last": YEAR[1], "period": "year"} | more
    return list(rates([view], by=by, **asked).rows)


def test_a_tenth_of_possible_sessions_is_persistent_and_one_less_is_not(
    school: ASchool, runner: Runner
) -> None:
    school.opened()
    for number, one in enumerate(sessions("2024-09-09", "2024-09-20")):
        codes = {1: "I" if number < 2 else present(one.half), 2: present(one.half)}
        school.marked(one, codes | {2: "I"} if number == 0 else codes)

    amy, ben = answered(live(runner, school.ledger), "pupil")

    assert (amy.possible, amy.authorised, amy.absence, amy.persistent) == (20, 2, "10.0", True)
    assert (ben.possible, ben.authorised, ben.absence, ben.persistent) == (20, 1, "5.0", False)


def test_half_of_possible_sessions_is_severe(school: ASchool, runner: Runner) -> None:
    school.opened()
    for number, one in enumerate(WEEK):
        school.marked(one, {1: "O" if number < 5 else present(one.half)})

    (amy,) = answered(live(runner, school.ledger), "pupil")

    assert (amy.severe, amy.persistent) == (True, True)


def test_nothing_possible_gives_no_rate_and_no_verdict(school: ASchool, runner: Runner) -> None:
    school.opened().marked(WEEK[0], {1: "X"})

    (amy,) = answered(live(runner, school.ledger), "pupil")

    assert (amy.possible, amy.not_counted) == (0, 1)
    assert (amy.attendance, amy.absence, amy.persistent) == (None, None, False)


def test_a_sum_over_19_august_2024_reads_each_session_under_its_own_codes(
    school: ASchool, runner: Runner
) -> None:
    school.opened().marked(session("2024-07-24 AM"), {1: "J"})
    school.marked(session("2024-09-03 AM"), {1: "J1"})

    (row,) = answered(
        live(runner, school.ledger), "school", period="day", first=dt.date(2024, 7, 24),
        last=dt.date(2024, 7, 24),
    )  # fmt: skip
    assert (row.attended, row.authorised) == (1, 0)
    (row,) = answered(live(runner, school.ledger), "school")
    assert (row.attended, row.authorised) == (0, 1)


def test_periods_are_the_calendars(school: ASchool, runner: Runner) -> None:
    school.opened()
    for written in ("2024-10-25 AM", "2024-11-04 AM", "2025-01-06 AM"):
        school.marked(session(written), {1: "/"})
    view = live(runner, school.ledger)

    labels = {
        period: [row.label for row in answered(view, "school", period=period)]
        for period in ("week", "half-term", "term", "year")
    }

    assert labels == {
        "week": ["week of 2024-10-21", "week of 2024-11-04", "week of 2025-01-06"],
        "half-term": ["2024/25 Autumn 1", "2024/25 Autumn 2", "2024/25 Spring 1"],
        "term": ["2024/25 Autumn", "2024/25 Spring"],
        "year": ["2024/25"],
    }


def test_groups_add_up_to_the_school_and_schools_to_the_trust(
    school: ASchool, runner: Runner, store: Any
) -> None:
    school.opened().admitted([7], group="5A", year_group="5")
    other = ASchool(store.ledger(101_235))
    other.opened(pupils=1)
    for one in WEEK:
        school.marked(one, {1: "O", 2: present(one.half)})
        school.marked(one, {7: "L"}, group="5A")
        other.marked(one, {1: "I"})
    views = [live(runner, one.ledger) for one in (school, other)]
    span: dict[str, Any] = {"first": YEAR[0], "last": YEAR[1]}

    (trust,) = rates(views, by="trust", **span).rows
    by_school = rates(views, by="school", **span).rows

    for by in ("pupil", "class", "year"):
        rows = answered(views[0], by)  # type: ignore[arg-type]
        assert sum(row.possible for row in rows) == by_school[0].possible == 30
        assert sum(row.late for row in rows) == by_school[0].late == 10
    assert (trust.name, trust.possible, trust.unauthorised) == ("Example Trust", 40, 10)
    assert (trust.pupils, trust.persistently_absent, trust.severely_absent) == (4, 2, 2)


def test_a_pupil_who_moved_is_counted_in_the_year_group_of_the_day(
    school: ASchool, runner: Runner
) -> None:
    school.opened(pupils=1).marked(WEEK[0], {1: "/"})
    by = made(dt.datetime(2024, 9, 10, 8, tzinfo=dt.UTC))
    school.act(PupilMoved(pupil=1, group="5A", year_group="5", starts=dt.date(2024, 9, 10), **by))
    school.marked(session("2024-09-10 AM"), {1: "/"}, group="5A")

    rows = answered(live(runner, school.ledger), "year")

    assert [(row.group, row.possible) for row in rows] == [("4", 1), ("5", 1)]


# --- as published ------------------------------------------------------------------------------

SUMMER = (
    Term(term="Summer", half=1, starts=dt.date(2025, 4, 22), ends=dt.date(2025, 5, 23)),
    Term(term="Summer", half=2, starts=dt.date(2025, 6, 2), ends=dt.date(2025, 7, 22)),
)


@pytest.mark.parametrize(
    ("born", "possible", "unauthorised"),
    [
        (dt.date(2008, 9, 1), 1, 1),  # 15 on 31 August 2024: the last half-term is out
        (dt.date(2009, 9, 1), 2, 2),  # 14 a day too young
        (dt.date(2019, 9, 1), 2, 0),  # 4: absence as a whole, shown as authorised
        (dt.date(2019, 8, 31), 2, 2),  # 5 on that day
    ],
)
def test_as_published(
    school: ASchool, runner: Runner, born: dt.date, possible: int, unauthorised: int
) -> None:
    school.opened(pupils=1, born=born)
    by = made(dt.datetime(2024, 9, 1, 8, tzinfo=dt.UTC))
    school.act(CalendarSet(school_year="2024/25", half_terms=SUMMER, **by))
    school.marked(session("2025-05-23 AM"), {1: "O"})
    school.marked(session("2025-06-02 AM"), {1: "O"})
    view = live(runner, school.ledger)

    (found,) = answered(view, "school", published=True)
    (plain,) = answered(view, "school")

    assert (found.possible, found.unauthorised) == (possible, unauthorised)
    assert found.authorised + found.unauthorised == possible
    assert (plain.possible, plain.unauthorised) == (2, 2)


# --- the views that dashboards read --------------------------------------------------------------


def test_the_views_hold_what_the_question_answers(school: ASchool, runner: Runner) -> None:
    school.opened().admitted([7], group="5A", year_group="5")
    for one in WEEK:
        school.marked(one, {1: "O", 2: present(one.half), 3: "L"})
        school.marked(one, {7: "D"}, group="5A")
    view = live(runner, school.ledger)
    names = {"class": ("rates_by_class", "class"), "year": ("rates_by_year_group", "year_group")}
    names["school"] = ("rates_by_school", "school")

    with view.engine.connect() as connection:
        for by, (name, column) in names.items():
            for period in ("day", "week", "half-term", "term", "year"):
                question = text(
                    f"SELECT {column}, label, possible, attended, authorised, unauthorised, late"
                    f" FROM {name} WHERE period = '{period}'"
                )
                stored = {tuple(map(str, row)) for row in connection.execute(question)}
                assert stored == {
                    tuple(
                        map(
                            str,
                            (row.group, row.label, row.possible, row.attended, row.authorised,
                             row.unauthorised, row.late),
                        )
                    )
                    for row in answered(view, by, period=period)  # type: ignore[arg-type]
                }  # fmt: skip


@settings(max_examples=6, deadline=None, database=None)
@given(st.lists(st.sampled_from("/LIOGNUDXQ#BEVCKM"), min_size=1, max_size=30))
def test_counts_equal_the_plain_sums(codes: list[str]) -> None:
    with (
        TemporaryDirectory() as folder,
        open_store(f"sqlite:///{Path(folder) / 'x.db'}", create=True) as store,
    ):
        school = ASchool(store.ledger(URN)).opened(pupils=1)
        for one, code in zip(sessions("2024-09-03", "2024-10-25"), codes, strict=False):
            school.marked(one, {1: code})
        view = asof(school.ledger)

        (found,) = answered(view, "pupil")

        rules = view.school.policy.on(dt.date(2024, 9, 3)).codes
        plain = plain_rates(Counter(codes), rules)
        assert (found.possible, found.attended, found.authorised) == (
                plain.possible, plain.attended, plain.authorised,
            )  # fmt: skip
        assert (found.unauthorised, found.late) == (plain.unauthorised, plain.late)
        assert found.not_counted == plain.not_possible + plain.administrative


def test_by_fact_a_session_counts_under_each_fact_that_held_that_day(
    school: ASchool, runner: Runner
) -> None:
    """A pupil of whom two facts hold is in both; one said twice counts once; others in none."""
    school.opened()
    by = made(dt.datetime(2024, 9, 1, 9, tzinfo=dt.UTC))
    monday, tuesday, thursday = (dt.date(2024, 9, day) for day in (9, 10, 12))
    for pupil, fact, starts, ends in (
        (1, "EHC plan", tuesday, None),
        (1, "EHC plan", thursday, thursday),
        (1, "looked after", monday, monday),
        (2, "EHC plan", monday, tuesday),
    ):
        said = {"pupil": pupil, "fact": fact, "starts": starts, "ends": ends}
        school.act(PupilFactRecorded(**said, **by), command="record-pupil-fact")
    for one in WEEK:
        there = present(one.half)
        amy, ben = "O" if one.date == monday else there, "I" if one.date == tuesday else there
        school.marked(one, {1: amy, 2: ben, 3: "O"})

    plan, looked_after = answered(live(runner, school.ledger), "fact")

    assert (plan.group, plan.pupils, plan.possible, plan.attended) == ("EHC plan", 2, 12, 10)
    assert (plan.authorised, plan.unauthorised, plan.absence) == (2, 0, "16.7")
    assert (plan.persistently_absent, plan.severely_absent) == (1, 1)
    other = (looked_after.group, looked_after.possible, looked_after.unauthorised)
    assert other == ("looked after", 2, 2)
    known = school.ledger.size()
    ended = PupilFactRecorded(pupil=2, fact="EHC plan", starts=monday, ends=monday, **by)
    school.act(ended, command="record-pupil-fact")
    now, _ = answered(live(runner, school.ledger), "fact")
    assert now.possible == 10
    assert answered(asof(school.ledger, known), "fact") == [plan, looked_after]
