"""`penalty explain` against counting by hand: whole ledgers of several schools, drawn at random.

The oracle shares no code with the sums: it walks days, asks of each whether the school met, and
counts. Terms, half-terms, INSET days and closures are drawn, on both sides of 19 August 2024.
"""

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.events import CalendarSet, ClosureDeclared, SchoolOpened, Term
from ledger.kinds import Session
from ledger.store import Store
from projections.penalty_questions import penalty_explain
from projections.views import asof
from tests.projections.a_school import ASchool, made

START = dt.date(2024, 7, 1)
CHANGE = dt.date(2024, 8, 19)
AT = made(dt.datetime(2024, 6, 1, 9, tzinfo=dt.UTC))
Half = tuple[dt.date, str]


@dataclass
class Drawn:
    """A school year of weeks at school or away, days without school, sessions closed, marks."""

    weeks: list[bool]
    inset: set[dt.date]
    closed: list[tuple[Half, Half]]
    marks: dict[Half, str]

    def met(self, day: dt.date, half: str) -> bool:
        """Whether the school met for a session, told from what was drawn."""
        week = (day - START).days // 7
        if not 0 <= week < len(self.weeks) or not self.weeks[week] or day.weekday() > 4:
            return False
        return day not in self.inset and not any(a <= (day, half) <= b for a, b in self.closed)

    def mondays(self) -> list[dt.date]:
        """The weeks in which the school met at least once."""
        found = [START + dt.timedelta(weeks=n) for n in range(len(self.weeks))]
        return [m for m in found if any(self.met(*at) for at in halves(m, m + dt.timedelta(6)))]

    def counted(self, on: dt.date) -> set[Half]:
        """What stands in the window that ends on a day, counted week by week."""
        monday = on - dt.timedelta(days=on.weekday())
        window = [m for m in self.mondays() if m <= monday][-10:]
        return {
            (day, half)
            for (day, half), code in self.marks.items()
            if CHANGE <= day <= on
            and code in "GNOU"
            and self.met(day, half)
            and day - dt.timedelta(days=day.weekday()) in window
        }


def halves(first: dt.date, last: dt.date) -> list[Half]:
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    return [(day, half) for day in days for half in ("AM", "PM")]


@st.composite
def a_year(draw: st.DrawFn) -> Drawn:
    weeks = draw(st.lists(st.sampled_from([True, True, True, False]), min_size=8, max_size=26))
    everything = [
        START + dt.timedelta(weeks=week, days=day)
        for week, there in enumerate(weeks)
        if there
        for day in range(5)
    ] or [START]
    weeks = weeks if any(weeks) else [True]
    some = st.sampled_from(everything)
    inset = draw(st.sets(some, max_size=3))
    closed = []
    for _ in range(draw(st.integers(0, 3))):
        first, last = draw(some), draw(st.integers(0, 8))
        halfs = draw(st.sampled_from("AP")) + "M", draw(st.sampled_from("AP")) + "M"
        ends = (first + dt.timedelta(days=last), halfs[1])
        if (first, halfs[0]) <= ends:
            closed.append(((first, halfs[0]), ends))
    bad = draw(st.integers(1, 9))  # how many sessions of ten are an absence that counts
    dice = draw(st.randoms(use_true_random=False))
    marks = {
        (day, half): dice.choice("GNOU") if dice.randrange(10) < bad else dice.choice("/IL")
        for day in everything
        for half in ("AM", "PM")
        if day not in inset
    }
    return Drawn(weeks, inset, closed, marks)


def written(store: Store, urn: int, drawn: Drawn) -> ASchool:
    """The school on a ledger, one entry after another."""
    school = ASchool(store.ledger(urn))
    terms = tuple(
        Term(
            term=f"T{n}", half=1, starts=START + dt.timedelta(weeks=n),
            ends=START + dt.timedelta(weeks=n, days=4),
        )
        for n, there in enumerate(drawn.weeks)
        if there
    )  # fmt: skip
    school.act(
        SchoolOpened(urn=urn, name=f"S{urn}", phase="primary", local_authority="Cornwall", **AT),
        CalendarSet(
            school_year="2024", half_terms=terms, inset=tuple(sorted(drawn.inset)), **AT
        ),
        command="init",
    )  # fmt: skip
    school.admitted([1], upn="A000000000001")
    for (day, half), code in drawn.marks.items():
        school.marked(Session(day, half), {1: code})
    for number, (first, last) in enumerate(drawn.closed, start=1):
        school.act(
            ClosureDeclared(
                closure=number, first=Session(*first), last=Session(*last), code="#",
                reason="No heating", **AT,
            ),
            command="declare-closure",
        )  # fmt: skip
    return school


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(a_year(), min_size=1, max_size=3), st.data())
def check(tmp_path_factory, years: list[Drawn], data: st.DataObject) -> None:
    from ledger.store import open_store

    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('oracle')}/l.db", create=True)
    schools = [written(store, 100_001 + n, drawn) for n, drawn in enumerate(years)]
    views = [asof(school.ledger) for school in schools]
    days = [START + dt.timedelta(days=n) for n in range(7 * len(years[0].weeks))]
    on = data.draw(st.sampled_from([day for day in days if day >= CHANGE] or [CHANGE]))
    pupil = views[0].context.roll.pupils[1]
    found = penalty_explain(views[0], pupil, on, views[1:]).standing
    assert found is not None
    own = years[0]
    counts = {day: len(own.counted(day)) for day in days if day <= on}

    # a count stands until so much has dropped out of the window that fewer than ten are left
    stands = [day for day, count in counts.items() if count >= 10]
    assert found.met == bool(stands and stands[-1] == on) or on not in counts
    if found.met:
        run = [day for day in days if day <= on]
        while run and counts.get(run[-1], 0) >= 10:
            run.pop()
        first = run[-1] + dt.timedelta(days=1) if run else days[0]
        assert found.met_on == first
        assert found.lapses_on == lapse(own, days, on)
    else:
        sessions = {(one.session.date, one.session.half) for one in found.sessions}
        assert sessions == own.counted(on)
        assert [w.starts for w in found.weeks if w.counts] == [m for m in own.mondays() if m <= on][
            -10:
        ]
    across = found.across_schools
    if len(years) > 1:
        assert across is not None
        assert across.total == sum(len(year.counted(on)) for year in years)


def lapse(own: Drawn, days: list[dt.date], on: dt.date) -> dt.date | None:
    """The first Monday of a school week with which fewer than ten are left, nothing more coming."""
    known = Drawn(
        own.weeks, own.inset, own.closed, {a: c for a, c in own.marks.items() if a[0] <= on}
    )
    later = [m for m in own.mondays() if m > on]
    return next((m for m in later if len(known.counted(m)) < 10), None)


@pytest.mark.slow
def test_penalty_explain_agrees_with_counting_by_hand(tmp_path_factory):
    check(tmp_path_factory)
