"""The pages in a real browser: readable by everybody, on every width, with no script; an amendment.

Needs Debian's Chromium (``apt-get install chromium``); without it these tests fail and say so.
"""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from freezegun import freeze_time
from playwright.sync_api import Browser, Page, sync_playwright

from delivery.cli import main

pytestmark = pytest.mark.slow

MARK = "/100001/pupils/A100/marks/2024-09-03/AM"
PAGES = [
    "/",
    "/trust",
    "/accessibility",
    "/100001/today?on=2024-09-03",
    "/100001/registers?on=2024-09-03",
    "/100001/registers/4B?week=2024-09-03",
    "/100001/pupils",
    "/100001/pupils/A100",
    MARK,
    "/100001/penalties",
    "/100001/amendments",
    "/100001/registers/4B/2024-09-03/PM",
    "/100001/leave",
    "/100001/absences?on=2024-09-04",
    "/100001/pupils/A100/penalty",
    "/100001/pupils/A100/history",
    "/100001/pupils/A100/compare?then=2024-09-03T09:00",
    "/100001/pupils/A100/letters/concern",
    "/100001/pupils/A100/pack",
    "/100001/letters",
    "/100001/reports?to=2024-09-03",
    "/100001/audit",
    "/100001/audit/verify",
    "/100001/audit/retention",
    "/100001/entries/13",
    "/100001/data",
    "/100001/settings",
    "/100001/do",
    "/100001/do/record-contact?pupil=A100",
    "/100001/ask",
    "/100001/ask/rates?by=class",
    "/100001/not-taken?from=2024-09-02&to=2024-09-06",
    "/100001/leave/1",
    "/100001/letters/1",
    "/100001/pupils/A100/history?kind=all",
    "/100001/today?asof=14",
    "/100001/pupils/Z999",
]
NO_PAGES = {
    "/{school:int}",
    "/{school}/feed",
    "/{school}/letters/{number}/pdf",
    "/{school}/reports/board",
    "/brand/{number}/{what}",
}
"""Addresses that answer with something other than a page, or lead on to one."""
LONG = """\
school,upn,surname,forename,date_of_birth,year_group,class,start_date
100001,X000900115083,Owusubramble-Featherstonehaugh,Morwenna,2015-03-01,4,4A,2024-09-02
"""
"""A name and a UPN of the length that there are."""
LEAVE = ["--asked-by", "parent-1", "--first", "2024-11-11", "--back", "2024-11-13"]
LEAVE += ["--reason", "A wedding in Leeds"]
A4_BETWEEN_MARGINS = 1047
"""Pixels of CSS in 277 mm: A4 across, less 10 mm on either side."""
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def served(marked_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of its own, as ``attendance serve`` starts it."""
    path = tmp_path_factory.mktemp("served") / "attendance.db"
    shutil.copy(marked_once, path)
    at = ["--db", f"sqlite:///{path}", "--school", "100001"]
    (path.parent / "long.csv").write_text(LONG)
    with freeze_time("2024-09-03 11:00:00"):
        assert main([*at, "import", "pupils", str(path.parent / "long.csv"), "--as", "office"]) == 0
        assert main([*at, "request-leave", "A100", *LEAVE, "--as", "office"]) == 0
        written = ["letter", "concern", "A100", "--without-evidence", "--as", "head"]
        assert main([*at, *written, "-o", str(path.parent / "letter.pdf")]) == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = "import sys; from delivery.cli import main; sys.exit(main(sys.argv[1:]))"
    typed = ["--db", f"sqlite:///{path}", "--as", "office", "serve", "--port", str(port)]
    with subprocess.Popen([sys.executable, "-c", start, *typed]) as server:
        for _ in range(200):
            time.sleep(0.1)
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}"
        server.terminate()
        assert server.wait(20) == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "These tests need Chromium: apt-get install chromium"
    with sync_playwright() as play:
        yield play.chromium.launch(executable_path=chromium, args=QUIET)


def test_no_page_is_forgotten(reading: TestClient):
    """Each route that answers with a page is among those that are looked at."""
    routes = [
        route
        for one in reading.app.routes  # type: ignore[attr-defined]
        for route in getattr(getattr(one, "original_router", None), "routes", [one])
        if isinstance(route, APIRoute) and "GET" in route.methods
    ]
    pages = {one.path: one.path_regex for one in routes if not one.path.startswith("/api/")}
    looked_at = [address.partition("?")[0] for address in PAGES]

    forgotten = {
        path
        for path, regex in pages.items()
        if path not in NO_PAGES and not any(regex.match(one) for one in looked_at)
    }
    assert len(pages) > 30
    assert forgotten == set()


@pytest.mark.parametrize("width", [1320, 390, 320])
def test_no_page_fails_a_rule_of_access_or_is_wider_than_the_window(
    served: str, browser: Browser, width: int
):
    page = browser.new_page(viewport={"width": width, "height": 900})
    found = {}
    for address in PAGES:
        page.goto(served + address)
        broken = Axe().run(page).response["violations"]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in broken]
        if wrong or wide > 0:
            found[address] = (wrong, wide)
    page.close()

    assert found == {}


def test_a_mark_is_amended_without_a_script(served: str, browser: Browser):
    page = browser.new_page(java_script_enabled=False)
    page.goto(served + "/100001/registers/4B?week=2024-09-03")
    page.get_by_role("link", name="I: Illness").first.click()
    page.get_by_label("The code to put in its place").select_option("M")
    page.get_by_label("Reason").fill("A letter from the surgery")
    page.get_by_role("button", name="Check the amendment").click()
    assert "Olive Office, Attendance officer" in page.content()
    page.get_by_role("button", name="Record the amendment").click()

    assert page.url.startswith(served + "/100001/pupils/1/marks/2024-09-03/AM")
    assert "3 entries" in page.content()
    assert "A letter from the surgery" in page.content()
    page.close()


def test_a_week_of_a_class_prints_on_one_page(served: str, browser: Browser, tmp_path: Path):
    from pypdf import PdfReader

    page: Page = browser.new_page(viewport={"width": A4_BETWEEN_MARGINS, "height": 700})
    page.goto(served + "/100001/registers/4B?week=2024-09-03")
    page.pdf(path=tmp_path / "week.pdf", prefer_css_page_size=True)
    page.emulate_media(media="print")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    friday = page.locator("thead th", has_text="Fri 6").bounding_box()
    page.close()

    (sheet,) = PdfReader(tmp_path / "week.pdf").pages
    assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == (842, 595)
    told = sheet.extract_text()
    assert "as at entry" in told
    assert "Year so far" in told
    assert "(/" not in told  # the address of no link stands behind it
    assert wide <= 0
    assert friday
    assert friday["x"] + friday["width"] < A4_BETWEEN_MARGINS


def test_a_class_s_week_on_a_phone_is_a_table_that_nobody_scrolls_sideways(
    served: str, browser: Browser
):
    for width in (390, 320):
        page = browser.new_page(viewport={"width": width, "height": 700})
        page.goto(served + "/100001/registers/4B?week=2024-09-03")
        scrolls = page.evaluate(
            "[...document.querySelectorAll('main *')].filter(one => "
            "one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible'"
            " && !one.classList.contains('govuk-visually-hidden')).length"
        )
        cells = page.get_by_role("cell").evaluate_all(
            "all => all.filter(one => { const at = one.getBoundingClientRect();"
            " return at.right > innerWidth || at.left < 0 || at.width < 20 }).length"
        )
        table = page.get_by_role("table", name="Marks of each pupil")
        assert (scrolls, cells) == (0, 0)
        assert table.get_by_role("columnheader", name="Wed 4").is_visible()
        assert table.get_by_role("rowheader", name="Example, Ann").is_visible()
        assert table.get_by_role("row").count() == 2 + 2 + 3
        page.close()
