"""The program of docs/feed.md keeps a copy of the register right, whatever is killed when."""

import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger.store import Ledger, open_store
from projections.engines import engine
from projections.runner import Runner
from tests.delivery.web.serving import free_port, server
from tests.projections.a_school import ASchool, sessions

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[3] / "docs" / "feed.md"
SCHOOLS = (100_001, 100_002)
PUPILS = range(1, 25)
DAYS = sessions("2024-09-03", "2024-10-25")
KILLS = 6


def program() -> str:
    found = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    assert len(found) == 1
    return str(found[0])


def test_it_is_short_and_needs_nothing_beside_python():
    text = program()
    assert len([line for line in text.splitlines() if line.strip()]) <= 28
    (imported,) = re.findall(r"^import (.+)$", text, re.M)
    assert {name.partition(".")[0] for name in imported.split(", ")} <= sys.stdlib_module_names


@contextmanager
def consumer(path: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    typed = [sys.executable, str(path / "copy.py"), f"http://127.0.0.1:{port}/api/feed",
             str(path / "copy.db"), "none"]  # fmt: skip
    with subprocess.Popen(typed, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()  # SIGKILL: nothing is tidied up


class Writer:
    """Registers and amendments of two schools, some at a time."""

    def __init__(self, ledgers: list[Ledger]) -> None:
        self.dice = random.Random(9)
        self.schools = [ASchool(one).opened(pupils=len(PUPILS)) for one in ledgers]
        self.marked = {school: {} for school in self.schools}
        self.left = [(school, session) for session in DAYS for school in self.schools]

    def some(self, acts: int) -> None:
        for _ in range(acts):
            school, session = self.left.pop(0)
            codes = {pupil: self.dice.choice("/NLI") for pupil in PUPILS}
            school.marked(session, codes)
            for pupil in self.dice.sample(PUPILS, 3):
                code = self.dice.choice("IUOB")
                if code != codes[pupil]:
                    school.amended(session, pupil, codes[pupil], code)


def test_a_copy_is_right_through_kills_of_both_ends(tmp_path: Path):
    (tmp_path / "copy.py").write_text(program(), "utf-8")
    ledger_file, port = tmp_path / "attendance.db", free_port()
    url = f"sqlite:///{ledger_file}"
    dice, killed = random.Random(7), 0
    places: set[str | None] = set()
    with open_store(url, create=True) as store:
        ledgers = [store.ledger(one) for one in SCHOOLS]
        writer = Writer(ledgers)
        for turn in range(KILLS):
            with server(ledger_file, "office", "2024-10-25T10:00:00+00:00", port) as serving:
                for takes_its_time in (False, True):
                    before = place(tmp_path / "copy.db")
                    with consumer(tmp_path, port):
                        writer.some(1 + turn % 2)
                        time.sleep(dice.uniform(0.1, 0.9))
                        if takes_its_time:  # however slow the machine, it comes on a little
                            come_on(tmp_path / "copy.db", before)
                        killed += 1
                    places.add(place(tmp_path / "copy.db"))
                if turn % 2:  # the server goes while a program is at it
                    with consumer(tmp_path, port):
                        time.sleep(dice.uniform(0.05, 0.4))
                        serving.kill()
                        writer.some(1)
                        time.sleep(dice.uniform(0.05, 0.3))
                        killed += 2
        with (
            server(ledger_file, "office", "2024-10-25T10:00:00+00:00", port),
            consumer(tmp_path, port),
        ):
            wanted = ".".join(f"{one.school}-{one.size()}" for one in ledgers)
            wait_for(tmp_path / "copy.db", wanted)
        expected = read_model(url, ledgers)

    assert killed >= 2 * KILLS
    assert len(places) > 3, "it was never killed on its way"
    assert copied(tmp_path / "copy.db") == expected
    assert len(expected) > 300


def wait_for(copy: Path, wanted: str) -> None:
    for _ in range(300):
        time.sleep(0.1)
        with sqlite3.connect(copy) as opened:
            if opened.execute("SELECT id FROM place").fetchone() == (wanted,):
                return
    raise AssertionError("the copy does not catch up")


def come_on(copy: Path, before: str | None) -> None:
    for _ in range(600):
        if place(copy) != before:
            return
        time.sleep(0.05)
    raise AssertionError("the copy does not come on")


def place(copy: Path) -> str | None:
    """How far a copy has come; it may have been killed before it had a table."""
    with sqlite3.connect(copy) as opened:
        if not opened.execute("SELECT 1 FROM sqlite_master WHERE name = 'place'").fetchone():
            return None
        (found,) = opened.execute("SELECT max(id) FROM place").fetchone()
        return None if found is None else str(found)


def copied(copy: Path) -> set[tuple[object, ...]]:
    with sqlite3.connect(copy) as opened:
        return set(opened.execute("SELECT school, session, pupil, code, entry FROM register"))


def read_model(url: str, ledgers: list[Ledger]) -> set[tuple[object, ...]]:
    runner = Runner(engine(url))
    for one in ledgers:
        runner.catch_up(one)
    runner.engine.dispose()
    asked = "SELECT school, date || ' ' || half, pupil, entered, entry FROM current_register"
    with sqlite3.connect(url.removeprefix("sqlite:///")) as opened:
        return set(opened.execute(asked))
