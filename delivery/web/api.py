"""
Every question and act over HTTP, made from the verbs of the command line.

A verb does the same here as when typed, through the same function: there is no second list
of questions, no second wording of a refusal. ``GET`` asks, ``POST`` does.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

import typer
from fastapi import APIRouter, Body, Header, Path, Query, Request
from fastapi.responses import Response

from delivery.acts import seen
from delivery.cli.asking import Nothing, view_of
from delivery.cli.calls import ACT, VERBS, Call, Verb
from delivery.cli.problems import Exit
from delivery.cli.unheard import unheard
from delivery.cli.verbs import load
from delivery.exports import Export
from delivery.kept import holding
from delivery.usage import Usage
from delivery.web import problems
from delivery.web.described import IDEMPOTENCY_KEY, IF_MATCH, answered, handed_over, recorded
from delivery.web.door.doorman import Door, Pass, Visited, inside
from delivery.web.door.questions import check_act, check_named, check_question, keep_reading, kept
from delivery.web.door.rules import Verdict
from delivery.web.door.turned_away import NotYoursToSee
from delivery.web.door.visitor import Visitor
from delivery.web.door.withheld import BY_THEMSELVES, asked_without_names, without_names
from delivery.web.given import is_export, is_question, model_of, reaches_files, said
from delivery.web.ready import standing
from delivery.web.standing import BY_ENTRY, entry_of_tag, page_of, paged, tagged
from ledger.refusals import Conflict

JSON = "application/json"


@dataclass(frozen=True)
class Heard(Call):
    """A call that came by HTTP: its answer is kept, not printed."""

    sent: tuple[str, ...] | None = None
    told: list[str] = field(default_factory=list)
    made: list[Export] = field(default_factory=list)

    def lines(self) -> Iterable[str] | None:
        return self.sent

    def write(self, text: str) -> None:
        self.told.append(text)

    def hand_over(self, made: Export) -> None:
        self.made.append(made)

    def do(self, verb: Verb, **own: Any) -> None:
        """Call a verb; what it says beside its answer is said to nobody."""
        with unheard():
            verb.function(self, **own)


@cache
def router() -> APIRouter:
    """The routes of every verb that asks or does; made once, for whichever door is asked at."""
    load()
    made = APIRouter(prefix="/api/{school}")
    for verb in VERBS.values():
        if reaches_files(verb):
            continue
        if is_question(verb):
            method, handler, tells, tag = "GET", _question(verb), answered(verb.words), "questions"
        elif is_export(verb):
            method, handler, tells, tag = "GET", _export(verb), handed_over(verb.words), "exports"
        elif verb.shared is ACT:
            method, handler, tells, tag = "POST", _act(verb), recorded(verb.words), "acts"
        else:
            continue
        made.add_api_route(
            "/" + verb.words.replace(" ", "/"),
            handler,
            methods=[method],
            name=verb.words,
            operation_id=verb.words.replace(" ", "-"),
            summary=(verb.function.__doc__ or "").partition("\n")[0],
            description=(verb.function.__doc__ or "").partition("\n")[2].strip() or None,
            tags=[tag],
            responses=problems.REFUSALS | tells,
            response_class=Response,
        )
    return made


def _question(verb: Verb) -> Any:
    model = model_of(verb)
    asking = paged(model) if verb.words in BY_ENTRY else model

    def asked(request: Request, school: int, visitor: Visitor, given: Any) -> Response:
        door: Door = request.app.state.door
        with _inside(door, visitor, school) as passed:
            own, shared = said(verb, given)
            verdict, pupil = check_question(passed, verb.words, own)
            if verdict is Verdict.WITHOUT_NAMES:
                own = asked_without_names(verb.words, own, visitor.who)
            call = heard(door, school, verb, shared)
            shown = keep_reading(passed, verb.words, own, call, pupil)
            stands = standing(passed.view.ledger)
            answer = _answered(verb, call, own, names=verdict is Verdict.ALLOWED)
            if answer.status_code == 200 and verb.words in BY_ENTRY:
                answer = page_of(request, verb.words, answer, given.after, given.limit)
            if answer.status_code != 200:
                return answer
            if shown and verdict is Verdict.ALLOWED:
                request.app.state.ready.keep(request, passed, own, answer, (shown, stands))
            answer = tagged(request, answer, passed.view.entry)
            return kept(answer, passed, verb.words, own, call, once=True)

    asked.__annotations__ = _asking(asking)
    return asked


def _export(verb: Verb) -> Any:
    """A file, to whoever may have it with every name in it, or made without any."""

    def asked(request: Request, school: int, visitor: Visitor, given: Any) -> Response:
        door: Door = request.app.state.door
        with _inside(door, visitor, school) as passed:
            own, shared = said(verb, given)
            verdict, pupil = check_question(passed, verb.words, own)
            if verdict is Verdict.WITHOUT_NAMES:
                if verb.words not in BY_THEMSELVES:
                    raise NotYoursToSee
                own = asked_without_names(verb.words, own, visitor.who)
            call = heard(door, school, verb, shared)
            keep_reading(passed, verb.words, own, call, pupil)
            ended = _answered(verb, call, own)
            if not call.made:
                return ended
            file = tagged(request, file_of(call.made[0]), passed.view.entry)
            return kept(file, passed, verb.words, own, call)

    asked.__annotations__ = _asking(model_of(verb))
    return asked


def file_of(made: Export) -> Response:
    """A file that was made, to be saved under its name."""
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(made.body, media_type=made.media, headers=headers)


def _asking(model: Any) -> dict[str, Any]:
    return {
        "request": Request,
        "school": School,
        "visitor": Visited,
        "given": Annotated[model, Query()],
        "return": Response,
    }


def _act(verb: Verb) -> Any:
    model = model_of(verb)

    def done(
        *,
        request: Request,
        school: int,
        visitor: Visitor,
        given: Any,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Response:
        door: Door = request.app.state.door
        with _inside(door, visitor, school, acts=True) as passed:
            own, shared = said(verb, given)
            shared["person"] = check_act(passed, shared.get("person"))
            check_named(passed, own)
            shared["key"] = shared.get("key") or idempotency_key
            lines = tuple(getattr(given, "lines", None) or ()) if verb.lines else None
            call = heard(door, school, verb, shared, lines)
            last = entry_of_tag(if_match)
            if last is not None and last > passed.view.entry:
                raise Usage(f"If-Match: the ledger has {passed.view.entry} entries, not {last}.")
            try:
                with seen(last):
                    return _answered(verb, call, own)
            except Conflict as conflict:
                if last is None:
                    raise
                return problems.response(412, conflict.code, str(conflict), conflict.cited)

    done.__annotations__ = {
        "request": Request,
        "school": School,
        "visitor": Visited,
        "given": Annotated[model, Body()],
        "idempotency_key": Annotated[str | None, Header(**IDEMPOTENCY_KEY)],
        "if_match": Annotated[str | None, Header(**IF_MATCH)],
        "return": Response,
    }
    return done


School = Annotated[int, Path(ge=1, le=10**9, description="URN.", examples=[999001])]


@contextmanager
def _inside(door: Door, visitor: Visitor, school: int, *, acts: bool = False) -> Iterator[Pass]:
    """The school as it stands, for whoever has business there; to act, without its tables."""
    with holding(door.desk), inside(door.desk, visitor, school):
        ledger = door.desk.ledger(school)
        view = door.desk.states(ledger) if acts else view_of(door.desk, ledger, Call())
        yield Pass.of(door, visitor, view)


def heard(
    door: Door,
    school: int,
    verb: Verb,
    shared: dict[str, Any],
    lines: tuple[str, ...] | None = None,
) -> Heard:
    """The call that a request comes to."""
    told = {name: shared[name] for name, _, _ in verb.shared if name in shared}
    return Heard(db=door.desk.url, school=school, as_json=True, sent=lines, **told)


def _answered(verb: Verb, call: Heard, own: dict[str, Any], *, names: bool = True) -> Response:
    """The verb done: the document it tells, with names or without."""
    status = 200
    try:
        problems.check_span(call.first, call.last)
        call.do(verb, **own)
    except typer.Exit as ended:
        if not call.told:
            told_so = ended.sentence if isinstance(ended, Nothing) else "Nothing matched."
            return problems.response(404, "nothing-matched", told_so)
        found = ended.exit_code in (Exit.DONE, Exit.NOTHING, Exit.FINDINGS, Exit.INTEGRITY)
        status = 200 if found else 500
    told = "".join(call.told)
    return Response(told if names else without_names(verb.words, told), status, media_type=JSON)
