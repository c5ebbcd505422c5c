"""What people come for, in a real browser: amend, decide leave, explain a threshold, a pack."""

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from freezegun import freeze_time
from playwright.sync_api import Browser, expect

from delivery.cli import main
from tests.delivery.web.pictures import apart, read
from tests.delivery.web.serving import free_port, server
from tests.delivery.web.test_browser import browser  # noqa: F401

pytestmark = pytest.mark.slow

DAYS = ["2024-09-04", "2024-09-05", "2024-09-06", "2024-09-09", "2024-09-10"]
AT = "2024-09-10T15:00:00+00:00"
LEAVE = ["--asked-by", "parent-1", "--first", "2024-11-11", "--back", "2024-11-13"]


@pytest.fixture(scope="module")
def away(marked_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which Ann was absent without authority for ten sessions, and asks for leave."""
    path = tmp_path_factory.mktemp("away") / "attendance.db"
    shutil.copy(marked_once, path)
    at = ["--db", f"sqlite:///{path}", "--school", "100001"]
    for day in DAYS:
        for hour, half in (("07:50", "AM"), ("12:10", "PM")):
            with freeze_time(f"{day} {hour}:00"):
                typed = ["take-register", "4B", "--session", half, "--as", "teacher"]
                assert main([*at, *typed, "--present-except", "O:A100"]) == 0
    with freeze_time("2024-09-10 14:00:00"):
        asked = ["request-leave", "A100", *LEAVE, "--reason", "A wedding in Leeds"]
        assert main([*at, *asked, "--as", "office"]) == 0
    return path


@pytest.fixture(scope="module")
def served(away: Path) -> Iterator[str]:
    port = free_port()
    with server(away, "head", AT, port):
        yield f"http://127.0.0.1:{port}/100001"


def test_a_mark_is_amended_and_seen_in_the_pupil_s_history(
    browser: Browser,  # noqa: F811
    away: Path,
    tmp_path: Path,
):
    path, port = tmp_path / "attendance.db", free_port()
    shutil.copy(away, path)
    page = browser.new_page()
    with server(path, "office", AT, port):
        page.goto(f"http://127.0.0.1:{port}/100001/registers/4B?week=2024-09-09")
        page.get_by_role("link", name=re.compile("^O: ")).first.click()
        page.get_by_label("The code to put in its place").select_option("I")
        page.get_by_label("Reason").fill("Her father rang: a fever since Sunday")
        page.get_by_role("button", name="Check the amendment").click()
        page.get_by_role("button", name="Record the amendment").click()
        expect(page.get_by_role("heading", name="2 entries")).to_be_visible()
        page.get_by_role("link", name="Ann Example").click()

        entry = page.locator("ol.line > li").first
        for told in ("Monday 9 September 2024", "Her father rang", "Olive Office"):
            expect(entry).to_contain_text(told)
        expect(entry.locator("table.five tr")).to_have_count(5)
        page.get_by_role("link", name="Every entry about Ann").click()
        expect(page.locator("ol.line > li").first).to_contain_text("mark amended, O to I")
    page.close()


def test_leave_is_decided_with_the_figures_before_one_s_eyes(
    browser: Browser,  # noqa: F811
    away: Path,
    tmp_path: Path,
):
    path, port = tmp_path / "attendance.db", free_port()
    shutil.copy(away, path)
    page = browser.new_page()
    with server(path, "head", AT, port):
        page.goto(f"http://127.0.0.1:{port}/100001/leave")
        expect(page.get_by_role("heading", name="1 request for leave to decide")).to_be_visible()
        page.get_by_role("link", name="Decide request 1").click()
        expect(page.get_by_text("A wedding in Leeds")).to_be_visible()
        expect(page.get_by_text("it is kept with the decision")).to_be_visible()
        page.get_by_role("link", name="Refuse", exact=True).click()
        page.get_by_label("Reason").fill("A wedding of a cousin is not exceptional")
        page.get_by_role("button", name="Check what will be recorded").click()
        expect(page.get_by_role("heading", name="Check what will be recorded")).to_be_visible()
        page.get_by_role("button", name="Record it").click()

        expect(page.get_by_role("heading", name="Leave for Ann Example: refused")).to_be_visible()
        expect(page.get_by_text("A wedding of a cousin is not exceptional")).to_be_visible()
        expect(page.get_by_text("As shown then, and kept")).to_be_visible()
    page.close()


def test_a_threshold_is_explained_down_to_each_entry(browser: Browser, served: str):  # noqa: F811
    page = browser.new_page()
    page.goto(f"{served}/penalties?on=2024-09-10")
    expect(page.get_by_role("heading", name="1 pupil at the threshold")).to_be_visible()
    page.get_by_role("link", name="Ann Example", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("10 of 10 sessions")
    expect(page.get_by_text("SI 2007/1867").first).to_be_visible()
    page.get_by_text("The weeks and sessions as a table").click()
    sessions = page.locator("table", has=page.get_by_text("Session", exact=True)).locator(
        "tbody tr"
    )
    expect(sessions).to_have_count(10)
    sessions.first.get_by_role("link").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("4 September 2024, AM")
    expect(page.locator("ol.line > li").first).to_contain_text("Ted Teacher")
    page.close()


def test_a_pack_is_downloaded_and_checked_by_what_it_carries(
    browser: Browser,  # noqa: F811
    served: str,
    tmp_path: Path,
):
    page = browser.new_page()
    page.goto(f"{served}/pupils/A100")
    page.get_by_role("link", name="Evidence pack").click()
    page.get_by_label("Who will read it").select_option("court")
    page.get_by_label("As", exact=True).select_option("zip")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Make the pack").click()
    coming.value.save_as(tmp_path / "pack.zip")
    page.close()

    zipfile.ZipFile(tmp_path / "pack.zip").extractall(tmp_path / "pack")
    (checker,) = (tmp_path / "pack").rglob("verify.py")
    typed = [sys.executable, "-I", "-S", str(checker), str(checker.parent)]
    ran = subprocess.run(typed, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    record = checker.parent / "record.json"
    record.write_text(record.read_text().replace("2024-09-04", "2024-09-03", 1))
    assert subprocess.run(typed, capture_output=True, check=False).returncode != 0


FORMS_ALONE = ".mk > span { visibility: hidden } .mk.present::before { content: '/' }"
"""No letters, but for the stroke of who is present, which is its form."""
SEEING = ["deuteranopia", "protanopia", "tritanopia", "achromatopsia"]


@pytest.mark.parametrize("seeing", SEEING)
def test_marks_are_told_apart_however_one_sees_colours(
    browser: Browser,  # noqa: F811
    served: str,
    seeing: str,
):
    """By their form: the letters are taken out before they are compared, two by two."""
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"{served}/registers/4B?week=2024-09-04")
    page.add_style_tag(
        content=".mk > span { visibility: hidden } .mk.present::before {content: '/'}"
    )
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setEmulatedVisionDeficiency", {"type": seeing})

    marks = page.locator(".key .mk").all()
    looks = [(one.get_attribute("class") or "").removeprefix("mk ") for one in marks]
    taken = {look: read(one.screenshot()) for look, one in zip(looks, marks, strict=True)}
    context.close()

    assert len(taken) == 9
    close = {
        pair: round(apart(taken[pair[0]], taken[pair[1]]), 1) for pair in combinations(taken, 2)
    }
    assert {pair: far for pair, far in close.items() if far < 3} == {}
