"""What the pages of the door need of a request and its browser: cookies, addresses, ways back."""

import hashlib
import hmac
import re
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from delivery.web.door.doorman import Door, cookie_name
from delivery.web.door.openid import Provider
from delivery.web.door.visitor import Visitor
from delivery.web.site import Site

_WITHIN = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")
_NAMED = re.compile(r"[a-z_]{1,20}")
_COUNTED = re.compile(r"\d{1,15}|\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?")


def within(goes_to: str) -> str:
    """
    An address within this site; anything else is the first page. No way out of here is open.

    Of its query only numbers, days and moments are kept: what was typed there may be a name.
    """
    if not _WITHIN.fullmatch(goes_to):
        return "/"
    path, _, query = goes_to.partition("?")
    kept = [
        (name, value)
        for name, value in parse_qsl(query.partition("#")[0])
        if _NAMED.fullmatch(name) and _COUNTED.fullmatch(value)
    ]
    return path.partition("#")[0] + (f"?{urlencode(kept)}" if kept else "")


def door_of(request: Request) -> Door:
    """The door that a request came to."""
    door: Door = request.app.state.door
    return door


def site_for(request: Request, visitor: Visitor) -> Site:
    """The pages, for somebody who need not be signed in."""
    site: Site = request.app.state.site
    return site.seen_by(visitor, request)


def provider_of(request: Request, name: str) -> Provider:
    """The provider of that name. Raises 404 where there is none."""
    for one in door_of(request).providers:
        if one.name == name:
            return one
    raise HTTPException(404, "There is no such way to sign in")


def way_back(request: Request, name: str) -> str:
    """Where a provider is to send people back to."""
    return str(request.url_for("back", name=name))


def address_of(request: Request) -> str:
    """From where somebody asks."""
    return request.client.host if request.client else "nowhere"


def form_token_of(kept: str) -> str:
    """What stands in the form to sign in: follows from a cookie, and does not give it away."""
    return hmac.new(kept.encode(), b"sign-in", hashlib.sha256).hexdigest()


def form_cookie(request: Request) -> str:
    """The name of the cookie of the form to sign in."""
    return cookie_of(request, "form")


def known_cookie(request: Request) -> str:
    """The name of the cookie of a browser in which somebody signed in before."""
    return cookie_of(request, "known")


def cookie_of(request: Request, what: str) -> str:
    """The name of a cookie of the door."""
    return f"{cookie_name(door_of(request).secure)}-{what}"


def keep(
    request: Request, answer: Response, what: str, kept: str, seconds: int | None = None
) -> None:
    """Have a browser keep something that no script can read."""
    answer.set_cookie(
        cookie_of(request, what),
        kept,
        max_age=seconds,
        path="/",
        secure=door_of(request).secure,
        httponly=True,
        samesite="lax",
    )
