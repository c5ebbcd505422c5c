"""The threshold as the law, the published examples and the two seed policies put it."""

import datetime as dt

import pytest

from ledger.calendar import Calendar
from ledger.events import CalendarSet, ClosureDeclared, Term
from ledger.kinds import Person, Session
from ledger.policy import load
from ledger.reckoning import Marked, Rule, across_schools, threshold

HEAD = Person(id="head", name="H. Head", position="Headteacher")
AT = dt.datetime(2024, 7, 1, tzinfo=dt.UTC)
LAW = {"sessions": 10, "within": 10, "of": "school weeks", "not_before": dt.date(2024, 8, 19)}
CORNWALL = {"sessions": 12, "within": 100, "of": "sessions"}
ENGLAND = load("england")


def day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


def calendar(*spans: str, year="2024/25", closed=()) -> Calendar:
    half_terms = [
        Term(term="T", half=n, starts=span.split()[0], ends=span.split()[1])
        for n, span in enumerate(spans, start=1)
    ]
    return Calendar.of(
        [
            CalendarSet(
                school_year=year, half_terms=half_terms, closed=closed, made_by=HEAD, made_at=AT
            )
        ]
    )


def closure(first: str, last: str) -> ClosureDeclared:
    return ClosureDeclared(
        closure=1, first=first, last=last, code="Y4", reason="Snow", made_by=HEAD, made_at=AT
    )


def marks(written: str, code: str = "O") -> list[Marked]:
    """Sessions such as ``2024-09-09 AM, 2024-09-10`` (both of the day), entered 1, 2, 3 …"""
    sessions: list[Session] = []
    for part in written.split(","):
        when, _, half = part.strip().partition(" ")
        sessions += [Session(day(when), h) for h in ([half] if half else ["AM", "PM"])]
    return [Marked(session, code, n) for n, session in enumerate(sessions, start=1)]


AUTUMN = calendar("2024-09-02 2024-10-25", "2024-11-04 2024-12-20")
MONDAYS = [
    "2024-09-02 2024-09-09 2024-09-16 2024-09-23 2024-09-30",
    "2024-10-07 2024-10-14 2024-10-21",
    "2024-11-04 2024-11-11 2024-11-18",
]
SCHOOL_WEEKS = " ".join(MONDAYS).split()


def test_ten_sessions_over_ten_school_weeks_with_half_term_inside_meet_it():
    one_a_week = marks(", ".join(f"{monday} AM" for monday in SCHOOL_WEEKS[:10]))

    found = threshold(one_a_week, AUTUMN, LAW, ENGLAND)

    assert found.met
    assert found.met_on == day("2024-11-11")
    assert found.total == 10
    assert [week.starts.isoformat() for week in found.weeks if week.counts] == SCHOOL_WEEKS[:10]


def test_ten_sessions_spread_over_eleven_school_weeks_do_not():
    spread = marks(", ".join(f"{m} AM" for m in SCHOOL_WEEKS if m != "2024-09-30"))

    found = threshold(spread, AUTUMN, LAW, ENGLAND)

    assert len(spread) == 10
    assert not found.met
    assert found.total == 9
    assert found.windows == ()
    assert found.met_on is None


def test_it_is_ten_school_weeks_and_not_seventy_days():
    summer_between = Calendar(
        calendar("2025-06-02 2025-07-23").years
        + calendar("2025-09-02 2025-10-24", year="2025/26").years
    )
    published = marks("2025-07-22, 2025-09-02, 2025-09-03, 2025-09-09, 2025-09-10")

    found = threshold(published, summer_between, LAW, ENGLAND)

    assert len(published) == 10  # two in the summer term and eight in the autumn term
    assert found.met_on == day("2025-09-10")
    assert (day("2025-09-10") - day("2025-07-22")).days == 50
    holidays = [week for week in found.weeks if not week.counts]
    assert [week.starts.isoformat() for week in holidays] == [
        "2025-07-28",
        "2025-08-04",
        "2025-08-11",
        "2025-08-18",
        "2025-08-25",
    ]
    assert holidays[0].why == "not counted, the school did not meet: it is in the school holidays"


def test_sessions_eighty_days_apart_meet_it_where_only_ten_school_weeks_lie_between():
    autumn = calendar("2024-09-02 2024-10-18", "2024-11-11 2024-12-20")
    far = marks("2024-09-02, 2024-11-25, 2024-11-26, 2024-11-27, 2024-11-28")

    found = threshold(far, autumn, LAW, ENGLAND)

    assert (day("2024-11-28") - day("2024-09-02")).days == 87
    assert found.met_on == day("2024-11-28")


def test_a_week_with_one_session_counts_and_a_closed_week_does_not():
    spread = marks(", ".join(f"{m} AM" for m in SCHOOL_WEEKS if m != "2024-09-30"))
    nearly = AUTUMN.without([closure("2024-09-30 AM", "2024-10-04 AM")])
    wholly = AUTUMN.without([closure("2024-09-30 AM", "2024-10-04 PM")])

    assert not threshold(spread, nearly, LAW, ENGLAND).met
    found = threshold(spread, wholly, LAW, ENGLAND)
    assert found.met_on == day("2024-11-18")
    shut = next(week for week in found.weeks if week.starts == day("2024-09-30"))
    assert shut.why == "not counted, the school did not meet: the school is closed: Snow"


def test_g_n_o_and_u_count_in_any_mixture_and_authorised_absence_does_not():
    mixed = [
        mark._replace(code=code)
        for mark, code in zip(
            marks("2024-09-09, 2024-09-10, 2024-09-11, 2024-09-12, 2024-09-13, 2024-09-16"),
            "GNOUGNOUICNO",
            strict=True,
        )
    ]

    found = threshold(mixed, AUTUMN, LAW, ENGLAND)

    assert found.met_on == day("2024-09-16")
    assert [mark.code for mark in found.sessions] == list("GNOUGNOUNO")
    assert [mark.entry for mark in found.sessions] == [1, 2, 3, 4, 5, 6, 7, 8, 11, 12]


def test_absence_on_18_august_2024_is_not_counted_and_on_19_august_it_is():
    early = calendar("2024-08-12 2024-10-25")
    nine = "2024-09-09, 2024-09-10, 2024-09-11, 2024-09-12, 2024-09-13 AM"

    before = threshold(marks(f"2024-08-16 AM, {nine}"), early, LAW, ENGLAND)
    after = threshold(marks(f"2024-08-19 AM, {nine}"), early, LAW, ENGLAND)

    assert not before.met
    assert [(out.mark.session.date, out.why) for out in before.left_out] == [
        (day("2024-08-16"), "absence before 19 August 2024 is not taken into account")
    ]
    assert after.met
    assert after.left_out == ()


def test_only_sessions_of_compulsory_school_age_count():
    five_in_autumn = dt.date(2019, 11, 2)  # of school age from 31 December 2024
    spring = calendar("2024-12-02 2024-12-31", "2025-01-06 2025-02-14")
    nine = "2025-01-06, 2025-01-07, 2025-01-08, 2025-01-09, 2025-01-10 AM"
    before, after = marks(f"2024-12-30 AM, {nine}"), marks(f"2024-12-31 AM, {nine}")

    found = threshold(before, spring, LAW, ENGLAND, born=five_in_autumn)

    assert not found.met
    assert found.left_out[0].why == "the pupil was not of compulsory school age"
    assert threshold(after, spring, LAW, ENGLAND, born=five_in_autumn).met
    assert threshold(before, spring, LAW, ENGLAND).met  # presumed of age, EA 1996 s. 445


def test_an_entry_for_a_session_without_a_meeting_is_left_out_and_said():
    holiday = marks("2024-10-30")

    found = threshold(holiday, AUTUMN, LAW, ENGLAND)

    assert found.total == 0
    assert [out.why for out in found.left_out] == ["the school did not meet for this session"] * 2


FORTNIGHT = "2024-09-09, 2024-09-10, 2024-09-11, 2024-09-12, 2024-09-13"


def test_it_lapses_on_the_monday_of_the_school_week_that_leaves_too_few():
    found = threshold(marks(FORTNIGHT), AUTUMN, LAW, ENGLAND)

    assert found.met_on == day("2024-09-13")
    assert found.lapses_on == day("2024-11-25")
    assert threshold(marks(FORTNIGHT), AUTUMN, LAW, ENGLAND, on=day("2024-11-24")).met
    after = threshold(marks(FORTNIGHT), AUTUMN, LAW, ENGLAND, on=day("2024-11-25"))
    assert not after.met
    assert after.total == 0
    assert after.windows == found.windows


def test_it_is_not_met_the_day_before_and_is_met_on_the_day_of_the_tenth_session():
    day_before = threshold(marks(FORTNIGHT), AUTUMN, LAW, ENGLAND, on=day("2024-09-12"))

    assert (day_before.total, day_before.met) == (8, False)
    assert threshold(marks(FORTNIGHT), AUTUMN, LAW, ENGLAND, on=day("2024-09-13")).met


def test_further_sessions_while_it_stands_move_the_day_it_lapses():
    more = marks(f"{FORTNIGHT}, 2024-09-16")

    found = threshold(more, AUTUMN, LAW, ENGLAND)

    assert len(found.windows) == 1
    assert [mark.entry for mark in found.windows[0].sessions] == list(range(1, 11))
    assert [mark.entry for mark in found.windows[0].further] == [11, 12]
    assert found.lapses_on == day("2024-11-25")
    assert found.total == 12


def test_met_twice_gives_two_windows():
    year = calendar("2024-09-02 2024-10-25", "2024-11-04 2024-12-20", "2025-01-06 2025-04-04")
    again = "2025-01-06, 2025-01-07, 2025-01-08, 2025-01-09, 2025-01-10"

    found = threshold(marks(f"{FORTNIGHT}, {again}"), year, LAW, ENGLAND)

    assert [window.met_on.isoformat() for window in found.windows] == ["2024-09-13", "2025-01-10"]
    assert [len(window.sessions) for window in found.windows] == [10, 10]
    assert found.met_on == day("2025-01-10")


def test_met_again_on_the_monday_it_lapses_it_stands_on():
    monday = "2024-11-18, 2024-11-19, 2024-11-20, 2024-11-21, 2024-11-22 AM, 2024-11-25 AM"

    found = threshold(marks(f"{FORTNIGHT}, {monday}"), AUTUMN, LAW, ENGLAND)

    assert [window.met_on.isoformat() for window in found.windows] == ["2024-09-13"]
    assert found.lapses_on is None  # after the calendar as set


def test_an_n_amended_to_i_takes_its_session_out():
    amended = marks(FORTNIGHT, "N")
    amended[3] = amended[3]._replace(code="I", entry=20)

    assert threshold(marks(FORTNIGHT, "N"), AUTUMN, LAW, ENGLAND).met
    assert not threshold(amended, AUTUMN, LAW, ENGLAND).met


def test_no_marks_at_all_reach_nothing():
    found = threshold([], AUTUMN, LAW, ENGLAND)

    assert (found.on, found.met, found.total, found.weeks) == (None, False, 0, ())
    asked = threshold([], AUTUMN, LAW, ENGLAND, on=day("2024-11-05"))
    assert [week.starts for week in asked.weeks if week.counts] == [
        day(m) for m in SCHOOL_WEEKS[:9]
    ]
    assert threshold([], AUTUMN, LAW, ENGLAND, on=day("2024-01-05")).weeks == ()


def test_marks_in_any_order_give_the_same():
    backwards = list(reversed(marks(FORTNIGHT)))

    assert threshold(backwards, AUTUMN, LAW, ENGLAND) == threshold(
        marks(FORTNIGHT), AUTUMN, LAW, ENGLAND
    )


# --- the shape of the NCLT and Cornwall: 12 in 100 sessions -------------------------------------

LONG = calendar("2023-09-04 2023-12-20", year="2023/24")
ELEVEN = "2023-09-05, 2023-09-06, 2023-09-07, 2023-09-08, 2023-09-11, 2023-09-04 PM"


def test_twelve_within_a_hundred_sessions_meet_it_and_in_a_hundred_and_one_do_not():
    first = Session(day("2023-09-04"), "PM")
    hundredth = LONG.add_sessions(first, 99)

    inside = threshold(marks(f"{ELEVEN}, {hundredth}"), LONG, CORNWALL, ENGLAND)
    outside = threshold(
        marks(f"{ELEVEN}, {LONG.add_sessions(first, 100)}"), LONG, CORNWALL, ENGLAND
    )

    assert inside.met_on == hundredth.date
    assert inside.total == 12
    assert sum(week.met for week in inside.windows[0].weeks) == 100
    assert not outside.met
    assert outside.total == 11


def test_a_hundred_sessions_are_fifty_school_days():
    first = LONG.add_school_days(day("2023-09-04"), 1)
    last = LONG.add_school_days(first, 49)
    six_days = [first, *(first + dt.timedelta(days=n) for n in (1, 2, 3, 6)), last]

    found = threshold(marks(", ".join(map(str, six_days))), LONG, CORNWALL, ENGLAND)

    assert len(LONG.school_days(first, last)) == 50
    assert found.met_on == last


def test_the_other_shape_counts_sessions_before_19_august_2024():
    assert threshold(marks(f"{ELEVEN}, 2023-09-12 AM"), LONG, CORNWALL, ENGLAND).met


def test_the_two_rules_differ_over_the_same_marks():
    same = marks(FORTNIGHT)

    assert threshold(same, AUTUMN, LAW, ENGLAND).met
    assert not threshold(same, AUTUMN, CORNWALL, ENGLAND).met


# --- several schools ------------------------------------------------------------------------------


def test_sessions_at_two_schools_meet_no_threshold_but_raise_the_advisory_flag():
    on = day("2024-10-25")
    here = threshold(marks("2024-09-09, 2024-09-10, 2024-09-11"), AUTUMN, LAW, ENGLAND, on=on)
    there = threshold(marks("2024-10-07, 2024-10-08"), AUTUMN, LAW, ENGLAND, on=on)

    assert not here.met
    assert not there.met
    assert across_schools([here, there]).total == 10
    assert across_schools([here, there]).reached
    assert not across_schools([here]).reached
    assert not across_schools([]).reached


def test_totals_reckoned_on_different_days_are_not_added():
    one = threshold([], AUTUMN, LAW, ENGLAND, on=day("2024-10-24"))
    other = threshold([], AUTUMN, LAW, ENGLAND, on=day("2024-10-25"))

    with pytest.raises(AssertionError, match="different days"):
        across_schools([one, other])


def test_the_rule_says_itself():
    assert str(Rule.read(LAW)) == "10 sessions within 10 consecutive school weeks"
    assert str(Rule.read(CORNWALL)) == "12 sessions within 100 consecutive sessions"


def test_the_law_in_the_policy_data_is_the_rule_tested_here():
    assert ENGLAND.on(day("2024-08-19")).get("penalty.threshold").value == LAW
