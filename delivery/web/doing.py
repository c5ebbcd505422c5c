"""Any act as a form, in two steps: say what, see what would be recorded, confirm."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from delivery.cli.calls import Verb
from delivery.usage import Usage
from delivery.web.api import Heard
from delivery.web.door.askable import may_do
from delivery.web.door.questions import check_named
from delivery.web.facts import Fact, Telling
from delivery.web.forms import acts, fields_of, read, title_of
from delivery.web.given import said
from delivery.web.here import Here
from delivery.web.problems import STATUS
from delivery.web.site import Its, Site
from ledger.events.base import by_topic
from ledger.refusals import Refused
from ledger.roll import Pupil

ADDRESS = "/{school}/do/{act}"
routes = APIRouter(include_in_schema=False)

Sent = Mapping[str, Sequence[str]]


@routes.get("/{school}/do")
def every(site: Its, school: int) -> Response:
    """Every act there is a form for, that the visitor may do."""
    with site.at(school, None) as here:
        told = [
            (name, *title_of(verb))
            for name, verb in acts().items()
            if may_do(here.passed, here.person, name)
        ]
        return site.page("acts", here, acts=told)


@routes.get(ADDRESS)
def form(site: Its, school: int, act: str, request: Request) -> Response:
    """The form of an act; what the address says is in it already."""
    sent = {name: request.query_params.getlist(name) for name in request.query_params}
    with site.at(school, None) as here:
        return _form(site, here, act, sent)


@routes.post(ADDRESS)
async def send(site: Its, school: int, act: str, request: Request) -> Response:
    """Show what an act would record; record it once that was confirmed."""
    given = await request.form()
    sent = {name: [one for one in given.getlist(name) if isinstance(one, str)] for name in given}
    return await run_in_threadpool(_sent, site, school, act, sent)


def _sent(site: Site, school: int, act: str, sent: Sent) -> Response:
    with site.at(school, None) as here:
        verb = _verb(act)
        confirmed = _one(sent, "confirmed") == "yes"
        try:
            model = read(verb, sent)
            key = _one(sent, "key") or site.desk.keys()
            told = _done(here, verb, model, key=key, dry_run=not confirmed)
        except ValidationError as problem:
            faults = [
                (".".join(map(str, one["loc"])), str(one["msg"]).removeprefix("Value error, "))
                for one in problem.errors()
            ]
            return _form(site, here, act, sent, faults=faults)
        except (Refused, Usage) as problem:
            return _form(site, here, act, sent, problem=problem)
        if confirmed:
            return RedirectResponse(_back(here, sent, told), 303)
        return _check(site, here, act, sent, told=told, key=key)


def _done(here: Here, verb: Verb, model: Any, *, key: str, dry_run: bool) -> dict[str, Any]:
    """The receipt of the act, through the verb's own function."""
    own, _ = said(verb, model)
    check_named(here.passed, own)
    call = Heard(
        db=here.desk.url,
        school=here.urn,
        person=here.person,
        key=key,
        dry_run=dry_run,
        as_json=True,
    )
    try:
        call.do(verb, **own)
    except typer.Exit:
        if not call.told:
            raise Usage("Nothing matched.") from None
    found: dict[str, Any] = json.loads("".join(call.told))
    return found


def _form(
    site: Site,
    here: Here,
    act: str,
    sent: Sent,
    *,
    faults: Sequence[tuple[str, str]] = (),
    problem: Refused | Usage | None = None,
) -> Response:
    verb, pupil = _verb(act), _pupil(here, sent)
    title, more = title_of(verb)
    fields = fields_of(verb, pupil, here.view.school.rules_on(here.passed.door.today()))
    status = 400 if faults else 200
    if problem is not None:
        status = STATUS[getattr(problem, "kind", "refused")]
    return site.page(
        "act",
        here,
        status,
        act=act,
        title=title,
        more=more,
        fields=fields,
        sent={one.name: _one(sent, one.name) or one.default for one in fields},
        pupil=pupil,
        faults=faults,
        problem=problem,
        back=_one(sent, "back"),
    )


def _check(
    site: Site, here: Here, act: str, sent: Sent, *, told: Mapping[str, Any], key: str
) -> Response:
    entries = [one for receipt in told["receipts"] for one in receipt.get("entries", ())]
    kept = {name: list(values) for name, values in sent.items() if name not in {"key", "form"}}
    pupil = _pupil(here, sent)
    return site.page(
        "act_check",
        here,
        act=act,
        title=title_of(_verb(act))[0],
        entries=[_shown(here, one) for one in entries],
        kept=kept,
        pupil=pupil,
        key=key,
    )


def _shown(here: Here, entry: Mapping[str, Any]) -> tuple[str, Sequence[Fact]]:
    """What an entry would hold, in words; who and when are on the page already."""
    fields = {name: value for name, value in entry.items() if name != "entry"}
    event = by_topic(entry["entry"]).model_validate_json(json.dumps(fields))
    return entry["entry"], Telling(here, event).facts(frozenset({"pupil"}))


def _back(here: Here, sent: Sent, told: Mapping[str, Any]) -> str:
    """Where the person came from, within the school; with the entries recorded."""
    receipt = next((one.get("receipt") for one in told["receipts"]), None)
    entries = f"{receipt['first']}-{receipt['last']}" if receipt else "nothing"
    to = _one(sent, "back")
    if not to.startswith(f"/{here.urn}/") or "\\" in to or "//" in to or "\n" in to:
        to = f"/{here.urn}/do"
    path, _, query = to.partition("?")
    kept = "&".join(one for one in query.split("&") if one and not one.startswith("done="))
    return f"{path}?{kept}&done={entries}" if kept else f"{path}?done={entries}"


def _verb(act: str) -> Verb:
    found = acts().get(act)
    if found is None:
        raise Usage(f"There is no act {act}; those there are stand under Record.")
    return found


def _pupil(here: Here, sent: Sent) -> Pupil | None:
    written = _one(sent, "pupil")
    return here.pupil(written) if written and here.view.context.roll.find(written) else None


def _one(sent: Sent, name: str) -> str:
    return "\n".join(sent.get(name, ())).strip()
