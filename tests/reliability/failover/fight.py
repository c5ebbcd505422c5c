"""
The primary is killed under writers, and the standby takes its place.

What is done and what is looked at afterwards is that of ``tests/reliability/crash``: the oracle
knows from the scripts and the acknowledgements alone what should be there.
"""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.crash.killing import Ground, Running
from tests.reliability.crash.oracle import Found, look
from tests.reliability.crash.school import set_up
from tests.reliability.failover.pair import Pair, until

WRITERS = ("writer-4A", "writer-4B")
READER = "runner"
"""Which keeps the read models up, through the engine and its pool."""
_ON = 12  # acts each, after the standby took over
_BEHIND = 40  # acts each, that a standby which hears nothing does not have


HOWS = ("at work", "unheard", "before it answered")
"""How the primary dies: in the middle of its work; while its standby has stopped taking the log in,
so that acts wait for it and are lost; while acts are with the standby and nobody was told yet."""
_SETTLED = 0.3  # seconds until what was acknowledged has been read from the pipe


@dataclass
class Failover:
    """One primary killed: what was found after it, and how it went."""

    found: Found
    how: str
    unanswered: int
    """Acts that the standby had and nobody had been told of."""
    seconds: float
    """From the kill to the first act acknowledged after it."""


def failovers(
    cycles: int, seed: int, told: Callable[[str], None] = lambda line: None
) -> Sequence[Failover]:
    """
    So many primaries killed, one after the other, on one ledger; the application is left alone.

    The three ways to die take turns. The dead server comes back by ``pg_rewind`` and by
    ``pg_basebackup`` in turn.
    """
    done: list[Failover] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pair = Pair()
        stack.callback(pair.close)
        ground = Ground(pair.database(), folder, seed)
        set_up(ground.url)
        for n in range(cycles):
            last = n == cycles - 1
            done.append(_one(ground, pair, n, closely=last or n % 4 == 3))
            told(f"failover {n + 1}: {done[-1]}")
            if not done[-1].found.well:
                break
    return done


def _one(ground: Ground, pair: Pair, n: int, *, closely: bool) -> Failover:
    how = HOWS[n % len(HOWS)]
    with _running(ground, READER) as (reader,):
        with _running(ground, *WRITERS) as running:
            time.sleep(ground.random.random() * 0.6)
            died = _dies(ground, pair, how)
            time.sleep(_SETTLED)
            so_far = [len(one.acks) for one in running]
            pair.promoted()
            unanswered = _there(pair, ground) - sum(so_far)
            (pair.copied if n % 2 else pair.rewound)()
            until(lambda: any(_more(running, so_far, 1)), "nobody went on")
            seconds = time.monotonic() - died
            until(lambda: all(_more(running, so_far, _ON)) or _ended(running), "nor did both")
        # What was being read when they were killed, and what they had written after that.
        read = [len(reader.acks)]
        until(lambda: all(_more([reader], read, 2)) or _ended([reader]), "the reader did not")
    found = look(ground.url, ground.folder, ground.acks, closely=closely)
    return Failover(found, how, unanswered, seconds)


def _dies(ground: Ground, pair: Pair, how: str) -> float:
    """The primary is killed; when."""
    hearing = pair.standby.receiver()
    if how == "unheard":
        os.kill(hearing, signal.SIGSTOP)
    if how == "before it answered":
        # Who waits for the standby has sent it all, and does not hear that it has come.
        sql = "SELECT pid FROM pg_stat_activity WHERE datname LIKE 'fought%'"
        for row in pair.primary.ask(sql):
            os.kill(int(str(row[0])), signal.SIGSTOP)
    if how != "at work":
        time.sleep(0.1 + ground.random.random() * 0.4)
    died = time.monotonic()
    pair.primary.kill()
    if how == "unheard":
        os.kill(hearing, signal.SIGKILL)  # and what it had not read yet is gone
    return died


def control(cycles: int, seed: int) -> Sequence[Found]:
    """
    The same where no commit waits for the standby: each on a ledger of its own.

    The standby's receiver has stopped; the primary acknowledges, and dies.
    """
    found = []
    with ExitStack() as stack:
        pair = Pair(synchronous=False)
        stack.callback(pair.close)
        for n in range(cycles):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            ground = Ground(pair.database(), folder, seed + n)
            set_up(ground.url)
            pair.level()
            with _running(ground, *WRITERS) as running:
                hearing = pair.standby.receiver()
                os.kill(hearing, signal.SIGSTOP)
                so_far = [len(one.acks) for one in running]
                until(lambda s=so_far, r=running: all(_more(r, s, _BEHIND)), "they do not go on")
                pair.primary.kill()
            os.kill(hearing, signal.SIGKILL)
            pair.promoted()
            found.append(look(ground.url, folder, ground.acks, closely=False))
            if n < cycles - 1:
                pair.copied()
    return found


@contextmanager
def _running(ground: Ground, *kinds: str):
    """A part of the application, at work; killed in the end, and it must not have ended before."""
    running = [Running(kind, ground.url, ground.folder, ground.acks[kind]) for kind in kinds]
    try:
        for one in running:
            until(lambda one=one: one.first.is_set() or _ended([one]), "nothing was done")
        yield running
    finally:
        for one in running:
            one.kill()


def _there(pair: Pair, ground: Ground) -> int:
    """Acts of the classes that a server has, asked itself and not through the ledger."""
    database = ground.url.rpartition("/")[2].partition("?")[0]
    said = pair.primary.ask("SELECT count(*) FROM acts WHERE key ~ '^4[AB]-[0-9]+$'", database)
    return int(str(said[0][0]))


def _more(running: Sequence[Running], so_far: Sequence[int], many: int) -> list[bool]:
    return [len(one.acks) >= n + many for one, n in zip(running, so_far, strict=True)]


def _ended(running: Sequence[Running]) -> bool:
    return any(one.process.poll() is not None for one in running)
