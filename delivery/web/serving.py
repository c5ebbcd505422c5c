"""Answering at an address, until somebody stops it: this machine's own, or over TLS for others."""

import asyncio
import gc
import ipaddress
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from granian.constants import Interfaces
from granian.server.embed import Server
from granian.utils.proxies import wrap_asgi_with_proxy_headers

from delivery.bootstrap import Desk
from ledger.refusals import Refused

HERE = "127.0.0.1"
LOOKS_EVERY = 5.0
"""Seconds between two looks at whether something was removed from the ledger."""


@dataclass(frozen=True)
class Where:
    """
    Where it answers. ``certificate`` and ``key``: TLS of its own. ``proxies``: the addresses of
    those that have done TLS before it, whose word on who asks is believed.
    """

    address: str = HERE
    port: int = 8000
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[str, ...] = ()

    @property
    def alone(self) -> bool:
        """Whether nobody but this machine can ask."""
        return ipaddress.ip_address(self.address).is_loopback and not self.proxies


def free(port: int, address: str = HERE) -> bool:
    """Whether a port of this machine can be had."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
        except OSError:
            return False
    return True


async def served(
    application: FastAPI, where: Where, wrapped: Callable[[Any], Any] = lambda one: one
) -> None:
    """
    Answer until the process is told to end; what is being answered is answered first.

    ``wrapped`` may put something around the application, as a bench does to time it.
    """
    answering = wrapped(application)
    if where.proxies:
        answering = wrap_asgi_with_proxy_headers(answering, list(where.proxies))
    server = Server(
        answering,
        address=where.address,
        port=where.port,
        interface=Interfaces.ASGI,
        websockets=False,
        ssl_cert=where.certificate,
        ssl_key=where.key,
    )

    def end() -> None:
        application.state.ending = True  # what streams without an end would be waited for
        server.stop()  # type: ignore[no-untyped-call]

    gc.collect()
    gc.freeze()  # the application stays as it is
    gc.set_threshold(50_000, 20, 50)  # else a look at all objects, 0.1 s, falls into many a page

    running = asyncio.get_running_loop()
    for told in (signal.SIGINT, signal.SIGTERM):
        running.add_signal_handler(told, end)
    looking = asyncio.create_task(_looking(application.state.door.desk))
    await server.serve()
    looking.cancel()


async def _looking(desk: Desk) -> None:
    """Hear of what others have removed, though nobody asks for a page."""
    while True:
        await asyncio.sleep(LOOKS_EVERY)
        with suppress(Refused):  # out of reach just now: whoever asks is told
            await run_in_threadpool(desk.look)
