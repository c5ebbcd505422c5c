"""
Registers taken by programs, the short way: most of what a server does in the morning.

A register sent as JSON is read by the model, let in by the door, decided and recorded by the same
functions as ever, without the routes being looked through, a thread waiting for the disk, or what
a framework does before and beside. Whatever is not as it mostly is goes the whole way, and so does
whatever is off before anything was decided: refusals are in its words.
"""

import asyncio
import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import URL, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commands.base import Command
from commands.handle import Outcome
from delivery.acts import done
from delivery.asked import Asked, JudgedBefore
from delivery.bootstrap import signed
from delivery.cli.calls import VERBS
from delivery.cli.doing import built
from delivery.cli.register_said import taking
from delivery.cli.verbs import load
from delivery.render import receipts
from delivery.usage import Usage
from delivery.web import problems
from delivery.web.api import JSON, heard
from delivery.web.door.doorman import Door, Pass
from delivery.web.door.questions import check_act
from delivery.web.door.turned_away import TurnedAway
from delivery.web.given import model_of, said
from delivery.web.glances import Glances
from delivery.web.together import Together, Waiting
from ledger.policy import Silent
from ledger.refusals import Refused
from ledger.store.sqlite import SqliteDatabase

ACT = "take-register"
LARGEST = 65_536
"""Bytes of a request: no class is so large."""
LEAST_ZIPPED, ZIPPED = 1000, 5
"""From how many bytes on an answer is compressed, and how hard."""
_PATH = re.compile(rf"/api/([1-9]\d{{0,8}})/{ACT}")
_ONCE = {b"content-type", b"content-length", b"host", b"cookie", b"authorization", b"origin",
         b"sec-fetch-site", b"x-form-token", b"idempotency-key"}  # fmt: skip
_OURS = {b"same-origin", b"none"}
_NEVER = {b"if-match", b"transfer-encoding", b"content-encoding", b"expect"}
_KEY = re.compile(rb"[\x21-\x7e]{1,200}")


class Plainly:
    """Stands before all else, and hands on to it whatever it does not answer."""

    def __init__(
        self,
        app: ASGIApp,
        door: Door,
        hosts: Sequence[str],
        headers: Callable[[MutableHeaders], None],
    ) -> None:
        self.app, self.door = app, door
        self.hosts, self.headers = frozenset(hosts), headers
        load()
        self.verb = VERBS[ACT]
        self.model = model_of(self.verb)
        database = door.desk.store.database if door.desk.url.startswith("sqlite") else None
        here = database.stands if isinstance(database, SqliteDatabase) else None
        self._looks = here is not None
        self._glances = Glances(door, here)
        self._together: Together | None = None
        usually = MutableHeaders({"Content-Type": JSON})
        headers(usually)
        self._usually = tuple(usually.raw)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = usual(scope, secure=self.door.secure)
        if headers is None or not self._by_name(headers.get(b"host", b"")):
            await self.app(scope, receive, send)
            return
        came = [await receive()]
        while came[-1].get("more_body"):
            came.append(await receive())
        body = b"".join(one.get("body", b"") for one in came)
        try:
            found = await self._done(scope, headers, body)
        except Refused as refused:
            await self._send(problems.response(*problems.told(refused)), scope, receive, send)
            return
        if found is None:
            await self.app(scope, _after(came, receive), send)
            return
        told = _told(*found).encode()
        if len(told) >= LEAST_ZIPPED:
            await self._send(Response(told, media_type=JSON), scope, receive, send)
            return
        length = (b"content-length", str(len(told)).encode())
        begins = {"type": "http.response.start", "status": 200}
        await send({**begins, "headers": [length, *self._usually]})
        await send({"type": "http.response.body", "body": told})

    async def _done(
        self, scope: Scope, headers: dict[bytes, bytes], body: bytes
    ) -> tuple[int, Command, Outcome] | None:
        """The act done, and at which school; ``None`` where the whole way has to be gone."""
        desk, school = self.door.desk, int(scope["path"].split("/")[2])
        if desk.line is None or desk.leads:
            return None
        await self._glances.ready(school)
        found = self._asked(scope, headers, body, school)
        if found is None:
            return None
        command, judged = found
        waiting = self._one()
        desk.line.put(Asked(school, command, None, waiting, judged))
        try:
            return school, command, await waiting.future
        except JudgedBefore:
            self._glances.drop(school)
            return None

    async def _send(self, answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
        """An answer in all that the whole way puts around it."""
        self.headers(answer.headers)
        zipping = GZipMiddleware(answer, LEAST_ZIPPED, compresslevel=ZIPPED)
        await zipping(scope, receive, send)

    def _by_name(self, host: bytes) -> bool:
        """Whether it was asked for under a name that is answered."""
        return _name(host) in self.hosts

    def _one(self) -> Waiting:
        loop = asyncio.get_running_loop()
        if self._together is None or self._together.loop is not loop:
            self._together = Together(loop)
        return self._together.one()

    def _asked(
        self, scope: Scope, headers: dict[bytes, bytes], body: bytes, school: int
    ) -> tuple[Command, int | None] | None:
        """
        The act asked for, and at which entry the door judged it, if that is to be looked at again.

        ``None`` where the whole way has to be gone.
        """
        try:
            sent = json.loads(body)
            if not isinstance(sent, dict):
                return None
            given = self.model.model_validate(sent)
            return self._command(Request(scope), school, given, headers)
        except (ValueError, RecursionError, Refused, TurnedAway, Silent, Usage, sqlite3.Error):
            return None

    def _command(
        self, request: Request, school: int, given: Any, headers: dict[bytes, bytes]
    ) -> tuple[Command, int | None] | None:
        door, desk = self.door, self.door.desk
        own, shared = said(self.verb, given)
        if shared["dry_run"]:
            return None
        visitor = self._glances.visitor(request)
        view = self._glances.view(visitor, school)
        if view is None:
            return None
        person = check_act(Pass.of(door, visitor, view), shared["person"])
        key = shared["key"] or headers.get(b"idempotency-key", b"").decode()
        call = heard(door, school, self.verb, shared, tuple(given.lines or ()))
        command: Command = built(taking(call, **own), signed(desk, person, key))
        return command, None if self._looks else view.entry


@lru_cache(maxsize=64)
def _name(host: bytes) -> str | None:
    return URL(f"http://{host.decode('latin-1')}").hostname


def _told(school: int, command: Command, outcome: Outcome) -> str:
    """What came of an act that was asked for."""
    return receipts.document(command.NAME, [done(school, command, outcome)])


def usual(scope: Scope, *, secure: bool) -> dict[bytes, bytes] | None:
    """The headers of a request to take a register as nearly all are; ``None`` of any other."""
    if scope["type"] != "http" or scope["method"] != "POST" or scope["query_string"]:
        return None
    if not _PATH.fullmatch(scope["path"]) or scope.get("root_path"):
        return None
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _NEVER or (name in _ONCE and name in found):
            return None
        found[name] = value
    return found if _as_usual(found, scope["scheme"], secure=secure) else None


def _as_usual(found: dict[bytes, bytes], scheme: str, *, secure: bool) -> bool:
    """Whether headers that stand once each are those of nearly all, and of nobody's elsewhere."""
    here = b"%b://%b" % (scheme.encode(), found.get(b"host", b""))
    if found.get(b"sec-fetch-site", b"none") not in _OURS or found.get(b"origin", here) != here:
        return False
    length, key = found.get(b"content-length", b""), found.get(b"idempotency-key")
    if found.get(b"content-type") != b"application/json" or not length.isdigit():
        return False
    if int(length) > LARGEST or (key is not None and not _KEY.fullmatch(key)):
        return False
    return scheme == "https" or not secure


def _after(came: list[Message], receive: Receive) -> Receive:
    """What is received, with what came already before it."""
    before = iter(came)

    async def again() -> Message:
        return next(before, None) or await receive()

    return again
