"""Any question as a page: what may be asked, and the answer as a table, as CSV or as data."""

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote, urlencode

import typer
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from delivery.cells import unguarded
from delivery.cli.calls import VERBS, Verb
from delivery.cli.verbs import load
from delivery.usage import Usage
from delivery.web import problems
from delivery.web.api import Heard, file_of
from delivery.web.door.askable import may_ask
from delivery.web.door.doorman import FORM_FIELD
from delivery.web.door.questions import check_question, keep_given, keep_reading
from delivery.web.door.rules import Verdict
from delivery.web.door.turned_away import NotYoursToSee
from delivery.web.forms import Field, question_fields, read, title_of
from delivery.web.given import is_export, is_question, reaches_files, said
from delivery.web.here import Here
from delivery.web.site import Its, Site
from ledger.refusals import Refused

SHOWN = 200
"""Rows of a table on a page; all of them are in the CSV."""
NOTHING = "There is nothing to write."
NOT_TABLES = {"pack", "doctor"}
routes = APIRouter(include_in_schema=False)


@routes.get("/{school}/ask")
def every(site: Its, school: int) -> Response:
    """Every question there is for whoever looks."""
    with site.at(school, None) as here:
        return site.page(
            "questions", here, questions=offered(here, questions()), files=offered(here, files())
        )


def offered(here: Here, verbs: Mapping[str, Verb]) -> Sequence[tuple[str, str, str]]:
    """Of questions, those that the visitor may ask: the words, what they ask, and what else."""
    return [(words, *title_of(one)) for words, one in verbs.items() if may_ask(here.passed, one)]


@dataclass(frozen=True)
class Asked:
    """A question as somebody asked it on a page: what may be said, and what was."""

    verb: Verb
    fields: Sequence[Field]
    sent: Mapping[str, Sequence[str]]

    @property
    def missing(self) -> bool:
        """Whether something is still to be said before there is an answer."""
        return any(one.required and not any(self.sent.get(one.name, ())) for one in self.fields)


@routes.get("/{school}/ask/{question:path}")
def ask(site: Its, school: int, question: str, request: Request) -> Response:
    """One question: its answer, or what is still to be said."""
    sent = {name: request.query_params.getlist(name) for name in request.query_params}
    with site.at(school, request.query_params.get("asof")) as here:
        words = question.replace("/", " ")
        verb = questions().get(words) or files().get(words)
        if verb is None:
            raise Usage(f"There is no question {question}; those there are stand under Data.")
        asked = Asked(verb, question_fields(verb), sent)
        if asked.missing or (is_export(verb) and sent.get("as") != ["file"]):
            return _page(site, here, asked)
        try:
            taken = is_export(verb) or sent.get("as") == ["csv"]
            call = _called(here, verb, read(verb, sent, asked.fields), taken=taken)
        except ValidationError as problem:
            told = str(problem.errors()[0]["msg"]).removeprefix("Value error, ")
            return _page(site, here, asked, problem=told, status=400)
        except (Refused, Usage) as problem:
            if not any(sent.get(one.name) for one in asked.fields):
                return _page(site, here, asked)  # nothing was said yet, and something is to be
            status = problems.STATUS[getattr(problem, "kind", "refused")]
            return _page(site, here, asked, problem=str(problem), status=status)
        return _told(site, here, asked, call)


@routes.post("/{school}/ask/{question:path}")
async def put(site: Its, school: int, question: str, request: Request) -> Response:
    """What was typed to ask it, sent on as an address: a pupil by the school's own number."""
    given = await request.form()
    said = [
        (name, one.strip())
        for name, one in given.multi_items()
        if isinstance(one, str) and one.strip() and name != FORM_FIELD
    ]
    asof = request.query_params.get("asof")
    return await run_in_threadpool(_sent_on, site, school, question, said, asof)


def _sent_on(
    site: Site, school: int, question: str, said: Sequence[tuple[str, str]], asof: str | None
) -> Response:
    with site.at(school, asof) as here:
        query = [(n, str(here.pupil(one).id) if n == "pupil" else one) for n, one in said]
        if here.asked:
            query.append(("asof", here.asked))
    to = f"/{school}/ask/{quote(question)}"
    return RedirectResponse(f"{to}?{urlencode(query)}" if query else to, 303)


def _told(site: Site, here: Here, asked: Asked, call: Heard) -> Response:
    """What was asked for: a file for others, the rows as a file, or a page with a table."""
    words = asked.verb.words
    if is_export(asked.verb):
        return file_of(call.made[0]) if call.made else _page(site, here, asked, problem=NOTHING)
    text = "".join(call.told)
    if asked.sent.get("as") == ["csv"]:
        return csv_file(f"{words.replace(' ', '-')}-{here.urn}", text)
    return _page(site, here, asked, table=tabled(text))


def csv_file(name: str, text: str) -> Response:
    """Rows to be saved as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


Table = tuple[list[str], list[list[str]], int]
"""The head, the rows shown, and how many more there are."""


def tabled(text: str) -> Table:
    """CSV as a table."""
    rows = ([unguarded(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline="")))
    return next(rows, []), list(islice(rows, SHOWN)), sum(1 for _ in rows)


def questions() -> dict[str, Verb]:
    """The questions that are answered with a table, by their words."""
    load()
    return {
        words: verb
        for words, verb in VERBS.items()
        if is_question(verb) and not reaches_files(verb) and words not in NOT_TABLES
    }


def files() -> dict[str, Verb]:
    """The files for others, by their words."""
    load()
    return {words: verb for words, verb in VERBS.items() if is_export(verb)}


def _called(here: Here, verb: Verb, model: BaseModel, *, taken: bool) -> Heard:
    """
    The verb called for its CSV or its file, if the visitor may have it with its names.

    ``taken``: as a file, which is kept as a reading where it is of the whole school.
    """
    own, shared = said(verb, model)
    verdict, pupil = check_question(here.passed, verb.words, own)
    if verdict is not Verdict.ALLOWED:
        raise NotYoursToSee
    names = {name for name, _, _ in verb.shared}
    if here.asked and "asof" in names:
        shared["asof"] = here.view.entry
    told = {name: value for name, value in shared.items() if name in names}
    call = Heard(db=here.desk.url, school=here.urn, as_csv=True, **told)
    problems.check_span(call.first, call.last)
    keep_reading(here.passed, verb.words, own, call, pupil)
    with suppress(typer.Exit):  # how it ends when typed; what it found is told all the same
        call.do(verb, **own)
    if taken and (call.made or call.told):
        keep_given(here.passed, verb.words, own, call)
    return call


def _page(
    site: Site,
    here: Here,
    asked: Asked,
    *,
    table: Table | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    title, more = title_of(asked.verb)
    sent = asked.sent
    kept = [(name, one) for name, values in sent.items() for one in values if one and name != "as"]
    return site.page(
        "question",
        here,
        status,
        verb=asked.verb.words,
        title=title,
        more=more,
        fields=asked.fields,
        sent={one.name: "\n".join(sent.get(one.name, ())) for one in asked.fields},
        table=table,
        problem=problem,
        query=urlencode(kept),
        file=is_export(asked.verb) and not asked.missing,
    )
