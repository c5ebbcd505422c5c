"""Rows of the star elsewhere: a copy renewed by what changed is the star as it stands."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from delivery.dashboards import TABLES
from ledger.store import open_store
from projections.engines import engine
from projections.runner import Runner
from projections.star import STAR
from projections.star_question import star
from projections.star_rows import Window, question, read
from projections.star_shape import Shape, shape, tables
from projections.views import View, live
from tests.projections.a_school import URN, ASchool, present, sessions
from tests.projections.little_ledgers import begun, write, write_on
from tests.projections.test_asof import LITTLE

pytestmark = pytest.mark.slow
FACTS = [one for one in tables() if one.unit]
KINDS = {"integer": int, "text": str, "date": str}
Row = tuple[Any, ...]


def renewed(table: Shape, copy: Iterable[Row], given: Iterable[Row]) -> list[Row]:
    """As the dictionary says it: the rows of each unit go, and those given are put in."""
    at = [table.names.index(name) for name in table.unit]
    units = {tuple(row[place] for place in at) for row in given}
    kept = [row for row in copy if tuple(row[place] for place in at) not in units]
    key = [table.names.index(name) for name in table.key]
    return sorted([*kept, *given], key=lambda row: [row[place] for place in key])


def rows(view: View, table: Shape, **window: Any) -> tuple[Row, ...]:
    since = window.pop("since", None)
    return star([view], table, Window(names=True, **window), since).rows


@LITTLE
@given(data=st.data())
def test_a_copy_renewed_by_what_changed_is_the_star_as_it_stands(data: st.DataObject) -> None:
    """Amended, vanished, closed, moved, left, under another policy: whatever came between."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'x.db'}"
        with open_store(url, create=True) as store:
            ledger, runner = store.ledger(URN), Runner(engine(url))
            school = ASchool(ledger)
            so_far = begun(school)  # opened once: else a closure has the number of another
            write_on(data.draw, school, so_far, data.draw(st.integers(3, 15)))
            copies = {one.name: rows(live(runner, ledger), one) for one in FACTS}
            since = ledger.size()
            write_on(data.draw, school, so_far, data.draw(st.integers(0, 10)))

            view = live(runner, ledger)
            for one in FACTS:
                changed = rows(view, one, since=since)
                assert renewed(one, copies[one.name], changed) == list(rows(view, one)), one.name
            runner.engine.dispose()


@LITTLE
@given(data=st.data())
def test_kinds_keys_and_what_may_be_empty_are_as_promised(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'x.db'}"
        with open_store(url, create=True) as store:
            ledger, runner = store.ledger(URN), Runner(engine(url))
            write(data.draw, ASchool(ledger), data.draw(st.integers(3, 25)))
            view = live(runner, ledger)
            for one in tables():
                found = rows(view, one)
                key = [one.names.index(name) for name in one.key]
                keys = [tuple(row[place] for place in key) for row in found]
                assert keys == sorted(set(keys)), one.name
                for row in found:
                    for column, value in zip(one.columns, row, strict=True):
                        empty = value is None and column.empty
                        assert empty or type(value) is KINDS[column.kind], (one.name, column.name)
            runner.engine.dispose()


def test_nothing_changed_since_the_last_entry(school: ASchool, runner: Runner) -> None:
    school.opened()
    view = live(runner, school.ledger)

    for one in FACTS:
        assert rows(view, one, since=school.ledger.size()) == ()


def told(of: Engine, urn: int) -> dict[str, list[Row]]:
    with of.connect() as connection:
        name = of.dialect.name
        return {
            one.name: [tuple(row) for row in read(connection, question(one, urn, Window(), name))]
            for one in tables()
        }


def test_the_rows_are_the_same_from_both_engines(
    school: ASchool, runner: Runner, postgres_url: str
) -> None:
    """Also in their order, by class names that a language would sort otherwise, and their kinds."""
    school.opened()
    for one in sessions("2024-09-03", "2024-09-06"):
        school.marked(one, {1: "N", 2: present(one.half), 3: "L"})
    runner.catch_up(school.ledger)
    there = Runner(engine(postgres_url))
    there.catch_up(school.ledger)

    here = told(runner.engine, URN)
    assert here["v1_fact_mark_current"]
    assert told(there.engine, URN) == here
    there.engine.dispose()


def test_the_tables_are_known_by_name_without_a_database_s_library() -> None:
    assert tuple(STAR) == TABLES


def test_what_is_joined_is_a_key_there() -> None:
    for one in tables():
        for join in one.joins:
            assert set(join.columns) == set(shape(join.to).key), one.name
