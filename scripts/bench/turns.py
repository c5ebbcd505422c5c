"""
Peers in turn, a few takes or amendments each: ``python -m scripts.bench.turns take``.

``bench.py`` runs one peer after the other, so where a machine is half as fast as a minute before,
its ratios are of the machine. Here each peer lives in a process of its own and has its turn
again and again; a ratio is the median over the turns of what a peer took beside what ours did.
Durable settings are those of ``bench.py``, and what was taken is read back in the end.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from scripts.bench.peer import Peer
from scripts.bench.peers import peer
from scripts.bench.postgres import server
from scripts.bench.runner import folder
from scripts.bench.workload import CODES, SIZES, Sheet, Workload

WARM = 10
"""Turns before any counts: the first takes make the file, and its log grows until it is full."""


def work(name: str, where: str, op: str, size: str) -> None:
    """A peer: reads how many are to be done, does them, prints how long each took."""
    workload = Workload(SIZES[size])
    one = peer(name)(where, workload)
    one.open(create=True)
    taken: list[Sheet] = []
    calls = _takes(one, workload, taken) if op == "take" else _amendments(one, workload)
    print("ready", flush=True)
    for line in sys.stdin:
        took = []
        for call in list(islice(calls, int(line))):
            start = time.perf_counter_ns()
            call()
            took.append((time.perf_counter_ns() - start) / 1000)
        print(json.dumps(took), flush=True)
    cut = one.cut()
    for sheet in taken[:: max(1, len(taken) // 10)]:
        marks = {p: CODES[code] for p, code in zip(sheet.pupils, sheet.codes, strict=True)}
        assert one.register(sheet.session, sheet.group, cut) == marks, f"{name} lost marks"
    one.close()


def _takes(one: Peer, workload: Workload, taken: list[Sheet]) -> Iterator[Callable[[], None]]:
    for sheet in workload.sheets():
        taken.append(sheet)
        yield partial(one.take, sheet)


def _amendments(one: Peer, workload: Workload) -> Iterator[Callable[[], None]]:
    one.load(workload.sheets())
    return (partial(one.amend, change) for change in workload.changes())


class Living:
    """A peer's process."""

    def __init__(self, name: str, where: str, op: str, size: str) -> None:
        self.took: list[list[float]] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.bench.turns", op, "--work", name, where, size],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        assert self._out.readline() == "ready\n", f"{name} did not start"

    def turn(self, count: int) -> list[float]:
        self._in.write(f"{count}\n")
        self._in.flush()
        found: list[float] = json.loads(self._out.readline())
        assert len(found) == count, "there is no more of the workload"
        return found

    def end(self) -> None:
        self._in.close()
        assert self._process.wait() == 0, "a peer failed; its own words are above"


@contextmanager
def living(names: list[str], op: str, size: str) -> Iterator[dict[str, Living]]:
    """The peers, each on a file or database of its own."""
    with folder() as place:
        if not names[0].startswith("pg-"):
            yield {name: Living(name, str(place / f"{name}.db"), op, size) for name in names}
            return
        with server(Path(place) / "pg") as running:
            where = {name: running.database(name.replace("-", "_")) for name in names}
            yield {name: Living(name, where[name], op, size) for name in names}


def turns(op: str, names: list[str], count: int, each: int, size: str) -> dict[str, Any]:
    """What each took in each of its turns, in rotated order."""
    with living(names, op, size) as peers:
        for _ in range(WARM):
            for one in peers.values():
                one.turn(each)
        for turn in range(count):
            for name in [*names[turn % len(names) :], *names[: turn % len(names)]]:
                peers[name].took.append(peers[name].turn(each))
        for one in peers.values():
            one.end()
    return {name: one.took for name, one in peers.items()}


def told(found: dict[str, list[list[float]]]) -> Iterator[str]:
    """A line a peer: the median, and how many times as long as ours in the same round of turns."""
    ours = next(name for name in found if name.endswith("ours"))
    for name, rounds in found.items():
        middle = median([one for took in rounds for one in took])
        line = f"{name}: {middle:.0f} µs"
        if name != ours:
            beside = [median(a) / median(b) for a, b in zip(rounds, found[ours], strict=True)]
            low, at, high = quantiles(beside, n=4)
            line += f", {at:.2f} times as long as ours (quartiles {low:.2f} and {high:.2f})"
        yield line


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    parser.add_argument("op", choices=("take", "amend"))
    parser.add_argument("--peers", default="packed,library,ours", help="SQLite's, or pg-… alone")
    parser.add_argument("--turns", type=int, default=40)
    parser.add_argument("--each", type=int, default=20, help="so many a turn")
    parser.add_argument("--size", choices=tuple(SIZES), default="full")
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        name, where, size = asked.work
        return work(name, where, asked.op, size)
    names = asked.peers.split(",")
    for line in told(turns(asked.op, names, asked.turns, asked.each, asked.size)):
        print(line)
    return None


if __name__ == "__main__":
    main()
