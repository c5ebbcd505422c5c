"""The quick threshold against the law's sentence tried window by window, day by day."""

import datetime as dt
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from ledger.calendar import Calendar
from ledger.events import CalendarSet, Term
from ledger.kinds import HALVES, Person, Session
from ledger.reckoning import Marked, threshold

START = dt.date(2024, 9, 2)
HEAD = Person(id="head", name="H. Head", position="Headteacher")
AT = dt.datetime(2024, 7, 1, tzinfo=dt.UTC)
COUNTS = set("GNOU")


def known(code: str) -> SimpleNamespace:
    return SimpleNamespace(statistical="", late=False, threshold=code in COUNTS)


POLICY = SimpleNamespace(on=lambda _: SimpleNamespace(codes=SimpleNamespace(known=known)))


@st.composite
def schools(draw: st.DrawFn) -> tuple[set[dt.date], dt.date]:
    """The days on which a school meets, week by week: full, empty, or any days of five."""
    met: set[dt.date] = set()
    weeks = draw(
        st.lists(
            st.one_of(
                st.just((0, 1, 2, 3, 4)),
                st.just(()),
                st.just((1, 2, 3, 4)),
                st.sets(st.integers(0, 4)),
            ),
            min_size=1,
            max_size=26,
        )
    )
    for number, days in enumerate(weeks):
        met |= {START + dt.timedelta(days=7 * number + n) for n in days}
    return met, START + dt.timedelta(days=7 * len(weeks) - 3)


@st.composite
def cases(draw: st.DrawFn):
    met, end = draw(schools())
    span = [START + dt.timedelta(days=n) for n in range((end - START).days + 1)]
    weekdays = [day for day in span if day.weekday() < 5]
    event = CalendarSet(
        school_year="2024/25",
        half_terms=(Term(term="T", half=1, starts=START, ends=end),),
        closed=tuple(day for day in weekdays if day not in met),
        made_by=HEAD,
        made_at=AT,
    )
    every = [Session(day, half) for day in weekdays for half in HALVES]
    absent = draw(st.one_of(st.sets(st.sampled_from(every), max_size=40), bursts(every)))
    marks = [Marked(s, draw(st.sampled_from("GNOUOOI/")), n) for n, s in enumerate(absent)]
    return Calendar.of([event]), met, span, marks


def bursts(every: list[Session]) -> st.SearchStrategy[set[Session]]:
    """A few stretches of absence, as a holiday makes them."""
    stretch = st.tuples(st.integers(0, len(every) - 1), st.integers(1, 12))
    return st.lists(stretch, max_size=6).map(
        lambda found: {session for at, long in found for session in every[at : at + long]}
    )


def standing_in_weeks(met, marks, day, needed, within) -> tuple[bool, int]:
    """By the law's words: the last so many weeks, from a Monday, with a session in them."""
    mondays = sorted({d - dt.timedelta(days=d.weekday()) for d in met})
    weeks = [monday for monday in mondays if monday <= day][-within:]
    count = 0
    for mark in marks:
        s = mark.session
        counts = mark.code in COUNTS and s.date in met and s.date <= day
        count += counts and any(w <= s.date < w + dt.timedelta(days=7) for w in weeks)
    return count >= needed, count


def standing_in_sessions(met, marks, day, needed, within) -> tuple[bool, int]:
    """With the morning's session or the afternoon's; on other days with the last before."""
    sessions = [Session(d, half) for d in sorted(met) for half in HALVES if d <= day]
    most = 0
    for end in (len(sessions), len(sessions) - 1) if day in met else (len(sessions),):
        window = set(sessions[:end][-within:])
        most = max(most, sum(m.code in COUNTS and m.session in window for m in marks))
    return most >= needed, most


RULES = st.sampled_from([(10, 10), (4, 3), (3, 1), (1, 2), (6, 7)])


@given(cases(), RULES, st.data())
def test_weeks_quick_and_brute_agree_on_every_day(case, numbers, data):
    calendar, met, span, marks = case
    needed, within = numbers
    rule = {"sessions": needed, "within": within, "of": "school weeks"}

    found = threshold(marks, calendar, rule, POLICY)

    stood = [standing_in_weeks(met, marks, day, needed, within)[0] for day in span]
    assert [any(w.stands_on(day) for w in found.windows) for day in span] == stood
    starts = [
        d for d, now, before in zip(span, stood, [False, *stood], strict=False) if now > before
    ]
    assert [window.met_on for window in found.windows] == starts

    on = data.draw(st.sampled_from(span))
    asked = threshold(marks, calendar, rule, POLICY, on=on)
    assert (asked.met, asked.total) == standing_in_weeks(met, marks, on, needed, within)


@given(cases(), RULES)
def test_met_means_that_some_block_of_consecutive_school_weeks_holds_enough(case, numbers):
    calendar, met, _, marks = case
    needed, within = numbers
    mondays = sorted({d - dt.timedelta(days=d.weekday()) for d in met})
    per_week = dict.fromkeys(mondays, 0)
    for mark in marks:
        if mark.code in COUNTS and mark.session.date in met:
            per_week[mark.session.date - dt.timedelta(days=mark.session.date.weekday())] += 1
    blocks = [mondays[n : n + within] for n in range(len(mondays))]
    somewhere = any(sum(per_week[m] for m in block) >= needed for block in blocks)

    rule = {"sessions": needed, "within": within, "of": "school weeks"}
    found = threshold(marks, calendar, rule, POLICY)

    assert bool(found.windows) == somewhere
    for window in found.windows:
        assert len(window.sessions) == needed
        assert sum(week.counts for week in window.weeks) <= within
        assert sum(week.unauthorised for week in window.weeks) == needed


@given(cases(), st.sampled_from([(12, 100), (4, 9), (2, 2), (1, 1), (3, 5)]), st.data())
def test_sessions_quick_and_brute_agree_on_every_day(case, numbers, data):
    calendar, met, span, marks = case
    needed, within = numbers
    rule = {"sessions": needed, "within": within, "of": "sessions"}

    found = threshold(marks, calendar, rule, POLICY)

    stood = [standing_in_sessions(met, marks, day, needed, within)[0] for day in span]
    assert [any(w.stands_on(day) for w in found.windows) for day in span] == stood

    on = data.draw(st.sampled_from(span))
    asked = threshold(marks, calendar, rule, POLICY, on=on)
    assert (asked.met, asked.total) == standing_in_sessions(met, marks, on, needed, within)

    sessions = [Session(d, half) for d in sorted(met) for half in HALVES]
    counted = {mark.session for mark in marks if mark.code in COUNTS}
    firsts = [
        session.date
        for n, session in enumerate(sessions)
        if len(counted.intersection(sessions[max(0, n - within + 1) : n + 1])) >= needed
    ]
    assert [window.met_on for window in found.windows][:1] == firsts[:1]
