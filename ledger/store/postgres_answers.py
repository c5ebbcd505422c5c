"""
What PostgreSQL answers, and what it means where it does not.

A connection that goes while something is committed takes the answer with it. And a server that
waits for its standby says success, with a warning, where somebody cancelled the wait.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from ledger.refusals import DatabaseForbids, LedgerBusy, LedgerUnwritable
from ledger.store.engine import AnswerLost, Fenced, NotOnStandby, Row
from ledger.store.moves import FENCED_STATE

CONFIRM = """
SELECT CASE WHEN current_setting('synchronous_standby_names') <> ''
    THEN pg_logical_emit_message(true, 'attendance', 'all before this is there') END
"""
"""Where there are standbys, a commit of its own: they confirm it after all that came before."""

_CANCELLED = ("01000", "57P01")  # a warning; admin_shutdown, said as one before the server goes
_TRIES, _PAUSE = 12, 0.5
"""How often a server is asked that was there before, and the seconds between: it may restart."""


class Connection(psycopg.Connection[Row]):
    """A connection that remembers when it was warned of a standby that did not confirm."""

    doubt: str | None = None

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.prepared: set[bytes] = set()
        """The statements that ``postgres_trip`` has prepared, and how often it began anew."""
        self.prepared_anew = 0

    def prepare_anew(self) -> None:
        """What was prepared may be there no more: psycopg lets all go after a rollback."""
        self.prepared.clear()
        self.prepared_anew += 1

    def hear(self, said: errors.Diagnostic) -> None:
        """Take in a notice of the server."""
        if said.severity_nonlocalized == "WARNING" and said.sqlstate in _CANCELLED:
            self.doubt = said.message_primary or "a warning"


def connected(url: str, *, again: bool) -> Connection:
    """A connection; with ``again`` to a server that was there before, and may be back soon."""
    for tried in range(_TRIES if again else 1):
        if tried:
            time.sleep(_PAUSE)
        try:
            made = Connection.connect(
                url,
                autocommit=True,
                prepare_threshold=1,
                connect_timeout=10,
                client_encoding="UTF8",
            )
        except psycopg.OperationalError as error:
            away = error
            continue
        made.add_notice_handler(made.hear)
        return made
    raise away


@contextmanager
def told(connection: Connection, where: str, seconds: float, *, sends: bool) -> Iterator[None]:
    """
    What the server's errors mean to the person who met them; nothing is left half done.

    With ``sends`` something is committed: raises ``AnswerLost`` where it is not known whether.
    """
    connection.doubt = None
    try:
        yield
    except psycopg.Error as error:
        if (what := meant(error, where, seconds)) is not None:
            raise what from error
        if sends and connection.closed:
            raise AnswerLost("the server went away before it answered") from error
        raise
    finally:
        status = connection.info.transaction_status
        if not connection.closed and status != TransactionStatus.IDLE:
            connection.rollback()
    if sends:
        confirmed(connection)


def meant(error: psycopg.Error, where: str, seconds: float) -> Exception | None:
    """What an error of the server means; ``None`` where it is nothing that is told in words."""
    if isinstance(error, errors.LockNotAvailable):
        return LedgerBusy(where=where, seconds=int(seconds))
    if isinstance(error, errors.InsufficientPrivilege):
        return DatabaseForbids(where=where, why=str(error).splitlines()[0])
    if isinstance(error, errors.DiskFull | errors.ReadOnlySqlTransaction | errors.QueryCanceled):
        return LedgerUnwritable(where=where, why=str(error).splitlines()[0])
    return Fenced() if error.sqlstate == FENCED_STATE else None


def confirmed(connection: Connection) -> None:
    """Raise ``NotOnStandby`` where the server warned that its standby did not confirm."""
    if connection.doubt:
        why = "it is recorded on the server, and whether its standby has it is not confirmed"
        raise NotOnStandby(f"{why} ({connection.doubt})")


def read(connection: Callable[[], Connection], ask: Callable[[Connection], list[Row]]) -> list[Row]:
    """What is asked; once more on a new connection where the one at hand has gone."""
    at_hand = connection()
    try:
        return ask(at_hand)
    except psycopg.Error:
        if not at_hand.closed:
            raise
    return ask(connection())


def rewrite(connection: Connection) -> list[str]:
    """Every table written anew, and the log's old segments given up; what was passed over."""
    passed_over: list[str] = []

    def hear(said: errors.Diagnostic) -> None:
        if said.severity_nonlocalized == "WARNING":  # a table that is not this login's
            passed_over.append(said.message_primary or "")

    connection.add_notice_handler(hear)
    try:
        connection.execute("VACUUM (FULL, ANALYZE)")
        for statement in ("SELECT pg_switch_wal()", "CHECKPOINT"):
            with suppress(errors.InsufficientPrivilege):  # then the server does it, later
                connection.execute(statement)
    finally:
        connection.remove_notice_handler(hear)
    return passed_over
