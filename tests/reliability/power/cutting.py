"""Recording a run, and looking at every way in which its disk may be found after the power went."""

import base64
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from delivery.sealing.keys import KeyFolder
from ledger.refusals import NoLedgerYet
from ledger.store.verify import verify
from projections.doctor import doctor
from tests.reliability.crash.school import BY_FILE, BY_HAND, Script, desk, running
from tests.reliability.power.disk import KINDS, Disk, Kept, Op, record

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


def recorded(folder: Path, library: Path, things: int, told: str) -> list[Op]:
    """A run in ``folder/disk``, and what it did to it."""
    disk, log = folder / "disk", folder / "log"
    shutil.rmtree(disk, ignore_errors=True)
    log.unlink(missing_ok=True)
    disk.mkdir()
    settings = {"LD_PRELOAD": str(library), "CRASH_DIR": str(disk), "CRASH_LOG": str(log)}
    typed = [sys.executable, "-m", "tests.reliability.power.victim", str(disk), str(things), told]
    subprocess.run(typed, check=True, cwd=ROOT, env=os.environ | settings)
    return record(log)


def cut(ops: list[Op], folder: Path, states: int, seed: int, kinds: tuple[Kept, ...]) -> Cut:
    """
    So many states, at moments drawn over the run: right after an acknowledgement, right before or
    after a sync, or anywhere.
    """
    dice, found = random.Random(seed), Cut()
    synced = [n for n, op in enumerate(ops) if op.op in "SD"]
    acks = _acks(ops)
    said = [n + 1 for n, _ in acks]
    drawn = [
        dice.choice((dice.choice(synced), dice.choice(synced) + 1, dice.choice(said),
                     dice.randint(said[0], len(ops))))
        for _ in range(states)
    ]  # fmt: skip
    disk, done = Disk(), 0
    for number, moment in enumerate(sorted(drawn)):
        for op in ops[done:moment]:
            disk.do(op)
        done = moment
        kept = kinds[number % len(kinds)]
        before = [line for at, line in acks if at < moment]
        _looked_at(disk.image(kept, dice), folder, before, f"{kept} kept, op {moment}", found)
    return found


def _acks(ops: list[Op]) -> list[tuple[int, str]]:
    """Each acknowledgement, with the number of the op that it was."""
    file = next(op.file for op in ops if op.op == "O" and op.said.endswith(b"/acks"))
    return [
        (n, op.said.decode().strip())
        for n, op in enumerate(ops)
        if op.op == "W" and op.file == file
    ]


def _looked_at(
    image: dict[str, bytes], folder: Path, acks: list[str], state: str, found: Cut
) -> None:
    place = folder / "image"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for path, content in image.items():
        (place / Path(path).name).write_bytes(content)
    found.states += 1
    found.acknowledged += len(acks)
    lost, corrupt = _wrong(place, acks)
    found.lost += [f"{state}: {one}" for one in lost]
    found.corrupt += [f"{state}: {one}" for one in corrupt]


def _wrong(place: Path, acks: list[str]) -> tuple[list[str], list[str]]:
    path = place / "attendance.db"
    if not acks:
        return [], []  # it was being set up: setting it up again is all there is to do
    try:
        at = desk(f"sqlite:///{path}", running())
    except NoLedgerYet as none:
        return [str(none)], []
    try:
        lost, corrupt = _lost(at.ledger(BY_HAND), KeyFolder(place, BY_HAND), acks), []
        with sqlite3.connect(path) as connection:
            said = connection.execute("PRAGMA integrity_check").fetchone()[0]
        connection.close()
        corrupt += [] if said == "ok" else [f"integrity_check: {said}"]
        for urn in (BY_HAND, BY_FILE):
            ledger = at.ledger(urn)
            at.catch_up(ledger)
            corrupt += [str(verify(ledger).fault)] if not verify(ledger).sound else []
            corrupt += [f"{one.check}: {one.what}" for one in doctor(at.runner, ledger).findings]
        corrupt += _goes_on(at)
    except Exception as problem:  # whatever it is, this state is not well
        return [], [repr(problem)]
    finally:
        at.close()
    return lost, corrupt


def _lost(ledger, keys: KeyFolder, acks: list[str]) -> list[str]:
    there = {act.key: (act.first, act.last) for act in ledger.acts()}
    own, kept, lost = {str(one) for one in keys.every()}, ledger.checkpoints(), []
    for line in acks:
        kind, *said = line.split()
        if kind == "act" and there.get(said[0]) != (int(said[1]), int(said[2])):
            lost.append(f"{said[0]} is {there.get(said[0])} and was {said[1:]}")
        if kind == "seal":
            note = base64.b64decode(said[0]).decode()
            if note not in own or note not in kept:
                lost.append(f"a checkpoint (sealer {note in own}, database {note in kept})")
    return lost


def _goes_on(at) -> list[str]:
    """The next thing is done, and is there."""
    from commands.handle import handle

    ledger = at.ledger(BY_HAND)
    done = sum(act.key.startswith("4A-") for act in ledger.acts())
    handle(Script("4A").upto(done).next().command(running()), ledger)
    return [] if verify(ledger).sound else ["it does not go on"]


__all__ = ["KINDS", "Cut", "cut", "recorded", "shim"]
