"""Measure the pages and the API of a served ledger: ``python scripts/serve_bench.py``."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = str(ROOT)

from scripts.bench import arrivals, many_schools, six_years, walk, wrk  # noqa: E402

PEOPLE, WITHIN = 64, (10.0, 2.0, 0.0)
"""Of a morning: how many, and within how many seconds, the last time all at one instant."""
READERS, BESIDE = (0, 1, 3), 10.0
"""How many read pages while a morning's registers are taken, and within how many seconds."""


def main() -> None:
    asked = arguments()
    folder: Path = asked.folder
    if not asked.postgres and not (folder / "attendance.db").exists():
        print(six_years.build(folder), file=sys.stderr)
    print(f"Load {os.getloadavg()[0]:.1f}.")
    if "pages" in asked.what:
        print(walk.table(walk.walk(folder, asked.rounds, asked.page)))
    for found in measured(folder, asked):
        print(told(found), flush=True)


def measured(folder: Path, asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Everything that is asked for but the pages, in turn."""
    if "register" in asked.what:
        yield from wrk.register(folder, asked.seconds)
    for later in asked.flush:
        if "rush" in asked.what and not asked.postgres:
            yield from wrk.rush(folder, asked.clients, asked.seconds, later)
        if "morning" in asked.what:
            yield from arrivals.morning(folder, PEOPLE, WITHIN, asked.rounds, later)
    if "beside" in asked.what:
        yield from arrivals.read_beside(folder, READERS, BESIDE, asked.rounds)
    if "rush" in asked.what and asked.postgres:
        yield from many_schools.rush(folder, asked.clients, asked.seconds)


def told(found: dict[str, Any]) -> str:
    """The figures of one run of wrk, in a line."""
    said = (f"{name} {value:,.1f}" if isinstance(value, float) else f"{name} {value}"
            for name, value in found.items())  # fmt: skip
    return "; ".join(said) + f"; load {os.getloadavg()[0]:.1f}"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="of the ledger; built there where there is none")
    parser.add_argument(
        "what", nargs="+", choices=["pages", "register", "rush", "morning", "beside"]
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=int, default=5, help="of each run of wrk")
    parser.add_argument("--clients", type=int, nargs="+", help="of each run of rush, in turn")
    parser.add_argument("--postgres", action="store_true", help="rush at 16 schools on PostgreSQL")
    parser.add_argument("--flush", type=float, nargs="+", default=[0.0], metavar="MS",
                        help="rush and morning with each flush so much later")  # fmt: skip
    parser.add_argument("--page", default="", help="only pages with this in their address")
    asked = parser.parse_args()
    asked.clients = asked.clients or ([1, 16, 1, 16] if asked.postgres else [1, 64, 1, 64])
    return asked


if __name__ == "__main__":
    main()
