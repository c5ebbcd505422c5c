"""What is recorded, as it is recorded, for pages: each act with the number of its last entry."""

import json
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from delivery.feed.source import acts_after
from delivery.web.door.doorman import Door
from delivery.web.site import Its
from delivery.web.streaming import Look, streamed
from ledger.store import ActRow, Ledger

routes = APIRouter(include_in_schema=False)
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
    door: Door = request.app.state.door
    told = f"retry: 1000\nid: {start}\nevent: begin\ndata: {start}\n\n"
    look = _looking(ledger, start, whole=whole)
    return streamed(request, told, look, lambda: door.still_in(request))


def _looking(ledger: Ledger, start: int, *, whole: bool) -> Look:
    seen = start

    def look() -> list[str]:
        nonlocal seen
        found = acts_after(ledger, seen, AT_ONCE)
        if found:
            seen = found[-1][0].last
        return [_told(act, streams[:50] if whole else []) for act, streams in found]

    return look


def _told(act: ActRow, streams: list[str]) -> str:
    said = {
        "first": act.first,
        "last": act.last,
        "act": act.command,
        "recorded_at": act.recorded_at.isoformat(),
        "streams": streams,
    }
    return f"id: {act.last}\nevent: act\ndata: {json.dumps(said)}\n\n"
