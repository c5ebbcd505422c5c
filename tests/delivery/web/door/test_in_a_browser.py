"""Signing in in a real browser, with no script; readable by everybody, on every width."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from delivery.web.door.accounts import Accounts
from delivery.web.door.book import Book
from tests.delivery.web.door.conftest import PASSWORD, account
from tests.delivery.web.test_browser import browser  # noqa: F401

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def asking(marked_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that asks everybody to sign in, as ``attendance serve`` starts it."""
    import shutil

    path = tmp_path_factory.mktemp("asking") / "attendance.db"
    shutil.copy(marked_once, path)
    book = Book(path.with_suffix(".door.db"))
    account(Accounts(book), "office", staff="office")
    account(Accounts(book), "teacher", staff="teacher")
    book.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = "import sys; from delivery.cli import main; sys.exit(main(sys.argv[1:]))"
    typed = ["--db", f"sqlite:///{path}", "serve", "--sign-in", "--port", str(port)]
    with subprocess.Popen([sys.executable, "-c", start, *typed]) as server:
        for _ in range(300):
            time.sleep(0.1)
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}"
        server.terminate()
        assert server.wait(20) == 0


def test_somebody_signs_in_amends_and_signs_out_without_a_script(
    asking: str,
    browser: Browser,  # noqa: F811
):
    page = browser.new_page(java_script_enabled=False)
    page.goto(asking + "/100001/pupils/A100/marks/2024-09-03/AM")
    assert page.url.startswith(asking + "/sign-in?next=")
    page.get_by_label("Name").fill("office")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    assert "You are not signed in" in page.content()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert page.url == asking + "/100001/pupils/A100/marks/2024-09-03/AM"

    page.get_by_label("The code to put in its place").select_option("M")
    page.get_by_label("Reason").fill("A letter from the surgery")
    page.get_by_role("button", name="Check the amendment").click()
    assert "Olive Office, Attendance officer" in page.content()
    page.get_by_role("button", name="Record the amendment").click()
    assert "A letter from the surgery" in page.content()

    page.get_by_role("button", name="Sign out").click()
    page.goto(asking + "/100001/today")
    assert page.url.startswith(asking + "/sign-in")
    page.close()


@pytest.mark.parametrize("width", [1320, 390, 320])
def test_the_door_s_pages_fail_no_rule_of_access_and_are_no_wider_than_the_window(
    asking: str,
    browser: Browser,  # noqa: F811
    width: int,
):
    page = browser.new_page(viewport={"width": width, "height": 900})
    found = {}

    def look(name: str) -> None:
        broken = Axe().run(page).response["violations"]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in broken]
        if wrong or wide > 0:
            found[name] = (wrong, wide)

    page.goto(asking + "/sign-in")
    look("sign-in")
    page.get_by_label("Name").fill("teacher")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    look("refused")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    look("first page")
    page.goto(asking + "/password")
    look("password")
    page.goto(asking + "/100001/today")
    look("not shown")
    page.screenshot(path=f"/tmp/door-{width}.png")
    page.context.clear_cookies()
    page.close()

    assert found == {}
