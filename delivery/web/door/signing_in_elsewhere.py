"""Signing in at a provider: there, and back."""

import sys
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from delivery.web.door.asking_elsewhere import aside, sent_to, who_came
from delivery.web.door.browsers import (
    address_of,
    cookie_of,
    door_of,
    keep,
    provider_of,
    way_back,
    within,
)
from delivery.web.door.identities import LONGEST, Identities
from delivery.web.door.not_let_in import NoAccount, NotOnTheWay, NotProved, refused
from delivery.web.door.openid import Provider
from delivery.web.door.signing_in import Next, comes_in, form

_LOGGED = 500
"""The longest line that goes into the log, in characters: part of it is what others sent."""


routes = APIRouter(include_in_schema=False)


class Brought(BaseModel):
    """What somebody brings back: a code, or why there is none."""

    code: str = Field("", max_length=4000)
    state: str = Field("", max_length=200)
    iss: str | None = Field(None, max_length=500)
    error: str = ""
    error_description: str = ""


@routes.get("/sign-in/with/{name}")
async def elsewhere(request: Request, name: str, goes_to: Next = "/") -> Response:
    """Send somebody to a provider to sign in there."""
    return await aside(_leaves, request, provider_of(request, name), goes_to)


@routes.get("/sign-in/with/{name}/back")
async def back(request: Request, name: str, brought: Annotated[Brought, Query()]) -> Response:
    """Somebody comes back from a provider."""
    return await aside(_returns, request, provider_of(request, name), brought)


def _leaves(request: Request, provider: Provider, goes_to: str) -> Response:
    door = door_of(request)
    try:
        sent = sent_to(provider, way_back(request, provider.name))
    except NotProved as problem:
        return _not_let_in(request, provider, problem, goes_to)
    leaving = Identities(door.accounts).leaves
    browser = leaving(provider.name, sent, within(goes_to), door.now())
    answer = RedirectResponse(sent.address, 303)
    keep(request, answer, "flow", browser, seconds=LONGEST)
    return answer


def _returns(request: Request, provider: Provider, brought: Brought) -> Response:
    door, name = door_of(request), provider.name
    identities = Identities(door.accounts)
    browser = request.cookies.get(cookie_of(request, "flow"), "")
    flow = identities.returns(name, brought.state, browser, door.now())
    try:
        if flow is None:
            raise NotOnTheWay("nobody is on the way there from this browser")
        if brought.error:
            raise refused(brought.error, brought.error_description)
        if not brought.code:
            raise NotProved("there is no code in what came back")
        person = who_came(
            provider,
            way_back(request, name),
            code=brought.code,
            nonce=flow.nonce,
            verifier=flow.verifier,
            issuer=brought.iss,
        )
        account = identities.of(provider.issuer, person)
        if account is None:
            raise NoAccount(f"no account for {person.subject}")
    except NotProved as problem:
        return _not_let_in(request, provider, problem, flow.goes_to if flow else "/")
    door.accounts.note(account.login, f"signed in with {name}", address_of(request), door.now())
    answer = comes_in(request, account.login, flow.goes_to, elsewhere=(name, person.id_token))
    answer.delete_cookie(cookie_of(request, "flow"), path="/", secure=door.secure)
    return answer


def _not_let_in(request: Request, provider: Provider, problem: NotProved, goes_to: str) -> Response:
    """The page to sign in again, in whichever way; it leads to where they wanted to go."""
    # In one line, whatever others have put into it.
    said = "".join(one if one.isprintable() else " " for one in f"{provider.name}: {problem}")
    print(f"not let in: {said[:_LOGGED]}", file=sys.stderr)  # noqa: T201 – the server's log
    return form(request, goes_to, problem.sentence.format(provider.label), status=problem.status)
