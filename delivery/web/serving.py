"""Answering on this machine's own address, until somebody stops it."""

import asyncio
import signal
import socket

from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server

HERE = "127.0.0.1"


def free(port: int) -> bool:
    """Whether a port of this machine can be had."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HERE, port))
        except OSError:
            return False
    return True


async def served(application: FastAPI, port: int) -> None:
    """Answer until the process is told to end; what is being answered is answered first."""
    server = Server(
        application, address=HERE, port=port, interface=Interfaces.ASGI, websockets=False
    )
    ending = asyncio.get_running_loop()
    for told in (signal.SIGINT, signal.SIGTERM):
        ending.add_signal_handler(told, server.stop)
    await server.serve()
