"""One peer, one round, in a process of its own: prints what it measured as JSON.

Run as ``python -m scripts.bench.child JOB`` where JOB is the JSON of ``Job``.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import islice
from statistics import median
from typing import Any

from scripts.bench.memory import forget_peak, peak_memory
from scripts.bench.peer import Peer
from scripts.bench.peers import peer
from scripts.bench.workload import SIZES, Size, Workload

YEAR_OPS = ("load", "amend", "history", "register", "day", "rebuild")


@dataclass(frozen=True)
class Job:
    """Which peer does what, where."""

    peer: str
    size: str
    where: str
    ops: tuple[str, ...]


def size_for(size: Size, *, slow: bool) -> Size:
    """A peer too slow for the year is given four days of it."""
    if not slow:
        return size
    days = min(size.days, 4)
    return replace(size, days=days, amendments=min(size.amendments, 120), takes=size.slow_takes)


class Round:
    """What one peer showed in one round: times in microseconds, answers as JSON."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.cls = peer(job.peer)
        self.work = Workload(size_for(SIZES[job.size], slow=self.cls.slow))
        self.ops = set(job.ops) & set(self.cls.only or job.ops)
        self.took: dict[str, list[float]] = {}
        self.answers: dict[str, Any] = {}
        self.bytes: dict[str, float] = {}
        self.memory: dict[str, int] = {}

    def run(self) -> dict[str, Any]:
        if "take" in self.ops:
            self._taking()
        if self.ops & set(YEAR_OPS):
            self._year()
        self._keep_timed()
        return {
            "peer": self.job.peer, "title": self.cls.title, "slow": self.cls.slow,
            "took": self.took,
            "answers": self.answers, "bytes": self.bytes, "memory": self.memory,
            "marks": self.work.size.days * 2 * len(self.work.marks),
        }  # fmt: skip

    def _taking(self) -> None:
        one = self._open("taken")
        sheets = list(islice(self.work.sheets(), self.work.size.takes))
        self._time("take", (partial(one.take, sheet) for sheet in sheets))
        asked, cut = sheets[:: max(1, len(sheets) // 10)], one.cut()
        self.answers["take"] = [one.register(s.session, s.group, cut) for s in asked]
        one.close()
        marks = sum(len(sheet.pupils) for sheet in sheets)
        self.bytes["taken"] = one.size() / marks

    def _year(self) -> None:
        one = self._open("year")
        self._time("load", [lambda: one.load(self.work.sheets())])
        one.close()
        self.bytes["year"] = one.size() / sum(map(len, self.work.marks.values()))
        if not self.ops & set(YEAR_OPS[1:]):
            return
        one = self._open("year", create=False)
        changes = self.work.changes()
        half = len(changes) // 2
        self._time("amend", (partial(one.amend, change) for change in changes[:half]))
        cut = one.cut()
        self._time("amend", (partial(one.amend, change) for change in changes[half:]))
        reads: dict[str, Iterable[Callable[[], Any]]] = {
            "history": [partial(one.history, *asked) for asked in self.work.asked_marks()],
            "register": [partial(one.register, *asked, cut) for asked in self.work.asked_sheets()],
            "day": [partial(one.day, asked, cut) for asked in self.work.asked_days()],
            "rebuild": [one.rebuild] * 3,
        }
        for op, calls in reads.items():
            if op in self.ops:
                self.answers[op] = self._time(op, calls)
        one.close()
        self.bytes["amended"] = one.size() / sum(map(len, self.work.marks.values()))

    def _keep_timed(self) -> None:
        """What had to be done to get there is no result; nor are bytes counted twice."""
        self.took = {op: took for op, took in self.took.items() if op in self.ops}
        self.memory = {op: peak for op, peak in self.memory.items() if op in self.ops}
        if self.cls.only:
            self.bytes = {}

    def _open(self, name: str, *, create: bool = True) -> Peer:
        where = self.job.where
        if not where.startswith("postgresql"):
            where = os.path.join(where, f"{name}.db")
        one = self.cls(where, self.work)
        one.open(create=create)
        return one

    def _time(self, op: str, calls: Iterable[Callable[[], Any]]) -> list[Any]:
        gc.collect()
        forget_peak()
        found = []
        took = self.took.setdefault(op, [])
        for call in calls:
            began = time.perf_counter_ns()
            answer = call()
            took.append((time.perf_counter_ns() - began) / 1000)
            found.append(answer)
        self.memory[op] = max(self.memory.get(op, 0), peak_memory())
        return found


def summary(found: dict[str, Any]) -> dict[str, Any]:
    """The round with each list of times as its median and 99th percentile."""
    times = {
        op: {"median": median(took), "p99": sorted(took)[int(0.99 * (len(took) - 1))]}
        for op, took in found["took"].items()
    }
    return found | {"took": times}


def start(job: Job) -> list[str]:
    """The command that runs a job in a fresh process."""
    return [sys.executable, "-m", "scripts.bench.child", json.dumps(asdict(job))]


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    print(json.dumps(summary(Round(Job(**given | {"ops": tuple(given["ops"])})).run())))
