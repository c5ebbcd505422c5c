"""Notice of an absence, in whatever unit a policy counts it, on the last day and the day after."""

import datetime as dt

import pytest

from ledger.calendar import Calendar
from ledger.events import CalendarSet, Term
from ledger.kinds import HALVES, Session
from ledger.notice import missed, notice, school_days_before
from tests.given import MADE

AUTUMN_1 = Term(term="Autumn", half=1, starts="2024-09-02", ends="2024-10-25")
AUTUMN_2 = Term(term="Autumn", half=2, starts="2024-11-04", ends="2024-12-20")
CALENDAR = Calendar.of(
    [
        CalendarSet(
            school_year="2024/25", half_terms=(AUTUMN_1, AUTUMN_2), inset=("2024-11-04",), **MADE
        )
    ]
)
MONDAY = dt.date(2024, 11, 18)


@pytest.mark.parametrize(
    ("length", "unit", "last_day"),
    [
        (15, "days", "2024-11-03"),
        (4, "weeks", "2024-10-21"),
        (15, "school days", "2024-10-18"),  # half-term and the INSET day are no school days
        (5, "working days", "2024-11-11"),
    ],
)
def test_notice_is_kept_up_to_its_last_day_and_not_on_the_next(length, unit, last_day):
    on = dt.date.fromisoformat(last_day)
    asked = {"length": length, "unit": unit}

    kept = notice(CALENDAR, on, MONDAY, asked)
    late = notice(CALENDAR, on + dt.timedelta(days=1), MONDAY, asked)
    assert (kept.kept, kept.given) == (True, length)
    assert (late.kept, late.given) == (False, length - 1)


def test_where_the_calendar_begins_too_late_nobody_can_tell():
    asked = {"length": 15, "unit": "school days"}
    assert notice(CALENDAR, dt.date(2024, 8, 1), dt.date(2024, 9, 5), asked).kept is None


def test_received_on_a_sunday_for_the_monday_is_no_school_day_of_notice():
    friday, sunday = MONDAY - dt.timedelta(days=3), MONDAY - dt.timedelta(days=1)
    assert school_days_before(CALENDAR, friday, MONDAY) == 1
    assert school_days_before(CALENDAR, sunday, MONDAY) == 0
    assert school_days_before(CALENDAR, MONDAY, MONDAY) == 0
    assert school_days_before(CALENDAR, MONDAY + dt.timedelta(days=2), MONDAY) == 0


def test_days_missed_leave_out_holidays_and_inset_and_the_day_of_return():
    first, back = Session(dt.date(2024, 10, 25), "PM"), Session(dt.date(2024, 11, 6), "AM")
    plainly = [
        Session(day, half)
        for day in (dt.date(2024, 10, 25), dt.date(2024, 11, 5))
        for half in HALVES
    ]
    assert missed(CALENDAR, first, back) == plainly[1:]
