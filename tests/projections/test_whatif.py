"""The same marks under two policies: who differs, by which parameter, and nothing recorded."""

import datetime as dt
from pathlib import Path

import pytest

from ledger.policy import Policy, load
from projections.earlier import earlier
from projections.penalty_questions import penalty_list
from projections.runner import Runner
from projections.views import live
from projections.whatif import whatif
from tests.projections.a_school import ASchool, present, sessions
from tests.projections.test_earlier import told

SINCE, ON = dt.date(2024, 6, 3), dt.date(2024, 7, 12)
DRAFT = """
[pack]
title = "A draft of before the national framework"
layer = "trust"
lies_over = "england"
confirmed = 2026-11-22

[penalty.threshold.values.2024-01-01]
value = { sessions = 6, within = 20, of = "sessions" }
reference = "Draft s. 1"
"""


@pytest.fixture
def absent(school: ASchool) -> ASchool:
    return twelve_and_six(school)


def twelve_and_six(school: ASchool) -> ASchool:
    """Pupil 1 has 12 sessions without authority, pupil 2 has 6, pupil 3 is always there."""
    school.opened(("local_authorities/cornwall", dt.date(2023, 9, 1)))
    for number, at in enumerate(sessions("2024-07-01", "2024-07-12")):
        there = present(at.half)
        codes = {1: "O" if number < 12 else there, 2: "G" if number < 6 else there, 3: there}
        school.marked(at, codes)
    return school


def test_a_draft_that_asks_for_less_finds_whom_the_law_does_not(
    absent: ASchool, runner: Runner, tmp_path: Path
) -> None:
    size, head = absent.ledger.size(), absent.ledger.frontier()
    answer = whatif(
        [live(runner, absent.ledger)],
        load("local_authorities/cornwall"),
        a_draft(tmp_path),
        since=SINCE,
        on=ON,
    )

    (row,) = [one for one in answer.rows if one.aspect == "threshold"]
    assert (row.pupil.name, row.first, row.second) == ("Forename2 Surname2", "not met", "met")
    assert row.first_why == "6 of the 12 needed are counted in the window ending on 2024-07-12"
    assert row.second_why.startswith("6 sessions count, 6 sessions within 20 consecutive sessions")
    (by,) = row.parameters
    assert by.name == "penalty.threshold"
    assert (by.first_clause or "").startswith("local_authorities/cornwall: Cornwall Council")
    assert (by.second, by.second_clause) == ("6 sessions within 20 sessions", "draft: Draft s. 1")
    counted = {one.aspect: (one.first, one.second, one.differ) for one in answer.counts}
    assert counted["threshold"] == (1, 2, 1)
    assert counted["persistent absence"] == (2, 2, 0)
    assert (absent.ledger.size(), absent.ledger.frontier()) == (size, head)


def test_the_same_policy_twice_differs_for_nobody(absent: ASchool, runner: Runner) -> None:
    rules = load("trusts/manor_2024")
    answer = whatif([live(runner, absent.ledger)], rules, rules, since=SINCE, on=ON)
    assert answer.rows == ()


def test_a_question_under_another_policy_is_that_policy_throughout(
    absent: ASchool, runner: Runner, tmp_path: Path
) -> None:
    """The penalty tables too; and the live ones are as they were."""
    entry, draft = absent.ledger.size(), a_draft(tmp_path)
    before = told(earlier(runner, absent.ledger, entry))

    view = earlier(runner, absent.ledger, entry, policy=draft)

    assert [one.pupil.id for one in penalty_list(view, ON).rows] == [1, 2]
    assert {row[1] for row in told(view)["penalty_thresholds"]} == {1, 2}
    assert told(earlier(runner, absent.ledger, entry)) == before
    assert {row[1] for row in before["penalty_thresholds"]} == {1}


def a_draft(folder: Path) -> Policy:
    """A draft pack that asks for fewer sessions, before the law settled the figure."""
    path = folder / "draft.toml"
    path.write_text(DRAFT, encoding="utf-8")
    return load(path)
