"""Many writers at once, each a process; and a reader that follows them.

Run as ``python -m scripts.bench.writers ROLE JOB``: a writer takes a few registers, says that it
is ready, waits for a line on its standard input, takes its registers and prints their times; a
reader follows until it is told to stop.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from statistics import median
from typing import IO, Any

from scripts.bench.peers import peer
from scripts.bench.workload import SIZES, Workload

WARM = 10
"""Registers each writer takes before it is ready: some peers connect on opening, some on their
first take, and sixteen connections are a third of the slowest hundredth of 4,800 takes."""


def write(job: dict[str, Any]) -> dict[str, Any]:
    """Take every ``of``-th register of one school, from ``part`` on."""
    days = min(190, (WARM + job["registers"]) * job["of"] // 60 + 1)
    size = replace(SIZES[job["size"]], days=days, groups=30)
    one = peer(job["peer"])
    work = Workload(size, prefix="" if "ours" in job["peer"] else f"s{job['school']}-")
    sheets = [sheet for n, sheet in enumerate(work.sheets()) if n % job["of"] == job["part"]]
    writer = one(job["where"], work, job["school"])
    writer.open(create=False)
    for sheet in sheets[:WARM]:
        writer.take(sheet)
    print("ready", flush=True)
    sys.stdin.readline()
    took = []
    began, worked = time.time(), time.process_time()
    for sheet in sheets[WARM : WARM + job["registers"]]:
        start = time.perf_counter_ns()
        writer.take(sheet)
        took.append((time.perf_counter_ns() - start) / 1000)
    ended, worked = time.time(), time.process_time() - worked
    writer.close()
    return {"began": began, "ended": ended, "worked": worked, "took": took}


def serve(job: dict[str, Any]) -> dict[str, Any]:
    """The same by so many threads of one process, as a server has them: one a school."""
    count = job["of"]
    days = min(190, (WARM + job["registers"]) // 30 + 2)
    size = replace(SIZES[job["size"]], days=days, groups=30)
    one = peer(job["peer"])
    works = [Workload(size, prefix="" if "ours" in job["peer"] else f"s{n}-") for n in range(count)]
    writers = [one(job["where"], work, n) for n, work in enumerate(works)]
    if job["peer"] == "pg-ours-line":  # acts are decided on: each school has to be there
        for writer in writers:
            writer.open(create=True)
            writer.close()
        writers = [one(job["where"], work, n) for n, work in enumerate(works)]
    took: list[list[float]] = [[] for _ in range(count)]
    warm = threading.Barrier(count + 1)
    begins = threading.Barrier(count + 1)
    writers[0].open(create=False)

    def write(n: int) -> None:
        sheets = islice(works[n].sheets(), WARM + job["registers"])
        if n:
            writers[n].beside(writers[0])
        for sheet in islice(sheets, WARM):
            writers[n].take(sheet)
        rest = list(sheets)
        warm.wait()
        begins.wait()
        for sheet in rest:
            start = time.perf_counter_ns()
            writers[n].take(sheet)
            took[n].append((time.perf_counter_ns() - start) / 1000)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    warm.wait()
    print("ready", flush=True)
    sys.stdin.readline()
    began, worked = time.time(), time.process_time()
    begins.wait()
    for thread in threads:
        thread.join()
    ended, worked = time.time(), time.process_time() - worked
    for writer in writers:
        writer.close()
    return {
        "began": began,
        "ended": ended,
        "worked": worked,
        "took": [one for each in took for one in each],
    }


def follow(job: dict[str, Any]) -> dict[str, Any]:
    """Poll until told to stop, then until nothing new comes; what was seen, and what is there."""
    import select

    from scripts.bench.tails import tail

    reader = tail(job["peer"], job["where"], job["schools"])
    print("ready", flush=True)
    seen = polls = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        seen += reader.poll()
        polls += 1
    while new := reader.poll():
        seen += new
    return {"seen": seen, "recorded": reader.recorded(), "polls": polls}


class Helper:
    """One writer or reader process."""

    def __init__(self, role: str, job: dict[str, Any]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scripts.bench.writers", role, json.dumps(job)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ready(self) -> None:
        assert self._out.readline() == "ready\n", "a helper did not start"

    def tell(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def result(self) -> dict[str, Any]:
        said = self._out.read()
        if self.process.wait():
            raise RuntimeError("a writer or reader failed; its own words are above")
        found: dict[str, Any] = json.loads(said)
        return found

    @property
    def _out(self) -> IO[str]:
        assert self.process.stdout is not None
        return self.process.stdout


def jobs_for(name: str, size: str, where: str, writers: int, schools: int, each: int) -> list[Any]:
    """Writers spread evenly over schools; those of one school share its registers out."""
    of = writers // schools
    return [
        {"peer": name, "size": size, "where": where, "school": n % schools, "part": n // schools,
         "of": of, "registers": each}
        for n in range(writers)
    ]  # fmt: skip


def set_up(name: str, size: str, where: str) -> None:
    """Create the tables once: sixteen processes that each create them fall over one another."""
    one = peer(name.removesuffix("-line"))(where, Workload(replace(SIZES[size], days=1)))
    one.open(create=True)
    one.close()


def together(jobs: Sequence[dict[str, Any]], role: str = "write") -> dict[str, Any]:
    """Run writers at the same time: registers a second, and the times of one take."""
    helpers = [Helper(role, job) for job in jobs]
    for helper in helpers:
        helper.ready()
    for helper in helpers:
        helper.tell()
    found = [helper.result() for helper in helpers]
    took = sorted(one for result in found for one in result["took"])
    seconds = max(result["ended"] for result in found) - min(result["began"] for result in found)
    return {
        "rate": len(took) / seconds, "registers": len(took), "median": median(took),
        "p99": took[int(0.99 * (len(took) - 1))],
        "worked": 1e6 * sum(result["worked"] for result in found) / len(took),
    }  # fmt: skip


def followed(jobs: Sequence[dict[str, Any]], schools: int) -> dict[str, Any]:
    """The same, with a reader at their heels: how many entries it never saw."""
    reader = Helper("follow", {**jobs[0], "schools": schools})
    reader.ready()
    found = together(jobs)
    reader.tell()
    seen = reader.result()
    return found | seen | {"missed": seen["recorded"] - seen["seen"]}


if __name__ == "__main__":
    run = {"write": write, "serve": serve, "follow": follow}[sys.argv[1]]
    print(json.dumps(run(json.loads(sys.argv[2]))))
