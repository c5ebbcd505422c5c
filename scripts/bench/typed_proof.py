"""What the proof costs: an append with and without the log; verify, seal and prove, typed."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

from ledger.proof import leaves, merkle, proving
from ledger.store import Ledger, entering, open_store
from ledger.store.log import Log
from scripts.bench import files
from scripts.bench.check import WrongAnswer
from scripts.bench.ours import Ours
from scripts.bench.typed import attendance, set_up
from scripts.bench.workload import SIZES, Workload

YEARS = 3
"""Of a school of 900: a million entries and some."""


class _NoLeaves:
    """What a page's leaves would be made by, making none: for the cost without the log."""

    checks, canonical = staticmethod(leaves.checks), staticmethod(leaves.canonical)

    @staticmethod
    def act_commitment(*_: object) -> str:
        return ""

    @staticmethod
    def page_leaves(runs: Any, **_: object) -> list[bytes]:
        return [merkle.EMPTY_ROOT] * sum(run.count for run in runs)


class _NoTree:
    @staticmethod
    def grow(size: int, packed: bytes, _: object) -> bytes:
        return packed


@contextmanager
def _without_log() -> Iterator[None]:
    with patch.object(entering, "leaves", _NoLeaves), patch.object(entering, "merkle", _NoTree):
        yield


def proof(size: str, folder: Path) -> dict[str, Any]:
    """Everything of one ledger of a million entries (``quick``: of a small year)."""
    from scripts.bench.ours_years import append_years

    count = min(YEARS, SIZES[size].years)
    years = [Workload(SIZES[size], start_year=2025 - count + n) for n in range(count)]
    set_up(folder, years)
    append_years(str(folder / "attendance.db"), years)
    found = {"append": _appends(SIZES[size].takes, folder, years[0]), **_verify(folder)}
    with open_store(f"sqlite:///{folder / 'attendance.db'}") as store:
        ledger = store.ledger(files.URN)
        before = _bytes(ledger)
        began = time.perf_counter()
        Log(ledger)
        found["first_proof"] = time.perf_counter() - began
        found["entries"] = ledger.size()
        found["bytes"] = (_bytes(ledger) - before) / ledger.size()
        found["proofs"] = _proofs(Log(ledger))
    return found | _typed(folder, found["entries"])


def _appends(takes: int, folder: Path, work: Workload) -> dict[str, Any]:
    """Registers taken at the store, one with the log and one without in turn, each to a ledger."""
    took: dict[str, list[float]] = {"with": [], "without": []}
    cpu: dict[str, list[float]] = {"with": [], "without": []}
    held = {name: Ours(str(folder / f"{name}.db"), work) for name in took}
    for one in held.values():
        one.open(create=True)
    for sheet, _ in zip(work.sheets(), range(takes), strict=False):
        for name, one in held.items():
            if name == "without":
                with _without_log():
                    _timed(one, sheet, took[name], cpu[name])
            else:
                _timed(one, sheet, took[name], cpu[name])
    for one in held.values():
        one.close()
    return {
        name: {
            "median": median(took[name]),
            "p99": quantiles(took[name], n=100)[98],
            "cpu": median(cpu[name]),
        }
        for name in took
    } | {"takes": takes}


def _timed(one: Ours, sheet: Any, took: list[float], cpu: list[float]) -> None:
    began, used = time.perf_counter(), time.process_time()
    one.take(sheet)
    took.append(time.perf_counter() - began)
    cpu.append(time.process_time() - used)


def _verify(folder: Path, times: int = 3) -> dict[str, Any]:
    done = [attendance(folder, "verify") for _ in range(times)]
    if not all("every entry is as it was recorded" in one["answer"] for one in done):
        raise WrongAnswer(f"verify: {done[0]['answer'][:500]}")
    return {
        "verify": median(one["seconds"] for one in done),
        "verify_cpu": median(one["cpu"] for one in done),
        "memory": max(one["memory"] for one in done),
    }


def _bytes(ledger: Ledger) -> int:
    pages = ledger.database.select("PRAGMA page_count", ())[0][0]
    return int(pages * ledger.database.select("PRAGMA page_size", ())[0][0])


def _proofs(log: Log, times: int = 200) -> dict[str, list[float]]:
    """Inclusion and consistency proofs of drawn entries, each one checked: seconds."""
    drawn = random.Random(6962)
    found: dict[str, list[float]] = {"inclusion": [], "consistency": []}
    for entry in drawn.sample(range(1, log.size), min(times, log.size - 1)):
        began = time.perf_counter()
        path = log.inclusion(entry)
        found["inclusion"].append(time.perf_counter() - began)
        began = time.perf_counter()
        between = log.consistency(entry)
        found["consistency"].append(time.perf_counter() - began)
        old = log.root_at(entry)
        if not (
            proving.includes(log.leaf(entry), entry - 1, log.size, log.root, path)
            and proving.extends(entry, old, log.size, log.root, between)
        ):
            raise WrongAnswer(f"the proof of entry {entry}")
    return {name: [median(took), quantiles(took, n=100)[98]] for name, took in found.items()}


def _typed(folder: Path, entries: int, times: int = 5) -> dict[str, Any]:
    keys = ["--keys", str(folder / "keys")]
    attendance(folder, "key", "make", "bench.example", *keys)
    attendance(folder, "seal", *keys)
    span = f"{entries // 2}..{entries // 2 + 99}"
    return {
        name: median(attendance(folder, *words)["seconds"] for _ in range(times))
        for name, words in (
            ("prove", ["prove", str(entries // 3)]),
            ("some", ["verify", "--entries", span, *keys]),
        )
    }
