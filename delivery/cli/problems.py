"""Every way a call can go wrong, as one sentence and one exit code."""

import os
import sys
import traceback
from enum import IntEnum

from delivery.render.envelope import document, refusal
from delivery.usage import Usage
from ledger.refusals import Refused


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


_OF_KIND = {
    "not found": Exit.NOTHING,
    "not permitted": Exit.NOT_PERMITTED,
    "refused": Exit.REFUSED,
    "conflict": Exit.CONFLICT,
}


def told(problem: BaseException, *, as_json: bool) -> Exit:
    """
    Say what went wrong and give the exit code.

    The sentence goes to stderr; with ``--json`` the refusal goes to stdout as the one
    document of the call. Only a bug of ours shows where in the code it happened, and only
    to those who set ``ATTENDANCE_TRACEBACK``.
    """
    if isinstance(problem, Refused):
        exit_code = _OF_KIND[problem.kind]
        _say(problem.code, str(problem), problem.cited, as_json=as_json)
    elif isinstance(problem, Usage):
        exit_code = Exit.USAGE
        _say(problem.code, str(problem), "", as_json=as_json)
    elif hasattr(problem, "format_message"):  # the option parser's own
        exit_code = Exit.USAGE
        if not as_json:
            problem.show(file=sys.stderr)  # type: ignore[attr-defined]
        else:
            _say(Usage.code, problem.format_message(), "", as_json=True)
    else:
        exit_code = Exit.UNEXPECTED
        if os.environ.get("ATTENDANCE_TRACEBACK"):
            traceback.print_exception(problem)
        _say(
            "unexpected",
            f"This should not have happened: {type(problem).__name__}: {problem}. Nothing was "
            "half recorded. Set ATTENDANCE_TRACEBACK=1 to see where, and report it.",
            "",
            as_json=as_json,
        )
    return exit_code


def _say(code: str, message: str, reference: str, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(document(refusal(code, message, reference)))
        return
    cited = f" ({reference})" if reference and reference not in message else ""
    sys.stderr.write(f"{_with_stop(message, cited)}\n")


def _with_stop(message: str, cited: str) -> str:
    """Put the citation before the last full stop."""
    return f"{message.removesuffix('.')}{cited}." if cited else message
