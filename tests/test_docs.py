"""The documents held to the code: what they show runs, and what there is stands in them.

A ``console`` block is typed line by line at the demonstration; what is printed must be what the
page shows. ``…`` on a line of its own stands for any lines, within a line for any text. Each page
begins with a fresh copy of the demonstration's ledger; a ``toml`` block that names a file is that
file, beside it.
"""

import io
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from delivery.cli import main
from ledger.events.base import topics
from scripts import reference

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TYPED = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SETTINGS = ("ATTENDANCE_DB", "ATTENDANCE_SCHOOL", "ATTENDANCE_AS")
FILE = re.compile(r"^```toml (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUESTION = re.compile(r'^## (\d+)\. ".+"$', re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


WITH_CALLS = [page for page in PAGES if TYPED.search(page.read_text(encoding="utf-8"))]


# --- what is shown runs -------------------------------------------------------------------


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder in which the demonstration has run, and what it printed."""
    folder = tmp_path_factory.mktemp("reader")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for setting in SETTINGS:
            patch.delenv(setting, raising=False)
        return folder, typed("attendance demo", patch)


@pytest.mark.slow  # it builds the demonstration and types every call of every page
@pytest.mark.parametrize("page", WITH_CALLS, ids=name)
def test_what_a_page_shows_is_what_is_printed(page, demonstration, tmp_path, monkeypatch):
    folder, printed = demonstration
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for setting in SETTINGS:
        monkeypatch.delenv(setting, raising=False)

    for file, held in FILE.findall(page.read_text(encoding="utf-8")):
        (tmp_path / file).write_text(held, encoding="utf-8")
    for call, shown in calls(page):
        found = printed if call == "attendance demo" else typed(call, monkeypatch)

        assert re.fullmatch(pattern(shown), found), f"{call}\n\n{found}"


def test_each_of_the_fifteen_questions_is_answered_once_with_a_call():
    answered = []
    for name_of in ("disputes.md", "auditor.md"):
        page = (ROOT / "docs" / name_of).read_text(encoding="utf-8")
        for begins in QUESTION.finditer(page):
            section = page[begins.end() :].partition("\n## ")[0]
            assert TYPED.search(section), begins.group()
            answered.append(int(begins[1]))

    assert sorted(answered) == list(range(1, 16))


def calls(page: Path) -> Iterator[tuple[str, str]]:
    """Each call of a page's console blocks, with what it is shown to print."""
    for block in TYPED.findall(page.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            call, _, shown = part.partition("\n")
            yield call, shown.strip("\n") + "\n" if shown.strip() else ""


def typed(call: str, patch: pytest.MonkeyPatch) -> str:
    """What a call prints, on stdout and stderr; ``export`` sets what the next ones find."""
    program, *arguments = shlex.split(call)
    if program == "export":
        for setting in arguments:
            patch.setenv(*setting.split("=", 1))
        return ""
    assert program == "attendance", call
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as streams:
        streams.setattr(sys, "stdout", printed)
        streams.setattr(sys, "stderr", printed)
        streams.setattr(sys, "stdin", io.StringIO())
        streams.setitem(os.environ, "COLUMNS", "100")
        main(arguments)
    return "".join(f"{line.rstrip()}\n" for line in printed.getvalue().splitlines())


def pattern(shown: str) -> str:
    """A pattern for what is shown, in which ``…`` stands for what is left out."""
    lines = [".*\n(?:.*\n)*?" if line == "…" else line for line in shown.splitlines()]
    return "".join(
        line if line.startswith(".*\n") else re.escape(line).replace("…", ".*") + "\n"
        for line in lines
    )


def test_something_is_shown_to_every_reader():
    readers = {"README.md", "docs/auditor.md"} | {f"docs/guide/{path.name}" for path in guides()}

    assert len(readers) == 6
    assert readers <= {name(page) for page in WITH_CALLS}


def guides() -> list[Path]:
    return sorted((ROOT / "docs/guide").glob("*.md"))


def test_the_two_commands_of_the_readme_are_lines_to_be_pasted():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^python3 -m pip .+$", readme, re.MULTILINE)

    assert [line.rpartition(" . ")[2] for line in lines] == ["attendance demo", "python -m pytest"]
    assert all("requirements.lock" in line for line in lines)


# --- what there is stands in them ----------------------------------------------------------


def everything(*folders: str) -> str:
    pages = [page for page in PAGES if name(page).startswith(folders)]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


@pytest.mark.parametrize("page", reference.pages())
def test_a_page_that_follows_from_the_code_follows_it(page):
    """Else run ``python scripts/reference.py`` and read what has changed."""
    written = (ROOT / "docs/reference" / page).read_text(encoding="utf-8")

    assert written == reference.pages()[page]


@pytest.mark.parametrize("topic", topics())
def test_every_event_is_described(topic):
    assert f"### `{topic}`" in everything("docs/reference/events.md")


@pytest.mark.parametrize("refusal", reference.refused(), ids=lambda kind: kind.code)
def test_every_refusal_is_described(refusal):
    assert f"| `{refusal.code}` |" in everything("docs/reference/refusals.md")


VERBS = re.findall(
    r"^#+ `?attendance ([a-z -]+)",
    (ROOT / "docs/reference/command-line.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.mark.parametrize("act", sorted(path.stem for path in (ROOT / "commands").glob("*.py")))
def test_every_act_is_described_in_its_own_words(act):
    source = (ROOT / "commands" / f"{act}.py").read_text(encoding="utf-8")
    named = re.search(r'NAME: ClassVar\[str\] = "([a-z-]+)"', source)
    if named is None:
        return  # no act, but what acts are made of

    assert named[1] == act.replace("_", "-")
    assert f"## {named[1]}" in everything("docs/reference/acts.md")


def test_every_setting_is_described():
    code = "".join(path.read_text() for path in (ROOT / "delivery").rglob("*.py"))
    settings = set(re.findall(r"\bATTENDANCE_[A-Z]+\b", code))

    assert len(settings) >= 4
    described = everything("docs/")
    assert {one for one in settings if one not in described} == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_between_pages_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    links = LINK.findall(text)

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_can_be_found_from_the_index():
    index = ROOT / "docs/index.md"
    linked = {(index.parent / link).resolve() for link in LINK.findall(index.read_text())}
    pages = {page for page in PAGES if page.parent.name in ("docs", "guide", "reference")}

    assert {name(page) for page in pages - linked - {index}} == set()
