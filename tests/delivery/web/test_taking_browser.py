"""A register of thirty taken in a real browser: by keyboard, by two people, through a crash."""

import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from freezegun import freeze_time
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from delivery.bootstrap import Desk
from delivery.cli import main
from ledger.events import MarkRecorded
from ledger.store import open_store
from tests.delivery.web.serving import free_port, server

pytestmark = pytest.mark.slow

DAY, AT = "2024-09-04", "2024-09-04T07:46:00+00:00"
ROW = "100001,A{0},Example{0},Pupil,2015-03-01,4,4B,2024-09-02,,\n"
HEAD = "school,upn,surname,forename,date_of_birth,year_group,class,start_date,leaving_date,"


@pytest.fixture(scope="module")
def thirty(set_up_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger whose class 4B has thirty pupils: two of the little trust, and these."""
    folder = tmp_path_factory.mktemp("thirty")
    path = folder / "attendance.db"
    shutil.copy(set_up_once / "attendance.db", path)
    rows = "".join(ROW.format(number) for number in range(200, 228))
    (folder / "pupils.csv").write_text(f"{HEAD}parent_1_name\n{rows}")
    at = ["--db", f"sqlite:///{path}", "--school", "100001", "--as", "office"]
    with freeze_time("2024-09-03 08:00:00"):
        assert main([*at, "import", "pupils", str(folder / "pupils.csv")]) == 0
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "These tests need Chromium: apt-get install chromium"
    with sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-sync"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def served(thirty: Path) -> Iterator[str]:
    port = free_port()
    with server(thirty, "teacher", AT, port):
        yield f"http://127.0.0.1:{port}"


def entered(path: Path, stream: str) -> list[str]:
    """The codes first entered on a sheet, in the order of their entries."""
    desk = Desk(f"sqlite:///{path}", open_store(f"sqlite:///{path}"))
    found = [
        one.event.code
        for one in desk.ledger(100001).stream(stream)
        if isinstance(one.event, MarkRecorded)
    ]
    desk.close()
    return found


class Keys:
    """The keyboard, counting what is pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


def test_one_key_marks_everybody_else_and_two_letters_are_one_code(browser: Browser, served: str):
    """Arrows go to those who are away; J1 is typed as it is written."""
    page = browser.new_page()
    page.goto(f"{served}/100001/registers/4B/{DAY}/AM")
    keys = Keys(page)
    keys.press("ArrowDown", "ArrowDown", "I", "j", "1")
    expect(page.get_by_text("28 to mark")).to_be_visible()
    keys.press("h")
    expect(page.get_by_text("H is not a code for this session")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    keys.press("?")
    expect(page.get_by_text("All marked")).to_be_visible()
    assert keys.pressed == 7
    codes = page.locator("select").evaluate_all("all => all.map(one => one.value)")
    assert codes == ["/", "/", "I", "J1", *["/"] * 26]
    page.evaluate("localStorage.clear()")
    page.close()


COVERED = """() => [...document.querySelectorAll("main :is(a[href], select, input, button)")]
  .filter(one => one.tabIndex >= 0 && one.type !== "hidden" && one.offsetParent).map(one => {
    one.focus();
    const at = one.getBoundingClientRect();
    const top = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
    return top && (one === top || one.contains(top) || top.contains(one)) ? "" : one.outerHTML;
  }).filter(Boolean)"""


@pytest.mark.parametrize("width", [1320, 390])
def test_what_has_the_focus_is_not_behind_what_stays_in_place(
    browser: Browser, served: str, width: int
):
    """WCAG 2.4.11; the window is that of a small laptop with large text."""
    page = browser.new_page(viewport={"width": width, "height": 420})
    for address in (f"registers/4B/{DAY}/AM", f"registers/4B?week={DAY}"):
        page.goto(f"{served}/100001/{address}")
        assert page.evaluate(COVERED) == []
    page.close()


def test_a_class_of_thirty_takes_fewer_than_forty_keys(browser: Browser, served: str, thirty: Path):
    """Each pupil in turn, five of them away; then saved. Nothing is touched but the keyboard."""
    page = browser.new_page()
    page.goto(f"{served}/100001/registers/4B/{DAY}/AM")
    keys = Keys(page)
    codes = ["/"] * 30
    for place, code in {3: "I", 7: "N", 12: "M", 20: "N", 29: "I"}.items():
        codes[place] = code
    keys.press(*codes, "Enter")
    expect(page.get_by_text("all 30 marked")).to_be_visible()

    assert keys.pressed == 31
    stream = f"register/{DAY}/AM/4B"
    assert sorted(entered(thirty, stream)) == sorted(codes)
    page.wait_for_function("localStorage.length === 0")  # the script comes after the text
    page.close()


def test_a_week_of_thirty_prints_on_one_a4_page_with_its_foot(
    browser: Browser, served: str, tmp_path: Path
):
    from pypdf import PdfReader

    page = browser.new_page()
    page.goto(f"{served}/100001/registers/4B?week={DAY}")
    page.pdf(path=tmp_path / "week.pdf", prefer_css_page_size=True)
    page.close()

    (sheet,) = PdfReader(tmp_path / "week.pdf").pages
    assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == (842, 595)
    told = " ".join(sheet.extract_text().split())
    assert all(f"Example{number}" in told for number in range(200, 228))
    for part in ("Attending", "Unauthorised absence", "Amended since", "class 4B, as at entry"):
        assert part in told
    assert "Menu" not in told  # what is only for the screen stays there


def test_two_people_take_the_same_register(browser: Browser, served: str, thirty: Path):
    first, second = (browser.new_context().new_page() for _ in range(2))
    for page in (first, second):
        page.goto(f"{served}/100001/registers/4B/{DAY}/PM")
    for page, keys in ((first, ["I", "I"]), (second, ["M", "I", "M"])):
        for key in keys:
            page.keyboard.press(key)
    stream = f"register/{DAY}/PM/4B"
    for page in (first, second):
        page.get_by_role("button", name="Save").click()
    expect(first.get_by_text("Recorded", exact=True)).to_be_visible()

    told = second.get_by_role("alert")
    expect(told).to_contain_text("Ted Teacher entered I (Illness)")
    expect(told).to_contain_text("you typed M")
    assert Axe().run(second).response["violations"] == []
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_text("27 pupils still without a mark")).to_be_visible()
    assert entered(thirty, stream) == ["I", "I", "M"]
    first.context.close()
    second.context.close()


def test_a_server_that_is_killed_loses_nothing_acknowledged_and_saves_nothing_by_half(
    browser: Browser, thirty: Path, tmp_path: Path
):
    """Killed while marks are typed, and once more when they are recorded but no answer came."""
    path, port = tmp_path / "attendance.db", free_port()
    shutil.copy(thirty, path)
    context = browser.new_context()
    page = context.new_page()
    address = f"http://127.0.0.1:{port}/100001/registers/4B/2024-09-06/AM"
    stream, moment = "register/2024-09-06/AM/4B", "2024-09-06T07:50:00+00:00"
    with server(path, "teacher", moment, port) as killed:
        page.goto(address)
        page.keyboard.press("I")
        page.keyboard.press("N")
        killed.send_signal(signal.SIGKILL)
        killed.wait(10)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("The ledger does not answer")).to_be_visible()
        assert entered(path, stream) == []
    page.close()
    with server(path, "teacher", moment, port):
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_text("2 marks that you typed before")).to_be_visible()

        def lose_the_answer(route: Route) -> None:
            if route.request.method == "POST":
                route.fetch(max_redirects=0)
                route.abort()
            else:
                route.continue_()

        page.route("**/registers/**", lose_the_answer)
        page.get_by_role("button", name="Save").click()
        expect(page).to_have_url(re.compile("^chrome-error"))
        assert entered(path, stream) == ["I", "N"]
    with server(path, "teacher", moment, port):
        page.unroute_all(behavior="ignoreErrors")
        page.goto(address)
        expect(page.get_by_text("28 of 30 to mark")).to_be_visible()
        assert entered(path, stream) == ["I", "N"]
    context.close()


def test_without_a_script_the_form_is_a_form(browser: Browser, thirty: Path, tmp_path: Path):
    path, port = tmp_path / "attendance.db", free_port()
    shutil.copy(thirty, path)
    page = browser.new_page(java_script_enabled=False, viewport={"width": 390, "height": 800})
    with server(path, "teacher", "2024-09-06T07:50:00+00:00", port):
        page.goto(f"http://127.0.0.1:{port}/100001/registers/4B/2024-09-06/AM")
        page.get_by_label("Pupil Example204: mark").select_option("I")
        page.get_by_role("button", name="Everybody else is present").click()
        assert "all 30 marked" in page.content()
    page.close()
    assert sorted(entered(path, "register/2024-09-06/AM/4B")) == [*["/"] * 29, "I"]


CUT = """all => all.flatMap(one => [...one.options].filter(option => {
  const look = getComputedStyle(one), pen = document.createElement("canvas").getContext("2d");
  pen.font = `600 ${look.fontSize} ${look.fontFamily}`;
  const beside = parseFloat(look.paddingLeft) + parseFloat(look.paddingRight) + 20;  // the arrow
  return pen.measureText(option.text).width > one.clientWidth - beside;
}).map(option => option.text))"""


@pytest.mark.parametrize("width", [1320, 1000, 390, 320])
def test_every_code_is_read_whole_on_every_width_and_nothing_is_wider_than_it(
    browser: Browser, thirty: Path, tmp_path: Path, width: int
):
    path, port = tmp_path / "attendance.db", free_port()
    shutil.copy(thirty, path)
    page = browser.new_page(viewport={"width": width, "height": 800})
    with server(path, "teacher", "2024-09-06T07:50:00+00:00", port):
        page.goto(f"http://127.0.0.1:{port}/100001/registers/4B/2024-09-06/AM")
        page.evaluate("document.fonts.ready")
        for key in ("/", "N", "L"):
            page.keyboard.press(key)
        expect(page.get_by_text("L, Late: attended before the taking of the")).to_be_visible()
        codes = page.get_by_label("Pupil Example204: mark")
        assert codes.locator("option").count() > 20
        assert codes.evaluate_all(CUT) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        for _ in range(9):
            page.keyboard.press("/")
        at, bar = page.locator(":focus").bounding_box(), page.locator(".savebar").bounding_box()
        assert at
        assert bar
        assert at["y"] + at["height"] <= bar["y"]  # what is typed is in sight
    page.close()
