"""
Works on a ledger whose every write is written down: ``python -m tests.reliability.power.victim``.

Arguments: what is done (``RUNS``), the folder, how many things to do, and ``full`` or ``normal``,
how SQLite is told to sync (``normal`` is the control, which must lose something). It begins with
no ledger, acknowledges into the file ``acks``, and closes the ledger now and then, so that logs
come and go.
"""

import base64
import datetime as dt
import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from commands.handle import handle
from delivery import acts
from delivery.bootstrap import Desk
from delivery.cli.outputs import write_into
from delivery.dashboards.publishing import publish
from delivery.dashboards.stands import Wanted
from delivery.dashboards.who import For
from delivery.imports.folder import Watched, watch
from delivery.sealing.keys import KeyFolder
from delivery.sealing.seal import seal
from delivery.settling import sync
from ledger.kinds import Session
from ledger.store import sqlite
from projections.star_rows import Window
from tests.reliability.crash.school import (
    BY_HAND,
    DAYS,
    Doing,
    Script,
    codes,
    desk,
    running,
    seen_at,
    set_up,
    taken_at,
    write_night,
)
from tests.reliability.crash.victims import dispose

_REOPENED, _SEALED = 25, 10
Told = Callable[..., None]


def main(run: str, folder: Path, things: int, told: str) -> None:
    sqlite._LOG = 100  # pages of the log: it goes into the file often
    if told == "normal":
        _less_careful()
    acks = os.open(folder / "acks", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def acknowledge(*said: object) -> None:
        os.write(acks, (" ".join(map(str, said)) + "\n").encode())

    set_up(f"sqlite:///{folder}/attendance.db")
    KeyFolder(folder, BY_HAND).make("trust.example")
    acknowledge("set-up")
    RUNS[run](folder, things, acknowledge)


def acting(folder: Path, things: int, acknowledge: Told) -> None:
    """Registers are taken, marks amended, the log signed."""
    url, script = f"sqlite:///{folder}/attendance.db", Script("4A")
    at = desk(url, running())
    for n in range(things):
        if n % _REOPENED == _REOPENED - 1:
            at.close()
            at = desk(url, running())
        receipt = acts.do(at, script.next().command(running()), BY_HAND).outcome.receipt
        assert receipt is not None
        acknowledge("act", receipt.key, receipt.first, receipt.last)
        if n % _SEALED == _SEALED - 1:
            _seal(at, folder, acknowledge, running())
    at.close()


def filing(folder: Path, things: int, acknowledge: Told) -> None:
    """
    A file a night is put into a folder that is watched; after it the log is signed, the star
    published, and an answer written into a file.
    """
    inbox, out = folder / "in", folder / "out"
    inbox.mkdir()
    out.mkdir()
    url, watched = f"sqlite:///{folder}/attendance.db", Watched(inbox, "office")
    for n in range(things):
        _put(write_night(out, n), inbox)
        at = desk(url, seen_at(100_000))
        watch(
            watched, at, once=True, wait=lambda: None, held_up=lambda why: None,
            told=lambda one: acknowledge("file", one.where.name, _hash(f"{one.where}.report.txt")),
        )  # fmt: skip
        at.close()
        at = desk(url, running())
        _seal(at, folder, acknowledge, running())
        publish(folder / "star", Wanted(at, at.ledgers(None), Window(), For()), ["sqlite"])
        acknowledge("whole", "star/star.db", _hash(folder / "star/star.db"))
        write_into(folder / "answer.csv", [f"{n}\n".encode() * 500])
        acknowledge("whole", "answer.csv", _hash(folder / "answer.csv"))
        at.close()


def disposing(folder: Path, things: int, acknowledge: Told) -> None:
    """Registers of some days; six years later they go, a day after the other."""
    url = f"sqlite:///{folder}/attendance.db"
    for day in DAYS[: things + 1]:
        session = Session(day, "AM")
        at = desk(url, taken_at(session))
        doing = Doing(f"on-{day}", session, "4B", "", codes(session) * 2)
        handle(doing.command(taken_at(session)), at.ledger(BY_HAND))
        amending = doing._replace(key=f"amended-{day}", upn="A120", codes=("M",))
        said = {"reason": reason(day), "at": taken_at(session) + dt.timedelta(hours=2)}
        command = amending.command(taken_at(session)).model_copy(update=said)
        handle(command, at.ledger(BY_HAND))
        sql = "SELECT body FROM pages WHERE school = ? AND stream = ? ORDER BY first DESC"
        rows = at.store.database.select(sql, (BY_HAND, f"register/{day}/AM/4B"))
        acknowledge("body", bytes(rows[0][0])[-60:-8].hex())
        _seal(at, folder, acknowledge, command.at)
        at.close()
    acknowledge("begun")
    for n in range(things):
        dispose(url, n)
        acknowledge("gone", n)


def reason(day: dt.date) -> str:
    """Words that stand in the amendment of that day and nowhere else."""
    return hashlib.sha256(str(day).encode()).hexdigest()


def _seal(at: Desk, folder: Path, acknowledge: Told, moment: dt.datetime) -> None:
    note = str(seal(at.ledger(BY_HAND), KeyFolder(folder, BY_HAND), moment).note)
    acknowledge("seal", base64.b64encode(note.encode()).decode())


def _put(file: Path, inbox: Path) -> None:
    """As whoever puts a file there has to: what they did not sync would be theirs to lose."""
    sync(file)
    file.rename(inbox / file.name)
    sync(inbox)


def _hash(path: Path | str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _less_careful() -> None:
    careful = sqlite.SqliteDatabase._connect

    def connect(self: Any, mode: str = "") -> Any:
        connection = careful(self, mode)
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    sqlite.SqliteDatabase._connect = connect  # type: ignore[method-assign]


RUNS: dict[str, Callable[[Path, int, Told], None]] = {
    "acts": acting,
    "files": filing,
    "disposals": disposing,
}

if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
