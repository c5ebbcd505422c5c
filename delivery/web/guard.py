"""Turns away what another site sends and what could be read on the way; says what a page may."""

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from delivery.web import problems
from delivery.web.door.turned_away import NotSecure

_ASKING = {"GET", "HEAD", "OPTIONS"}
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


class Guard:
    """Stands before the application, whose answers pass through it as they are made."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app, self.secure = app, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        turned = self._turned(Request(scope))
        if turned is not None:
            await turned(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                say(MutableHeaders(scope=message), secure=self.secure)
            await send(message)

        await self.app(scope, receive, sending)

    def _turned(self, request: Request) -> Response | None:
        if self.secure and request.url.scheme != "https":
            return problems.response(NotSecure.status, NotSecure.code, NotSecure.sentence)
        if request.method not in _ASKING and _comes_from_elsewhere(request):
            return problems.response(403, "elsewhere", "Another site sent this: nothing was done.")
        return None


def say(headers: MutableHeaders, *, secure: bool) -> None:
    """What a browser is told of every answer."""
    headers["Content-Security-Policy"] = _POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers.setdefault("Cache-Control", "no-store")
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"


def _comes_from_elsewhere(request: Request) -> bool:
    """Whether a page of another site made the browser send this; programs send no Origin."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    here = f"{request.url.scheme}://{request.headers.get('host', '')}"
    return site not in {"same-origin", "none"} or origin not in {None, here}
