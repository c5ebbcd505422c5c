"""Many schools on Parquet: DuckDB and Polars give what ``rates`` and a plain loop give."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from delivery.cli import main
from delivery.demo import world
from delivery.demo.run import run
from scripts.national import asked, week
from scripts.national.asked import COUNTS

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("polars")
ENGINES = {"duckdb": asked.duckdb, "polars": asked.polars}
pytestmark = pytest.mark.slow


@contextmanager
def unwatched(_what: str, _total: int) -> Iterator[Callable[[int], None]]:
    yield lambda _done: None


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three schools of the demonstration on two servers, each published by its server."""
    folder = tmp_path_factory.mktemp("demo")
    small = world.build(share=8, only={999001, 999002, 999003})
    run(folder, echo=lambda _: None, watched=unwatched, invented=small)
    (folder / "attendance.db").rename(folder / "north.db")
    directory = folder / "schools.toml"
    directory.write_text('[servers]\nnorth = "sqlite:///north.db"\nsouth = "sqlite:///south.db"\n')
    at = ["--db", f"directory:///{directory}"]
    assert main([*at, "directory", "set", "north", "--as", "keeper"]) == 0
    assert main([*at, "directory", "move", "999002", "--to", "south", "--as", "keeper"]) == 0
    for name in ("north", "south"):
        to = ["publish", str(folder / "all" / name), "--format", "parquet"]
        (folder / "all" / name).mkdir(parents=True)
        assert main(["--db", f"sqlite:///{folder}/{name}.db", *to]) == 0
    return folder


SPANS = {
    "the school year": (dt.date(2024, 9, 1), dt.date(2025, 8, 31)),
    "a week": (dt.date(2024, 11, 11), dt.date(2024, 11, 15)),
    "nothing": (dt.date(2030, 1, 1), dt.date(2030, 1, 2)),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("span", ["the school year", "a week"])
def test_of_each_school_it_is_what_rates_answers(
    demonstration: Path, engine: str, span: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the read models of two servers on the one side, from their files on the other."""
    first, last = SPANS[span]
    db = f"directory:///{demonstration / 'schools.toml'}"
    typed = ["rates", "--by", "school", "--from", f"{first}", "--to", f"{last}", "--json"]
    capsys.readouterr()
    assert main(["--db", db, *typed]) == 0
    rows = json.loads(capsys.readouterr().out)["answer"]["rows"]

    found = ENGINES[engine](demonstration / "all", "school", SPANS[span])

    assert len(rows) == 3
    assert found == {
        row["school"]: (
            row["pupils"],
            *(row[one] for one in COUNTS),
            row["persistently_absent"],
            row["severely_absent"],
        )
        for row in rows
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_where_nothing_was_marked_there_is_no_answer(demonstration: Path, engine: str) -> None:
    assert ENGINES[engine](demonstration / "all", "school", SPANS["nothing"]) == {}


@pytest.mark.parametrize("by", asked.BY)
def test_of_an_invented_week_it_is_what_a_plain_loop_comes_to(tmp_path: Path, by: str) -> None:
    written = sum(marks for _, marks in week.make(tmp_path, 40))
    expected = plainly(tmp_path, by)

    assert sum(row[0] for row in expected.values()) > 1000
    for engine in ENGINES.values():
        assert engine(tmp_path, by, week.WEEK) == expected
    rows = duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/*/parquet/{asked.MARKS}.parquet'")
    assert rows.fetchall() == [(written,)]


def plainly(folder: Path, by: str) -> dict[object, tuple[int, ...]]:
    """The same from the rows one by one."""
    marks = duckdb.sql(
        f"SELECT school, pupil, {', '.join(COUNTS)} FROM '{folder}/*/parquet/{asked.MARKS}.parquet'"
    ).fetchall()
    of_school: dict[int, object] = {}
    for school, phase, authority, region in duckdb.sql(
        f"SELECT school, phase, local_authority, region FROM '{folder}/*/parquet/{asked.SCHOOLS}"
        f".parquet' JOIN '{folder}/*/parquet/regions.parquet' USING (local_authority)"
    ).fetchall():
        known = {"phase": phase, "local_authority": authority, "region": region, "school": school}
        of_school[school] = known.get(by, "England")
    pupils: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0] * 5)
    for school, pupil, *counts in marks:
        for place, one in enumerate(counts):
            pupils[school, pupil][place] += one
    found: dict[object, list[int]] = defaultdict(lambda: [0] * 8)
    for (school, _), (possible, attended, authorised, unauthorised, late) in pupils.items():
        absent = authorised + unauthorised
        tenth, half = 10 * absent >= possible > 0, 2 * absent >= possible > 0
        row = [possible > 0, possible, attended, authorised, unauthorised, late, tenth, half]
        for place, one in enumerate(row):
            found[of_school[school]][place] += int(one)
    return {key: tuple(row) for key, row in found.items()}


def test_the_week_is_the_stars_table_column_by_column(tmp_path: Path, demonstration: Path) -> None:
    """So that what is asked of the invented week can be asked of what servers publish."""
    list(week.make(tmp_path, 12))
    for table in (asked.MARKS, asked.SCHOOLS):
        described = [
            duckdb.sql(f"DESCRIBE SELECT * FROM '{where}/*/parquet/{table}.parquet'").fetchall()
            for where in (tmp_path, demonstration / "all")
        ]
        shapes = [[(row[0], row[1]) for row in one] for one in described]
        assert shapes[0] == shapes[1]
