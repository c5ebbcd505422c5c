"""Who is killed doing what; each on a ledger of its own, prepared, killed again and again."""

import datetime as dt
import hashlib
import json
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import psycopg

from commands.handle import handle
from delivery.imports.folder import Watched, watch
from delivery.sealing.keys import KeyFolder
from ledger.kinds import Session
from tests.reliability.crash.killing import Ground, Running
from tests.reliability.crash.oracle import Found, look
from tests.reliability.crash.school import (
    BY_HAND,
    DAYS,
    Doing,
    codes,
    desk,
    seen_at,
    set_up,
    taken_at,
    write_night,
)
from tests.reliability.crash.victims import dispose


class Scenario(NamedTuple):
    """``cycle`` kills once; ``prepare`` comes before the first, ``finish`` after the last."""

    cycle: Callable[[Ground], None]
    prepare: Callable[[Ground], None] = lambda ground: None
    finish: Callable[[Ground], None] = lambda ground: None


def _of(*kinds: str, within: float = 0.4) -> Callable[[Ground], None]:
    return lambda ground: ground.killed(*kinds, within=within)


def _a_key(ground: Ground) -> None:
    KeyFolder(ground.folder, BY_HAND).make("trust.example")


def _a_term_ago(ground: Ground) -> None:
    """A register taken on each day of the term, on the day; what stands in the file of it."""
    bodies = {}
    for day in DAYS:
        session = Session(day, "AM")
        doing = Doing(f"on-{day}", session, "4B", "", codes(session) * 2)
        at = desk(ground.url, taken_at(session))
        ledger = at.ledger(BY_HAND)
        handle(doing.command(taken_at(session)), ledger)
        sql = "SELECT body FROM pages WHERE school = ? AND stream = ? ORDER BY first DESC"
        words = hashlib.sha256(str(day).encode()).hexdigest()
        amending = doing._replace(key=f"amended-{day}", upn="A120", codes=("M",))
        said = {"reason": words, "at": taken_at(session) + dt.timedelta(hours=2)}
        handle(amending.command(taken_at(session)).model_copy(update=said), ledger)
        rows = at.store.database.select(sql, (BY_HAND, f"register/{day}/AM/4B"))
        bodies[str(day)] = bytes(rows[0][0])[-60:-8].hex()
        at.close()
    (ground.folder / "bodies").write_text(json.dumps(bodies))


def _disposer_killed(ground: Ground) -> None:
    """What was cut short is done again, as ``doctor`` asks; then it is as if nothing had been."""
    ground.killed("disposer", within=1.5)
    if len(ground.acks["disposer"]) < len(DAYS):
        dispose(ground.url, len(ground.acks["disposer"]))
        ground.acks["disposer"].append("again")


def _bytes_gone(ground: Ground) -> None:
    """Of what is acknowledged to be disposed of no byte is left in a file of the database."""
    bodies = json.loads((ground.folder / "bodies").read_text())
    if not ground.url.startswith("sqlite"):
        return  # its files have others' segments; tests/delivery/test_keeping_typed.py looks there
    held = b"".join(
        path.read_bytes() for path in ground.folder.glob("attendance.db*") if path.is_file()
    )
    for day in DAYS[: len(ground.acks["disposer"])]:
        assert bytes.fromhex(bodies[str(day)]) not in held, f"bytes of {day} are still there"


def _inbox(ground: Ground) -> Path:
    made = ground.folder / "in"
    made.mkdir(exist_ok=True)
    return made


def _put_in(ground: Ground) -> None:
    """Files are put in while the watcher is killed."""
    put = len(list(_inbox(ground).rglob("night-*.csv")))
    for n in range(put, put + 8):
        write_night(_inbox(ground), n)
    ground.killed("watcher")


def _all_taken_in(ground: Ground) -> None:
    """What lies there is taken in; then each file lies in done/, once, with its report."""
    at = desk(ground.url, seen_at(100_000))
    watch(
        Watched(_inbox(ground), "office"), at, once=True, wait=lambda: None,
        told=lambda passed: None, held_up=lambda why: None,
    )  # fmt: skip
    at.close()
    files = sorted(path.relative_to(_inbox(ground)) for path in _inbox(ground).rglob("night-*.csv"))
    assert files == [Path("done", f"night-{n:05}.csv") for n in range(len(files))], files
    for line in ground.acks["watcher"]:
        name, outcome = line.split()
        assert outcome == "taken"
        assert (_inbox(ground) / "done" / f"{name}.report.txt").exists()


def _backend_killed(ground: Ground) -> None:
    """
    PostgreSQL itself dies under the writers: one backend is killed, and the server recovers.

    The writers are left alive, and go on by themselves.
    """
    kinds = ("writer-4A", "writer-4B")
    running = [Running(kind, ground.url, ground.folder, ground.acks[kind]) for kind in kinds]
    try:
        for one in running:
            assert one.first.wait(120)
        time.sleep(ground.random.random() * 0.4)
        with psycopg.connect(ground.url, autocommit=True) as other:
            sql = (
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )
            pids = [row[0] for row in other.execute(sql)]
            os.kill(ground.random.choice(pids), signal.SIGKILL)
        ground.kills += 1
        so_far = [len(one.acks) for one in running]
        until = time.monotonic() + 60
        while any(len(o.acks) < n + 20 for o, n in zip(running, so_far, strict=True)):
            assert time.monotonic() < until, "the writers did not go on"
            assert all(one.process.poll() is None for one in running), "a writer gave up"
            time.sleep(0.05)
    finally:
        for one in running:
            one.kill()


SCENARIOS = {
    "two writers and the projection runner": Scenario(_of("writer-4A", "writer-4B", "runner")),
    "acts with their read models": Scenario(_of("teller")),
    "importer": Scenario(_of("importer")),
    "watch": Scenario(_put_in, finish=_all_taken_in),
    "sealer beside a writer": Scenario(_of("writer-4A", "sealer"), _a_key),
    "disposal": Scenario(_disposer_killed, _a_term_ago, _bytes_gone),
    "server": Scenario(Ground.server_killed),
}
ON_POSTGRES = {**SCENARIOS, "PostgreSQL's own backend": Scenario(_backend_killed)}


def fought(
    name: str,
    url: str,
    folder: Path,
    *,
    cycles: int,
    seed: int,
    closely_every: int = 5,
    told: Callable[[str], None] = lambda line: None,
) -> tuple[Ground, Sequence[Found]]:
    """One scenario on a fresh ledger; the ground, and what was found after each kill."""
    scenario = ON_POSTGRES[name]
    set_up(url)
    ground, found = Ground(url, folder, seed), []
    scenario.prepare(ground)
    for n in range(cycles):
        scenario.cycle(ground)
        closely = n % closely_every == closely_every - 1 or n == cycles - 1
        found.append(look(url, folder, ground.acks, closely=closely))
        told(f"{name}, kill {n + 1}: {found[-1]}")
        if not found[-1].well:
            return ground, found
    scenario.finish(ground)
    found.append(look(url, folder, ground.acks))
    return ground, found
