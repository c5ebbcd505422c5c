"""Refusals and slips as ``application/problem+json`` (RFC 9457), with the codes as typed."""

import datetime as dt
import json
import sys
import traceback
from typing import Any
from urllib.parse import quote

import typer
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from delivery.cli.asking import Nothing
from delivery.cli.problems import meant
from delivery.usage import Usage
from delivery.web.door.browsers import within
from delivery.web.door.turned_away import PasswordToChange, SignInNeeded, TurnedAway
from delivery.web.site import Site, wants_page
from ledger.policy import Silent
from ledger.refusals import Refused

TYPE = "application/problem+json"
SCHEMA = {
    "type": "object",
    "required": ["title", "status", "detail", "code"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for a person."},
        "code": {"type": "string", "description": "Stable; as the command line has it."},
        "reference": {"type": "string", "description": "The law or the clause."},
    },
}
STATUS = {
    "not found": 404,
    "not permitted": 403,
    "refused": 422,
    "conflict": 409,
    "broken": 500,
    "unknown": 503,
}
_TITLES = {
    400: "The request is off",
    401: "Sign in first",
    403: "Not permitted",
    404: "Not found",
    409: "The ledger moved on",
    412: "The ledger moved on",
    422: "Refused by a rule",
    500: "This should not have happened",
    503: "Not known yet",
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The request is off: which part, and what it should be."},
    401: {"description": "Nobody is signed in, or the token is not known."},
    403: {"description": "Not permitted to this person."},
    404: {"description": "No such school, pupil or person; or nothing matched."},
    409: {"description": "The ledger moved on meanwhile: what came between."},
    412: {"description": "It moved on since the entry of If-Match: what came between."},
    422: {"description": "A rule refuses it: a stable code, a sentence and its reference."},
    503: {"description": "Whether it was recorded is not known: send it again under its key."},
}
for _told in REFUSALS.values():
    _told["content"] = {TYPE: {"schema": SCHEMA}}


def response(status: int, code: str, detail: str, reference: str = "") -> Response:
    """One problem as a response."""
    told: dict[str, Any] = {
        "title": _TITLES.get(status, "Problem"),
        "status": status,
        "detail": detail,
        "code": code,
    }
    if reference:
        told["reference"] = reference
    answer = Response(json.dumps(told, ensure_ascii=False), status, media_type=TYPE)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="attendance"'
    return answer


def told(problem: BaseException) -> tuple[int, str, str, str]:
    """Status, code, sentence and reference of whatever went wrong."""
    problem = meant(problem)
    if isinstance(problem, Refused):
        return STATUS[problem.kind], problem.code, str(problem), problem.cited
    if isinstance(problem, TurnedAway):
        return problem.status, problem.code, str(problem), ""
    if isinstance(problem, Usage):
        return 400, Usage.code, str(problem), ""
    if isinstance(problem, Nothing):
        return 404, "nothing-matched", problem.sentence, ""
    if isinstance(problem, typer.BadParameter):
        return 400, Usage.code, f"{problem.message}.", ""
    sys.stderr.write(_where(problem))  # the server's log, never the answer
    return 500, "unexpected", "This should not have happened. No act was half recorded.", ""


def _where(problem: BaseException) -> str:
    """Which errors, and through which lines; not their words, which may name people."""
    chain = [problem]
    while (before := chain[-1].__cause__ or chain[-1].__context__) and before not in chain:
        chain.append(before)
    parts = []
    for one in reversed(chain):
        frames = traceback.extract_tb(one.__traceback__)
        lines = [f'  File "{at.filename}", line {at.lineno}, in {at.name}\n' for at in frames]
        parts.append("".join(lines) + f"{type(one).__name__}\n")
    return "Unforeseen, first to last:\n" + "".join(parts)


def check_span(first: dt.date | None, last: dt.date | None) -> None:
    """Raises ``Usage`` where the last day asked about comes before the first."""
    if first and last and last < first:
        raise Usage(f"to {last} is before from {first}.")


def off(problem: RequestValidationError) -> str:
    """What is off in a request, part by part."""
    parts = []
    for fault in problem.errors():
        where = ".".join(str(one) for one in fault["loc"][1:]) or "the body"
        parts.append(f"{where}: {str(fault['msg']).removeprefix('Value error, ')}")
    return "; ".join(parts)[:2000]


def _seen_by(request: Request, site: Site) -> Site:
    """The pages as whoever asks sees them, if that is known: so that they can sign out there."""
    try:
        return site.seen_by(site.door.visitor(request), request)
    except TurnedAway:
        return site


def _school(request: Request, site: Site) -> int | None:
    """The school of the address asked for, to go back to, if there is one the visitor may enter."""
    first = request.url.path.split("/")[1]
    urn = int(first) if first.isdecimal() and len(first) < 10 else None
    known = urn is not None and urn in site.door.desk.store.schools()
    return urn if known and site.visitor.may_enter(urn or 0) else None


def _there(request: Request) -> str:
    """The page asked for, to come back to."""
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(within(f"{request.url.path}{query}"[:500]), safe="")


def install(app: FastAPI, site: Site) -> None:
    """Answer a program's problems in this form, and a person's with a page."""

    def answered(request: Request, problem: Exception) -> Response:
        match problem:
            case RequestValidationError():
                said = 400, Usage.code, off(problem), ""
            case HTTPException():
                said = problem.status_code, "http", f"{problem.detail}.", ""
            case _:
                said = told(problem)
        if not wants_page(request):
            answer = response(*said)
            for name, value in (getattr(problem, "headers", None) or {}).items():
                answer.headers[name] = value  # such as Allow, of a 405
            return answer
        if isinstance(problem, PasswordToChange):
            return RedirectResponse("/password", 303)
        if isinstance(problem, SignInNeeded) and request.method == "GET":
            return RedirectResponse(f"/sign-in?next={_there(request)}", 303)
        status, _, detail, reference = said
        title = _TITLES.get(status, "Problem")
        mine = _seen_by(request, site)
        told_of = {"title": title, "detail": detail, "reference": reference}
        return mine.page("problem", None, status, **told_of, urn=_school(request, mine))

    ours = (Refused, Usage, TurnedAway, Silent, Nothing, typer.BadParameter)
    for kind in (RequestValidationError, HTTPException, *ours, Exception):
        app.add_exception_handler(kind, answered)
