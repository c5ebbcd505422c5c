"""A server in a process of its own, with a clock that starts at a moment of the tests' own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_START = """
import asyncio, datetime as dt, sys
from delivery.bootstrap import Desk
from delivery.web.app import application
from delivery.web.serving import Where, served
from ledger.store import open_store
url, person, port, moment = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
ahead = dt.datetime.fromisoformat(moment) - dt.datetime.now(dt.UTC)
desk = Desk(url, open_store(url), clock=lambda: dt.datetime.now(dt.UTC) + ahead)
asyncio.run(served(application(desk, person), Where(port=port)))
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def server(path: Path, person: str, moment: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Answering at ``http://127.0.0.1:PORT`` until the end, or until somebody kills it."""
    typed = [sys.executable, "-c", _START, f"sqlite:///{path}", person, str(port), moment]
    with subprocess.Popen(typed, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(600):
                time.sleep(0.1)
                with socket.socket() as trial:
                    if trial.connect_ex(("127.0.0.1", port)) == 0:
                        break
            yield process
        finally:
            process.kill()
