"""
A line to PostgreSQL that can be cut at the worst moment: as something is committed.

It stands between the ledger and the server's socket and passes on bytes. Told to cut, it waits for
the next message that records an act, lets the server have it or not, and lets no answer through.
"""

import re
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

_RECORDS = re.compile(rb"take-register|import-marks|amend-mark")  # as the row of an act has it
_READY = b"Z\0\0\0\5I"  # what the server says last, outside a transaction
_LATE = 0.5  # seconds

Cut = Literal["", "answered", "late", "never"]
"""The server did it and its answer is lost; it does it late, after we ask again; it never hears."""


class Line:
    """``cut`` says how the next commit is cut; ``goes_away``, that nobody gets through after it."""

    def __init__(self, folder: Path, url: str) -> None:
        self._socket = next(str(one) for one in folder.glob(".s.PGSQL.*") if one.suffix != ".lock")
        self._door = socket.create_server(("127.0.0.1", 0))
        port = self._door.getsockname()[1]
        self.url = f"postgresql://postgres@127.0.0.1:{port}{urlsplit(url).path}"
        self.cut: Cut = ""
        self.cuts = 0
        self.goes_away = self.away = False
        self._ends: list[socket.socket] = []
        self._in_thread(self._listen)

    def close(self) -> None:
        self._door.close()
        self.close_all()

    def close_all(self) -> None:
        """Every connection there is now goes."""
        _shut(*self._ends)

    def _in_thread(self, does, *with_: object) -> None:
        threading.Thread(target=does, args=with_, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                if self.away:
                    client.close()
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._socket)
                self._ends += [client, server]
                silent = threading.Event()
                self._in_thread(self._up, client, server, silent)
                self._in_thread(self._down, client, server, silent)

    def _up(self, client: socket.socket, server: socket.socket, silent: threading.Event) -> None:
        """From the ledger to the server."""
        while said := _received(client):
            if self.cut and _RECORDS.search(said):
                how, self.cut = self.cut, ""
                self.cuts += 1
                self.away = self.goes_away
                said += _rest(client)
                if how == "answered":
                    silent.set()
                    server.sendall(said)
                    continue
                _shut(client)
                if how == "late":
                    time.sleep(_LATE)
                    with suppress(OSError):
                        server.sendall(said)
                break
            with suppress(OSError):
                server.sendall(said)
        _shut(client, server)

    def _down(self, client: socket.socket, server: socket.socket, silent: threading.Event) -> None:
        """From the server to the ledger."""
        while said := _received(server):
            if silent.is_set():
                if said.endswith(_READY):
                    break
                continue
            with suppress(OSError):
                client.sendall(said)
        _shut(client, server)


def _received(end: socket.socket) -> bytes:
    with suppress(OSError):
        return end.recv(1 << 16)
    return b""


def _rest(end: socket.socket) -> bytes:
    """What belongs to the same message: it may come in pieces."""
    end.settimeout(0.1)
    said = b"".join(iter(lambda: _received(end), b""))
    end.settimeout(None)
    return said


def _shut(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
