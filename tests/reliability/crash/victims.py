"""
Processes that do what the ledger is there for until somebody kills them.

``python -m tests.reliability.crash.victims KIND URL FOLDER DONE``: each thing done is acknowledged
by a line on stdout, written when the call that did it has come back and never before. ``DONE``
is how many had been acknowledged before: it goes on with the one after.
"""

import datetime as dt
import os
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from ledger.refusals import LedgerUnreachable, OutcomeUnknown
from tests.reliability.crash.school import (
    AFTER_TERM,
    BY_FILE,
    BY_HAND,
    DAYS,
    Script,
    desk,
    running,
    seen_at,
    write_night,
)

Victim = Callable[[str, Path, int], None]


def acknowledge(*said: object) -> None:
    os.write(1, (" ".join(map(str, said)) + "\n").encode())


def writer(group: str) -> Victim:
    """Takes registers and amends marks of one class."""

    def run(url: str, folder: Path, done: int) -> None:
        from commands.handle import handle

        ledger = desk(url, AFTER_TERM).ledger(BY_HAND)
        script = Script(group).upto(done)
        while True:
            command = script.next().command(running())
            receipt = told_again(lambda command=command: handle(command, ledger)).receipt
            assert receipt is not None
            acknowledge(receipt.key, receipt.first, receipt.last)

    return run


def told_again(do: Callable[[], Any]) -> Any:
    """As whoever is told that the server is away, or that it is not known: the same again."""
    from delivery.cli.problems import meant

    while True:
        try:
            return do()
        except Exception as problem:
            if not isinstance(meant(problem), LedgerUnreachable | OutcomeUnknown):
                raise
            time.sleep(0.2)


def teller(group: str) -> Victim:
    """As the writer of a class, and keeps the read models up after each act, as typed acts do."""

    def run(url: str, folder: Path, done: int) -> None:
        from delivery import acts

        at = desk(url, AFTER_TERM)
        script = Script(group).upto(done)
        while True:
            command = script.next().command(running())
            receipt = acts.do(at, command, BY_HAND).outcome.receipt
            assert receipt is not None
            acknowledge(receipt.key, receipt.first, receipt.last)

    return run


def runner(url: str, folder: Path, done: int) -> None:
    """Keeps the read models up with the entries, and makes them anew now and then."""
    at = desk(url, AFTER_TERM)
    ledger = at.ledger(BY_HAND)
    for n in count(done):
        anew = n % 10 == 9
        upto = told_again(
            lambda anew=anew: at.runner.rebuild(ledger) if anew else at.catch_up(ledger)
        )
        acknowledge(n, upto)
        time.sleep(0.01)


def importer(url: str, folder: Path, done: int) -> None:
    """Takes in one night's file after another."""
    from delivery.imports.marks import import_marks

    for n in count(done):
        at = desk(url, seen_at(n))
        import_marks(at, write_night(folder, n), "office")
        acknowledge(n)
        at.close()


def watcher(url: str, folder: Path, done: int) -> None:
    """Watches a folder; what is acknowledged is that a file lies where it belongs."""
    from delivery.imports.folder import Watched, watch

    at = desk(url, seen_at(100_000))
    watch(
        Watched(folder / "in", "office"),
        at,
        once=False,
        wait=lambda: time.sleep(0.02),
        told=lambda passed: acknowledge(passed.name, passed.outcome),
        held_up=lambda why: None,
    )


def sealer(url: str, folder: Path, done: int) -> None:
    """Signs the log again and again."""
    from delivery.going_on import where_it_goes_on
    from delivery.sealing.keys import KeyFolder
    from delivery.sealing.seal import seal

    at = desk(url, AFTER_TERM)
    keys = KeyFolder(folder, BY_HAND)
    for _ in count(done):
        sealed = where_it_goes_on(at, BY_HAND, lambda ledger: seal(ledger, keys, running()))
        acknowledge(b64encode(str(sealed.note).encode()).decode())


def disposer(url: str, folder: Path, done: int) -> None:
    """Six years later: each day what was made that day goes, asked for, approved, carried out."""
    for n in range(done, len(DAYS)):
        dispose(url, n)
        acknowledge(n)


def dispose(url: str, n: int) -> None:
    """The disposal of what was made on the *n*-th day."""
    from commands.retention.approve_disposal import ApproveDisposal
    from commands.retention.dispose_of_entries import DisposeOfEntries
    from commands.retention.request_disposal import RequestDisposal
    from delivery.keeping import do

    day = DAYS[n].replace(year=DAYS[n].year + 6)
    at = desk(url, dt.datetime.combine(day, dt.time(12), dt.UTC))
    steps = [
        (RequestDisposal, "office", {}),
        (ApproveDisposal, "head", {"disposal": n + 1}),
        (ApproveDisposal, "ceo", {"disposal": n + 1}),
        (DisposeOfEntries, "head", {"disposal": n + 1}),
    ]
    for place, (kind, by, said) in enumerate(steps):
        do(at, kind(by=by, at=at.clock(), key=f"day-{n}-{place}", **said), BY_HAND)
    at.close()


def mover(url: str, folder: Path, done: int) -> None:
    """Moves one school and then the other, there and back, and removes some of what it leaves."""
    from delivery.directory.directed import Directed
    from delivery.directory.moving import move, remove

    at = desk(url, AFTER_TERM)
    assert isinstance(at, Directed)
    (folder / "began").touch()
    for n in count(done):
        school, to = (BY_HAND, BY_FILE)[n % 2], ("south", "north")[n // 2 % 2]
        source = {"south": "north", "north": "south"}[to]
        move(at, school, to, "keeper")
        last = at.last(source, school)
        if n % 4 > 1 and last is not None and last.what == "left":
            remove(at, school, source, "keeper")
        acknowledge(n, school, to)


def server(url: str, folder: Path, done: int) -> None:
    """Answers over HTTP at the port whose number is in the folder."""
    import asyncio

    from delivery.web.app import application
    from delivery.web.serving import Where, served

    os.environ["ATTENDANCE_ACCOUNTS"] = str(folder / "door.db")
    port = int((folder / "port").read_text())
    asyncio.run(served(application(desk(url, AFTER_TERM), "office"), Where(port=port)))


VICTIMS: dict[str, Victim] = {
    "writer-4A": writer("4A"),
    "writer-4B": writer("4B"),
    "teller": teller("4A"),
    "teller-4B": teller("4B"),
    "runner": runner,
    "importer": importer,
    "watcher": watcher,
    "sealer": sealer,
    "disposer": disposer,
    "mover": mover,
    "server": server,
}

if __name__ == "__main__":
    kind, url, folder, done = sys.argv[1:5]
    VICTIMS[kind](url, Path(folder), int(done))
