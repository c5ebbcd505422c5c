"""The published star: read by others than us, replaced whole or not at all, without names."""

import csv
import hashlib
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from csvw import CSVW
from freezegun import freeze_time
from frictionless import Package, validate

from delivery.dashboards import columns, publishing
from delivery.dashboards.remembered import found_at
from projections.star_shape import tables
from tests.delivery.conftest import Call

pytestmark = pytest.mark.slow
AT = ("--school", "100001")
NAMES = (b"Example", b"A100", b"Ann", b"Madeup", b"officer")


@pytest.fixture
def held(trust: Call) -> Call:
    """Three registers of 4B and one amendment, whose reason names somebody."""
    for day, codes in (("03", "N:A100"), ("04", "I:A100"), ("05", "L:A101")):
        taken(trust, f"2024-09-{day}", codes)
    amending = ("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Mrs Example rang")
    with freeze_time("2024-09-05 09:00:00"):
        assert trust(*amending, *AT, "--as", "office").code == 0
    return trust


def taken(trust: Call, day: str, codes: str = "N:A100") -> None:
    taking = ("take-register", "4B", "--session", "AM", "--date", day, "--present-except", codes)
    with freeze_time(f"{day} 07:50:00"):
        assert trust(*taking, *AT, "--as", "teacher").code == 0


def asked(held: Call, table: str, *typed: object) -> list[dict[str, str]]:
    """What the question answers, which the exports must not differ from."""
    return list(csv.DictReader(io.StringIO(held("star", table, *typed, "--csv").out)))


def texts(rows: Any) -> list[list[str]]:
    return [["" if one is None else str(one) for one in row] for row in rows]


def opened(path: Path) -> Any:
    return closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True))


# --- one file ---------------------------------------------------------------------------------


def test_the_published_file_holds_what_the_question_answers(held: Call, folder: Path):
    ran = held("publish", "out")

    assert ran.code == 0, ran.err
    with opened(folder / "out" / "star.db") as file:
        for table in tables(names=False):
            rows = file.execute(f"SELECT * FROM {table.name}")
            assert [one[0] for one in rows.description] == list(table.names)
            assert texts(rows) == [list(row.values()) for row in asked(held, table.name)]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert file.execute("SELECT COUNT(*) FROM sqlite_stat1").fetchone() > (3,)
        there = {row[0] for row in file.execute("SELECT name FROM sqlite_master")}
    assert not {"acts", "pages", "v1_dim_pupil_named", "current_register"} & there
    assert (folder / "out" / "star.db").stat().st_mode & 0o222 == 0


def test_it_says_where_it_stands_and_what_each_column_means(held: Call, folder: Path):
    held("publish", "out")

    with opened(folder / "out" / "star.db") as file:
        rows = file.execute("SELECT school, name, entry, root, names FROM published").fetchall()
        described = file.execute('SELECT "table", "column" FROM dictionary').fetchall()
    entry = held("star", "v1_dim_school", *AT, "--json").document["asof"]["entry"]
    assert rows[0][:3] == (100001, "Otterham", entry)
    assert held("verify", *AT, "--root", f"{entry}:{rows[0][3]}").code == 0
    assert described == [(one.name, name) for one in sorted_by_name() for name in one.names]


def sorted_by_name() -> list[Any]:
    return sorted(tables(names=False), key=lambda one: one.name)


@pytest.mark.parametrize("form", ["sqlite", "csv", "parquet"])
def test_the_same_entries_are_the_same_bytes(held: Call, folder: Path, form: str):
    for place in ("one", "two"):
        assert held("publish", place, "--format", form).code == 0
    assert contents(folder / "one") == contents(folder / "two")
    assert len(contents(folder / "one")) == {"sqlite": 2, "csv": 10, "parquet": 9}[form]


def contents(place: Path) -> dict[str, bytes]:
    """Each file by its folder's name, less what is drawn of it, and its own."""
    found = {}
    for path in files(place):
        form = path.parent.name.partition("-")[0].removeprefix(place.name)
        found[f"{form}/{path.name}"] = path.read_bytes()
    return found


def files(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file() and path.name != ".publishing"]


def test_no_name_stands_in_any_of_it_unless_asked_for(held: Call, folder: Path):
    held("publish", "out", "--format", "sqlite", "--format", "csv", "--format", "parquet")
    held("publish", "named", "--names")

    for path in files(folder / "out"):
        found = path.read_bytes()
        assert not [name for name in NAMES if name in found and path.suffix != ".parquet"], path
    with opened(folder / "named" / "star.db") as file:
        assert ("Example",) in file.execute("SELECT surname FROM v1_dim_pupil_named").fetchall()
        assert file.execute("SELECT names FROM published").fetchall() == [(1,), (1,)]


def test_a_window_of_days_is_of_the_facts(held: Call, folder: Path):
    held("publish", "out", "--from", "2024-09-04", "--to", "2024-09-04")

    with opened(folder / "out" / "star.db") as file:
        days = file.execute("SELECT DISTINCT date FROM v1_fact_mark_current").fetchall()
        pupils = file.execute("SELECT COUNT(*) FROM v1_dim_pupil").fetchone()
        span = file.execute("SELECT DISTINCT first, last FROM published").fetchall()
    assert (days, pupils, span) == ([("2024-09-04",)], (4,), [("2024-09-04", "2024-09-04")])


# --- in the place of the one before -----------------------------------------------------------


def test_who_has_the_old_file_open_keeps_it(held: Call, folder: Path):
    held("publish", "out")
    with opened(folder / "out" / "star.db") as before:
        (had,) = before.execute("SELECT COUNT(*) FROM v1_fact_mark_current").fetchone()
        taken(held, "2024-09-06")
        assert held("publish", "out").code == 0

        assert before.execute("SELECT COUNT(*) FROM v1_fact_mark_current").fetchone() == (had,)
    with opened(folder / "out" / "star.db") as after:
        assert after.execute("SELECT COUNT(*) FROM v1_fact_mark_current").fetchone() == (had + 2,)


def test_something_else_under_that_name_is_left_alone(held: Call, folder: Path):
    (folder / "out" / "csv").mkdir(parents=True)
    (folder / "out" / "star.db").write_text("mine")

    for form in ("sqlite", "csv"):
        ran = held("publish", "out", "--format", form)
        assert (ran.code, "is none of ours" in ran.err) == (2, True)
    assert (folder / "out" / "star.db").read_text() == "mine"
    assert held("publish", "trust.toml").code == 2


def test_two_do_not_publish_into_a_folder_at_once(held: Call, folder: Path):
    with publishing.only_one(folder / "out"):
        ran = held("publish", "out")

    assert (ran.code, "Somebody else is publishing" in ran.err) == (2, True)
    assert held("publish", "out").code == 0


KILLED = """
import sys
from delivery.cli import main
print("begun", flush=True)
main(sys.argv[1:])
"""


def test_a_kill_at_any_moment_leaves_the_old_one_or_the_new(held: Call, folder: Path):
    """Killed ever later, while there are two states it could be left in."""
    forms = ("--format", "sqlite", "--format", "csv")
    assert held("publish", "out", *forms).code == 0
    taken(held, "2024-09-06")
    old, new = 6, 8
    typed = ["--db", f"sqlite:///{folder}/attendance.db", "publish", str(folder / "out"), *forms]
    seen, killed, delay, step = set(), 0, 0.0, 0.06
    while killed < 40:
        call = subprocess.Popen(
            [sys.executable, "-c", KILLED, *typed],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        call.stdout.readline()
        time.sleep(delay)
        if call.poll() is not None:
            break
        os.kill(call.pid, signal.SIGKILL)
        call.wait()
        killed, delay = killed + 1, delay + step

        with opened(folder / "out" / "star.db") as file:
            assert file.execute("PRAGMA quick_check").fetchall() == [("ok",)]
            (count,) = file.execute("SELECT COUNT(*) FROM v1_fact_mark_current").fetchone()
        package = json.loads((folder / "out" / "csv" / "datapackage.json").read_text())
        for one in package["resources"]:
            there = (folder / "out" / "csv" / one["path"]).read_bytes()
            assert one["hash"] == f"sha256:{hashlib.sha256(there).hexdigest()}"
        lines = (folder / "out" / "csv" / "v1_fact_mark_current.csv").read_text().count("\n") - 1
        assert {count, lines} <= {old, new}
        seen.add((count, lines))

    assert killed >= 5
    assert held("publish", "out", *forms).code == 0
    left = {path.name for path in (folder / "out").iterdir() if path.name.startswith(".")}
    assert len(left) == 2, f"the lock and the folder that is linked to, not {left}"


# --- files for columns ------------------------------------------------------------------------


def test_duckdb_reads_the_parquet_as_the_question_answers(held: Call, folder: Path):
    held("publish", "out", "--format", "parquet")

    for table in tables(names=False):
        path = folder / "out" / "parquet" / f"{table.name}.parquet"
        found = duckdb.sql(f"SELECT * FROM '{path}'")
        kinds = {"integer": "BIGINT", "text": "VARCHAR", "date": "DATE"}
        assert found.columns == list(table.names)
        assert [str(one) for one in found.types] == [kinds[one.kind] for one in table.columns]
        assert texts(found.fetchall()) == [list(row.values()) for row in asked(held, table.name)]


def test_the_csv_is_what_the_question_says_to_the_byte(held: Call, folder: Path):
    held("publish", "out", "--format", "csv", "--names")

    for table in tables():
        said = held("star", table.name, "--names", "--csv").out
        assert (folder / "out" / "csv" / f"{table.name}.csv").read_text() == said


def test_types_are_the_same_when_there_is_no_row(held: Call, folder: Path):
    typed = ("export", "star", "v1_fact_mark_history", *AT)
    assert held(*typed, "-o", "full.parquet").code == 0
    assert held(*typed, "--from", "2030-01-01", "-o", "none.parquet").code == 0

    full, none = (duckdb.sql(f"SELECT * FROM '{folder}/{one}.parquet'") for one in ("full", "none"))
    assert (full.columns, full.types) == (none.columns, none.types)
    assert none.fetchall() == []


def test_one_table_as_a_file_what_changed_and_as_at_an_entry(held: Call, folder: Path):
    typed = ("export", "star", "v1_fact_mark_current", *AT, "--format", "csv")
    entry = held("star", "v1_dim_school", *AT, "--json").document["asof"]["entry"]

    changed = held(*typed, "--changed-since", entry - 1).out
    same = ("star", "v1_fact_mark_current", *AT, "--csv")
    assert changed == held(*same, "--changed-since", entry - 1).out
    assert changed.count("\n") == 2
    then = held(*typed, "--asof", entry - 1).out
    assert then == held(*same, "--asof", entry - 1).out
    assert ",N," in then
    assert "say with -o which file" in held(*typed[:-2]).err
    held(*typed[:-2], "-o", "marks.parquet")
    sql = (
        f"SELECT value FROM parquet_kv_metadata('{folder}/marks.parquet') WHERE key = 'attendance'"
    )
    ((said,),) = duckdb.sql(sql).fetchall()
    assert json.loads(said)["schools"][0]["entry"] == entry


def test_without_the_extra_that_is_said_and_the_rest_works(held: Call, monkeypatch, folder: Path):
    monkeypatch.setattr(columns, "find_spec", lambda name: None)

    for typed in (("publish", "out", "--format", "parquet"), ("export", "star", "v1_dim_school")):
        ran = held(*typed)
        assert (ran.code, "attendance-ledger[dashboards]" in ran.err) == (2, True)
    assert held("publish", "out").code == 0
    assert not (folder / "out" / "parquet").exists()


# --- what stands beside them ------------------------------------------------------------------


@pytest.mark.parametrize("named", [False, True])
def test_the_data_package_is_valid_and_so_is_the_data(held: Call, folder: Path, named: bool):
    """By frictionless: the descriptor, every type, constraint, key and reference, and hashes."""
    held("publish", "out", "--format", "csv", *(["--names"] if named else ["--for", "trust-bi"]))
    place = folder / "out" / "csv"

    report = validate(str(place / "datapackage.json"))
    assert report.valid, report.flatten(["message"])
    package = Package(str(place / "datapackage.json"))
    assert len(package.resources) == (9 if named else 8)
    marks = package.get_resource("v1_fact_mark_current").schema
    assert marks.get_field("pupil").type == ("integer" if named else "string")
    (place / "v1_dim_school.csv").write_text("school,name,phase,local_authority,trust\nx,,,,\n")
    assert not validate(str(place / "datapackage.json")).valid, "what is wrong is found"


def test_csv_on_the_web_is_valid_and_reads_typed(held: Call, folder: Path):
    held("publish", "out", "--format", "csv", "--names")
    place = folder / "out" / "csv"

    read = CSVW(str(place / "csv-metadata.json"), validate=True)
    assert read.is_valid, [str(one.message) for one in read.warnings]
    group = read.to_json(minimal=True)
    assert len(group) == sum(len(asked(held, one.name, "--names")) for one in tables())
    described = json.loads((place / "csv-metadata.json").read_text())
    assert [one["url"] for one in described["tables"]] == [f"{one.name}.csv" for one in tables()]


def test_the_package_of_the_parquet_says_each_file_s_hash(held: Call, folder: Path):
    held("publish", "out", "--format", "parquet")
    place = folder / "out" / "parquet"

    package = json.loads((place / "datapackage.json").read_text())
    for one in package["resources"]:
        held_there = (place / one["path"]).read_bytes()
        assert (one["bytes"], one["hash"]) == (
            len(held_there), f"sha256:{hashlib.sha256(held_there).hexdigest()}",
        )  # fmt: skip
    assert package["attendance"]["schools"][0]["school"] == 100001


# --- on PostgreSQL ----------------------------------------------------------------------------


def test_from_postgresql_the_same_is_published(held: Call, folder: Path, postgres_url: str):
    for school in ("100001", "100002"):
        assert held("export-ledger", f"{school}.jsonl", "--school", school).code == 0
        assert held("import-ledger", f"{school}.jsonl", "--db", postgres_url).code == 0

    for form in ("sqlite", "csv", "parquet"):
        held("publish", "here", "--format", form)
        ran = held("publish", "there", "--format", form, "--db", postgres_url)
        assert ran.code == 0, ran.err
    assert contents(folder / "here") == contents(folder / "there")


# --- found again ------------------------------------------------------------------------------


def test_what_was_published_is_found_and_what_it_holds(held: Call, folder: Path):
    held("publish", "out", "--format", "sqlite", "--format", "csv", "--format", "parquet")
    entry = held("star", "v1_dim_school", *AT, "--json").document["asof"]["entry"]

    found = [one for path in files(folder / "out") if (one := found_at(path)) is not None]
    assert {one.entries[100001] for one in found} == {entry}
    assert len(found) == 3


def test_a_folder_that_a_disposal_would_not_find_is_named(held: Call, folder: Path, monkeypatch):
    assert "ATTENDANCE_EXPORTS does not name out" in held("publish", "out").err
    monkeypatch.setenv("ATTENDANCE_EXPORTS", str(folder))
    assert held("publish", "out").err == ""
