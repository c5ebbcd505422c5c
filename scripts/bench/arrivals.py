"""
Registers taken as schools take them: each client once, at its own moment, over its own connection.

``wrk`` sends again the instant it is answered, which no class does. Here 64 people who signed in
ten minutes ago each press the key once: some time within so many seconds, or all at one instant.
A latency is counted from the moment it was due to be sent, so a late start hides nothing.
"""

import asyncio
import http.client
import json
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from delivery.web.door.accounts import Accounts
from delivery.web.door.book import Book, place_of
from delivery.web.door.sessions import Sessions
from scripts.bench import files, served, six_years, wrk
from scripts.bench.workload import Workload

SIGNED_IN = 600
"""Seconds ago: so that each of these requests is the first of its session for a while."""
_BETWEEN = 1.0
PAGES = ("today", "registers", "absences")
"""What others read meanwhile, each as long as one takes after the other."""
Sent = Iterator[dict[str, Any]]


def morning(
    folder: Path, clients: int, within: Sequence[float], rounds: int, later: float = 0.0
) -> Iterator[dict[str, Any]]:
    """So many registers within so many seconds, or at one instant: each round, and all of them."""
    moment = wrk.rush_moment()
    with wrk.copied(folder) as path:
        cookies = _sessions(path, clients, int(moment.timestamp()) - SIGNED_IN)
        sent = wrk.registers()
        beneath = served.slower(path.parent, later)
        with served.server(path, "", moment, plain=True, with_=beneath) as (port, _):
            wrk.warm(port, cookies[0])
            asyncio.run(_round(port, cookies[:4], sent, 1.0, random.Random("warm")))
            for span in within:
                took: list[float] = []
                for number in range(rounds):
                    dice = random.Random(f"{span} {number}")
                    took += asyncio.run(_round(port, cookies, sent, span, dice))
                    time.sleep(_BETWEEN)
                more = {"flush later by": f"{later:g} ms"} if later else {}
                how = f"within {span:g} s" if span else "at one instant"
                yield {"clients": clients, "registers": len(took), "sent": how} | _said(took) | more


def read_beside(
    folder: Path, readers: Sequence[int], within: float, rounds: int
) -> Iterator[dict[str, Any]]:
    """
    The last morning's register of every class within so many seconds, while others read pages.

    A reader asks for the next page when the one before is there. Each round on a fresh copy.
    """
    moment = six_years.last_morning()
    for count in readers:
        took: list[float] = []
        pages: list[float] = []
        for number in range(rounds):
            with wrk.copied(folder) as path:
                sent = list(_last_morning())
                cookies = _sessions(path, len(sent), int(moment.timestamp()) - SIGNED_IN)
                with served.server(path, "", moment, plain=True) as (port, _):
                    wrk.warm(port, cookies[0])
                    with _reading(port, cookies[0], 1, []):
                        time.sleep(4.0)
                    dice = random.Random(f"beside {number}")
                    with _reading(port, cookies[0], count, pages):
                        took += asyncio.run(_round(port, cookies, iter(sent), within, dice))
        found: dict[str, Any] = {"registers": len(took), "sent": f"within {within:g} s"}
        found |= _said(took) | {"readers": count, "pages": len(pages)}
        yield found | {f"page {name}": ms for name, ms in _said(pages or [0.0]).items()}


def _last_morning() -> Iterator[dict[str, Any]]:
    work = Workload(six_years.PUPILS, six_years.FIRST_YEAR + six_years.YEARS - 1)
    for group in work.classes:
        sheet = work.sheet(len(work.sessions) - 2, group)
        away = [f"{files.upn(one)} {code}" for one, code in zip(sheet.pupils, "IOM", strict=False)]
        yield {
            "group": group, "session": "AM", "date": sheet.date, "rest_present": True,
            "lines": away,
        }  # fmt: skip


@contextmanager
def _reading(port: int, cookie: str, readers: int, took: list[float]) -> Iterator[None]:
    """Within it so many others read pages; the milliseconds each took."""
    ended = threading.Event()

    def read(turn: int) -> None:
        calling = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        asks = {"Host": "localhost", "Cookie": f"attendance={cookie}", "Accept-Encoding": "gzip"}
        while not ended.is_set():
            began = time.perf_counter()
            calling.request("GET", f"/{files.URN}/{PAGES[turn % len(PAGES)]}", headers=asks)
            answer = calling.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            took.append(1000 * (time.perf_counter() - began))
            turn += 1

    threads = [threading.Thread(target=read, args=(turn,)) for turn in range(readers)]
    for one in threads:
        one.start()
    try:
        yield
    finally:
        ended.set()
        for one in threads:
            one.join()


def _said(took: Sequence[float]) -> dict[str, Any]:
    ordered = sorted(took)
    return {
        "median": ordered[len(ordered) // 2],
        "p99": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
        "most": ordered[-1],
    }


async def _round(
    port: int,
    cookies: Sequence[str],
    sent: Iterator[dict[str, Any]],
    span: float,
    dice: random.Random,
) -> list[float]:
    """One register each; the milliseconds each took. Raises for one that was not recorded."""
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in cookies]
    asked = [_request(cookie, next(sent)) for cookie in cookies]
    begins = time.perf_counter() + 0.2
    due = [begins + dice.random() * span for _ in cookies]
    took = await asyncio.gather(*map(_one, lines, asked, due))
    for _, writer in lines:
        writer.close()
    return took


async def _one(
    line: tuple[asyncio.StreamReader, asyncio.StreamWriter], asked: bytes, due: float
) -> float:
    reader, writer = line
    await asyncio.sleep(due - time.perf_counter())
    writer.write(asked)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    body = await reader.readexactly(length)
    took = 1000 * (time.perf_counter() - due)
    if not head.startswith(b"HTTP/1.1 200") or json.loads(body)["receipts"][0]["receipt"] is None:
        raise RuntimeError(f"not recorded: {head!r} {body!r}")
    return took


def _request(cookie: str, register: dict[str, Any]) -> bytes:
    body = json.dumps(register).encode()
    head = (
        f"POST /api/{files.URN}/take-register HTTP/1.1\r\nHost: localhost\r\n"
        f"Cookie: attendance={cookie}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _sessions(path: Path, count: int, begun: int) -> list[str]:
    book = Book(place_of(f"sqlite:///{path}"))
    held = Sessions(Accounts(book))
    found = [held.begin("officer", begun) for _ in range(count)]
    book.close()
    return found
