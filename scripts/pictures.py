"""
The pictures of the guides, of the demonstration: ``python scripts/pictures.py attendance-demo``.

Works on a copy of the ledger there, at a moment that stands still, so that the same pages are
taken each time. Needs Chromium (``apt-get install chromium``).
"""

import datetime as dt
import shutil
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from fastapi.testclient import TestClient
from playwright.sync_api import sync_playwright

from delivery.bootstrap import Desk
from delivery.web.app import application
from ledger.store import open_store

PICTURES = Path(__file__).parents[1] / "docs/pictures"
SCHOOL, NOW = 999001, dt.datetime(2025, 1, 10, 8, 52, tzinfo=dt.UTC)
SUNITA, YUSUF = "X000900115083", "X000900115100"
DONE: list[tuple[str, dict[str, Any]]] = [
    (
        "request-leave",
        {
            "pupil": YUSUF,
            "asked_by": "parent-1",
            "first": "2025-02-03",
            "back": "2025-02-06",
            "reason": "The wedding of an aunt in Leeds",
        },
    ),
    ("record-awareness", {"pupil": SUNITA}),
]
SHOTS = {
    "take-register": ("office", f"/{SCHOOL}/registers/4/2025-01-10/AM", 640),
    "absences": ("office", f"/{SCHOOL}/absences?on=2024-12-20", 560),
    "leave-request": ("head", f"/{SCHOOL}/leave/1", 700),
    "penalty": ("head", f"/{SCHOOL}/pupils/{SUNITA}/penalty", 1010),
    "reports": ("head", f"/{SCHOOL}/reports", 760),
    "trust": ("head", "/trust", 700),
}
"""By the name of the picture: who looks, the page, and how much of it in pixels from the top."""


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, format: str, *args: Any) -> None: ...


def pages(client: TestClient) -> Any:
    """The application as plain WSGI, on the thread that asks nothing else."""

    def answer(environ: dict[str, Any], start: Any) -> list[bytes]:
        query = environ["QUERY_STRING"]
        found = client.get(environ["PATH_INFO"] + (f"?{query}" if query else ""))
        kept = {"content-type", "content-security-policy"}
        start(f"{found.status_code} .", [(n, v) for n, v in found.headers.items() if n in kept])
        return [found.content]

    return answer


def served(client: TestClient) -> WSGIServer:
    """A server of its own port, until it is shut down."""
    server = make_server("127.0.0.1", 0, pages(client), handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main(demo: Path) -> None:
    with TemporaryDirectory() as folder:
        shutil.copy(demo / "attendance.db", folder)
        url = f"sqlite:///{folder}/attendance.db"
        desk = Desk(url, open_store(url), clock=lambda: NOW)
        clients = {
            who: TestClient(application(desk, who), base_url="http://localhost")
            for who in ("head", "office")
        }
        for act, said in DONE:
            clients["head"].post(f"/api/{SCHOOL}/{act}", json=said).raise_for_status()
        servers = {who: served(client) for who, client in clients.items()}
        with sync_playwright() as play:
            found = shutil.which("chromium")
            browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
            for name, (who, address, height) in SHOTS.items():
                page = browser.new_page(viewport={"width": 1000, "height": height})
                page.set_default_timeout(180_000)  # a first page is long in the making
                page.route("**/feed?*", lambda route: route.abort())
                page.goto(f"http://127.0.0.1:{servers[who].server_port}{address}")
                if name == "take-register":
                    for key in ("/", "/", "I", "/", "N", "/", "L"):
                        page.keyboard.press(key)
                page.evaluate("document.querySelector('.newer')?.remove()")
                page.evaluate("scrollTo(0, 0)")  # the row typed last drew it down
                page.screenshot(path=PICTURES / f"{name}.png")
                page.close()
            browser.close()
        for server in servers.values():
            server.shutdown()
        desk.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
