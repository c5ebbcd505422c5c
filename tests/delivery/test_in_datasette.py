"""
The published file in Datasette, as whoever builds dashboards sees it, in a browser.

Needs Debian's Chromium; without it these tests fail and say so.
"""

import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from freezegun import freeze_time
from playwright.sync_api import Page, expect, sync_playwright

from delivery.dashboards.queries import every
from tests.delivery.conftest import Call

pytestmark = pytest.mark.slow
AT = ("--school", "100001")
CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@pytest.fixture
def published(trust: Call, folder: Path) -> Path:
    for day in ("2024-09-03", "2024-09-04"):
        taking = ("take-register", "4B", "--session", "AM", "--date", day)
        with freeze_time(f"{day} 07:50:00"):
            ran = trust(*taking, "--present-except", "N:A100", *AT, "--as", "teacher")
            assert ran.code == 0, ran.err
    assert trust("publish", "out").code == 0
    return folder / "out"


@pytest.fixture
def datasette(published: Path) -> Iterator[str]:
    """Served as docs/dashboards.md says, as a file that nobody changes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "-i", "star.db", "-m", "datasette.json", "--host", "127.0.0.1"]
    call = subprocess.Popen(
        [sys.executable, "-m", "datasette", *words, "--port", str(port)],
        cwd=published,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"{address}/-/versions.json", timeout=1):
                    break
            except OSError:
                assert call.poll() is None, call.stderr and call.stderr.read().decode()
                time.sleep(0.05)
        yield address
    finally:
        call.terminate()
        call.wait()


@pytest.fixture
def page(datasette: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        shown = browser.new_page()
        shown.goto(datasette)
        yield shown
        browser.close()


def test_the_first_question_is_answered_by_clicking(page: Page):
    page.get_by_role("link", name="star", exact=True).first.click()
    page.get_by_role("link", name="Attendance of each school, half-term by half-term").click()

    expect(page.locator("table.rows-and-columns tbody tr")).to_have_count(1, timeout=20_000)
    row = page.locator("table.rows-and-columns tbody tr td").all_inner_texts()
    assert row == ["Otterham", "2024/25 Autumn 1", "2024-09-03", "2", "4", "50.0"]


def test_a_table_shows_what_its_columns_mean_and_can_be_faceted(page: Page, datasette: str):
    page.goto(f"{datasette}/star/v1_fact_mark_current?_facet=code")

    assert page.get_by_text("Fact: each session of each pupil as it stands.").count() == 1
    assert page.get_by_text("The code that stands in the register.").count() >= 1
    facet = page.locator(".facet-results").inner_text()
    assert "N" in facet
    assert page.locator("table.rows-and-columns tbody tr").count() == 4
    page.goto(f"{datasette}/star/published")
    assert page.get_by_text("Otterham").count() == 1


def test_every_ready_query_answers_there_and_nothing_can_be_written(datasette: str):
    none_yet = {"amendments_by_lag_and_code", "late_by_class_and_week"}
    for one in every():
        with urllib.request.urlopen(f"{datasette}/star/{one.name}.json?_shape=array") as told:
            rows = json.load(told)
        assert bool(rows) == (one.name not in none_yet), one.name
    with urllib.request.urlopen(f"{datasette}/-/databases.json") as told:
        (star,) = [one for one in json.load(told) if one["name"] == "star"]
    assert (star["is_mutable"], star["hash"] is not None) == (False, True)


def test_the_lines_for_duckdb_on_the_page_run(trust: Call, published: Path, monkeypatch, capsys):
    """From the folder in which it was published, as the page has it."""
    assert trust("publish", "out", "--format", "parquet").code == 0
    page = Path(__file__).parents[2] / "docs" / "dashboards.md"
    (lines,) = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(published.parent)
    capsys.readouterr()

    exec(compile(lines, "dashboards.md", "exec"), {})

    shown = capsys.readouterr().out
    assert "Otterham" in shown
    assert "2024/25 Autumn 1" in shown
    assert "50.0" in shown
