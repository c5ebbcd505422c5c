import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from ledger.calendar import age_on, compulsory_school_age, of_compulsory_school_age
from ledger.calendar.age import _PRESCRIBED

BORN = st.dates(dt.date(1990, 1, 1), dt.date(2035, 12, 31))


def begins(born: str) -> str:
    return compulsory_school_age(dt.date.fromisoformat(born))[0].isoformat()


def ends(born: str) -> str:
    return compulsory_school_age(dt.date.fromisoformat(born))[1].isoformat()


def test_school_age_begins_on_the_prescribed_day_after_the_fifth_birthday():
    assert begins("2019-09-01") == "2024-12-31"
    assert begins("2020-01-01") == "2025-03-31"
    assert begins("2020-04-01") == "2025-08-31"


def test_a_fifth_birthday_on_a_prescribed_day_counts_and_the_day_after_does_not():
    assert begins("2019-12-31") == "2024-12-31"
    assert begins("2020-01-01") == "2025-03-31"
    assert begins("2020-03-31") == "2025-03-31"
    assert begins("2020-04-01") == "2025-08-31"
    assert begins("2020-08-31") == "2025-08-31"
    assert begins("2020-09-01") == "2025-12-31"


def test_school_age_ends_on_the_last_friday_in_june_of_the_school_year_of_turning_sixteen():
    assert ends("2008-08-31") == "2024-06-28"
    assert ends("2008-09-01") == "2025-06-27"
    assert ends("2009-06-27") == "2025-06-27"
    assert ends("2009-08-31") == "2025-06-27"


def test_the_last_day_is_in_and_the_day_after_is_not():
    born = dt.date(2009, 3, 5)

    assert of_compulsory_school_age(born, dt.date(2025, 6, 27))
    assert not of_compulsory_school_age(born, dt.date(2025, 6, 28))
    assert not of_compulsory_school_age(born, dt.date(2014, 3, 30))
    assert of_compulsory_school_age(born, dt.date(2014, 3, 31))


def test_a_child_born_on_29_february_is_a_year_older_on_1_march():
    leap = dt.date(2020, 2, 29)

    assert age_on(leap, dt.date(2025, 2, 28)) == 4
    assert age_on(leap, dt.date(2025, 3, 1)) == 5
    assert age_on(leap, dt.date(2024, 2, 28)) == 3
    assert age_on(leap, dt.date(2024, 2, 29)) == 4
    assert begins("2020-02-29") == "2025-03-31"


def walked(born: dt.date) -> tuple[dt.date, dt.date]:
    """The Act read word by word, a day at a time."""
    first = born
    while age_on(born, first) < 5 or (first.month, first.day) not in _PRESCRIBED:
        first += dt.timedelta(days=1)
    sixteen = born
    while age_on(born, sixteen) < 16:
        sixteen += dt.timedelta(days=1)
    school_year_ends = sixteen
    while (school_year_ends.month, school_year_ends.day) != (8, 31):
        school_year_ends += dt.timedelta(days=1)
    last = school_year_ends.replace(month=6, day=30)
    while last.weekday() != 4:
        last -= dt.timedelta(days=1)
    return first, last


@given(BORN)
def test_school_age_is_the_act_read_a_day_at_a_time(born):
    assert compulsory_school_age(born) == walked(born)


@given(BORN)
def test_somebody_is_of_school_age_for_more_than_ten_years_and_less_than_twelve(born):
    first, last = compulsory_school_age(born)

    assert 5 <= age_on(born, first) <= 5
    assert 15 <= age_on(born, last) <= 16
    assert 10 * 365 < (last - first).days < 12 * 365
