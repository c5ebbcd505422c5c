"""
What holds for every format that is taken in (features E2): each rule, tried on each.

The files are those of ``scripts/exchange_bench.py``, so that what is measured is what is right.
"""

import hashlib
from pathlib import Path

import pytest
from freezegun import freeze_time

from delivery.cli.taking_in import FORMATS as READ
from ledger.events import MarkRecorded, MarkVanished, SnapshotImported
from ledger.store import open_store
from scripts.bench.exchange_files import FORMATS, Mark
from tests.delivery.conftest import Call

pytestmark = pytest.mark.slow

PUPILS = (("A100", 6420), ("A101", 6421))
CODES = {("A100", "PM"): "\\", ("A101", "AM"): "Y1", ("A101", "PM"): "C2"}
AT = ["--school", "100001", "--as", "office"]


def marks(*, lacks: int = 0, spoils: str = "") -> list[Mark]:
    """Two pupils, Tuesday and Wednesday, oldest first; ``lacks`` leaves so many out at the end."""
    every = [
        Mark(upn, number, day, half, CODES.get((upn, half), "/"))
        for day in ("2024-09-03", "2024-09-04")
        for half in ("AM", "PM")
        for upn, number in PUPILS
    ]
    if spoils:
        every[0] = every[0]._replace(code=spoils)
    return every[: len(every) - lacks]


def take_in(trust: Call, folder: Path, name: str, written: list[Mark], seen_at: str = "09:00"):
    file = FORMATS[name](written, folder)
    with freeze_time("2024-09-05 18:00:00"):
        ran = trust("import", "marks", file.path, *AT, *file.options, "--seen-at",
                    f"2024-09-05T{seen_at}", "--json")  # fmt: skip
    return file.path, ran


def entries(folder: Path) -> list:
    with open_store(f"sqlite:///{folder}/attendance.db") as store:
        return [one.event for one in store.ledger(100001).entries()]


def test_every_format_that_is_read_is_tried_here():
    assert set(FORMATS) == set(READ)


@pytest.mark.parametrize("name", FORMATS)
def test_the_marks_go_in_with_their_lines_and_the_file_s_hash_and_twice_is_nothing(
    name, trust, folder
):
    path, ran = take_in(trust, folder, name, marks())
    assert ran.code == 0, ran.err
    held = entries(folder)
    recorded = [one for one in held if isinstance(one, MarkRecorded)]
    told = {(one.pupil, str(one.session), one.code) for one in recorded}

    ids = {"A100": 1, "A101": 2}
    assert told == {(ids[m.upn], f"{m.day} {m.half}", m.code) for m in marks()}
    assert all(one.line for one in recorded)
    (snapshot,) = [one for one in held if isinstance(one, SnapshotImported)]
    assert snapshot.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()

    _, again = take_in(trust, folder, name, marks())
    assert again.code == 0
    assert len(entries(folder)) == len(held)


@pytest.mark.parametrize("name", FORMATS)
def test_a_code_nobody_knows_refuses_its_row_and_the_others_go_in(name, trust, folder):
    """Never mapped by guess: neither a blank, nor present, nor absent."""
    _, ran = take_in(trust, folder, name, marks(spoils="?"))
    recorded = [one for one in entries(folder) if isinstance(one, MarkRecorded)]

    assert ran.document["refused"] == 1
    assert "?" in ran.document["refused_rows"][0]["why"]
    assert len(recorded) == len(marks()) - 1
    assert "2024-09-03 AM" not in {str(one.session) for one in recorded if one.pupil == 1}


@pytest.mark.parametrize("name", FORMATS)
def test_a_mark_the_next_file_does_not_show_has_vanished_and_the_ledger_keeps_it(
    name, trust, folder
):
    assert take_in(trust, folder, name, marks())[1].code == 0
    _, ran = take_in(trust, folder, name, marks(lacks=1), "18:00")

    assert ran.code == 0, ran.err
    (gone,) = [one for one in entries(folder) if isinstance(one, MarkVanished)]
    assert (gone.pupil, str(gone.session), gone.original) == (2, "2024-09-04 PM", "C2")
