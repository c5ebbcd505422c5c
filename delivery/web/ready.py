"""
Answers made ready: a class's register as JSON is sent again as it was made, while nothing moved.

A program that shows a class asks for the same bytes every few seconds. What was answered once is
kept with the entry it stands at, and handed out before the routes are looked through: to whoever
the door lets in to that very question, its reading kept like any other. Whatever is not as it was
(another entry, another checkpoint, a visitor who may not, another host) goes the whole way, so
refusals are in its words. Nothing is kept of answers without names.
"""

import gzip
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from delivery.usage import Usage
from delivery.web.door.doorman import Door, Pass, inside
from delivery.web.door.questions import check_question
from delivery.web.door.readings import Shown
from delivery.web.door.rules import Verdict
from delivery.web.door.turned_away import TurnedAway
from delivery.web.standing import tagged
from ledger.policy import Silent
from ledger.refusals import Refused
from ledger.store import Ledger
from projections.views import View

MOST = 256
"""Answers kept at most, some sixteen megabytes."""
QUESTION = "register"
Standing = tuple[int, str | None]
Key = tuple[str, bytes]
"""The path and the query of a request, as they were sent."""


@dataclass(frozen=True)
class Kept:
    """An answer, to what question, as seen from which entry; ``stands``: what it followed from."""

    view: View
    own: Mapping[str, Any]
    shown: Shown
    stands: Standing
    body: bytes
    zipped: bytes


class Ready:
    """The answers made ready of every school, the last asked for last. Threads may ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Kept] = OrderedDict()

    def keep(
        self,
        request: Request,
        passed: Pass,
        own: Mapping[str, Any],
        answer: Response,
        of: tuple[Shown, Standing],
    ) -> None:
        """
        Keep what was just answered to a question about a class.

        ``of``: what it shows, and where the ledger stood before. Where it moved on meanwhile
        nothing is kept.
        """
        shown, stands = of
        if stands != standing(passed.view.ledger) or stands[0] != passed.view.entry:
            return
        body = bytes(answer.body)
        made = Kept(passed.view, own, shown, stands, body, gzip.compress(body, 5, mtime=0))
        with self._lock:
            self._kept[_key(request.scope)] = made
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def get(self, scope: Scope) -> Kept | None:
        """What is kept for a request that was made in these very words."""
        key = _key(scope)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def drop(self, school: int) -> None:
        """Let go of all about a school."""
        with self._lock:
            for key in [key for key, one in self._kept.items() if one.view.urn == school]:
                del self._kept[key]


def standing(ledger: Ledger) -> Standing:
    """What an answer as at the last entry follows from: that entry, and the last checkpoint."""
    size = ledger.size()
    return size, ledger.last_checkpoint(size)


class AsMade:
    """Sends what is ready before anything else is looked at; the rest goes to the application."""

    def __init__(
        self,
        app: ASGIApp,
        door: Door,
        ready: Ready,
        hosts: Sequence[str],
        headers: Callable[[MutableHeaders], None],
    ) -> None:
        self.app, self.door, self.ready = app, door, ready
        self.hosts, self.headers = frozenset(hosts), headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            kept = self.ready.get(scope)
            answer = self._answer(Request(scope), kept) if kept else None
            if answer is not None:
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _answer(self, request: Request, kept: Kept) -> Response | None:
        """The answer once more; ``None`` where the whole way has to be gone."""
        if request.url.hostname not in self.hosts:
            return None
        if self.door.secure and request.url.scheme != "https":
            return None
        try:
            if not self._may(request, kept):
                return None
        except (Refused, TurnedAway, Silent, Usage, sqlite3.Error):
            return None
        answer = Response(kept.body, media_type="application/json")
        answer = tagged(request, answer, kept.view.entry)
        if answer.status_code == 200:
            if "gzip" in request.headers.get("accept-encoding", ""):
                answer.body = kept.zipped
                answer.headers["Content-Encoding"] = "gzip"
                answer.headers["Content-Length"] = str(len(kept.zipped))
            answer.headers.add_vary_header("Accept-Encoding")
        self.headers(answer.headers)
        return answer

    def _may(self, request: Request, kept: Kept) -> bool:
        """Whether nothing has moved and the visitor is answered; if so the reading is kept."""
        door, school = self.door, kept.view.urn
        visitor = door.visitor(request)
        with inside(door.desk, visitor, school):
            ledger = door.desk.ledger(school)
            if standing(ledger) != kept.stands or self.ready.get(request.scope) is not kept:
                return False
            passed = Pass.of(door, visitor, kept.view)
            verdict, _ = check_question(passed, QUESTION, kept.own)
            if verdict is not Verdict.ALLOWED:
                return False
            door.reads_class(passed, kept.shown, QUESTION)
        return True


def _key(scope: Scope) -> Key:
    return scope["path"], scope["query_string"]
