"""What has to be true of a disk that was found after the power went, whatever was being done."""

import base64
import hashlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from commands.handle import handle
from delivery.bootstrap import Desk
from delivery.imports.folder import Watched, watch
from delivery.sealing.keys import KeyFolder
from ledger.refusals import NoLedgerYet
from ledger.store import Ledger
from ledger.store.verify import verify
from projections.doctor import doctor
from tests.reliability.crash.oracle import register
from tests.reliability.crash.school import (
    BY_FILE,
    BY_HAND,
    DAYS,
    Script,
    desk,
    night,
    running,
    seen_at,
    write_night,
)
from tests.reliability.crash.victims import dispose

Wrong = tuple[list[str], list[str]]
"""What of the acknowledged is lost, and what is corrupt."""


def wrong(run: str, place: Path, ever: Sequence[str], before: int) -> Wrong:
    """
    What is wrong with the disk in ``place``: ``ever`` is all that the run acknowledged in the end,
    ``before`` how much of it when the power went.
    """
    if not before:
        return [], []  # it was being set up: setting it up again is all there is to do
    acks = [line.split() for line in ever[:before]]
    try:
        at = desk(f"sqlite:///{place}/attendance.db", running())
    except NoLedgerYet as none:
        return [str(none)], []
    lost, corrupt = list[str](), list[str]()
    try:
        lost += _seals_lost(at.ledger(BY_HAND), place, acks)
        with sqlite3.connect(place / "attendance.db") as connection:
            said = connection.execute("PRAGMA integrity_check").fetchone()[0]
        connection.close()
        corrupt += [] if said == "ok" else [f"integrity_check: {said}"]
        for urn in (BY_HAND, BY_FILE):
            verdict = verify(at.ledger(urn))
            corrupt += [] if verdict.sound else [str(verdict.fault)]
        more = _LOOKED[run](at, place, acks, [line.split() for line in ever])
        lost, corrupt = lost + more[0], corrupt + more[1]
        for urn in (BY_HAND, BY_FILE):
            ledger = at.ledger(urn)
            at.catch_up(ledger)
            corrupt += [f"{one.check}: {one.what}" for one in doctor(at.runner, ledger).findings]
            corrupt += [] if verify(ledger).sound else ["it does not go on"]
    except Exception as problem:  # whatever it is, this state is not well
        return lost, [*corrupt, repr(problem)]
    finally:
        at.close()
    return lost, corrupt


def _seals_lost(ledger: Ledger, place: Path, acks: Sequence[list[str]]) -> list[str]:
    own = {str(one) for one in KeyFolder(place, BY_HAND).every()}
    kept, lost = ledger.checkpoints(), []
    for note in (base64.b64decode(said[1]).decode() for said in acks if said[0] == "seal"):
        if note not in own or note not in kept:
            lost.append(f"a checkpoint (sealer {note in own}, database {note in kept})")
    return lost


def _acts(at: Desk, place: Path, acks: Sequence[list[str]], ever: Sequence[list[str]]) -> Wrong:
    """Each under its numbers; and the next thing is done."""
    ledger = at.ledger(BY_HAND)
    there = {act.key: (act.first, act.last) for act in ledger.acts()}
    lost = [
        f"{key} is {there.get(key)} and was {first} to {last}"
        for key, first, last in (said[1:] for said in acks if said[0] == "act")
        if there.get(key) != (int(first), int(last))
    ]
    done = sum(key.startswith("4A-") for key in there)
    handle(Script("4A").upto(done).next().command(running()), ledger)
    return lost, []


def _files(at: Desk, place: Path, acks: Sequence[list[str]], ever: Sequence[list[str]]) -> Wrong:
    """
    Each file in ``done/`` with its bytes and its report, and taken in; what was published, and what
    was written into a file, is the last that was acknowledged or a later one, whole.
    """
    inbox, lost = place / "in", list[str]()
    for _, name, report in (said for said in acks if said[0] == "file"):
        if _hash(inbox / "done" / name) != _night_hash(place, name):
            lost.append(f"{name} is not in done/ as it came")
        if _hash(inbox / "done" / f"{name}.report.txt") != report:
            lost.append(f"the report of {name}")
    lost += _torn(place, acks, ever)
    names = _taken_in(at)
    lost += [
        f"{said[1]} was taken in" for said in acks if said[0] == "file" and said[1] not in names
    ]
    for path in (*inbox.glob("night-*.csv"), *inbox.glob("taking/night-*.csv")):
        stamp = seen_at(int(path.stem[-5:])).timestamp()
        os.utime(path, (stamp, stamp))
    later, passed = desk(at.url, seen_at(100_000)), list[str]()
    inbox.mkdir(exist_ok=True)
    watch(
        Watched(inbox, "office"), later, once=True, wait=lambda: None, held_up=passed.append,
        told=lambda one: passed.append(one.outcome),
    )  # fmt: skip
    later.close()
    corrupt = [f"watching goes on with: {one}" for one in passed if one != "taken"]
    names = _taken_in(at)
    at.catch_up(at.ledger(BY_FILE))
    if names != [f"night-{n:05}.csv" for n in range(len(names))]:
        corrupt.append(f"files taken in: {names}")
    elif names and register(at, BY_FILE) != night(len(names) - 1):
        corrupt.append(f"the register is not what {names[-1]} showed")
    return lost, corrupt


def _torn(place: Path, acks: Sequence[list[str]], ever: Sequence[list[str]]) -> list[str]:
    said = [(one[1], one[2]) for one in acks if one[0] == "whole"]
    lost = []
    for path in sorted({path for path, _ in said}):
        had = sum(one == path for one, _ in said)
        may = [one[2] for one in ever if one[0] == "whole" and one[1] == path][had - 1 :]
        if _hash(place / path) not in may:
            lost.append(f"{path} is not one that was written, whole")
    return lost


def _taken_in(at: Desk) -> list[str]:
    acts = at.ledger(BY_FILE).acts()
    return [str(a.source["file"]) for a in acts if a.command == "import-marks" and a.source]


def _disposals(
    at: Desk, place: Path, acks: Sequence[list[str]], ever: Sequence[list[str]]
) -> Wrong:
    """
    What was acknowledged is gone, bytes and all; the one that was cut short is whole or still to be
    done, and done again it is done; nothing of a later day has gone.
    """
    bodies = [bytes.fromhex(said[1]) for said in acks if said[0] == "body"]
    done = sum(said[0] == "gone" for said in acks)
    left = _left(at.ledger(BY_HAND))
    lost = [f"the disposal of {day}" for day in DAYS[:done] if left.get(day.isoformat())]
    lost += [f"bytes of {DAYS[n]} are there" for n in range(done) if bodies[n] in _bytes(place)]
    corrupt = [
        f"{day} is gone before its time"
        for day in DAYS[done + 1 : len(bodies)]
        if left.get(day.isoformat()) != 2
    ]
    if done < len(bodies) - 1:
        here = DAYS[done].isoformat()
        corrupt += [] if left.get(here, 0) in (0, 2) else [f"{here} is half gone"]
        dispose(at.url, done)
        corrupt += [f"{here} does not go"] if _left(at.ledger(BY_HAND)).get(here) else []
        corrupt += [f"bytes of {here} stay"] if bodies[done] in _bytes(place) else []
    return lost, corrupt


def _left(ledger: Ledger) -> dict[str, int]:
    """How many pages each day's registers still have."""
    left = dict[str, int]()
    for page in ledger.pages("register/"):
        if not page.gone:
            day = page.stream.split("/")[1]
            left[day] = left.get(day, 0) + 1
    return left


def _bytes(place: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(place.glob("attendance.db*")))


def _night_hash(place: Path, name: str) -> str:
    again = place / "again"
    again.mkdir(exist_ok=True)
    return _hash(write_night(again, int(name[6:11])))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


_LOOKED: dict[str, Callable[..., Any]] = {"acts": _acts, "files": _files, "disposals": _disposals}
