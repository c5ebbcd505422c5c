"""Statutory tests a request would miss: by year group, and on the days of their window alone."""

import datetime as dt

import pytest

from ledger.events import CalendarSet, PupilMoved
from ledger.kinds import Session
from ledger.roll import ROLL_EVENTS, Roll
from ledger.school import SCHOOL_EVENTS, School
from ledger.statutory_tests import missed_tests, windows_known
from tests.given import AMY, MADE, ROLL, SCHOOL, half_term

SUMMERS = [
    CalendarSet(
        school_year=year, half_terms=(half_term("Summer", 1, first, last),), **MADE
    )
    for year, first, last in (
        ("2024/25", "2024-09-03", "2025-07-22"),
        ("2025/26", "2025-09-03", "2026-07-22"),
        ("2026/27", "2026-09-03", "2027-07-22"),
    )
]  # fmt: skip
SCHOOL_THEN = School.fold(e for e in [*SCHOOL, *SUMMERS] if isinstance(e, SCHOOL_EVENTS))


def amy(year_group: str):
    moved = PupilMoved(pupil=AMY, group="4B", year_group=year_group, starts="2024-09-01", **MADE)
    return Roll.fold(e for e in [*ROLL, moved] if isinstance(e, ROLL_EVENTS)).pupils[AMY]


def days(*written: str) -> list[Session]:
    return [Session(dt.date.fromisoformat(day), half) for day in written for half in ("AM", "PM")]


def told(year_group: str, *written: str) -> list[tuple[str, int]]:
    found = missed_tests(amy(year_group), days(*written), SCHOOL_THEN)
    return [(one.test, one.sessions) for one in found]


@pytest.mark.parametrize(("year_group", "test", "before", "first", "last", "after"), [
    ("6", "key stage 2 tests", "2025-05-09", "2025-05-12", "2025-05-15", "2025-05-16"),
    ("4", "multiplication tables check", "2025-05-30", "2025-06-02", "2025-06-13", "2025-06-16"),
    ("1", "phonics screening check", "2025-06-06", "2025-06-09", "2025-06-13", "2025-06-16"),
    ("6", "key stage 2 tests", "2026-05-08", "2026-05-11", "2026-05-14", "2026-05-15"),
])  # fmt: skip
def test_a_window_begins_and_ends_on_its_days(year_group, test, before, first, last, after):
    assert told(year_group, before) == []
    assert told(year_group, first) == [(test, 2)]
    assert told(year_group, last) == [(test, 2)]
    assert told(year_group, after) == []
    assert told(year_group, before, first, last, after) == [(test, 4)]


def test_another_year_group_misses_nothing():
    assert told("5", "2025-05-12", "2025-06-02", "2025-06-09") == []
    assert told("4", "2025-05-12") == []


def test_what_is_not_known_is_said_and_only_of_those_who_are_tested():
    assert windows_known(amy("6"), days("2025-05-12"), SCHOOL_THEN)
    assert windows_known(amy("6"), days("2026-05-11"), SCHOOL_THEN)
    assert not windows_known(amy("6"), days("2027-05-10"), SCHOOL_THEN)
    assert windows_known(amy("5"), days("2027-05-10"), SCHOOL_THEN)
