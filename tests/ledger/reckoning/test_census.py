"""Which days a school census collects, of whom, and how reasons and totals are held together."""

import datetime as dt

import pytest

from ledger.calendar import bank_holidays
from ledger.calendar.working import easter, spring_bank_holiday
from ledger.policy import load
from ledger.reckoning.census import Absence, Part, census_of, collected, counted, scope

D = dt.date
ENGLAND = load("england")
AUTUMN_TERM = collected(D(2025, 1, 16))[0]


@pytest.mark.parametrize(
    ("day", "census", "parts"),
    [
        (D(2025, 1, 16), "spring", [("termly", D(2024, 8, 1), D(2024, 12, 31))]),
        (D(2025, 5, 15), "summer", [("termly", D(2025, 1, 1), D(2025, 4, 20))]),
        (
            D(2025, 10, 2),
            "autumn",
            [
                ("termly", D(2025, 4, 21), D(2025, 5, 25)),
                ("summer second half", D(2025, 5, 26), D(2025, 7, 31)),
            ],
        ),
        (
            D(2022, 10, 6),  # the spring holiday was on a Thursday in June
            "autumn",
            [
                ("termly", D(2022, 4, 18), D(2022, 5, 29)),
                ("summer second half", D(2022, 6, 2), D(2022, 7, 31)),
            ],
        ),
    ],
)
def test_a_census_collects_the_term_before_it_and_in_autumn_the_summer_in_two_parts(
    day, census, parts
):
    assert census_of(day) == census
    assert list(collected(day)) == [Part(*part) for part in parts]


@pytest.mark.parametrize("year", range(2006, 2040))
def test_the_three_censuses_of_a_year_take_no_day_twice_and_leave_out_none_in_term(year):
    days = [D(year + 1, 1, 16), D(year + 1, 5, 15), D(year + 1, 10, 3)]
    taken = [
        D.fromordinal(n)
        for day in days
        for part in collected(day)
        for n in range(part.first.toordinal(), part.last.toordinal() + 1)
    ]

    assert len(taken) == len(set(taken))
    left = {
        D.fromordinal(n) for n in range(D(year, 8, 1).toordinal(), D(year + 1, 8, 1).toordinal())
    }
    between = sorted(left - set(taken))
    assert len(between) <= 4  # only before a holiday that was moved: in half-term
    assert all(day.month in (5, 6) for day in between)
    assert spring_bank_holiday(year) in bank_holidays(year)
    assert easter(year) + dt.timedelta(days=1) in bank_holidays(year)


@pytest.mark.parametrize(
    ("born", "found"),
    [
        (D(2020, 9, 1), "out"),  # 3 on 31 August 2024
        (D(2020, 8, 31), "overall only"),  # 4 on that very day
        (D(2019, 9, 1), "overall only"),
        (D(2019, 8, 31), "in"),
        (D(2008, 9, 1), "in"),  # 15
        (D(2008, 8, 31), "out"),  # 16
    ],
)
def test_the_age_is_that_on_31_august_before_the_school_year(born, found):
    assert scope(born, AUTUMN_TERM, boards=False, rules=ENGLAND.on(D(2025, 1, 16))) == found
    summer = collected(D(2025, 10, 2))[1]
    assert scope(born, summer, boards=False, rules=ENGLAND.on(D(2025, 10, 2))) == found


def test_boarders_are_not_collected():
    rules = ENGLAND.on(D(2025, 1, 16))

    assert scope(D(2014, 5, 1), AUTUMN_TERM, boards=True, rules=rules) == "out"
    assert scope(D(2014, 5, 1), AUTUMN_TERM, boards=False, rules=rules) == "in"


def test_reasons_are_asked_until_18_august_2024_and_every_code_from_the_19th():
    assert ENGLAND.on(D(2024, 8, 18)).get("census.counts").value == "absences"
    assert ENGLAND.on(D(2024, 8, 19)).get("census.counts").value == "every code"


@pytest.mark.parametrize(
    ("reasons", "totals", "found"),
    [
        (Absence(5, 2), Absence(4, 3), Absence(5, 2)),  # as many: the reasons
        (Absence(6, 2), Absence(4, 3), Absence(6, 2)),  # more: the reasons
        (Absence(4, 2), Absence(4, 3), Absence(4, 3)),  # less: the totals
        (Absence(), Absence(7, 0), Absence(7, 0)),
    ],
)
def test_reasons_count_where_they_come_to_the_totals_or_more(reasons, totals, found):
    assert counted(reasons, totals) == found


@pytest.mark.parametrize(
    ("day", "version", "marks"),
    [
        (D(2024, 8, 31), "23.0", "characters"),
        (D(2024, 9, 1), "24.0", "commas"),
        (D(2025, 8, 31), "24.0", "commas"),
        (D(2025, 9, 1), "25.0", "commas"),
    ],
)
def test_a_transfer_file_is_of_the_version_of_its_day(day, version, marks):
    rules = ENGLAND.on(day)
    names = ("transfer_file.version", "transfer_file.marks")
    assert [rules.get(name).value for name in names] == [version, marks]
