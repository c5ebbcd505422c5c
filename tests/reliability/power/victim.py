"""
Works on a ledger whose every write is written down: ``python -m tests.reliability.power.victim``.

Arguments: the folder, how many things to do, and ``full`` or ``normal``, how SQLite is told to sync
(``normal`` is the control, which must lose something). It begins with no ledger, acknowledges
into the file ``acks``, and closes the ledger now and then, so that logs come and go.
"""

import base64
import os
import sys
from pathlib import Path
from typing import Any

from delivery import acts
from delivery.sealing.keys import KeyFolder
from delivery.sealing.seal import seal
from ledger.store import sqlite
from tests.reliability.crash.school import BY_HAND, Script, desk, running, set_up

_REOPENED, _SEALED = 25, 10


def main(folder: Path, things: int, told: str) -> None:
    sqlite._LOG = 100  # pages of the log: it goes into the file often
    if told == "normal":
        _less_careful()
    acks = os.open(folder / "acks", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    url, keys, script = (
        f"sqlite:///{folder}/attendance.db",
        KeyFolder(folder, BY_HAND),
        Script("4A"),
    )
    set_up(url)
    keys.make("trust.example")
    os.write(acks, b"set-up\n")
    at = desk(url, running())
    for n in range(things):
        if n % _REOPENED == _REOPENED - 1:
            at.close()
            at = desk(url, running())
        receipt = acts.do(at, script.next().command(running()), BY_HAND).outcome.receipt
        assert receipt is not None
        os.write(acks, f"act {receipt.key} {receipt.first} {receipt.last}\n".encode())
        if n % _SEALED == _SEALED - 1:
            note = str(seal(at.ledger(BY_HAND), keys, running()).note)
            os.write(acks, b"seal " + base64.b64encode(note.encode()) + b"\n")
    at.close()


def _less_careful() -> None:
    careful = sqlite.SqliteDatabase._connect

    def connect(self: Any, mode: str = "") -> Any:
        connection = careful(self, mode)
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    sqlite.SqliteDatabase._connect = connect  # type: ignore[method-assign]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
