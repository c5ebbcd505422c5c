"""Signing out: here, and at the provider where somebody came from one."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from delivery.web.door.asking_elsewhere import aside, left_at
from delivery.web.door.browsers import address_of, door_of, site_for
from delivery.web.door.doorman import Visited, check_form, cookie_name
from delivery.web.door.visitor import Visitor, nobody

routes = APIRouter(include_in_schema=False)


@routes.post("/sign-out")
async def sign_out(request: Request, visitor: Visited) -> Response:
    """End the session, here and on the server; and where somebody came from a provider, there."""
    await check_form(request, visitor.form_token)
    there = await run_in_threadpool(_signs_out, request, visitor)
    leaving = None if there is None else await aside(_leaving, request, *there)
    answer = leaving or RedirectResponse("/sign-in", 303)
    name = cookie_name(door_of(request).secure)
    answer.delete_cookie(name, path="/", secure=door_of(request).secure, httponly=True)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _signs_out(request: Request, visitor: Visitor) -> tuple[str, str] | None:
    """End the session; the provider somebody came from with it, and its word."""
    door = door_of(request)
    secret = request.cookies.get(cookie_name(door.secure), "")
    there = door.sessions.elsewhere(secret)
    door.sessions.end(secret)
    door.accounts.note(visitor.who, "signed out", address_of(request), door.now())
    return there


def _leaving(request: Request, name: str, id_token: str) -> Response | None:
    """
    A page that goes on to where one signs out at the provider; ``None`` if there is no such place.

    A page and no redirect: what a form of ours leads to is held to this site by our own policy.
    """
    provider = next((one for one in door_of(request).providers if one.name == name), None)
    at = left_at(provider, str(request.url_for("sign_in")), id_token) if provider else None
    if provider is None or at is None:
        return None
    return site_for(request, nobody()).page("leaving", None, at=at, label=provider.label)
