"""
The ledger's own server in a process of its own, at a moment of the bench's.

Everything is as ``attendance serve`` has it, but that the clock starts at a given moment, and that
each answer says in ``Server-Timing`` how long it took: by the clock, and of the processor.
"""

import asyncio
import datetime as dt
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def main(url: str, person: str, port: str, moment: str, plain: str = "") -> None:
    """
    Answer until the process is told to end; ``person`` empty: everybody signs in.

    ``plain``: nothing is timed.
    """
    from delivery.bootstrap import Desk
    from delivery.web.app import application
    from delivery.web.door.book import Book, place_of
    from delivery.web.door.doorman import Door
    from delivery.web.serving import Where, served
    from ledger.store import open_store

    ahead = dt.datetime.fromisoformat(moment) - dt.datetime.now(dt.UTC)
    desk = Desk(url, open_store(url), clock=lambda: dt.datetime.now(dt.UTC) + ahead)
    door = Door(desk, person or None, Book(place_of(url)), asks=not person)
    made = application(desk, None, door)
    where = Where(port=int(port))
    asyncio.run(served(made, where) if plain else served(made, where, wrapped=timed))


def timed(application: Any) -> Any:
    """The application, each of whose answers says how long it took, in milliseconds."""

    async def answering(scope: Any, receive: Any, send: Any) -> None:
        began, spent = time.perf_counter(), time.process_time()

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                wall = 1000 * (time.perf_counter() - began)
                cpu = 1000 * (time.process_time() - spent)
                told = f"app;dur={wall:.2f}, cpu;dur={cpu:.2f}".encode()
                message["headers"] = [*message["headers"], (b"server-timing", told)]
            await send(message)

        await application(scope, receive, sending if scope["type"] == "http" else send)

    return answering


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def server(
    ledger: Path | str,
    person: str,
    moment: dt.datetime,
    *,
    plain: bool = False,
    with_: Mapping[str, str] | None = None,
) -> Iterator[tuple[int, int]]:
    """A server on a SQLite file or at an address: its port, and its process."""
    port, url = free_port(), ledger if isinstance(ledger, str) else f"sqlite:///{ledger}"
    typed = [sys.executable, "-m", "scripts.bench.served"]
    typed += [url, person, str(port), moment.isoformat(), "plain" * plain]
    quiet = subprocess.DEVNULL
    given = {**os.environ, **(with_ or {})}
    with subprocess.Popen(typed, stderr=quiet, stdout=quiet, env=given) as process:
        try:
            for _ in range(600):
                time.sleep(0.1)
                with socket.socket() as trial:
                    if trial.connect_ex(("127.0.0.1", port)) == 0:
                        break
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(20)


def slower(folder: Path, milliseconds: float) -> dict[str, str]:
    """What makes each flush of a server take so much longer: a library beneath it."""
    if not milliseconds:
        return {}
    made = folder / "slow_flush.so"
    source = Path(__file__).with_name("slow_flush.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", made, source, "-ldl"], check=True)
    return {"LD_PRELOAD": str(made), "FLUSH_MS": str(milliseconds)}


if __name__ == "__main__":
    main(*sys.argv[1:])
