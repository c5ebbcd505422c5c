"""Positions: the library's own cases, and a step is never taken twice."""

from pathlib import Path

import pytest
from eventsourcing.persistence import TrackingRecorder
from eventsourcing.tests.persistence import TrackingRecorderTestCase

from projections.engines import engine, writing
from projections.position_recorder import PositionRecorder
from projections.runner import set_up
from projections.tracking import StepTaken, position, step, steps


class TestOnSqlite(TrackingRecorderTestCase):
    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.url = f"sqlite:///{tmp_path / 'x.db'}"

    def create_recorder(self) -> TrackingRecorder:
        made = engine(self.url)
        set_up(made)
        return PositionRecorder(made)


class TestOnPostgres(TrackingRecorderTestCase):
    @pytest.fixture(autouse=True)
    def _place(self, postgres_url: str) -> None:
        self.url = postgres_url

    def create_recorder(self) -> TrackingRecorder:
        made = engine(self.url)
        set_up(made)
        return PositionRecorder(made)


del TrackingRecorderTestCase  # or it is collected here on its own


def test_a_step_from_where_another_began_is_refused(tmp_path: Path) -> None:
    made = engine(f"sqlite:///{tmp_path / 'x.db'}")
    set_up(made)
    with writing(made) as connection:
        step(connection, "101234", 0, 5)

    with pytest.raises(StepTaken), writing(made) as connection:
        step(connection, "101234", 0, 7)

    with writing(made) as connection:
        assert position(connection, "101234") == 5
        assert steps(connection, "101234") == [(0, 5)]
