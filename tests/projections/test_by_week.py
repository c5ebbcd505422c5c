"""What is kept week by week is what is found without; and it follows every entry."""

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ledger.calendar import london
from ledger.store import open_store
from projections.by_week import Weeks, added_up, pieces
from projections.due import due
from projections.engines import engine
from projections.patterns import patterns
from projections.penalty_questions import penalty_list
from projections.pupil_entries import entries_about
from projections.rates import rates
from projections.registers_not_taken import registers_not_taken
from projections.runner import Runner
from projections.views import View, live
from projections.whose_sheets import sheets_of
from tests.projections.a_school import URN, ASchool
from tests.projections.little_ledgers import begun, write_on

FIRST, LAST = dt.date(2024, 7, 22), dt.date(2024, 9, 6)
NOW = dt.datetime(2024, 9, 6, 17, tzinfo=dt.UTC)


def answers(view: View) -> dict[str, Any]:
    """What pages ask that is added up, or looked up by what is kept."""
    span = {"first": FIRST, "last": LAST}
    by = ("pupil", "class", "year", "school", "trust", "fact")
    on = london(NOW).date()
    return {
        **{f"rates {one}": rates([view], by=one, **span).rows for one in by},  # type: ignore[arg-type]
        "published": rates([view], published=True, period="half-term", **span).rows,
        "patterns": patterns(view, FIRST, LAST),
        "of a class": patterns(view, FIRST, LAST, group="4B"),
        "not taken": registers_not_taken(view, FIRST, LAST).rows,
        "due": due(view, on, NOW).rows,
        "penalties": penalty_list(view, on).rows,
    }


@pytest.mark.slow
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    phases=[Phase.generate],
)
@given(data=st.data())
def test_what_is_kept_is_what_is_found_without(data):
    """After each of several rounds of acts; the kept sums are those of all rounds before."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'attendance.db'}"
        with open_store(url, create=True) as store:
            ledger = store.ledger(URN)
            school, runner = ASchool(ledger), Runner(engine(url))
            so_far = begun(school)
            for _ in range(4):
                write_on(data.draw, school, so_far, data.draw(st.integers(1, 6)))
                kept = live(runner, ledger)
                without = replace(kept, runner=None)

                assert answers(kept) == answers(without)
                for pupil in kept.context.roll.pupils:
                    days = (FIRST, LAST)
                    known = sheets_of(kept, pupil, *days)
                    assert known is not None
                    found = entries_about(ledger, pupil, days, kept.entry, known)[0]
                    assert found == entries_about(ledger, pupil, days, kept.entry)[0]
            runner.engine.dispose()


class Recorded:
    """A ledger of which only the streams are asked, and how often a week was added up."""

    def __init__(self) -> None:
        self.entry, self.streams, self.ledger = 1, [], self
        self.asked: list[dt.date] = []

    def streams_after(self, entry: int) -> list[str]:
        return [stream for number, stream in self.streams if number > entry]

    def add(self, stream: str) -> None:
        self.entry += 1
        self.streams.append((self.entry, stream))

    def sums(self, first: dt.date, last: dt.date) -> Any:
        self.asked.append(first)
        yield "sessions", ((last - first).days + 1,)


def asked_again(stream: str) -> list[dt.date]:
    """The weeks added up anew once something was recorded on a stream."""
    ledger, kept = Recorded(), Weeks()
    for _ in range(2):
        found = kept.added_up(ledger, "days", (FIRST, LAST), ledger.sums)  # type: ignore[arg-type]
        assert found == {"sessions": (47,)}
        ledger.asked, before = [], ledger.asked
        if before:
            ledger.add(stream)
    return before


def test_a_sheet_moves_its_own_week_and_no_other():
    assert asked_again("register/2024-09-03/AM/4B") == [dt.date(2024, 9, 2)]
    assert asked_again("register/2023-09-03/AM/4B") == []


@pytest.mark.parametrize("stream", ["letter/1", "absence/3/2024-09-03", "leave/4", "imports"])
def test_what_is_beside_the_register_moves_nothing(stream):
    assert asked_again(stream) == []


@pytest.mark.parametrize("stream", ["school", "pupil/3", "retention"])
def test_roll_rules_and_disposals_move_every_week(stream):
    assert asked_again(stream) == [first for first, _ in pieces(FIRST, LAST)]


def test_whoever_is_behind_hears_what_was_asked_and_leaves_nothing_behind():
    ledger, kept = Recorded(), Weeks()
    ledger.add("register/2024-09-03/AM/4B")
    kept.added_up(ledger, "days", (FIRST, LAST), ledger.sums)  # type: ignore[arg-type]
    behind, ledger.asked = Recorded(), []

    found = kept.added_up(behind, "days", (FIRST, LAST), behind.sums)  # type: ignore[arg-type]

    assert found == {"sessions": (47,)}
    assert behind.asked == [FIRST]  # in one piece, and not kept
    kept.added_up(ledger, "days", (FIRST, LAST), ledger.sums)  # type: ignore[arg-type]
    assert ledger.asked == []


def test_dropped_everything_is_added_up_anew():
    ledger, kept = Recorded(), Weeks()
    kept.added_up(ledger, "days", (FIRST, LAST), ledger.sums)  # type: ignore[arg-type]
    ledger.asked = []
    kept.drop()
    kept.added_up(ledger, "days", (FIRST, LAST), ledger.sums)  # type: ignore[arg-type]
    assert len(ledger.asked) == len(list(pieces(FIRST, LAST)))


def test_a_span_of_centuries_is_asked_for_in_one_piece(school: ASchool, runner: Runner) -> None:
    """Anybody may type any day: no question walks the weeks since then."""
    asked: list[tuple[dt.date, dt.date]] = []

    def counted(first: dt.date, last: dt.date) -> Any:
        asked.append((first, last))
        return ()

    runner.catch_up(school.ledger)
    view = live(runner, school.ledger)
    span = dt.date(400, 7, 22), LAST
    added_up(view, "spans", span, counted)

    assert asked == [span]
