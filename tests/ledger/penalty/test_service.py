"""When a notice counts as received, and every clock the day before and the day."""

import datetime as dt

import pytest

from ledger.calendar import add_working_days
from ledger.penalty import add_months, days_from, due_for, prosecute_by, received
from ledger.policy import load

ENGLAND = load("england")
RULES = ENGLAND.on(dt.date(2024, 11, 1))


def day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


@pytest.mark.parametrize(
    ("posted", "deemed"),
    [
        ("2024-11-18", "2024-11-20"),  # Monday to Wednesday
        ("2024-11-22", "2024-11-26"),  # Friday over a weekend
        ("2024-11-23", "2024-11-26"),  # Saturday: Monday is the first working day
        ("2024-12-24", "2024-12-30"),  # over Christmas Day, Boxing Day and a weekend
        ("2025-04-17", "2025-04-23"),  # over Good Friday and Easter Monday
    ],
)
def test_first_class_post_is_deemed_served_on_the_second_working_day_after(posted, deemed):
    assert received("first class post", day(posted), None, RULES) == (
        day(deemed),
        "first class, deemed",
    )


def test_unless_the_contrary_is_proved():
    found = received("first class post", day("2024-11-18"), day("2024-11-25"), RULES)
    assert found == (day("2024-11-25"), "proved")


@pytest.mark.parametrize(
    ("method", "basis"),
    [
        ("by hand", "personal"),
        ("left at address", "left at address"),
        ("electronic", "electronic, consented"),
    ],
)
def test_what_is_handed_over_left_or_sent_by_consent_is_received_that_day(method, basis):
    assert received(method, day("2024-11-23"), None, RULES) == (day("2024-11-23"), basis)


def test_of_other_post_the_law_deems_nothing():
    assert received("other post", day("2024-11-18"), None, RULES) is None


def test_from_receipt_r_low_rate_to_r_20_payable_to_r_28_prosecution_from_r_29():
    found = days_from(day("2024-11-20"), day("2024-10-07"), day("2024-10-25"), ENGLAND)
    assert found.early == day("2024-12-10")
    assert found.payable == day("2024-12-18")
    assert found.prosecute_from == day("2024-12-19")
    assert found.prosecute_by == day("2025-04-25")
    assert not found.late


@pytest.mark.parametrize(("starts", "early"), [("2024-08-18", 21), ("2024-08-19", 20)])
def test_within_21_days_of_receipt_was_a_day_more(starts, early):
    found = days_from(day("2024-10-01"), day(starts), day("2024-09-06"), ENGLAND)
    assert found.early == day("2024-10-01") + dt.timedelta(days=early)


def test_a_flat_notice_has_no_early_day():
    r = day("2024-11-20")
    assert days_from(r, day("2024-10-07"), r, ENGLAND, has_early=False).early is None


@pytest.mark.parametrize(
    ("paid_on", "asks"),
    [("2024-12-10", 80), ("2024-12-11", 160), ("2024-12-18", 160), ("2024-12-19", None)],
)
def test_what_is_asked_of_who_pays_on_a_day(paid_on, asks):
    found = days_from(day("2024-11-20"), day("2024-10-07"), day("2024-10-25"), ENGLAND)
    assert due_for(day(paid_on), found, 80, 160) == asks


@pytest.mark.parametrize(
    ("ended", "last"),
    [("2024-10-25", "2025-04-25"), ("2024-08-31", "2025-02-28"), ("2025-03-31", "2025-09-30")],
)
def test_a_prosecution_is_begun_within_six_months_of_the_offence(ended, last):
    assert prosecute_by(day(ended), ENGLAND) == day(last)


def test_months_go_over_the_year():
    assert add_months(day("2024-11-30"), 3) == day("2025-02-28")


def test_received_too_late_nobody_can_be_prosecuted_any_more():
    """Six months of the offence end before the 28 days do."""
    found = days_from(day("2025-03-28"), day("2024-10-07"), day("2024-10-25"), ENGLAND)
    assert found.late
    in_time = days_from(day("2025-03-27"), day("2024-10-07"), day("2024-10-25"), ENGLAND)
    assert not in_time.late


def test_the_second_working_day_is_counted_as_the_calendar_counts():
    """The oracle of the working-day tests, from the other side."""
    for n in range(400):
        posted = day("2024-01-01") + dt.timedelta(days=n)
        found = received("first class post", posted, None, RULES)
        assert found is not None
        assert add_working_days(found[0], -2) <= posted < add_working_days(found[0], -1)
