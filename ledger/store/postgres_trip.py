"""
Several prepared statements in one trip to PostgreSQL, straight through libpq.

A cursor for each, and the look-up of how to write each of its values, would cost several times
what they do (docs/decisions/0032). They are told apart by what they are given and give, a letter
a value: ``i`` whole numbers, ``t`` text, ``b`` bytes; capitals are arrays of them.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import count
from select import POLLIN, POLLOUT, poll
from typing import Any, NamedTuple

import psycopg
from psycopg import errors
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from ledger.store.engine import Row
from ledger.store.postgres_answers import Connection

NOT_PREPARED = "26000"
_numbers = count()
_OIDS = {"T": 25, "B": 17}


class Statement:
    """A statement as it is prepared, and what it is given and gives."""

    def __init__(self, sql: str, given: str = "", gives: str = "") -> None:
        self.name, self.sql = b"trip_%d" % next(_numbers), sql.encode()
        self.writes = [_WRITES[one] for one in given]
        self.binary = [int(one in "TB") for one in given]
        self.reads = [_READS[one] for one in gives]


class Came(NamedTuple):
    """What came of a statement."""

    rows: list[Row]
    many: int
    """How many rows were added or changed."""
    said: bytes


def trip(connection: Connection, asked: Iterable[tuple[Statement, Sequence[Any]]]) -> list[Came]:
    """
    What comes of statements, each of which sees those before it.

    Raises the server's error for the first that fails; those after it are not done.
    """
    with connection.lock:
        return receive(connection, send(connection, asked))


def send(
    connection: Connection, asked: Iterable[tuple[Statement, Sequence[Any]]]
) -> list[Statement | None]:
    """
    Statements on their way, and what ``receive`` has to be given for what comes of them.

    All of it has left when this returns: who then waits to read does not wait for ever.
    """
    pgconn = connection.pgconn
    waiting: list[Statement | None] = []
    try:
        pgconn.enter_pipeline_mode()
        for statement, values in asked:
            name = b"%s_%d" % (statement.name, connection.prepared_anew)
            if name not in connection.prepared:
                pgconn.send_prepare(name, statement.sql)
                connection.prepared.add(name)
                waiting.append(None)
            given = [write(one) for write, one in zip(statement.writes, values, strict=True)]
            pgconn.send_query_prepared(name, given, statement.binary, result_format=1)
            waiting.append(statement)
        pgconn.pipeline_sync()
        _flush(pgconn)
    except psycopg.Error:
        connection.close()  # it is not known how far it got
        raise
    return waiting


def receive(connection: Connection, waiting: Sequence[Statement | None]) -> list[Came]:
    """What comes of statements that were sent; raises as ``trip`` does."""
    pgconn = connection.pgconn
    try:
        results = _results(pgconn)
        pgconn.exit_pipeline_mode()
    except psycopg.Error:
        connection.close()
        raise
    for result in results:
        if result.status == ExecStatus.FATAL_ERROR:
            connection.prepare_anew()
            raise _error(connection, result)
    if len(results) != len(waiting):
        connection.close()
        raise psycopg.OperationalError("the server went away")
    return [
        _came(result, statement)
        for result, statement in zip(results, waiting, strict=True)
        if statement is not None
    ]


def plainly(connection: Connection, sql: str) -> None:
    """A statement by itself, of which psycopg does not hear: after a rollback it begins anew."""
    with connection.lock:
        result = connection.pgconn.exec_(sql.encode())
    if result.status != ExecStatus.COMMAND_OK:
        raise _error(connection, result)


def back(connection: Connection) -> None:
    """Nothing is left half done; a connection that does not even say so is no more used."""
    if not connection.closed and connection.info.transaction_status != TransactionStatus.IDLE:
        try:
            plainly(connection, "ROLLBACK")
        except psycopg.Error:
            with suppress(psycopg.Error):
                connection.close()


def _error(connection: Connection, result: PGresult) -> psycopg.Error:
    """What the server said; the connection is given up where it went with it."""
    error = errors.error_from_result(result)
    severity = result.error_field(DiagnosticField.SEVERITY_NONLOCALIZED)
    if connection.pgconn.status == ConnStatus.BAD or severity in (None, b"FATAL", b"PANIC"):
        connection.close()
    return error


def _flush(pgconn: PGconn) -> None:
    """Everything to the server, which may have to be heard before it takes more."""
    line = poll()
    line.register(pgconn.socket, POLLIN | POLLOUT)
    while pgconn.flush():
        if any(event & ~POLLOUT for _, event in line.poll()):
            pgconn.consume_input()


def _results(pgconn: PGconn) -> list[PGresult]:
    """What comes up to the end of the trip. Other threads run meanwhile: libpq holds them up."""
    line, ended = poll(), False
    found: list[PGresult] = []
    line.register(pgconn.socket, POLLIN)
    while True:
        while pgconn.is_busy():
            line.poll()
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:
            if ended:
                return found  # there is no more, though the end was not said
            ended = True
            continue
        ended = False
        if result.status == ExecStatus.PIPELINE_SYNC:
            return found
        found.append(result)


def _came(result: PGresult, statement: Statement) -> Came:
    rows = [
        tuple(
            None if (value := result.get_value(row, column)) is None else read(value)
            for column, read in enumerate(statement.reads)
        )
        for row in range(result.ntuples)
    ]
    return Came(rows, result.command_tuples or 0, result.command_status or b"")


def _numbers_in(values: Iterable[int | None]) -> bytes:
    return b"{%s}" % b",".join(b"NULL" if one is None else b"%d" % one for one in values)


def _array(oid: int, values: Sequence[bytes | None]) -> bytes:
    """As the server keeps an array of one dimension: nothing in it has to be escaped."""
    parts = [struct.pack("!iIIii", 1, None in values, oid, len(values), 1)]
    for one in values:
        parts += [struct.pack("!i", -1)] if one is None else [struct.pack("!i", len(one)), one]
    return b"".join(parts)


def _texts(values: Iterable[str | None]) -> bytes:
    return _array(_OIDS["T"], [None if one is None else one.encode() for one in values])


_WRITES: dict[str, Callable[[Any], bytes]] = {
    "t": str.encode,
    "I": _numbers_in,
    "T": _texts,
    "B": lambda values: _array(_OIDS["B"], values),
}
_READS: dict[str, Callable[[bytes], Any]] = {
    "i": lambda value: int.from_bytes(value, "big", signed=True),
    "t": bytes.decode,
    "b": bytes,
}
