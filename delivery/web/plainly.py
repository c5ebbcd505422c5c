"""
Registers taken by programs, the short way: most of what a server does in the morning.

A register sent as JSON is read by the model, let in by the door, decided and recorded by the same
functions as ever, without the routes being looked through, a thread waiting for the disk, or what
a framework does beside. Whatever is not as it mostly is goes the whole way, and so does whatever
is off before anything was decided: refusals are in its words.
"""

import asyncio
import json
import re
import sqlite3
from collections.abc import Awaitable
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commands.base import Command
from commands.handle import Outcome
from commands.states import at_hand
from delivery.acts import done
from delivery.bootstrap import signed
from delivery.cli.calls import VERBS
from delivery.cli.doing import built
from delivery.cli.register_said import taking
from delivery.cli.verbs import load
from delivery.line import Line
from delivery.render import receipts
from delivery.usage import Usage
from delivery.web import problems
from delivery.web.api import JSON, heard
from delivery.web.door.doorman import Door, Pass, inside
from delivery.web.door.questions import check_act
from delivery.web.door.turned_away import TurnedAway
from delivery.web.given import model_of, said
from ledger.policy import Silent
from ledger.refusals import Refused

ACT = "take-register"
LARGEST = 65_536
"""Bytes of a request: no class is so large."""
_PATH = re.compile(rf"/api/([1-9]\d{{0,8}})/{ACT}")
_ONCE = {b"content-type", b"content-length", b"host", b"cookie", b"authorization", b"origin",
         b"sec-fetch-site", b"x-form-token", b"idempotency-key"}  # fmt: skip
_NEVER = {b"if-match", b"transfer-encoding", b"content-encoding", b"expect"}
_KEY = re.compile(rb"[\x21-\x7e]{1,200}")


class Plainly:
    """Stands just before the routes, and hands on to them whatever it does not answer."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app, self.door = app, door
        load()
        self.verb = VERBS[ACT]
        self.model = model_of(self.verb)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = usual(scope)
        if headers is None:
            await self.app(scope, receive, send)
            return
        came = [await receive()]
        while came[-1].get("more_body"):
            came.append(await receive())
        body = b"".join(one.get("body", b"") for one in came)
        line = self.door.desk.line
        answer: Response | None = None
        if isinstance(line, Line):
            asked = self._asked(scope, headers, body)
            if asked is not None:
                answer = await _answer(*asked, asyncio.wrap_future(line.ask(*asked)))
        elif line is not None:  # what asks another server keeps nobody else from being answered
            asked = await run_in_threadpool(self._asked, scope, headers, body)
            if asked is not None:
                answer = await _answer(*asked, run_in_threadpool(line.do, *asked))
        if answer is None:
            await self.app(scope, _after(came, receive), send)
        else:
            await answer(scope, receive, send)

    def _asked(
        self, scope: Scope, headers: dict[bytes, bytes], body: bytes
    ) -> tuple[int, Command] | None:
        """The act asked for, and at which school; ``None`` where the whole way has to be gone."""
        school = int(scope["path"].split("/")[2])
        try:
            sent = json.loads(body)
            if not isinstance(sent, dict):
                return None
            given = self.model.model_validate(sent)
            command = self._command(Request(scope), school, given, headers)
        except (ValueError, RecursionError, Refused, TurnedAway, Silent, Usage, sqlite3.Error):
            return None
        return (school, command) if command else None

    def _command(
        self, request: Request, school: int, given: Any, headers: dict[bytes, bytes]
    ) -> Command | None:
        door, desk = self.door, self.door.desk
        own, shared = said(self.verb, given)
        if shared["dry_run"]:
            return None
        visitor = door.visitor(request)
        with inside(desk, visitor, school):
            ledger = desk.ledger(school)
            if not at_hand(ledger) or "runner" not in desk.__dict__:
                return None  # reading a whole school takes long: not while nobody else is answered
            passed = Pass.of(door, visitor, desk.states(ledger))
            person = check_act(passed, shared["person"])
        key = shared["key"] or headers.get(b"idempotency-key", b"").decode()
        call = heard(door, school, self.verb, shared, tuple(given.lines or ()))
        command: Command = built(taking(call, **own), signed(desk, person, key))
        return command


async def _answer(school: int, command: Command, coming: Awaitable[Outcome]) -> Response:
    """What came of an act that was asked for, told."""
    try:
        outcome = await coming
    except Refused as refused:
        return problems.response(*problems.told(refused))
    told = receipts.document(command.NAME, [done(school, command, outcome)])
    return Response(told, media_type=JSON)


def usual(scope: Scope) -> dict[bytes, bytes] | None:
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
    length, key = found.get(b"content-length", b""), found.get(b"idempotency-key")
    if found.get(b"content-type") != b"application/json" or not length.isdigit():
        return None
    if int(length) > LARGEST or (key is not None and not _KEY.fullmatch(key)):
        return None
    return found


def _after(came: list[Message], receive: Receive) -> Receive:
    """What is received, with what came already before it."""
    before = iter(came)

    async def again() -> Message:
        return next(before, None) or await receive()

    return again
