"""
The feed of entries over HTTP, of one school and of every school the visitor has business with.

By the ``http-feeds`` convention (``lastEventId``, ``timeout``, batches of CloudEvents), or, where
``text/event-stream`` is asked for, as server-sent events. Both tell the same events under the
same ids. What a disposal removed is removed here too: a batch is never marked as one that may be
kept without asking again.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from delivery.feed import cloud, positions
from delivery.feed.described import asyncapi
from delivery.feed.following import Follower, Source
from delivery.feed.positions import LONGEST as LONGEST_WORD
from delivery.web.api import School
from delivery.web.door.doorman import Door, Visited
from delivery.web.door.feeds import FEED, sources
from delivery.web.door.readings import Whole
from delivery.web.door.turned_away import TurnedAway
from delivery.web.door.visitor import Visitor
from delivery.web.problems import REFUSALS
from delivery.web.standing import unless_known
from delivery.web.streaming import LOOKS_EVERY, Look, ending, streamed
from ledger.refusals import UnknownSchool

LONGEST = 60_000
"""Milliseconds for which a program may have the server wait."""
USUAL, MOST = 1000, 5000
"""Events in a batch where nothing is said, and at most."""

_FOUND: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The events after that one, the oldest first; none where there are none.",
        "content": {cloud.BATCH: {"schema": {"type": "array", "items": {"type": "object"}}},
                    cloud.STREAM: {"schema": {"type": "string"}}},
    },
    304: {"description": "As If-None-Match has it."},
}  # fmt: skip
routes = APIRouter(tags=["feed"])
Told = list[dict[str, Any]]
"""Events, as they are told."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a feed. ``resumed`` is what a browser says that was cut off."""

    after: Annotated[
        str | None,
        Query(alias="lastEventId", max_length=LONGEST_WORD, description="The event handled last."),
    ] = None
    timeout: Annotated[
        int, Query(ge=0, le=LONGEST, description="Milliseconds to wait for an event.")
    ] = 0
    limit: Annotated[int, Query(ge=1, le=MOST, description="Events at most.")] = USUAL
    pseudonyms: Annotated[bool, Query(description="Pseudonyms, though names may be seen.")] = False
    resumed: Annotated[str | None, Header(alias="Last-Event-ID", max_length=LONGEST_WORD)] = None
    accept: Annotated[str, Header(include_in_schema=False)] = ""


@routes.get("/api/asyncapi.json", summary="The feeds described (AsyncAPI)")
def described() -> Response:
    """What the feeds tell, event by event, with the schema of each."""
    return Response(cloud.encoded(asyncapi()), media_type="application/json")


@routes.get("/api/feed", responses={**REFUSALS, **_FOUND}, response_class=Response,
            summary="Every entry of the schools that are yours to see")  # fmt: skip
async def of_several(
    request: Request, visitor: Visited, asked: Annotated[Asked, Depends()]
) -> Response:
    """Schools come in the order of their URNs; an event's id has the position in each."""
    return await _answered(request, visitor, None, asked)


@routes.get("/api/{school}/feed", responses={**REFUSALS, **_FOUND}, response_class=Response,
            summary="Every entry of a school")  # fmt: skip
async def of_one(
    request: Request, school: School, visitor: Visited, asked: Annotated[Asked, Depends()]
) -> Response:
    """An event's id is the number of its entry."""
    return await _answered(request, visitor, school, asked)


async def _answered(
    request: Request, visitor: Visitor, school: int | None, asked: Asked
) -> Response:
    door: Door = request.app.state.door

    def told() -> list[Source]:
        return sources(door, visitor, school, pseudonymously=asked.pseudonyms)

    def begun() -> Follower:
        word = asked.resumed or asked.after
        several = school is None
        at = positions.of_several(word) if school is None else {school: positions.of_one(word)}
        return Follower(told(), at, several=several)

    follower = await run_in_threadpool(begun)
    more = partial(_more, door, visitor, follower)
    if cloud.STREAM in asked.accept:

        def still() -> bool:
            try:
                return door.still_in(request) and follower.still(told())
            except (TurnedAway, UnknownSchool):
                return False

        return streamed(request, "retry: 1000\n\n", _looking(more), still)
    found = await _waited(request, more, asked)
    answer = Response(cloud.encoded(found), media_type=cloud.BATCH)
    if len(found) < asked.limit:  # what comes next would stand in it
        answer.headers["Cache-Control"] = "no-store"
        return answer
    answer.headers["Cache-Control"] = "private, no-cache"
    return unless_known(request, answer)


def _more(door: Door, visitor: Visitor, follower: Follower, most: int) -> Told:
    """The next events, kept as read before they are told: one reading of each school in them."""
    found = follower.more(most)
    for school, events in groupby(found, key=itemgetter("school")):
        entries = [one["entry"] for one in events]
        what = FEED if school in follower.plainly else f"{FEED}, without names"
        whole = Whole(from_entry=entries[0], to_entry=entries[-1])
        door.reads_school(visitor, school, whole, what, once=True)
    return found


async def _waited(request: Request, more: Callable[[int], Told], asked: Asked) -> Told:
    """The next events; where there are none, those that come within the time given."""
    ends = asyncio.get_running_loop().time() + asked.timeout / 1000
    while True:
        found = await run_in_threadpool(more, asked.limit)
        left = ends - asyncio.get_running_loop().time()
        if found or left <= 0 or ending(request):
            return found
        await asyncio.sleep(min(LOOKS_EVERY, left))


def _looking(more: Callable[[int], Told]) -> Look:
    def look() -> list[str]:
        return [f"id: {one['id']}\ndata: {cloud.encoded(one).decode()}\n\n" for one in more(USUAL)]

    return look
