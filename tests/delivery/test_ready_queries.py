"""The ready queries: each runs on both engines and on the published file, and answers rightly."""

import datetime as dt
import sqlite3
from collections import Counter
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from delivery.bootstrap import Desk
from delivery.dashboards import snapshot
from delivery.dashboards.queries import every
from delivery.dashboards.stands import Wanted
from delivery.dashboards.who import For
from ledger.calendar import instant
from ledger.store import Store, open_store
from projections.engines import engine
from projections.rates import rates
from projections.runner import Runner
from projections.star_rows import Window
from projections.views import View, live
from tests.projections.a_school import URN, ASchool, present, sessions

pytestmark = pytest.mark.slow
AUTUMN = sessions("2024-09-03", "2024-11-15")
QUERIES = {one.name: one for one in every()}
AWAY = (dt.date(2024, 10, 19), dt.date(2024, 11, 3))
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Pupil 1 is often ill and once amended, 2 is there, 3 late; 4 of class 5A is away half."""
    url = f"sqlite:///{tmp_path_factory.mktemp('queries') / 'ledger.db'}"
    with open_store(url, create=True) as store:
        school = ASchool(store.ledger(URN)).opened()
        school.admitted([4], group="5A", year_group="5")
        held = [one for one in AUTUMN if not AWAY[0] <= one.date <= AWAY[1]]
        for number, one in enumerate(held):
            first = "N" if number == 0 else "I" if number % 5 == 0 else present(one.half)
            late = "L" if number % 7 == 0 else present(one.half)
            school.marked(one, {1: first, 2: present(one.half), 3: late})
            school.marked(one, {4: "O" if number % 2 else "U"}, group="5A")
        school.amended(held[0], 1, "N", "I", at=instant(held[0].date, dt.time(16)))
        school.closed(1, held[2], held[2], "Y4", ("4B",))
        runner = Runner(engine(url))
        yield store, url, live(runner, school.ledger)
        runner.engine.dispose()


@pytest.fixture(scope="module")
def view(school: Any) -> View:
    return school[2]


def run(of: Engine, name: str) -> Rows:
    with of.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(text(QUERIES[name].sql))]


def marks(view: View) -> Rows:
    """Every mark, read plainly, for sums that share no SQL with the queries."""
    with view.engine.connect() as connection:
        found = connection.execute(text("SELECT * FROM v1_fact_mark_current"))
        return [dict(row._mapping) for row in found]


def percent(attended: int, possible: int) -> float:
    return round(float(Fraction(100 * attended, possible)), 1)


def half_term(day: str) -> int:
    return 1 if day <= "2024-10-18" else 2


def test_there_is_one_of_each_and_a_title_and_a_word_to_each() -> None:
    assert len(QUERIES) == 8
    for one in QUERIES.values():
        assert one.title
        assert one.description.endswith(".")
        assert "--" not in one.sql
        assert ";" not in one.sql


def test_attendance_is_what_rates_answers(view: View) -> None:
    span = {"first": AUTUMN[0].date, "last": AUTUMN[-1].date}
    asked = rates([view], by="school", period="half-term", **span).rows  # type: ignore[arg-type]

    found = run(view.engine, "attendance_by_school_and_half_term")
    columns = ("half_term", "attended", "possible", "attendance")
    assert [tuple(str(row[name]) for name in columns) for row in found] == [
        tuple(map(str, (one.label, one.attended, one.possible, one.attendance))) for one in asked
    ]
    assert len(found) == 2


def test_persistent_and_severe_are_what_rates_answers(view: View) -> None:
    span = {"first": AUTUMN[0].date, "last": AUTUMN[-1].date}
    pupils = rates([view], by="pupil", period="year", **span).rows  # type: ignore[arg-type]
    found = {row["year_group"]: row for row in run(view.engine, "persistent_absence_by_year_group")}

    columns = ("pupils", "persistent", "severe")
    assert {group: tuple(row[name] for name in columns) for group, row in found.items()} == {
        "4": (3, 1, 0),
        "5": (1, 1, 1),
    }
    assert sum(one.persistent or False for one in pupils) == 2
    assert sum(one.severe or False for one in pupils) == 1


def test_reasons_are_the_codes_that_count_with_their_meanings(view: View) -> None:
    counted = Counter(row["code"] for row in marks(view) if row["code"] is not None)
    found = run(view.engine, "reasons_by_school_and_term")

    assert {row["code"]: row["sessions"] for row in found} == counted
    assert counted["Y4"] == 3
    (late,) = [row for row in found if row["code"] == "L"]
    assert late["meaning"].startswith("Late: attended before the taking of the register ended")
    assert {row["term"] for row in found} == {"2024/25 Autumn"}


def test_every_day_adds_up_mornings_beside_afternoons(view: View) -> None:
    found = run(view.engine, "attendance_by_day_and_half")
    plain: dict[tuple[str, str], list[int]] = {}
    for row in marks(view):
        if row["possible"]:
            both = plain.setdefault((row["date"], row["half"]), [0, 0])
            both[0] += row["attended"]
            both[1] += 1

    counted = {(row["date"], row["half"]): [row["attended"], row["possible"]] for row in found}
    assert counted == plain
    assert all(row["attendance"] == percent(row["attended"], row["possible"]) for row in found)
    assert [row["date"] for row in found] == sorted(row["date"] for row in found)


def test_amendments_are_counted_by_what_became_of_what(view: View) -> None:
    (found,) = run(view.engine, "amendments_by_lag_and_code")

    assert (found["original"], found["amended"], found["lag"], found["amendments"]) == (
        "N", "I", "same day", 1,
    )  # fmt: skip


def test_late_is_counted_by_class_and_week(view: View) -> None:
    found = run(view.engine, "late_by_class_and_week")
    late = Counter(row["class"] for row in marks(view) if row["late"])

    summed: Counter[str] = Counter()
    for row in found:
        summed[row["class"]] += row["late"]
        assert row["week"].startswith("week of ")
    assert summed == late
    assert late["5A"] > late["4B"] > 0


def test_pupils_to_look_at_are_of_the_last_half_term(view: View) -> None:
    found = run(view.engine, "pupils_to_look_at")
    counted = Counter(
        row["pupil"] for row in marks(view) if row["unauthorised"] and half_term(row["date"]) == 2
    )

    assert {row["pupil"]: row["unauthorised"] for row in found} == counted == {4: counted[4]}
    assert found[0]["half_term"] == "2024/25 Autumn 2"
    assert found[0]["class"] == "5A"


def test_where_it_stands(view: View) -> None:
    (found,) = run(view.engine, "where_it_stands")
    days = sorted(row["date"] for row in marks(view))

    assert (found["school"], found["first_day"], found["last_day"], found["pupils"]) == (
        URN, days[0], days[-1], 4,
    )  # fmt: skip
    assert found["possible"] == sum(row["possible"] for row in marks(view))


def test_they_answer_the_same_on_postgresql_and_in_the_published_file(
    school: tuple[Store, str, View], postgres_url: str, tmp_path: Path
) -> None:
    store, url, view = school
    there = Runner(engine(postgres_url))
    there.catch_up(view.ledger)
    desk = Desk(url, store)
    snapshot.write(tmp_path / "star.db", Wanted(desk, desk.ledgers(None), Window(), For()))

    for name, one in QUERIES.items():
        ours = [tuple(row.values()) for row in run(view.engine, name)]
        theirs = [tuple(map(plain, row.values())) for row in run(there.engine, name)]
        with closing(sqlite3.connect(tmp_path / "star.db")) as file:
            published = file.execute(one.sql).fetchall()
        assert ours, name
        assert theirs == [tuple(map(plain, row)) for row in ours], name
        assert published == ours, name
    there.engine.dispose()


def plain(value: Any) -> Any:
    """PostgreSQL gives decimals, big numbers and dates kinds of their own."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if value is None or isinstance(value, str) else float(value)
