"""The rounds: every peer once in each, in rotated order, each in a fresh process."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.bench import writers
from scripts.bench.check import check
from scripts.bench.child import Job, start
from scripts.bench.peers import POSTGRES, SQLITE
from scripts.bench.postgres import NoServer, Server, server
from scripts.bench.workload import SIZES

SQLITE_OPS = ("take", "load", "amend", "history", "register", "day", "rebuild")
TYPED_OPS = ("import", "stream", "explain", "pack", "proof", "asof")
POSTGRES_OPS = ("pg-take", "pg-writers", "pg-served", "pg-tail", "runner")
OPS = (*SQLITE_OPS, *TYPED_OPS, *POSTGRES_OPS)

WRITING = ("pg-packed", "pg-library", "pg-library-functions", "pg-ours")
SERVING = (*WRITING, "pg-ours-line")
TAILED = ("pg-library-functions", "pg-library-marks-functions", "pg-library-marks", "pg-ours")


@dataclass(frozen=True)
class Plan:
    """What is asked for."""

    size: str
    rounds: int
    ops: tuple[str, ...]
    peers: tuple[str, ...] = ()

    def among(self, known: Sequence[str]) -> list[str]:
        return [name for name in known if not self.peers or name in self.peers]


Results = dict[str, list[dict[str, Any]]]


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for one peer's files, thrown away after it."""
    made = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def rotated(names: Sequence[str], turn: int) -> list[str]:
    """The names, beginning further on each round, so that none is always first."""
    by = turn * 3 % len(names) if names else 0
    return [*names[by:], *names[:by]]


def in_process(job: Job) -> dict[str, Any]:
    """One job in a process of its own, its answers checked."""
    done = subprocess.run(start(job), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{job.peer} failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    found["checked"] = check(found, job.size)
    found["load"] = os.getloadavg()[0]
    del found["answers"]
    return found


def sqlite_rounds(plan: Plan) -> Results:
    """Every operation of the store on SQLite, for every peer."""
    ops = tuple(op for op in plan.ops if op in SQLITE_OPS)
    names = plan.among([name for name in SQLITE if installed(name)])
    found: Results = {name: [] for name in names}
    for turn in range(plan.rounds if ops else 0):
        for name in rotated(names, turn):
            tell(f"round {turn + 1} of {plan.rounds}: {name}")
            with folder() as place:
                found[name].append(in_process(Job(name, plan.size, str(place), ops)))
    return found


def installed(name: str) -> bool:
    """Whether a peer's library is there; what is missing is said."""
    from scripts.bench.peers import peer

    try:
        peer(name)
    except ImportError as error:
        tell(f"{name} is left out: {error}")
        return False
    return True


def postgres_rounds(plan: Plan) -> dict[str, Any]:
    """Every operation on PostgreSQL, on a server of our own."""
    try:
        with folder() as place, server(place / "pg") as running:
            return {
                "version": running.version,
                "take": _takes(plan, running) if "pg-take" in plan.ops else {},
                "writers": _writers(plan, running) if "pg-writers" in plan.ops else {},
                "served": _served(plan, running) if "pg-served" in plan.ops else {},
                "tail": _tails(plan, running) if "pg-tail" in plan.ops else {},
                "runner": _library_runner(plan, running) if "runner" in plan.ops else [],
            }
    except NoServer as error:
        tell(str(error))
        return {"missing": str(error)}


def _takes(plan: Plan, running: Server) -> Results:
    names = plan.among(
        [name for name in POSTGRES if not name.endswith(("marks-functions", "-line"))]
    )
    found: Results = {name: [] for name in names}
    for turn in range(plan.rounds):
        for name in rotated(names, turn):
            tell(f"round {turn + 1} of {plan.rounds}: {name}, one writer")
            where = running.database("taking")
            found[name].append(in_process(Job(name, plan.size, where, ("take",))))
    return found


def _writers(plan: Plan, running: Server) -> Results:
    names, each = plan.among(WRITING), SIZES[plan.size].writer_takes
    found: Results = {name: [] for name in names}
    for turn in range(plan.rounds):
        for name in rotated(names, turn):
            tell(f"round {turn + 1} of {plan.rounds}: {name}, 16 writers on 16 schools")
            where = running.database("writing")
            writers.set_up(name, plan.size, where)
            jobs = writers.jobs_for(name, plan.size, where, 16, 16, each)
            found[name].append(writers.together(jobs))
    return found


def _served(plan: Plan, running: Server) -> Results:
    """The writers as threads of one process, which is how a server has them."""
    names, each = plan.among(SERVING), SIZES[plan.size].writer_takes
    found: Results = {name: [] for name in names}
    for turn in range(plan.rounds):
        for name in rotated(names, turn):
            tell(f"round {turn + 1} of {plan.rounds}: {name}, 16 writers of one process")
            where = running.database("serving")
            writers.set_up(name, plan.size, where)
            job = {"peer": name, "size": plan.size, "where": where, "of": 16, "registers": each}
            found[name].append(writers.together([job], "serve"))
    return found


def _tails(plan: Plan, running: Server) -> dict[str, Any]:
    """Once in a run: six writers on three schools, and a reader at their heels."""
    found = {}
    for name in plan.among(TAILED):
        inside = 1 if name == "pg-library-functions" else 31
        each = SIZES[plan.size].tail_entries // (6 * 31) + 1
        tell(f"{name}: a reader follows six writers, {6 * each * inside:,} entries")
        where = running.database("tailing")
        writers.set_up(name, plan.size, where)
        found[name] = writers.followed(writers.jobs_for(name, plan.size, where, 6, 3, each), 3)
    return found


def _library_runner(plan: Plan, running: Server) -> list[dict[str, Any]]:
    found = []
    for turn in range(plan.rounds):
        tell(f"round {turn + 1} of {plan.rounds}: the library's projection runner")
        where = running.database("projecting")
        command = [sys.executable, "-m", "scripts.bench.library_runner", plan.size, where]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the library's runner failed:\n{done.stderr[-3000:]}")
        found.append(json.loads(done.stdout))
    return found
