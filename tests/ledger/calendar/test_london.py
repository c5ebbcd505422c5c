import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.calendar import instant, london

UTC = dt.UTC


def test_a_time_in_summer_is_an_hour_before_it_in_utc():
    found = instant(dt.date(2024, 7, 1), dt.time(8, 45))

    assert found == dt.datetime(2024, 7, 1, 7, 45, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_a_time_in_winter_is_the_same_in_utc():
    assert instant(dt.date(2024, 12, 2), dt.time(8, 45)).hour == 8


def test_late_on_a_summer_evening_utc_is_the_next_day_in_london():
    moment = dt.datetime(2024, 7, 1, 23, 30, tzinfo=UTC)

    assert london(moment).date() == dt.date(2024, 7, 2)
    assert london(moment.replace(month=12)).date() == dt.date(2024, 12, 1)


def test_the_hour_that_comes_twice_is_read_as_the_first():
    assert instant(dt.date(2024, 10, 27), dt.time(1, 30)) == dt.datetime(
        2024, 10, 27, 0, 30, tzinfo=UTC
    )


def test_the_hour_that_does_not_come_is_read_as_if_the_clocks_had_not_moved():
    moment = instant(dt.date(2024, 3, 31), dt.time(1, 30))

    assert moment == dt.datetime(2024, 3, 31, 1, 30, tzinfo=UTC)
    assert london(moment).time() == dt.time(2, 30)


def test_school_times_on_the_days_about_a_change_of_clocks():
    hours = [instant(dt.date(2024, 10, day), dt.time(8, 45)).hour for day in (25, 28)]

    assert hours == [7, 8]


def test_a_moment_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="does not say its offset"):
        london(dt.datetime(2024, 7, 1, 8, 45))  # noqa: DTZ001
    with pytest.raises(ValueError, match="carries an offset"):
        instant(dt.date(2024, 7, 1), dt.time(8, 45, tzinfo=UTC))


@given(st.dates(dt.date(2006, 1, 1), dt.date(2040, 1, 1)), st.times())
def test_a_london_time_comes_back_but_in_the_skipped_hour(day, time):
    shown = london(instant(day, time)).replace(tzinfo=None)
    meant = dt.datetime.combine(day, time)

    assert shown in {meant, meant + dt.timedelta(hours=1)}
    assert shown == meant or (day.month == 3 and time.hour == 1)
