"""
What somebody hears who does not see the pages: read off the browser's accessibility tree.

That Orca says it was heard by hand (docs/accessibility.md); these tests hold what it was given.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.delivery.web.serving import free_port, server
from tests.delivery.web.test_browser import browser  # noqa: F401

pytestmark = pytest.mark.slow

AT = "2024-09-03T12:10:00+00:00"
"""While the afternoon's register is open."""
MARK = "/100001/pupils/A100/marks/2024-09-03/AM"


@pytest.fixture
def served(marked_once: Path, tmp_path: Path) -> Iterator[str]:
    path, port = tmp_path / "attendance.db", free_port()
    shutil.copy(marked_once, path)
    with server(path, "office", AT, port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:  # noqa: F811
    opened = browser.new_page()
    yield opened
    opened.close()


def test_what_went_wrong_has_the_focus_and_the_title_says_so(page: Page, served: str):
    page.goto(served + MARK)
    page.get_by_label("Reason").fill("A letter came")
    page.get_by_role("button", name="Check the amendment").click()

    expect(page).to_have_title("Error: Ann Example, 3 Sep 2024 AM – Otterham")
    expect(page.locator(":focus")).to_contain_text("Choose the code to put in the place")
    page.get_by_role("link", name="Choose a code").click()
    expect(page.get_by_label("The code to put in its place")).to_be_focused()


def test_a_field_says_what_is_wrong_with_it(page: Page, served: str):
    page.goto(served + "/100001/do/record-contact?pupil=A100")
    page.get_by_role("button", name="Check what will be recorded").click()
    expect(page.locator(":focus")).to_contain_text("There is a problem")
    page.get_by_role("link", name=re.compile("^Outcome: ")).click()

    outcome = page.get_by_label("Outcome")
    expect(outcome).to_be_focused()
    expect(outcome).to_have_accessible_description(re.compile("required"))
    expect(outcome).to_have_attribute("aria-invalid", "true")


def test_what_was_recorded_has_the_focus(page: Page, served: str):
    page.goto(served + MARK)
    page.get_by_label("The code to put in its place").select_option("M")
    page.get_by_label("Reason").fill("A letter came")
    page.get_by_role("button", name="Check the amendment").click()
    page.get_by_role("button", name="Record the amendment").click()

    expect(page.locator(":focus")).to_contain_text("Recorded as entry")


def test_a_register_says_that_it_is_saved_before_it_goes_on(page: Page, served: str):
    """The first pupil without a mark had taken the focus, and nobody heard what had happened."""
    page.goto(served + "/100001/registers/4B/2024-09-03/PM")
    expect(page.get_by_role("combobox").first).to_be_focused()
    page.keyboard.press("L")
    page.get_by_label("Ann Example: time of arrival").fill("after assembly")
    page.keyboard.press("Control+Enter")

    expect(page).to_have_title("Error: Class 4B, 3 Sep 2024 PM – Otterham")
    expect(page.locator(":focus")).to_contain_text("Nothing was recorded yet")
    page.get_by_role("link", name="Ann Example: after assembly is not a time").click()
    expect(page.get_by_label("Ann Example: time of arrival")).to_be_focused()
    page.get_by_label("Ann Example: time of arrival").fill("13:05")
    page.keyboard.press("Control+Enter")
    expect(page.locator(":focus")).to_contain_text("1 pupil still without a mark")
    page.wait_for_load_state()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Ben Sample: mark")).to_be_focused()


def test_a_picture_is_one_picture_and_its_marks_are_a_table(page: Page, served: str):
    """Each of the year's marks was read out as an image of its own."""
    page.goto(served + "/100001/pupils/A100")

    year = page.get_by_role("img", name="Marks from 2 Sep 2024")
    (told,) = year.aria_snapshot().splitlines()
    assert told.startswith('- img "Marks from 2 Sep 2024 to 3 Sep 2024')
    page.get_by_text("session not simply attended").click()
    table = page.get_by_role("table", name="Sessions not simply attended")
    row = table.get_by_role("row").nth(1)
    assert row.inner_text().split("\t")[0] == "Tuesday 3 September 2024 AM"
    assert (
        heard(row) == "Tuesday 3 September 2024 AM I: Illness, not a medical or dental appointment"
    )


def test_a_mark_s_words_are_heard_once(page: Page, served: str):
    page.goto(served + MARK)
    heading = page.get_by_role("heading", level=1)
    told = "Tuesday 3 September 2024, AM: I: Illness, not a medical or dental appointment"
    assert heard(heading) == told

    page.goto(served + "/100001/registers/4B?week=2024-09-03")
    key = page.get_by_role("list", name="Key").get_by_role("listitem")
    assert [heard(one) for one in key.all()][:2] == ["Attending", "Late"]


def test_what_looks_like_a_button_and_leads_to_a_page_is_a_link(page: Page, served: str):
    """A link that calls itself a button does not answer to the space bar."""
    page.goto(served + "/100001/pupils/A100")
    expect(page.get_by_role("link", name="Evidence pack")).to_be_visible()
    names = [one.inner_text() for one in page.get_by_role("button").all()]
    assert names == ["Compare it with now"]


def test_a_register_says_its_keys_and_what_each_did(page: Page, served: str):
    page.goto(served + "/100001/registers/4B/2024-09-03/PM")
    ann, said = page.get_by_label("Ann Example: mark"), page.get_by_role("status").last
    expect(ann).to_have_accessible_description(re.compile("Type the letters of a code.*Backslash"))

    page.keyboard.press("I")
    expect(said).to_have_text("Ann Example: I, Illness, not a medical or dental appointment")
    page.keyboard.press("ArrowUp")
    expect(ann).to_have_accessible_description("")  # not once more
    page.keyboard.press("Backspace")
    expect(said).to_have_text("Ann Example: no mark")
    page.keyboard.press("H")
    expect(said).to_have_text("H is not a code for this session")
    changes = """said => { window.said = [];
      new MutationObserver(() => window.said.push(said.textContent))
        .observe(said, {childList: true, characterData: true, subtree: true}) }"""
    said.evaluate(changes)
    page.keyboard.press("H")
    expect(said).to_have_text("H is not a code for this session")
    assert page.evaluate("window.said") == ["", "H is not a code for this session"]


def test_what_others_record_is_said_politely_and_takes_no_focus(page: Page, served: str):
    page.clock.install()
    page.goto(served + "/100001/today?on=2024-09-03")
    status = page.get_by_role("status")
    page.get_by_role("link", name="Pupils").first.focus()

    for place, code in enumerate(["M", "I", "M"], 1):
        sent = {"code": code, "reason": "A letter came", "confirmed": "yes"}
        assert page.request.post(served + MARK, form=sent).ok
        newer = "1 newer entry. " if place == 1 else f"{place} newer entries. "
        expect(page.locator(".newer span")).to_have_text(newer)
        expect(status).to_have_text("1 newer entry.")  # and not once an entry
    page.clock.run_for(61_000)
    expect(status).to_have_text("3 newer entries.")
    page.clock.run_for(6_000)
    expect(status).to_be_empty()
    expect(page.get_by_role("link", name="Pupils").first).to_be_focused()


def test_what_is_drawn_is_in_a_person_s_own_colours(browser: Browser, served: str):  # noqa: F811
    page = browser.new_page(forced_colors="active", color_scheme="dark")
    page.goto(served + "/100001/pupils/A100")
    ink, drawn = (
        page.locator(one).first.evaluate(f"one => getComputedStyle(one).{what}")
        for one, what in (("body", "color"), (".year text", "fill"))
    )
    page.close()

    assert drawn == ink


def test_a_row_says_whom_it_is_about(page: Page, served: str):
    """Who goes down a column, or through the links alone, hears the pupil's name too."""
    page.goto(served + "/100001/registers/4B/2024-09-03/PM")
    page.keyboard.press("N")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("1 pupil still without a mark")
    page.goto(served + "/100001/today?on=2024-09-03")
    table = page.get_by_role("table", name=re.compile("reason is to be established"))
    expect(table.get_by_role("rowheader", name="Ann Example")).to_be_visible()
    places = page.get_by_role("region").all()
    assert [one.get_attribute("aria-label") for one in places] == ["As at"]

    page.goto(served + "/100001/absences?on=2024-09-04")
    expect(page.get_by_role("link", name=re.compile("Contact ?: Ann Example"))).to_be_visible()
    page.goto(served + "/100001/registers/4B?week=2024-09-03")
    ann = page.get_by_role("rowheader", name=re.compile("Example, Ann"))
    assert heard(ann) == "Example, Ann , severely absent"


def heard(found: Locator) -> str:
    """The words of a part of a page as they are given to a screen reader, in order."""
    words: str = found.evaluate(
        """found => {
          const walk = document.createTreeWalker(found, NodeFilter.SHOW_TEXT);
          const said = [];
          while (walk.nextNode())
            if (!walk.currentNode.parentElement.closest("[aria-hidden=true]"))
              said.push(walk.currentNode.data);
          return said.join(" ");
        }"""
    )
    return " ".join(words.split())
