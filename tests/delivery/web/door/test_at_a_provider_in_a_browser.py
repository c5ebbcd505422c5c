"""Signing in at Glewlwyd and out of it again through its own pages, in a real browser."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from delivery.cli import main
from delivery.web.door.accounts import Accounts
from delivery.web.door.book import Book
from tests.delivery.web.door.conftest import PASSWORD, account, form_of
from tests.delivery.web.door.glewlwyd import PASSWORD as PASSWORD_THERE
from tests.delivery.web.door.glewlwyd import SECRETS, provider_in
from tests.delivery.web.serving import free_port
from tests.delivery.web.test_browser import browser  # noqa: F401

pytestmark = pytest.mark.slow

START = "import sys; from delivery.cli import main; sys.exit(main(sys.argv[1:]))"
TODAY = "/100001/today"
FILE = """
[[providers]]
name = "county"
label = "The County"
issuer = "{issuer}"
client_id = "county"
client_secret_from = "COUNTY_SECRET"
[[providers]]
name = "silent"
label = "Silent"
issuer = "http://localhost:{silent}"
client_id = "silent"
"""


class Served(NamedTuple):
    """A server as ``attendance serve`` starts it; ``log`` is what it prints."""

    at: str
    ledger: str
    log: Path
    issuer: str


@pytest.fixture(scope="module")
def served(marked_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    shutil.copy(marked_once, folder / "attendance.db")
    book = Book(folder / "attendance.door.db")
    account(Accounts(book), "office", staff="office")
    book.close()
    at = f"http://127.0.0.1:{port}"
    with (
        provider_in(folder) as there,
        socket.create_server(("127.0.0.1", 0), backlog=200) as silent,  # and never answers
        (folder / "printed").open("wb") as log,
    ):
        back = f"{at}/sign-in/with/county/back"
        there.client("county", "client_secret_basic", back, f"{at}/sign-in")
        there.person("olive")
        told = FILE.format(issuer=there.issuer, silent=silent.getsockname()[1])
        (folder / "providers.toml").write_text(told)
        ledger = f"sqlite:///{folder}/attendance.db"
        typed = [sys.executable, "-c", START, "--db", ledger, "serve", "--sign-in"]
        typed += ["--port", str(port), "--providers", str(folder / "providers.toml")]
        given = {**os.environ, "COUNTY_SECRET": SECRETS["client_secret_basic"]}
        with subprocess.Popen(typed, stdout=log, stderr=log, env=given) as server:
            for _ in range(300):
                time.sleep(0.1)
                with socket.socket() as trial:
                    if trial.connect_ex(("127.0.0.1", port)) == 0:
                        break
            yield Served(at, ledger, folder / "printed", there.issuer)
            server.kill()


def signs_in_there(page: Page, password: str = PASSWORD_THERE) -> None:
    """On the provider's page."""
    page.get_by_placeholder("Your username").fill("olive")
    page.get_by_placeholder("Your password").fill(password)
    page.get_by_role("button", name="OK").click()


def test_signing_in_there_and_out_again(served: Served, browser: Browser):  # noqa: F811
    page = browser.new_page()
    page.goto(served.at + TODAY)
    page.get_by_role("link", name="Sign in with The County").click()
    signs_in_there(page, "a wrong one")
    expect(page.get_by_text("Authentication error")).to_be_visible()
    signs_in_there(page)
    page.get_by_role("button", name="Grant access").click()
    page.get_by_role("button", name="Continue").click()

    # Nobody has linked them yet: they are told so, and the log says what to link.
    expect(page.get_by_role("alert")).to_contain_text("there is no account here for you")
    assert page.url.startswith(served.at)
    logged = re.search(r"not let in: county: no account for (\S+)", served.log.read_text())
    assert logged
    linking = ["account", "link", "office", "--issuer", served.issuer, "--subject", logged[1]]
    assert main(["--db", served.ledger, *linking]) == 0

    page.get_by_role("link", name="Sign in with The County").click()
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(served.at + TODAY)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("wishes you to close the current session")).to_be_visible()
    # It took the address to come back to; its page of 2.7.5 then stays where it is all the same.
    expect(page.get_by_text(f"redirected to: {served.at}/sign-in")).to_be_visible()
    page.get_by_role("button", name="Logout").first.click()
    expect(page.get_by_text("You are disconnected")).to_be_visible()
    page.goto(served.at + TODAY)
    assert page.url.startswith(served.at + "/sign-in")
    page.get_by_role("link", name="Sign in with The County").click()
    expect(page.get_by_placeholder("Your password")).to_be_visible()  # it knows nobody any more
    page.close()


def test_where_a_provider_hangs_nobody_else_waits(served: Served):
    """More ask it at once than the server has threads for all that it does."""

    def asks() -> None:
        with suppress(httpx2.HTTPError):
            httpx2.get(f"{served.at}/sign-in/with/silent", timeout=5)

    for _ in range(60):
        threading.Thread(target=asks).start()
    time.sleep(1)
    began = time.monotonic()
    client = httpx2.Client(base_url=served.at, timeout=30)
    form = {"login": "office", "password": PASSWORD, **form_of(client.get("/sign-in").text)}
    came_in = client.post("/sign-in", data=form)

    assert came_in.status_code == 303
    assert client.get(TODAY).status_code == 200
    assert time.monotonic() - began < 5
