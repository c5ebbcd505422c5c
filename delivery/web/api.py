"""
Every question and act over HTTP, made from the verbs of the command line.

A verb does the same here as when typed, through the same function: there is no second list
of questions, no second wording of a refusal. ``GET`` asks, ``POST`` does.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from fastapi import APIRouter, Body, Header, Query
from fastapi.responses import Response

from delivery.bootstrap import Desk, holding
from delivery.cli.calls import ACT, VERBS, Call, Verb
from delivery.cli.problems import Exit
from delivery.cli.verbs import load
from delivery.web import problems
from delivery.web.given import is_question, model_of, reaches_files, said

JSON = "application/json"
REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The request is off: which part, and what it should be."},
    403: {"description": "Not permitted to this person."},
    404: {"description": "No such school, pupil or person; or nothing matched."},
    409: {"description": "The ledger moved on meanwhile: what came between."},
    422: {"description": "A rule refuses it: a stable code, a sentence and its reference."},
}
for _told in REFUSALS.values():
    _told["content"] = {problems.TYPE: {"schema": problems.SCHEMA}}


@dataclass(frozen=True)
class Heard(Call):
    """A call that came by HTTP: its answer is kept, not printed."""

    sent: tuple[str, ...] | None = None
    told: list[str] = field(default_factory=list)

    def lines(self) -> Iterable[str] | None:
        return self.sent

    def write(self, text: str) -> None:
        self.told.append(text)


def router(desk: Desk, person: str | None) -> APIRouter:
    """The routes of every verb that asks or does; ``person`` acts where a request names nobody."""
    load()
    made = APIRouter(prefix="/api/{school}")
    for verb in VERBS.values():
        asks = is_question(verb)
        if reaches_files(verb) or not (asks or verb.shared is ACT):
            continue
        method = "GET" if asks else "POST"
        made.add_api_route(
            "/" + verb.words.replace(" ", "/"),
            _question(desk, verb) if method == "GET" else _act(desk, verb, person),
            methods=[method],
            name=verb.words,
            operation_id=verb.words.replace(" ", "-"),
            summary=(verb.function.__doc__ or "").partition("\n")[0],
            description=(verb.function.__doc__ or "").partition("\n")[2].strip() or None,
            tags=["questions" if method == "GET" else "acts"],
            responses=REFUSALS,
            response_class=Response,
        )
    return made


def _question(desk: Desk, verb: Verb) -> Any:
    model = model_of(verb)

    def asked(school: int, given: Any) -> Response:
        return _answered(desk, verb, school, given)

    asked.__annotations__ = {"school": int, "given": Annotated[model, Query()], "return": Response}
    return asked


def _act(desk: Desk, verb: Verb, person: str | None) -> Any:
    model = model_of(verb)

    def done(school: int, given: Any, idempotency_key: str | None = None) -> Response:
        return _answered(desk, verb, school, given, person=person, key=idempotency_key)

    done.__annotations__ = {
        "school": int,
        "given": Annotated[model, Body()],
        "idempotency_key": Annotated[str | None, Header()],
        "return": Response,
    }
    return done


def _answered(desk: Desk, verb: Verb, school: int, given: Any, **unless: str | None) -> Response:
    """The verb done; ``unless`` is what holds where the request itself does not say it."""
    own, shared = said(verb, given)
    shared |= {name: shared.get(name) or value for name, value in unless.items()}
    names = {name for name, _, _ in verb.shared}
    call = Heard(
        db=desk.url,
        school=school,
        as_json=True,
        sent=tuple(getattr(given, "lines", None) or ()) if verb.lines else None,
        **{name: value for name, value in shared.items() if name in names},
    )
    with holding(desk):
        try:
            problems.check_span(call.first, call.last)
            verb.function(call, **own)
        except typer.Exit as ended:
            if not call.told:
                return problems.response(404, "nothing-matched", "Nothing matched.")
            found = ended.exit_code in (Exit.DONE, Exit.NOTHING, Exit.FINDINGS, Exit.INTEGRITY)
            return Response("".join(call.told), 200 if found else 500, media_type=JSON)
    return Response("".join(call.told), media_type=JSON)
