"""What is recorded, as it is recorded: server-sent events, each with the number of its entry."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from delivery.web.door.doorman import Door
from delivery.web.site import Its
from ledger.store import ActRow, Ledger

routes = APIRouter(include_in_schema=False)
LOOKS_EVERY = 0.5
"""Seconds between two looks at the ledger's size: one number, read from the head's row."""
QUIET = 30
"""Looks after which something is sent, so that nobody between takes the line for dead."""
AT_ONCE = 500
"""Acts that are read together, for whoever was away for long."""


@routes.get("/{school}/feed")
async def feed(
    *,
    site: Its,
    school: int,
    request: Request,
    after: Annotated[int | None, Query(ge=0)] = None,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> StreamingResponse:
    """
    Each act after an entry, as it is recorded: ``id`` is its last entry, to go on from.

    A browser that was cut off says that number itself (``Last-Event-ID``); nothing is left out
    and nothing comes twice. Without a number: from now on. Streams, which say which class or pupil
    an act is about, are told to those who see the whole school.
    """

    def begin() -> tuple[Ledger, int, bool]:
        with site.at(school, None) as here:
            known = last_event_id if last_event_id and last_event_id.isdecimal() else after
            start = here.view.entry if known is None else min(int(known), here.view.entry)
            return here.view.ledger, start, here.sees_school()

    ledger, start, whole = await run_in_threadpool(begin)
    told = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    lines = _lines(request, ledger, start, whole=whole)
    return StreamingResponse(lines, media_type="text/event-stream", headers=told)


async def _lines(request: Request, ledger: Ledger, seen: int, *, whole: bool) -> AsyncIterator[str]:
    yield f"retry: 1000\nid: {seen}\nevent: begin\ndata: {seen}\n\n"
    door: Door = request.app.state.door
    quiet = looks = 0
    while not getattr(request.app.state, "ending", False):
        for act, streams in await run_in_threadpool(_since, ledger, seen):
            seen, quiet = act.last, 0
            yield _told(act, streams if whole else [])
        quiet += 1
        if quiet % QUIET == 0:
            yield ": still here\n\n"
        looks += 1
        if looks % QUIET == 0 and not await run_in_threadpool(door.still_in, request):
            return  # signed out, too long away, or disabled meanwhile
        await asyncio.sleep(LOOKS_EVERY)


def _since(ledger: Ledger, seen: int) -> list[tuple[ActRow, list[str]]]:
    size = ledger.size()
    if size <= seen:
        return []
    found: list[tuple[ActRow, list[str]]] = []
    while seen < size and len(found) < AT_ONCE:
        act = next(ledger.acts(seen + 1, seen + 1))
        streams = [page.stream for page in ledger.pages(after=seen, upto=act.last)]
        found.append((act, sorted(set(streams))[:50]))
        seen = act.last
    return found


def _told(act: ActRow, streams: list[str]) -> str:
    said = {
        "first": act.first,
        "last": act.last,
        "act": act.command,
        "recorded_at": act.recorded_at.isoformat(),
        "streams": streams,
    }
    return f"id: {act.last}\nevent: act\ndata: {json.dumps(said)}\n\n"
