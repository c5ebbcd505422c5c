"""The pages of the door: sign in; choose a password."""

import secrets
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from delivery.render.table import count_of
from delivery.usage import Usage
from delivery.web.door.browsers import (
    address_of,
    door_of,
    form_cookie,
    form_token_of,
    keep,
    known_cookie,
    site_for,
    within,
)
from delivery.web.door.doorman import Visited, check_form, cookie_name
from delivery.web.door.throttle import KNOWN_FOR, TooSoon
from delivery.web.door.visitor import Visitor, nobody

WRONG = "The name or the password is not right."
TOO_SOON = "There were too many wrong tries. Try again in {}."

routes = APIRouter(include_in_schema=False)


class Typed(BaseModel):
    """What somebody typed to sign in."""

    login: str = Field("", max_length=100)
    password: str = Field("", max_length=1000)
    goes_to: str = Field("/", alias="next", max_length=500)


class Changed(BaseModel):
    """A new password, twice, and the present one."""

    before: str = Field("", max_length=1000)
    after: str = Field("", max_length=1000)
    again: str = Field("", max_length=1000)


Next = Annotated[str, Query(alias="next", max_length=500)]


@routes.get("/sign-in")
def sign_in(request: Request, goes_to: Next = "/") -> Response:
    """The form, and a way to each provider."""
    return form(request, goes_to)


@routes.post("/sign-in")
async def signs_in(request: Request, typed: Annotated[Typed, Form()]) -> Response:
    """Let somebody in, or say no more than that it did not do."""
    from starlette.concurrency import run_in_threadpool

    await check_form(request, form_token_of(request.cookies.get(form_cookie(request), "-")))
    return await run_in_threadpool(_signs_in, request, typed)


def _signs_in(request: Request, typed: Typed) -> Response:
    door, address = door_of(request), address_of(request)
    browser, now = request.cookies.get(known_cookie(request), ""), door.now()
    try:
        account = door.accounts.signs_in(typed.login, typed.password, address, now, browser)
    except TooSoon as soon:
        return too_soon(form(request, typed.goes_to, told_of(soon), typed.login, 429), soon)
    if account is None:
        return form(request, typed.goes_to, WRONG, typed.login, status=401)
    answer = comes_in(request, account.login, typed.goes_to)
    known = door.accounts.throttle.remember(browser, account.login, now)
    keep(request, answer, "known", known, seconds=KNOWN_FOR)
    return answer


def told_of(soon: TooSoon) -> str:
    """How long to wait, as one says it."""
    minutes = -(-soon.seconds // 60)
    long = count_of(minutes, "minute") if minutes > 1 else count_of(soon.seconds, "second")
    return TOO_SOON.format(long)


def too_soon(answer: Response, soon: TooSoon) -> Response:
    """The answer, saying to programs as well when to come again."""
    answer.headers["Retry-After"] = str(soon.seconds)
    return answer


@routes.get("/password")
def password(request: Request, visitor: Visited) -> Response:
    """The form to choose a password."""
    return _password(request, visitor)


@routes.post("/password")
async def changes(
    request: Request, visitor: Visited, typed: Annotated[Changed, Form()]
) -> Response:
    """Take a new password; every other session of the account ends."""
    from starlette.concurrency import run_in_threadpool

    await check_form(request, visitor.form_token)
    return await run_in_threadpool(_changes, request, visitor, typed)


def _changes(request: Request, visitor: Visitor, typed: Changed) -> Response:
    door = door_of(request)
    try:
        if typed.after != typed.again:
            raise Usage("The new password is not the same twice.")
        if not door.accounts.change_password(visitor.who, typed.before, typed.after, door.now()):
            raise Usage("The present password is not right.")
    except TooSoon as soon:
        return too_soon(_password(request, visitor, told_of(soon), 429), soon)
    except Usage as problem:
        return _password(request, visitor, str(problem), 422)
    door.accounts.note(visitor.who, "changed the password", address_of(request), door.now())
    return comes_in(request, visitor.who, "/")


def comes_in(
    request: Request, login: str, goes_to: str, elsewhere: tuple[str, str] | None = None
) -> Response:
    """A new session, whatever there was before; ``elsewhere``: the provider, and its word."""
    door = door_of(request)
    before = request.cookies.get(cookie_name(door.secure), "")
    if before:
        door.sessions.end(before)
    answer = RedirectResponse(within(goes_to), 303)
    secret = door.sessions.begin(login, door.now(), elsewhere)
    answer.set_cookie(
        cookie_name(door.secure),
        secret,
        path="/",
        secure=door.secure,
        httponly=True,
        samesite="lax",
    )
    answer.delete_cookie(form_cookie(request), path="/", secure=door.secure)
    return answer


def form(
    request: Request, goes_to: str, problem: str = "", login: str = "", status: int = 200
) -> Response:
    """The page to sign in, with what kept somebody from it."""
    kept = request.cookies.get(form_cookie(request)) or secrets.token_urlsafe(32)
    site = site_for(request, nobody(form_token_of(kept)))
    said = {
        "problem": problem,
        "login": login,
        "next": within(goes_to),
        "quoted": quote(within(goes_to), safe=""),
        "providers": door_of(request).providers,
    }
    answer = site.page("sign_in", None, status, **said)
    keep(request, answer, "form", kept)
    return answer


def _password(request: Request, visitor: Visitor, problem: str = "", status: int = 200) -> Response:
    return site_for(request, visitor).page("password", None, status, problem=problem)
