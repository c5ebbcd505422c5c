"""Server-sent events for as long as somebody listens and would still be let in."""

import asyncio
from collections.abc import AsyncIterator, Callable

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

LOOKS_EVERY = 0.5
"""Seconds between two looks at the ledger's size: one number, read from the head's row."""
QUIET = 30
"""Looks after which something is sent, so that nobody between takes the line for dead."""

Look = Callable[[], list[str]]
"""The events that came since the last look, as text; it remembers where it is."""


def streamed(
    request: Request, begin: str, look: Look, still: Callable[[], bool]
) -> StreamingResponse:
    """``begin``, then whatever comes; ``still`` is asked now and then and ends it with a no."""
    told = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    lines = _lines(request, begin, look, still)
    return StreamingResponse(lines, media_type="text/event-stream", headers=told)


def ending(request: Request) -> bool:
    """Whether the server is being stopped."""
    return bool(getattr(request.app.state, "ending", False))


async def _lines(
    request: Request, begin: str, look: Look, still: Callable[[], bool]
) -> AsyncIterator[str]:
    yield begin
    quiet = looks = 0
    while not ending(request):
        looks += 1
        if looks % QUIET == 0 and not await run_in_threadpool(still):
            return  # signed out, too long away, or disabled meanwhile
        came = await run_in_threadpool(look)
        for one in came:
            yield one
        if came:
            quiet = 0
            continue
        quiet += 1
        if quiet % QUIET == 0:
            yield ": still here\n\n"
        await asyncio.sleep(LOOKS_EVERY)
