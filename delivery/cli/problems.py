"""Every way a call can go wrong, as one sentence and one exit code."""

import os
import sqlite3
import sys
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from delivery.render.envelope import document, refusal
from delivery.render.table import by_line
from delivery.usage import Usage
from ledger.refusals import (
    DatabaseForbids,
    LedgerBusy,
    LedgerUnreachable,
    LedgerUnwritable,
    NoRuleThen,
    Refused,
)


class Exit(IntEnum):
    """What a script learns from a call without reading it."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    NOTHING = 3
    INTEGRITY = 4
    REFUSED = 5
    CONFLICT = 6
    NOT_PERMITTED = 7
    FINDINGS = 8
    UNKNOWN = 9


_OF_KIND = {
    "not found": Exit.NOTHING,
    "not permitted": Exit.NOT_PERMITTED,
    "refused": Exit.REFUSED,
    "conflict": Exit.CONFLICT,
    "broken": Exit.INTEGRITY,
    "unknown": Exit.UNKNOWN,
}


_DENIED = "42501"  # PostgreSQL's insufficient_privilege


def told(problem: BaseException, *, as_json: bool) -> Exit:
    """
    Say what went wrong and give the exit code.

    The sentence goes to stderr; with ``--json`` the refusal goes to stdout as the one
    document of the call. Only a bug of ours shows where in the code it happened, and only
    to those who set ``ATTENDANCE_TRACEBACK``.
    """
    problem = meant(problem)
    if isinstance(problem, Refused):
        _say(problem.code, str(problem), problem.cited, as_json=as_json, rows=_rows(problem))
        return _OF_KIND[problem.kind]
    if isinstance(problem, Usage):
        _say(Usage.code, str(problem), as_json=as_json)
        return Exit.USAGE
    if isinstance(problem, sqlite3.DatabaseError):
        _say("damaged", f"The database cannot be read: {problem}.", as_json=as_json)
        return Exit.INTEGRITY
    if hasattr(problem, "format_message"):  # the option parser's own
        if as_json:
            _say(Usage.code, problem.format_message(), as_json=True)
        else:
            problem.show(file=sys.stderr)  # type: ignore[attr-defined]
        return Exit.USAGE
    if os.environ.get("ATTENDANCE_TRACEBACK"):
        import traceback

        traceback.print_exception(problem)
    _say(
        "unexpected",
        f"This should not have happened: {type(problem).__name__}{_words(problem)}. No act was "
        "half recorded. Set ATTENDANCE_TRACEBACK=1 to see where, and report it.",
        as_json=as_json,
    )
    return Exit.UNEXPECTED


def _words(problem: BaseException) -> str:
    """
    An error's own words, which may name people: at a terminal; in a log, where it happened.

    Whoever sits at a terminal may see the record. What a scheduler runs is kept and sent about.
    """
    if sys.stderr.isatty():
        return f": {problem}"
    at = problem.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    code = at.tb_frame.f_code if at is not None else None
    return f" in {code.co_name} ({code.co_filename}:{at.tb_lineno})" if at and code else ""


_SERVER_AWAY = "psycopg.OperationalError"
"""What its driver raises where the server answers no more; it is not imported for SQLite's sake."""
_NO_ANSWER, _SHUT_DOWN = "08", "57P"
"""The classes of SQLSTATE that say so, among others of the same exception (a deadlock, say)."""


def meant(problem: BaseException) -> BaseException:
    """What a problem from below means to whoever typed the call."""
    if isinstance(problem, ModuleNotFoundError) and problem.name == "psycopg":
        return Usage("PostgreSQL needs psycopg: pip install 'attendance-ledger[postgres]'.")
    return _without_rule(problem) or _of_a_database(problem)


def _without_rule(problem: BaseException) -> NoRuleThen | None:
    from ledger.policy import Silent  # not on the way of a call that goes well

    for silent in (problem, problem.__cause__):
        if isinstance(silent, Silent):
            return NoRuleThen(why=silent.args[0])
    return None


def _of_a_database(problem: BaseException) -> BaseException:
    cause = getattr(problem, "orig", problem)  # SQLAlchemy wraps the driver's own
    if getattr(cause, "sqlstate", None) == _DENIED:
        return DatabaseForbids(where="the database", why=str(cause).splitlines()[0])
    if isinstance(cause, sqlite3.OperationalError):
        said = str(cause)
        if "locked" in said or "busy" in said:
            return LedgerBusy(where="the ledger", seconds=30)
        if any(word in said for word in ("full", "readonly", "disk I/O", "unable to open")):
            return LedgerUnwritable(where="The ledger's database", why=said)
    away = (getattr(cause, "sqlstate", None) or _NO_ANSWER).startswith((_NO_ANSWER, _SHUT_DOWN))
    if away and any(f"{k.__module__}.{k.__name__}" == _SERVER_AWAY for k in type(cause).__mro__):
        why = str(cause).splitlines()[0] if str(cause) else "the server went away"
        return LedgerUnreachable(where="The ledger's database", why=why)
    return cause if isinstance(cause, sqlite3.DatabaseError) else problem


def _rows(problem: Refused) -> Sequence[Any]:
    """The rows of a file that a refusal is about."""
    rows = problem.particulars.get("rows", ())
    return rows if isinstance(rows, Sequence) else ()


def _say(
    code: str, message: str, reference: str = "", *, as_json: bool, rows: Sequence[Any] = ()
) -> None:
    if as_json:
        made = refusal(code, message, reference)
        if rows:
            made["refusal"]["rows"] = [{"line": row.line, "why": row.why} for row in rows]
        sys.stdout.write(document(made))
        return
    cited = f" ({reference})" if reference and reference not in message else ""
    sys.stderr.write(f"{_with_stop(message, cited)}\n")
    for line in by_line(rows, len(rows)):
        sys.stderr.write(f"{line}\n")


def _with_stop(message: str, cited: str) -> str:
    """Put the citation before the last full stop."""
    return f"{message.removesuffix('.')}{cited}." if cited else message
