"""
What an append pays for the fence of a school that may move: ``python scripts/fence_measured.py``.

The same registers with the triggers of ``ledger/store/moves.py`` and without, on both engines, in
rounds that take turns; medians of registers a second. PostgreSQL has the one that counts from a
database's first move on.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402

from ledger.store import open_store  # noqa: E402
from ledger.store.moves import FENCES  # noqa: E402
from scripts.soak import _postgres  # noqa: E402
from tests.ledger.store.entries import MONDAY_AM, SCHOOL, taken, taking  # noqa: E402


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--registers", type=int, default=300)
    given = asked.parse_args()
    print(f"Load when it began: {os.getloadavg()[0]:.1f}.\n")
    print("| engine | without | with | with / without |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, _postgres() as address:
        for engine in ("SQLite", "PostgreSQL"):
            urls = []
            for fenced in (False, True):
                sqlite = f"sqlite:///{folder}/{fenced}.db"
                urls.append(sqlite if engine == "SQLite" else address())
                open_store(urls[-1], create=True).close()
                _fence(urls[-1]) if fenced else _unfence(urls[-1])
            said: list[list[float]] = [[], []]
            for number in range(given.rounds):
                for which in (0, 1) if number % 2 else (1, 0):
                    said[which].append(_round(urls[which], number, given.registers))
            plain, fenced_too = (statistics.median(one) for one in said)
            ratio = statistics.median(b / a for a, b in zip(*said, strict=True))
            print(f"| {engine} | {plain:,.0f}/s | {fenced_too:,.0f}/s | {ratio:.3f} |", flush=True)
        print(
            f"\nPostgreSQL itself says of the trigger: {_trigger(urls[1]):.0f} µs (median of 999)."
        )


def _trigger(url: str) -> float:
    """What the server says one call of the trigger takes, once its plan is known: µs."""
    found: list[float] = []
    move = f"UPDATE heads SET size = size + 1 WHERE school = {SCHOOL}"
    with psycopg.connect(url, autocommit=True) as server:
        for _ in range(1000):
            (told,) = server.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {move}".encode()).fetchone()  # type: ignore[misc]
            found += [t["Time"] for t in told[0]["Triggers"] if t["Trigger Name"] == "heads_here"]
    return statistics.median(found[1:]) * 1000


def _fence(url: str) -> None:
    """As a database has it from its first move on."""
    with open_store(url) as store:
        store.database.fence()


def _unfence(url: str) -> None:
    if url.startswith("sqlite"):
        with open_store(url) as store, store.database.door(SCHOOL) as run:
            for name in FENCES:
                run(f"DROP TRIGGER {name}")
        return
    with psycopg.connect(url, autocommit=True) as server:
        for name, (_, table) in FENCES.items():
            server.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}".encode())


def _round(url: str, number: int, many: int) -> float:
    with open_store(url) as store:
        ledger = store.ledger(SCHOOL)
        began = time.perf_counter()
        for n in range(many):
            group = f"{number}-{n}"
            made = taken("/ N / L I /" + " /" * 24, MONDAY_AM, group)
            ledger.append(taking(group), made, {f"register/2024-09-09/AM/{group}": 0})
        return many / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
