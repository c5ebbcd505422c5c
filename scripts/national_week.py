"""
A national week on Parquet, and how long its figures take: ``python scripts/national_week.py DIR``.

Writes the week into the folder, unless it is there, and asks DuckDB and Polars for attendance,
absence, persistent and severe absence of England, each region, authority, phase and school; both
have to give the same whole numbers. Beside the seconds on the wall are the processor's own, of all
threads: on a machine that others use, those are what it takes.
"""

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.national import asked, week  # noqa: E402


def main() -> int:
    typed = argparse.ArgumentParser(description=__doc__)
    typed.add_argument("folder", type=Path)
    typed.add_argument("--schools", type=int, default=24_450)
    typed.add_argument("--rounds", type=int, default=3)
    typed.add_argument("--threads", type=int, default=2)
    given = typed.parse_args()
    os.environ["POLARS_MAX_THREADS"] = str(given.threads)
    print(f"Load when it began: {os.getloadavg()[0]:.1f}.\n", flush=True)
    files = sorted(given.folder.glob(f"*/parquet/{asked.MARKS}.parquet"))
    if not files:
        began, marks = time.perf_counter(), 0
        for region, many in week.make(given.folder, given.schools, threads=given.threads):
            marks += many
            print(f"{region}: {many:,} marks", file=sys.stderr, flush=True)
        print(f"{marks:,} marks written in {time.perf_counter() - began:.0f} seconds.")
        files = sorted(given.folder.glob(f"*/parquet/{asked.MARKS}.parquet"))
    print(f"{len(files)} files, {sum(one.stat().st_size for one in files) / 1e6:,.0f} MB.\n")
    print("| by | groups | DuckDB | its processor | Polars | its processor |")
    print("|---|---|---|---|---|---|")
    for by in asked.BY:
        took: dict[str, list[tuple[float, float]]] = {"duckdb": [], "polars": []}
        for _ in range(given.rounds):
            answers = []
            for name, seconds in took.items():
                began, worked = time.perf_counter(), time.process_time()
                answers.append(getattr(asked, name)(given.folder, by, week.WEEK))
                seconds.append((time.perf_counter() - began, time.process_time() - worked))
            if answers[0] != answers[1]:
                print(f"DuckDB and Polars differ by {by}.", file=sys.stderr)
                return 1
        middle = [sorted(one)[len(one) // 2] for one in took.values()]
        told = [f"{one:.1f} s" for pair in middle for one in pair]
        print(f"| {by} | {len(answers[0]):,} | {' | '.join(told)} |", flush=True)
        if by == "england":
            _say(answers[0]["England"])
    print(f"\nLoad when it ended: {os.getloadavg()[0]:.1f}.")
    return 0


def _say(row: tuple[int, ...]) -> None:
    pupils, possible, _, authorised, unauthorised, _, persistent, severe = row
    absent = authorised + unauthorised
    print(
        f"England: {pupils:,} pupils, {possible:,} possible sessions, {absent:,} absent "
        f"({100 * absent / possible:.2f} %); {persistent:,} pupils absent for a tenth or more, "
        f"{severe:,} for half or more.",
        file=sys.stderr,
    )


if __name__ == "__main__":
    raise SystemExit(main())
