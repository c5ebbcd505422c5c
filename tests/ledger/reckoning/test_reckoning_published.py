import datetime as dt

import pytest

from ledger.calendar import Calendar
from ledger.events import CalendarSet, Term
from ledger.kinds import Person
from ledger.reckoning import dfe_published


def day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


def calendar(*spans: tuple[str, int, str, str]) -> Calendar:
    half_terms = [Term(term=t, half=h, starts=s, ends=e) for t, h, s, e in spans]
    head = Person(id="head", name="H. Head", position="Headteacher")
    at = dt.datetime(2024, 7, 1, tzinfo=dt.UTC)
    return Calendar.of(
        [CalendarSet(school_year="2024/25", half_terms=half_terms, made_by=head, made_at=at)]
    )


AUTUMN = ("Autumn", 1, "2024-09-03", "2024-12-20")
SUMMER = (
    ("Summer", 1, "2025-04-22", "2025-05-23"),
    ("Summer", 2, "2025-06-02", "2025-07-23"),
)
SCHOOL = calendar(AUTUMN, *SUMMER)
OCTOBER = day("2024-10-01")


@pytest.mark.parametrize(
    ("born", "scope"),
    [
        ("2019-08-31", "in"),  # five on 31 August 2024
        ("2019-09-01", "overall only"),  # still four that day
        ("2020-08-31", "overall only"),
        ("2020-09-01", "out"),  # three
        ("2008-09-01", "in"),  # fifteen
        ("2008-08-31", "out"),  # sixteen
    ],
)
def test_ages_are_as_at_31_august_before_the_school_year(born, scope):
    assert dfe_published(day(born), OCTOBER, SCHOOL) == scope


def test_the_last_half_term_of_summer_is_out_at_fifteen_and_in_for_the_younger():
    fifteen, fourteen = day("2009-03-01"), day("2010-03-01")

    assert dfe_published(fifteen, day("2025-05-23"), SCHOOL) == "in"
    assert dfe_published(fifteen, day("2025-06-02"), SCHOOL) == "out"
    assert dfe_published(fourteen, day("2025-06-02"), SCHOOL) == "in"


def test_a_pupil_first_admitted_in_the_last_half_term_is_out():
    born = day("2014-03-01")

    assert dfe_published(born, day("2025-06-10"), SCHOOL, day("2025-06-01")) == "in"
    assert dfe_published(born, day("2025-06-10"), SCHOOL, day("2025-06-02")) == "out"


def test_a_calendar_set_only_to_christmas_has_no_summer_to_leave_out():
    assert dfe_published(day("2009-03-01"), day("2024-12-10"), calendar(AUTUMN)) == "in"


def test_a_day_outside_the_calendar_is_out():
    assert dfe_published(day("2014-03-01"), day("2030-01-08"), SCHOOL) == "out"
