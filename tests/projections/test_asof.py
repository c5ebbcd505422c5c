"""As of now equals live; as of then is what stood then; all equal a plain reading."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from ledger.kinds import Session
from ledger.store import Ledger, open_store
from projections.current_register import current_register
from projections.doctor import doctor
from projections.engines import engine
from projections.runner import Runner
from projections.schema import metadata
from projections.views import Scope, View, asof, live
from tests.projections.a_school import URN, ASchool
from tests.projections.little_ledgers import SESSIONS, plainly, write

pytestmark = pytest.mark.slow

Contents = dict[str, set[tuple[Any, ...]]]
LITTLE = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    phases=[Phase.generate],  # each example is a database: shrinking would take minutes
)


def contents(of: Engine) -> Contents:
    """Every row of every read model."""
    with of.connect() as connection:
        return {
            table.name: {tuple(row) for row in connection.execute(select(table))}
            for table in metadata.sorted_tables
            if "school" in table.c
        }


def register_rows(view: View) -> dict[tuple[Session, int], tuple[Any, ...]]:
    """The current register in the shape of the plain reading."""
    rows = view.rows(select(current_register))
    return {
        (Session(row.date, row.half), row.pupil): (
            row.code,
            row.layer,
            row.entered,
            row.first_code,
            row.amendments,
            row.vanished,
            row.entry,
            row.attended,
            row.authorised,
            row.unauthorised,
            row.late,
        )
        for row in rows
    }


@LITTLE
@given(data=st.data())
def test_as_of_now_equals_live_and_as_of_then_equals_what_live_was(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'x.db'}"
        with open_store(url, create=True) as store:
            ledger = store.ledger(URN)
            write(data.draw, ASchool(ledger), data.draw(st.integers(3, 14)))
            runner = Runner(engine(url))
            halfway = data.draw(st.integers(1, ledger.size()))

            now = live(runner, ledger)
            kept = contents(now.engine)

            assert contents(asof(ledger).engine) == kept
            assert register_rows(now) == plainly(ledger, ledger.size())
            then = asof(ledger, halfway)
            assert register_rows(then) == plainly(ledger, halfway)
            assert_scoped_is_a_part(data, ledger, kept)
            assert doctor(runner, ledger).findings == ()
            runner.engine.dispose()


def assert_scoped_is_a_part(data: st.DataObject, ledger: Ledger, kept: Contents) -> None:
    """An answer from no more than it needs says what the whole says of it."""
    first, last = sorted(data.draw(st.sampled_from(SESSIONS)).date for _ in range(2))
    group = data.draw(st.sampled_from([None, "4B"]))
    pupils = data.draw(st.sampled_from([None, frozenset({1}), frozenset({2, 4})]))
    scoped = contents(asof(ledger, None, Scope(first, last, group, pupils)).engine)
    assert scoped["current_register"] == {
        row
        for row in kept["current_register"]
        if first <= row[1] <= last
        and (group is None or row[4] == group)
        and (pupils is None or row[3] in pupils)
    }
    for name in ("absence_steps", "absences", "returns_made", "penalty_notices"):
        whose = list(metadata.tables[name].c.keys()).index("pupil")
        theirs = {row for row in kept[name] if pupils is None or row[whose] in pupils}
        assert scoped[name] == theirs, name
    for name in ("supports", "support_notes", "backups", "letters"):
        assert scoped[name] == kept[name], name


@LITTLE
@given(data=st.data())
def test_caught_up_act_by_act_equals_caught_up_at_once(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'x.db'}"
        with open_store(url, create=True) as store:
            ledger = store.ledger(URN)
            runner = Runner(engine(url))
            school = CatchingUp(ledger, runner)
            write(data.draw, school, data.draw(st.integers(3, 14)))

            kept = contents(runner.engine)

            assert contents(asof(ledger).engine) == kept
            runner.engine.dispose()


class CatchingUp(ASchool):
    """After each act the read models catch up, now and then with nothing remembered."""

    def __init__(self, ledger: Ledger, runner: Runner) -> None:
        super().__init__(ledger)
        self.runner = runner

    def act(self, *events: Any, **more: Any) -> Any:
        receipt = super().act(*events, **more)
        if receipt.last % 3 == 0:
            self.runner = Runner(self.runner.engine)
        self.runner.catch_up(self.ledger)
        return receipt
