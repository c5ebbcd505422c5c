"""Engines for the read models: the ledger's own database, or one in memory."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, StaticPool

BUSY_SECONDS = 30


def apart(of: Engine) -> Engine:
    """Another engine on the same database whose connections are nobody else's, and not kept."""
    if of.dialect.name == "sqlite":
        made = create_engine(of.url, connect_args={"timeout": BUSY_SECONDS}, poolclass=NullPool)
        _prepare(made, "WAL")
        return made
    made = create_engine(of.url, poolclass=NullPool, isolation_level="REPEATABLE READ")
    _sees_all(made)
    return made


def engine(url: str) -> Engine:
    """
    The engine for a ledger's address, ``sqlite:///x.db`` or ``postgresql://…``.

    On SQLite a write begins as one (never as a read that later wants to write and may not),
    waits for others, and is not flushed to disk commit by commit: a read model lost in a power
    cut is made again from the entries, and the position in the same transaction says so.

    On PostgreSQL a connection is tried before it is used: the server may have been restarted, or
    another of those in the address have become the one to write to.
    """
    if not url.startswith("sqlite"):
        made = create_engine(_postgres(url), pool_pre_ping=True)
        _sees_all(made)
        return made
    made = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    _prepare(made, "WAL")
    return made


def memory() -> Engine:
    """A private database that is gone when its engine is: for answers as at an earlier entry."""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect("", check_same_thread=False)  # spills to a file if it grows

    made = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
    _prepare(made, "OFF")
    return made


def looked_over(connection: Connection, names: Iterable[str]) -> None:
    """
    Let PostgreSQL count what is in tables that were just filled.

    It plans a question by that: of a table nobody has counted it thinks that it is empty, and one
    question of a term's registers then took minutes. SQLite plans by keys alone.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {', '.join(names)}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes, from its first moment; all of it or nothing."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def _postgres(url: str) -> URL:
    """
    An address as libpq reads it, and so as the store does, in SQLAlchemy's words.

    SQLAlchemy itself does not read two servers with their ports, ``a:5432,b:5432``.
    """
    from ledger.store.postgres_address import parts  # psycopg is an extra: not for SQLite's sake

    said = parts(url)
    user, password, name = (said.pop(one, None) for one in ("user", "password", "dbname"))
    return URL.create("postgresql+psycopg", user, password, database=name, query=said)


def _sees_all(made: Engine) -> None:
    """On PostgreSQL: every school that the login may see (``ledger/store/roles.py``)."""

    @event.listens_for(made, "connect")
    def _(connection: Any, _: object) -> None:
        connection.execute("SET attendance.school = 'all'")
        connection.commit()


def _prepare(made: Engine, journal: str) -> None:
    @event.listens_for(made, "connect")
    def _(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where we say
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -32768")  # kibibytes

    @event.listens_for(made, "begin")
    def _(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
