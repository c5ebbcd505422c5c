"""Letters: those sent, one as it was sent, and a new one: look at it, then record it as sent."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from delivery.cli.calls import ACT, VERBS, Verb
from delivery.cli.verbs import load
from delivery.documents.again import again
from delivery.usage import Usage
from delivery.web.api import Heard
from delivery.web.forms import fields_of, letter_fields, read, title_of
from delivery.web.given import said
from delivery.web.here import Here
from delivery.web.problems import STATUS
from delivery.web.site import AsOf, Its, Site
from ledger.refusals import Refused
from projections.letter_questions import letters_sent

ADDRESS = "/{school}/pupils/{pupil}/letters/{kind}"
routes = APIRouter(include_in_schema=False)
Sent = Mapping[str, Sequence[str]]


@routes.get("/{school}/letters")
def letters(site: Its, school: int, asof: AsOf = None) -> Response:
    """The letters sent, the newest first; and the kinds there are."""
    with site.at(school, asof) as here:
        rows = sorted(letters_sent(here.view).rows, key=lambda one: -one.letter)
        told = [(name, *title_of(verb)) for name, verb in kinds().items()]
        return site.page("letters", here, rows=rows[:300], total=len(rows), kinds=told)


@routes.get("/{school}/letters/{number}")
def letter(site: Its, school: int, number: int, asof: AsOf = None) -> Response:
    """One letter: to whom, about what, by whom."""
    with site.at(school, asof) as here:
        for row in letters_sent(here.view).rows:
            if row.letter == number:
                here.reads(row.pupil.id, "/{school}/letters/{number}")
                return site.page("letter", here, row=row)
        raise Usage(f"There is no letter {number}.")


@routes.get("/{school}/letters/{number}/pdf")
def as_sent(site: Its, school: int, number: int) -> Response:
    """The letter itself, made again from what its entry holds: the same bytes."""
    with site.at(school, None) as here:
        found = again(here.view.ledger, number)
        if found is None:
            raise Usage(f"There is no letter {number}.")
        here.reads(found.sent.pupil, "/{school}/letters/{number}/pdf")
        return pdf_file(f"letter-{number}", found.pdf)


@routes.get(ADDRESS)
def form(site: Its, school: int, pupil: str, kind: str, request: Request) -> Response:
    """The form of a letter."""
    sent = {name: request.query_params.getlist(name) for name in request.query_params}
    with site.at(school, None) as here:
        return _form(site, here, pupil, kind, sent)


@routes.post(ADDRESS + "/look")
async def look(site: Its, school: int, pupil: str, kind: str, request: Request) -> Response:
    """The letter as it would be sent, recorded nowhere; its words stand in no address."""
    sent = await _typed(request)
    return await run_in_threadpool(_looked_at, site, school, pupil, kind, sent)


@routes.post(ADDRESS)
async def send(site: Its, school: int, pupil: str, kind: str, request: Request) -> Response:
    """Record a letter as sent, and show it."""
    return await run_in_threadpool(_sent, site, school, pupil, kind, await _typed(request))


async def _typed(request: Request) -> Sent:
    given = await request.form()
    return {name: [one for one in given.getlist(name) if isinstance(one, str)] for name in given}


def _looked_at(site: Site, school: int, pupil: str, kind: str, sent: Sent) -> Response:
    with site.at(school, None) as here:
        try:
            return pdf_file(f"{kind}-draft", _written(here, pupil, kind, sent, draft=True)[0])
        except (Refused, Usage, ValidationError) as problem:
            return _form(site, here, pupil, kind, sent, problem=problem)


def _sent(site: Site, school: int, pupil: str, kind: str, sent: Sent) -> Response:
    with site.at(school, None) as here:
        try:
            _, told = _written(here, pupil, kind, sent, draft=False)
        except (Refused, Usage, ValidationError) as problem:
            return _form(site, here, pupil, kind, sent, problem=problem)
        receipt = told["receipts"][0]["receipt"]
    first, last = receipt["first"], receipt["last"]
    with site.at(school, None) as here:  # which knows of it by now
        rows = letters_sent(here.view).rows
        number = next((one.letter for one in rows if first <= one.entry <= last), None)
        to = f"letters/{number}" if number else "letters"
        return RedirectResponse(f"/{school}/{to}?done={first}-{last}", 303)


def _written(
    here: Here, pupil: str, kind: str, sent: Sent, *, draft: bool
) -> tuple[bytes, dict[str, Any]]:
    """The letter made, and where it was recorded the receipt; through the verb's own function."""
    verb, theirs = _verb(kind), here.pupil(pupil)
    key = "".join(sent.get("key", ())) or here.desk.keys()
    model = read(verb, {**sent, "pupil": [theirs.upn]}, letter_fields(verb))
    own, _ = said(verb, model)
    call = Heard(db=here.desk.url, school=here.urn, person=here.person, key=key, as_json=True)
    with TemporaryDirectory() as folder:
        made = Path(folder) / "letter.pdf"
        call.do(verb, **{**own, "draft": draft, "output": made})
        return made.read_bytes(), json.loads("".join(call.told) or "{}")


def _form(
    site: Site,
    here: Here,
    pupil: str,
    kind: str,
    sent: Sent,
    *,
    problem: Refused | Usage | ValidationError | None = None,
) -> Response:
    verb, theirs = _verb(kind), here.pupil(pupil)
    title, more = title_of(verb)
    fitted = fields_of(verb, theirs, here.view.school.rules_on(here.last_day))
    names = {one.name for one in letter_fields(verb)} - {"pupil"}
    told = (
        str(problem)
        if isinstance(problem, Refused | Usage)
        else "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}"
            for one in (problem.errors() if problem else ())
        )
    )
    status = 200 if problem is None else STATUS.get(getattr(problem, "kind", "refused"), 400)
    fields = [one for one in fitted if one.name in names]
    return site.page(
        "letter_form",
        here,
        status,
        pupil=theirs,
        kind=kind,
        title=title,
        more=more,
        fields=fields,
        sent={one.name: "\n".join(sent.get(one.name, ())) or one.default for one in fields},
        problem=told,
        key=site.desk.keys(),
    )


def kinds() -> dict[str, Verb]:
    """The kinds of letter there are, by name."""
    load()
    return {
        words.removeprefix("letter "): verb
        for words, verb in VERBS.items()
        if words.startswith("letter ") and verb.shared is ACT
    }


def _verb(kind: str) -> Verb:
    found = kinds().get(kind)
    if found is None:
        raise Usage(f"There is no letter {kind}; the kinds are {', '.join(kinds())}.")
    return found


def pdf_file(name: str, made: bytes) -> Response:
    """A PDF to look at, or to save under a name."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)
