"""Recording a run, and looking at every way in which its disk may be found after the power went."""

import os
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.power.disk import KINDS, Disk, Kept, Op, record
from tests.reliability.power.looking import wrong

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@dataclass
class Cut:
    """What was found over all states: the states of each kind, and what was wrong with which."""

    states: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    corrupt: list[str] = field(default_factory=list)


def shim(folder: Path) -> Path | None:
    """The shim, compiled; ``None`` where there is no compiler, or this is no Linux."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        return None
    made = folder / "shim.so"
    flags = ["-shared", "-fPIC", "-O1", "-o", str(made), str(HERE / "shim.c"), "-ldl", "-lpthread"]
    subprocess.run([compiler, *flags], check=True)
    return made


def recorded(folder: Path, library: Path, things: int, told: str, run: str = "acts") -> list[Op]:
    """A run in ``folder/disk``, and what it did to it."""
    disk, log = folder / "disk", folder / "log"
    shutil.rmtree(disk, ignore_errors=True)
    log.unlink(missing_ok=True)
    disk.mkdir()
    settings = {"LD_PRELOAD": str(library), "CRASH_DIR": str(disk), "CRASH_LOG": str(log)}
    typed = [
        sys.executable,
        "-m",
        "tests.reliability.power.victim",
        run,
        str(disk),
        str(things),
        told,
    ]
    subprocess.run(typed, check=True, cwd=ROOT, env=os.environ | settings)
    return record(log)


def cut(
    ops: list[Op], folder: Path, states: int, seed: int, kinds: tuple[Kept, ...], run: str = "acts"
) -> Cut:
    """
    So many states, at moments drawn over the run: right after an acknowledgement, right before or
    after a sync, or anywhere; of disposals, since they began.
    """
    dice, found = random.Random(seed), Cut()
    acks = _acks(ops)
    begun = next(
        n for n, line in acks if line in ("begun", *(() if run == "disposals" else ("set-up",)))
    )
    synced = [n for n, op in enumerate(ops) if op.op in "SD" and n >= begun]
    said = [n + 1 for n, _ in acks if n >= begun]
    drawn = [
        dice.choice((dice.choice(synced), dice.choice(synced) + 1, dice.choice(said),
                     dice.randint(said[0], len(ops))))
        for _ in range(states)
    ]  # fmt: skip
    disk, done, ever = Disk(), 0, [line for _, line in acks]
    for number, moment in enumerate(sorted(drawn)):
        for op in ops[done:moment]:
            disk.do(op)
        done = moment
        kept = kinds[number % len(kinds)]
        place = laid(disk.image(kept, dice), folder)
        before = sum(at < moment for at, _ in acks)
        found.states += 1
        found.acknowledged += before
        lost, corrupt = wrong(run, place, ever, before)
        found.lost += [f"{kept} kept, op {moment}: {one}" for one in lost]
        found.corrupt += [f"{kept} kept, op {moment}: {one}" for one in corrupt]
    return found


def _acks(ops: list[Op]) -> list[tuple[int, str]]:
    """Each acknowledgement, with the number of the op that it was."""
    file = next(op.file for op in ops if op.op == "O" and op.said.endswith(b"/acks"))
    return [
        (n, op.said.decode().strip())
        for n, op in enumerate(ops)
        if op.op == "W" and op.file == file
    ]


def laid(image: dict[str, bytes], folder: Path) -> Path:
    """The disk laid out in a folder of its own."""
    place = folder / "image"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for path, content in image.items():
        there = place / Path(path).relative_to(folder / "disk")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(content)
    return place


__all__ = ["KINDS", "Cut", "cut", "recorded", "shim"]
