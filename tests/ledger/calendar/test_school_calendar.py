import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.calendar import Calendar, Period
from ledger.events import CalendarSet, ClosureDeclared, Term
from ledger.kinds import Person, Session

HEAD = Person(id="head", name="H. Head", position="Headteacher")
AT = dt.datetime(2023, 7, 1, tzinfo=dt.UTC)


def day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


def terms(*spans: str) -> tuple[Term, ...]:
    names = [(term, half) for term in ("Autumn", "Spring", "Summer") for half in (1, 2)]
    return tuple(
        Term(term=term, half=half, starts=span.split()[0], ends=span.split()[1])
        for (term, half), span in zip(names, spans, strict=False)
    )


def calendar_set(year: str, *spans: str, inset=(), closed=()) -> CalendarSet:
    return CalendarSet(
        school_year=year,
        half_terms=terms(*spans),
        inset=inset,
        closed=closed,
        made_by=HEAD,
        made_at=AT,
    )


def closure(first: str, last: str, code="Y4", groups=None, number=1) -> ClosureDeclared:
    return ClosureDeclared(
        closure=number,
        first=first,
        last=last,
        code=code,
        reason="The boiler failed",
        groups=groups,
        made_by=HEAD,
        made_at=AT,
    )


Y2023 = calendar_set(
    "2023/24",
    "2023-09-05 2023-10-20",
    "2023-10-30 2023-12-19",
    "2024-01-03 2024-02-09",
    "2024-02-19 2024-03-28",
    "2024-04-15 2024-05-24",
    "2024-06-03 2024-07-23",
    closed=("2024-05-06",),
)
Y2024 = calendar_set(
    "2024/25",
    "2024-09-03 2024-10-25",
    "2024-11-04 2024-12-20",
    "2025-01-06 2025-02-14",
    "2025-02-24 2025-04-04",
    "2025-04-22 2025-05-23",
    "2025-06-02 2025-07-23",
    inset=("2024-11-04",),
    closed=("2025-05-05",),
)
SCHOOL = Calendar.of([Y2023, Y2024])


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("2024-09-03", ""),
        ("2024-09-07", "it is a Saturday"),
        ("2024-10-30", "it is in the school holidays"),
        ("2024-11-04", "it is an INSET day"),
        ("2025-05-05", "the school is closed"),
        ("2024-08-20", "it is in the school holidays"),
        ("2026-09-08", "no calendar has been set for it"),
        ("2022-09-08", "no calendar has been set for it"),
    ],
)
def test_a_day_is_a_school_day_or_the_calendar_says_why_not(when, why):
    assert SCHOOL.why_not(day(when)) == why
    assert SCHOOL.is_school_day(day(when)) == (why == "")


def test_29_february_is_a_school_day_like_another():
    assert SCHOOL.is_school_day(day("2024-02-29"))
    assert SCHOOL.add_school_days(day("2024-02-28"), 2) == day("2024-03-01")


def test_a_later_calendar_for_a_school_year_takes_the_place_of_the_earlier():
    shorter = calendar_set("2024/25", "2024-09-04 2024-10-25")

    later = Calendar.of([Y2023, Y2024, shorter])

    assert not later.is_school_day(day("2024-09-03"))
    assert later.is_school_day(day("2024-09-04"))
    assert not later.is_school_day(day("2025-01-06"))
    assert later == Calendar.of([Y2023, Y2024]).adding(shorter)


def test_a_school_year_runs_until_the_first_term_after_the_july_that_follows():
    assert SCHOOL.school_year_of(day("2024-09-02")) == "2023/24"
    assert SCHOOL.school_year_of(day("2024-09-03")) == "2024/25"


def test_a_school_year_whose_next_has_not_been_set_runs_until_31_august():
    assert SCHOOL.school_year_of(day("2025-08-31")) == "2024/25"
    assert SCHOOL.school_year_of(day("2025-09-01")) is None


def test_a_gap_of_a_year_belongs_to_no_school_year():
    gap = Calendar.of([Y2023, calendar_set("2025/26", "2025-09-02 2025-10-24")])

    assert gap.school_year_of(day("2024-08-31")) == "2023/24"
    assert gap.school_year_of(day("2024-09-01")) is None
    assert gap.school_year_of(day("2025-09-02")) == "2025/26"


@pytest.mark.parametrize(
    ("kind", "label", "starts", "ends"),
    [
        ("day", "2024-11-13", "2024-11-13", "2024-11-13"),
        ("week", "week of 2024-11-11", "2024-11-11", "2024-11-17"),
        ("half-term", "2024/25 Autumn 2", "2024-11-04", "2024-12-20"),
        ("term", "2024/25 Autumn", "2024-09-03", "2024-12-20"),
        ("year", "2024/25", "2024-09-03", "2025-08-31"),
    ],
)
def test_each_kind_of_period_that_holds_a_day(kind, label, starts, ends):
    assert SCHOOL.period_of(day("2024-11-13"), kind) == Period(label, day(starts), day(ends))


def test_half_term_week_is_in_a_term_and_in_no_half_term():
    assert SCHOOL.period_of(day("2024-10-30"), "half-term") is None
    assert SCHOOL.half_term_of(day("2024-10-30")) is None
    assert SCHOOL.period_of(day("2024-10-30"), "term").label == "2024/25 Autumn"
    assert SCHOOL.period_of(day("2024-12-30"), "term") is None


def test_the_periods_listed_are_those_that_days_are_found_in():
    for kind in ("day", "week", "half-term", "term", "year"):
        found = {SCHOOL.period_of(held, kind) for held in SCHOOL.by_day.rungs}

        assert found == set(SCHOOL.periods(kind))


def test_an_n_stands_until_the_fifth_school_day_after_its_session():
    assert SCHOOL.add_school_days(day("2024-09-09"), 5) == day("2024-09-16")


def test_the_clock_of_an_n_stops_for_half_term_and_inset():
    assert SCHOOL.add_school_days(day("2024-10-24"), 5) == day("2024-11-08")
    assert SCHOOL.deadline(day("2024-10-24"), 5, "school days") == day("2024-11-08")


def test_the_five_units_give_five_answers():
    start = day("2024-10-24")

    assert SCHOOL.deadline(start, 2, "days") == day("2024-10-26")
    assert SCHOOL.deadline(start, 2, "weeks") == day("2024-11-07")
    assert SCHOOL.deadline(start, 2, "working days") == day("2024-10-28")
    assert SCHOOL.deadline(start, 2, "school days") == day("2024-11-05")
    assert SCHOOL.deadline(start, 2, "school weeks") == day("2024-11-11")
    assert SCHOOL.add_sessions(Session(start, "AM"), 2) == Session(day("2024-10-25"), "AM")


def test_a_clock_that_outlasts_the_calendar_has_no_known_end():
    assert SCHOOL.add_school_days(day("2025-07-23"), 1) is None
    assert SCHOOL.add_school_days(day("2023-09-05"), -1) is None


def test_notice_is_counted_back_in_school_days():
    assert SCHOOL.add_school_days(day("2024-11-18"), -10) == day("2024-10-25")


def test_weeks_without_a_session_are_not_school_weeks():
    weeks = SCHOOL.school_weeks(day("2024-10-21"), day("2024-11-11"))

    assert weeks == [day("2024-10-21"), day("2024-11-04"), day("2024-11-11")]
    assert SCHOOL.school_weeks_between(day("2024-10-25"), day("2024-11-05")) == 1


def test_a_week_with_one_session_is_a_school_week():
    most = closure("2024-09-09 AM", "2024-09-13 AM")

    weeks = SCHOOL.without([most]).school_weeks(day("2024-09-09"), day("2024-09-13"))

    assert weeks == [day("2024-09-09")]


def test_a_whole_school_closure_of_every_session_leaves_no_school_week():
    shut = SCHOOL.without([closure("2024-09-09 AM", "2024-09-13 PM")])

    assert shut.school_weeks(day("2024-09-09"), day("2024-09-13")) == []
    assert shut.sessions(day("2024-09-09"), day("2024-09-13")) == []
    assert shut.why_not(day("2024-09-10")) == "the school is closed: The boiler failed"
    assert shut.add_school_days(day("2024-09-06"), 1) == day("2024-09-16")


def test_a_closure_withdrawn_gives_the_days_back():
    shut = SCHOOL.without([closure("2024-09-09 AM", "2024-09-13 PM")])

    assert shut != SCHOOL
    assert SCHOOL.without([]) == SCHOOL
    assert SCHOOL.is_school_day(day("2024-09-10"))


def test_a_closure_of_an_afternoon_leaves_a_school_day_with_one_session():
    shut = SCHOOL.without([closure("2024-09-10 PM", "2024-09-10 PM")])

    assert shut.is_school_day(day("2024-09-10"))
    assert shut.sessions(day("2024-09-10"), day("2024-09-10")) == [Session(day("2024-09-10"), "AM")]
    assert not shut.is_session(Session(day("2024-09-10"), "PM"))


def test_a_closure_of_some_classes_leaves_the_school_meeting():
    assert SCHOOL.without([closure("2024-09-09 AM", "2024-09-13 PM", groups=("4B",))]) == SCHOOL


DAYS = st.dates(day("2023-09-05"), day("2025-07-23"))


@given(DAYS, st.integers(-60, 60))
def test_school_days_added_are_the_school_days_between(start, count):
    end = SCHOOL.add_school_days(start, count)
    if end is None:
        return

    if count >= 0 or SCHOOL.is_school_day(start):
        assert SCHOOL.school_days_between(start, end) == count
    assert count == 0 or SCHOOL.is_school_day(end)


@given(st.sampled_from(SCHOOL.by_session.rungs), st.integers(-300, 300))
def test_adding_sessions_and_taking_them_away_comes_back(start, count):
    end = SCHOOL.add_sessions(start, count)
    if end is None:
        return

    assert SCHOOL.add_sessions(end, -count) == start
    assert SCHOOL.sessions_between(start, end) == count


@given(DAYS, DAYS)
def test_days_counted_are_the_days_walked(one, other):
    first, last = sorted((one, other))
    span = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    met = [d for d in span if SCHOOL.why_not(d) == ""]

    assert SCHOOL.school_days(first, last) == met
    assert len(SCHOOL.sessions(first, last)) == 2 * len(met)
    assert SCHOOL.school_days_between(first, last) == len([d for d in met if d > first])


@given(DAYS)
def test_school_days_are_weekdays_in_a_half_term(held):
    if SCHOOL.is_school_day(held):
        half = SCHOOL.half_term_of(held)
        assert held.weekday() < 5
        assert half.starts <= held <= half.ends
        assert SCHOOL.school_year_of(held) is not None
