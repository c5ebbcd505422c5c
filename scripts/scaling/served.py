"""The trust's own PostgreSQL: started in its folder, with settings a server of that size has."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from scripts.bench.postgres import Server, server

SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "random_page_cost": "1.1"}
"""Beside its defaults, as one sets them for a disk without a head. Every commit is flushed."""
LEDGER = "trust"


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Start the server of a folder, which is made where there is none, and stop it in the end."""
    data = folder / "postgres"
    if not (data / "postgresql.auto.conf").exists() or not _set(data):
        with server(data) as fresh, psycopg.connect(fresh.address, autocommit=True) as db:
            for name, value in SETTINGS.items():
                db.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
    with server(data) as found:
        yield found


def address(of: Server, name: str = LEDGER) -> str:
    """The address of one of its databases."""
    return of.address.replace("/postgres?", f"/{name}?")


def hurried(url: str) -> str:
    """The same address for a build that may be begun again: its commits wait for no disk."""
    return f"{url}&options=-csynchronous_commit%3Doff"


def databases(of: Server) -> set[str]:
    """The databases that are there."""
    with psycopg.connect(of.address) as db:
        return {str(row[0]) for row in db.execute("SELECT datname FROM pg_database")}


def snapshot(of: Server, name: str, source: str = LEDGER) -> None:
    """A copy of a database as it is, file by file. Nobody else may be in it."""
    with psycopg.connect(of.address, autocommit=True) as db:
        db.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY'.encode())


def backends(url: str, named: str) -> float:
    """Seconds of the processor that the server has spent on the connections of a process."""
    with psycopg.connect(url) as db:
        found = db.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", (named,))
        return sum(processor(int(pid)) for (pid,) in found.fetchall())


def at_server(url: str) -> float:
    """Seconds of the processor that the whole server has had, with its processes that ended."""
    with psycopg.connect(url) as db:
        postmaster = _parent(db.info.backend_pid)
        processes = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]
        alive = sum(processor(one) for one in processes if _parent(one) == postmaster)
        ended = sum(map(int, _stat(postmaster)[13:15]))
        return alive + ended / os.sysconf("SC_CLK_TCK")


def _parent(process: int) -> int:
    try:
        return int(_stat(process)[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _stat(process: int) -> list[str]:
    """The fields of ``/proc/…/stat`` after the name of the command."""
    told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    return told.rpartition(")")[2].split()


def processor(process: int) -> float:
    """Seconds of the processor that a process has had; 0 where it is gone."""
    try:
        told = Path(f"/proc/{process}/schedstat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return int(told.split()[0]) / 1e9


@contextmanager
def metered(url: str, named: str = "") -> Iterator[list[float]]:
    """
    What of the processor is spent within: by this process, and at the server.

    At the server by the connections of a name, where they stay open, or by all there is. Two
    figures, in seconds, once it is over. Other work on the machine does not lengthen them.
    """

    def server() -> float:
        return backends(url, named) if named else at_server(url)

    found: list[float] = []
    spent, before = time.process_time(), server()
    yield found
    found += [time.process_time() - spent, server() - before]


def note(folder: Path, what: str, found: Any) -> None:
    """Keep what was measured beside the ledger, where the report is made from."""
    path = folder / "measured.json"
    held = noted(folder)
    held[what] = found
    path.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")


def noted(folder: Path) -> dict[str, Any]:
    """What was measured so far."""
    path = folder / "measured.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _set(data: Path) -> bool:
    told = (data / "postgresql.auto.conf").read_text(encoding="utf-8")
    return all(f"{name} = '{value}'" in told for name, value in SETTINGS.items())
