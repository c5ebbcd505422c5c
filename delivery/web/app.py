"""The web application over one ledger: pages, the API, and the files they need."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from delivery.bootstrap import Desk
from delivery.web import (
    accessibility,
    api,
    asking,
    brand,
    cases,
    compare,
    doing,
    feed,
    feeds,
    keeping,
    letters,
    marks,
    packs,
    pages,
    problems,
    registers,
    reports,
    taking,
    trust,
)
from delivery.web.brand import Brand
from delivery.web.described import secured
from delivery.web.door import signing_in, signing_in_elsewhere, signing_out
from delivery.web.door.doorman import Door, cookie_name
from delivery.web.guard import Guard, say
from delivery.web.plainly import LEAST_ZIPPED, ZIPPED, Plainly
from delivery.web.ready import AsMade, Ready
from delivery.web.site import Site

HERE = Path(__file__).parent
LOCAL = ("127.0.0.1", "localhost", "[::1]")
"""The names this machine has for itself: under another name a page is not answered."""

_PAGES = (
    brand,
    trust,
    feeds,  # before the pages: /api is no school
    pages,
    registers,
    marks,
    taking,
    doing,
    asking,
    cases,
    letters,
    reports,
    keeping,
    packs,
    compare,
    feed,
    accessibility,
)


def application(
    desk: Desk,
    person: str | None = None,
    door: Door | None = None,
    hosts: Sequence[str] = LOCAL,
    brands: Sequence[Brand] = (),
) -> FastAPI:
    """
    The application over an open ledger, its pages headed as ``brands`` say.

    Without a ``door`` whoever asks sits at this machine: sees all, and acts as ``person`` where a
    request names nobody. It answers only under the names of ``hosts``.
    """
    made = FastAPI(
        title="The attendance ledger",
        summary="The register of a school, every amendment, and what follows from them.",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    desk.stays = True
    made.state.door = door = door or Door(desk, person)
    site = made.state.site = Site(door, brands)
    problems.install(made, site)
    # What is added first is asked last.
    made.add_middleware(GZipMiddleware, minimum_size=LEAST_ZIPPED, compresslevel=ZIPPED)
    made.add_middleware(TrustedHostMiddleware, allowed_hosts=[*hosts])
    made.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    made.router.routes.extend(api.router().routes)  # once made: that is most of the work
    for one in _PAGES:
        made.include_router(one.routes)

    if door.asks:
        for one in (signing_in, signing_in_elsewhere, signing_out):
            made.include_router(one.routes)

    plainly = made.openapi
    made.openapi = lambda: secured(  # type: ignore[method-assign]
        plainly(), cookie_name(door.secure), asks=door.asks
    )
    made.add_middleware(Guard, secure=door.secure)
    ready = made.state.ready = Ready()
    desk.hears.append(ready.drop)
    headers = partial(say, secure=door.secure)
    made.add_middleware(AsMade, door=door, ready=ready, hosts=hosts, headers=headers)
    made.add_middleware(Plainly, door=door, hosts=hosts, headers=headers)
    return made
