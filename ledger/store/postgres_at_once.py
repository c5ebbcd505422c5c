"""
How most acts get into PostgreSQL: in one call of ``append_page``.

That is an act of one page on one stream of a ledger that is as this process left it. It is
one call of a prepared statement, straight through libpq: a cursor, and the look-up of how to
write each of fifteen values, would cost as much again as the call.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import DiagnosticField, ExecStatus

from ledger.store import schema
from ledger.store.engine import Row

_NAME = b"append_page"
_UNKNOWN = b"26000"  # invalid_sql_statement_name
_CALL = f"SELECT append_page({', '.join(f'${n}' for n in range(1, schema.APPENDED + 1))})"


def record_at_once(connection: psycopg.Connection[Row], params: Sequence[Any]) -> bool:
    """
    Record and commit; ``False``, and nothing recorded, where the ledger was not as believed.

    Raises the server's error where it is another.
    """
    binary = [isinstance(one, bytes) for one in params]
    values: list[Any] = [
        one if raw or one is None else str(one).encode()
        for one, raw in zip(params, binary, strict=True)
    ]
    with connection.lock:
        result = connection.pgconn.exec_prepared(_NAME, values, binary)
        if result.error_field(DiagnosticField.SQLSTATE) == _UNKNOWN:
            # Not prepared yet, or no longer: psycopg lets all of them go after a rollback.
            connection.pgconn.prepare(_NAME, _CALL.encode())
            result = connection.pgconn.exec_prepared(_NAME, values, binary)
    if result.status == ExecStatus.TUPLES_OK:
        return result.get_value(0, 0) == b"t"
    error = errors.error_from_result(result)
    if isinstance(error, psycopg.IntegrityError):
        return False
    if error.sqlstate is None:  # the line's, not the server's; libpq may not have noticed yet
        connection.close()
    raise error
