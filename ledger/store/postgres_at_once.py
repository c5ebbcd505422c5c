"""
How most acts get into PostgreSQL: in one statement, which is one transaction.

That is an act of one page on one stream of a ledger that is as this process left it. It is
one prepared statement, straight through libpq: a cursor, and the look-up of how to write each
of fifteen values, would cost as much again as the call.
"""

import psycopg
from psycopg import errors
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult

from ledger.store.engine import OnePage, Row

_NAME = b"append_page"
_UNKNOWN = b"26000"  # invalid_sql_statement_name
_BINARY = [int(place in (9, 12, 13, 15)) for place in range(1, 16)]  # values that are bytes

# The head is moved first, which takes its row and waits for whoever has it: moved on by another
# it is not found, and without it nothing is added. A head that is still as this process left it
# has had nothing after it, so the statement sees all there is of the school. A command id that
# is known fails the statement as a whole.
#
# Values: 1 school; of the act 2 count, 3 recorded_at, 4 made_at, 5 key, 6 command, 7 made_by,
# 8 source, 9 salt; of the page 10 stream, 11 version, 12 checks, 13 body; of the head 14 the
# size before, 15 the new frontier.
_APPEND = b"""
WITH moved AS (
    UPDATE heads SET size = $14::int + $2::int, recorded_at = $3::bigint, frontier = $15::bytea
    WHERE school = $1::int AND size = $14::int AND $11::int = coalesce((
        SELECT version + count FROM pages WHERE school = $1::int AND stream = $10::text
        ORDER BY version DESC LIMIT 1), 1)
    RETURNING school, $14::int + 1 AS begins
), act AS (
    INSERT INTO acts SELECT school, begins, $2::int, $3::bigint, $4::bigint, $5::text,
        $6::text, $7::text, $8::text, $9::bytea FROM moved
)
INSERT INTO pages SELECT school, begins, begins, $10::text, $11::int, $2::int, $12::bytea,
    $13::bytea FROM moved
"""


def record_at_once(connection: psycopg.Connection[Row], one: OnePage) -> bool:
    """
    Record and commit; ``False``, and nothing recorded, where the ledger was not as believed.

    Raises the server's error where it is another.
    """
    school, first, count, recorded_at, made_at, key, command, made_by, source, salt = one.act
    _, _, _, stream, version, _, checks, body = one.page
    values = [
        b"%d" % school,
        b"%d" % count,
        b"%d" % recorded_at,
        None if made_at is None else b"%d" % made_at,
        key.encode(),
        command.encode(),
        made_by.encode(),
        None if source is None else source.encode(),
        salt,
        stream.encode(),
        b"%d" % version,
        checks,
        body,
        b"%d" % (first - 1),
        one.head[2],
    ]
    pgconn = connection.pgconn
    with connection.lock:
        result = pgconn.exec_prepared(_NAME, values, _BINARY)
        if result.status != ExecStatus.COMMAND_OK and _not_prepared(result):
            pgconn.prepare(_NAME, _APPEND)
            result = pgconn.exec_prepared(_NAME, values, _BINARY)
    if result.status == ExecStatus.COMMAND_OK:
        return result.command_tuples == 1
    error = errors.error_from_result(result)
    if isinstance(error, psycopg.IntegrityError):
        return False
    if error.sqlstate is None:  # the line's, not the server's; libpq may not have noticed yet
        connection.close()
    raise error


def _not_prepared(result: PGresult) -> bool:
    """Whether it is not prepared yet, or no longer: psycopg lets all go after a rollback."""
    return result.error_field(DiagnosticField.SQLSTATE) == _UNKNOWN
