"""Sums by pupil, less days that are no school days, are the rows that lie in the period."""

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ledger.events import CalendarSet, Term
from ledger.store import open_store
from projections import rates_counted
from projections.earlier import earlier
from projections.engines import engine
from projections.rates import rates
from projections.runner import Runner
from projections.summed import by_half, of_period, on_school_days
from projections.views import View, live
from tests.projections.a_school import URN, ASchool, made, present, session, sessions
from tests.projections.little_ledgers import begun, write_on

YEARS = [(dt.date(2023, 9, 1), dt.date(2024, 8, 31)), (dt.date(2024, 9, 1), dt.date(2025, 8, 31)),
         (dt.date(2023, 9, 1), dt.date(2025, 8, 31))]  # fmt: skip


def held_to_the_rows(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates of pupils and of the school, by the sums and by the rows of each period."""
    for first, last in YEARS:
        span = {"first": first, "last": last}
        of_all = on_school_days(view, (first, last))
        for by in ("pupil", "school", "trust"):
            summed = rates([view], by=by, period="year", **span).rows  # type: ignore[arg-type]
            with monkeypatch.context() as patched:
                patched.setattr(rates_counted, "of_period", lambda *_: None)
                asked = rates([view], by=by, period="year", **span).rows  # type: ignore[arg-type]
            assert summed == asked
            assert of_all.attended == sum(row.attended for row in asked)
            assert of_all.possible == sum(row.possible for row in asked)


@pytest.mark.slow
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    database=None,
    phases=[Phase.generate],
)
@given(data=st.data())
def test_the_sums_are_those_of_the_rows_in_the_period(data, monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'attendance.db'}"
        with open_store(url, create=True) as store:
            ledger = store.ledger(URN)
            school, runner = ASchool(ledger), Runner(engine(url))
            so_far = begun(school)
            for _ in range(3):
                write_on(data.draw, school, so_far, data.draw(st.integers(1, 8)))
                held_to_the_rows(live(runner, ledger), monkeypatch)
            then = earlier(runner, ledger, data.draw(st.integers(1, ledger.size())))
            held_to_the_rows(then, monkeypatch)
            then.close()
            runner.engine.dispose()


def test_an_entry_on_a_day_that_is_a_school_day_no_more_is_in_no_rate(
    school: ASchool, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.opened()
    for one in sessions("2024-09-09", "2024-09-20"):
        school.marked(one, {1: present(one.half), 2: "I"})
    school.marked(session("2024-09-23 AM"), {1: "I", 3: "I"})  # nobody but 3 has but this one
    shorter = Term(term="Autumn", half=1, starts=dt.date(2024, 9, 4), ends=dt.date(2024, 9, 20))
    by = made(dt.datetime(2024, 9, 24, 9, tzinfo=dt.UTC))
    school.act(CalendarSet(school_year="2024/25", half_terms=(shorter,), **by))
    view, span = live(runner, school.ledger), YEARS[1]

    found = of_period(view, span, "year")

    assert found is not None
    assert {pupil: (of.possible, of.attended) for pupil, of in found[1].items()} == {
        1: (20, 20),
        2: (20, 0),
    }
    assert by_half(view, span)[dt.date(2024, 9, 23), "AM"].possible == 2
    assert (on_school_days(view, span).possible, on_school_days(view, span).attended) == (40, 20)
    held_to_the_rows(view, monkeypatch)
