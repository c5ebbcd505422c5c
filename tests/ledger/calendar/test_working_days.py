import datetime as dt

import pytest
from dateutil.easter import easter
from hypothesis import given
from hypothesis import strategies as st

from ledger.calendar import (
    add_working_days,
    bank_holidays,
    is_working_day,
    working_days_between,
)

PUBLISHED = {
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
}
"""As listed on gov.uk for England and Wales."""

DAYS = st.dates(dt.date(2006, 1, 1), dt.date(2040, 1, 1))


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_days_off_are_those_published(year):
    listed = {dt.date.fromisoformat(f"{year}-{day}") for day in PUBLISHED[year].split()}

    assert {day for day in bank_holidays(year) if day.weekday() < 5} == listed


@pytest.mark.parametrize("year", range(2006, 2101))
def test_good_friday_and_easter_monday_are_never_working_days(year):
    sunday = easter(year)

    assert not is_working_day(sunday - dt.timedelta(days=2))
    assert not is_working_day(sunday + dt.timedelta(days=1))


def test_posted_on_a_friday_the_second_working_day_after_is_tuesday():
    assert add_working_days(dt.date(2024, 9, 6), 2) == dt.date(2024, 9, 10)


def test_posted_before_easter_the_second_working_day_after_is_past_it():
    assert add_working_days(dt.date(2024, 3, 28), 2) == dt.date(2024, 4, 3)


def test_a_day_off_proclaimed_later_is_given_by_the_caller():
    proclaimed = {dt.date(2030, 6, 4)}

    assert is_working_day(dt.date(2030, 6, 4))
    assert not is_working_day(dt.date(2030, 6, 4), also=proclaimed)
    assert add_working_days(dt.date(2030, 6, 3), 1, also=proclaimed) == dt.date(2030, 6, 5)


@given(DAYS, st.integers(0, 40))
def test_working_days_added_are_the_working_days_between(day, count):
    assert working_days_between(day, add_working_days(day, count)) == count


@given(DAYS, st.integers(1, 40))
def test_working_days_taken_away_arrive_on_a_working_day_before(day, count):
    back = add_working_days(day, -count)

    assert is_working_day(back)
    assert working_days_between(back - dt.timedelta(days=1), day - dt.timedelta(days=1)) == count
