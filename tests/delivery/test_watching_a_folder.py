"""A folder that is watched: each file once, what is bad aside, and a kill at any moment."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.delivery.conftest import Call
from tests.delivery.test_imports_typed import night

WATCH = ("watch", "in", "--once", "--as", "office")


@pytest.fixture
def inbox(trust: Call, folder: Path) -> Path:
    (folder / "in").mkdir()
    return folder / "in"


def put(inbox: Path, name: str, *rows: str, written: float = 1_725_349_000) -> Path:
    """A file of marks put into the folder, written at 08:36 on 3 September 2024 unless said."""
    path = night(inbox, name, *rows)
    os.utime(path, (written, written))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_what_lies_there_is_taken_in_and_lies_in_done_with_its_report(trust, inbox):
    put(inbox, "a.csv", "100001,A100,2024-09-03,AM,/,", "100001,A999,2024-09-03,AM,/,")

    ran = trust(*WATCH)

    assert (ran.code, "a.csv: taken." in ran.out) == (0, True), ran
    assert names(inbox) == []
    assert names(inbox / "done") == ["a.csv", "a.csv.report.txt"]
    report = (inbox / "done" / "a.csv.report.txt").read_text()
    assert "1 new mark" in report
    assert "line 3" in report


def test_older_files_come_first_whatever_their_names(trust, inbox):
    put(inbox, "a.csv", "100001,A100,2024-09-03,AM,I,", written=1_725_349_000)
    put(inbox, "b.csv", "100001,A100,2024-09-03,AM,N,", written=1_725_348_000)

    ran = trust(*WATCH)

    assert [line.split(":")[0] for line in ran.out.splitlines()] == ["b.csv", "a.csv"]
    mark = trust("explain-mark", "A100", "2024-09-03", "AM", "--school", "100001", "--json")
    assert [entry["code"] for entry in mark.document["answer"]["entries"]] == ["N", "I"]


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("x.csv", "%PDF-1.7 whatever", "it is a PDF"),
        ("x.csv", "school_urn,upn,date,code\n", "the column session is missing"),
        ("x.xml", "<SessionAttendances><Sess", "cannot be read"),
        ("x.csv", "school_urn,upn,date,session,code\n999999,A1,2024-09-03,AM,/\n", "no school"),
    ],
)
def test_what_cannot_be_taken_in_is_put_aside_with_why(trust, inbox, name, text, why):
    path = inbox / name
    path.write_text(text)
    os.utime(path, (1_725_349_000, 1_725_349_000))

    ran = trust(*WATCH)

    assert ran.code == 8, ran
    assert names(inbox / "quarantine") == [name, f"{name}.report.txt"]
    assert why in (inbox / "quarantine" / f"{name}.report.txt").read_text()


def test_files_of_pupils_are_told_from_files_of_marks(trust, inbox):
    path = inbox / "p.csv"
    path.write_text(
        "school,upn,surname,forename,date_of_birth,year_group,class,start_date,leaving_date\n"
        "100001,A900,New,Ned,2015-03-01,4,4B,2024-09-02,\n"
    )
    os.utime(path, (1_725_349_000, 1_725_349_000))

    ran = trust(*WATCH)

    assert "1 admission" in ran.out, ran


def test_what_is_still_being_written_is_left_alone(trust, inbox):
    put(inbox, "a.csv.part", "100001,A100,2024-09-03,AM,/,")
    put(inbox, ".hidden.csv", "100001,A100,2024-09-03,AM,/,")
    put(inbox, "young.csv", "100001,A100,2024-09-03,AM,/,", written=1_725_349_799)

    assert trust(*WATCH).out == ""
    assert names(inbox) == [".hidden.csv", "a.csv.part", "young.csv"]


def test_a_second_file_of_the_same_name_writes_over_nothing(trust, inbox):
    put(inbox, "a.csv", "100001,A100,2024-09-03,AM,/,")
    trust(*WATCH)
    put(inbox, "a.csv", "100001,A100,2024-09-03,AM,I,", written=1_725_349_060)
    trust(*WATCH)

    assert names(inbox / "done") == [
        "a (2).csv",
        "a (2).csv.report.txt",
        "a.csv",
        "a.csv.report.txt",
    ]


def test_what_a_crash_left_is_finished_first_and_recorded_once(trust, inbox):
    put(inbox, "a.csv", "100001,A100,2024-09-03,AM,/,")
    trust(*WATCH)
    left = inbox / "done" / "a.csv"
    left.rename(inbox / "taking" / "a.csv")  # as if killed after the commit, before the move

    ran = trust(*WATCH)

    assert "nothing was added" in ran.out
    assert names(inbox / "taking") == []
    mark = trust("explain-mark", "A100", "2024-09-03", "AM", "--school", "100001", "--json")
    assert len(mark.document["answer"]["entries"]) == 1


def test_there_is_no_such_folder(trust, folder):
    ran = trust("watch", "nowhere", "--once", "--as", "office")

    assert (ran.code, "no folder nowhere" in ran.err) == (2, True)


def until(come: Callable[[], bool]) -> None:
    """Wait for what must come, half a minute at most."""
    ends = time.monotonic() + 30
    while not come() and time.monotonic() < ends:
        time.sleep(0.01)


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost_or_taken_in_twice(trust, inbox, folder):
    """Kill -9 the watcher again and again while files come; at the end every mark is there once."""
    draw = random.Random(20240903)
    program = [sys.executable, "-c", "from delivery.cli import main; main()"]
    call = [*program, "watch", "in", "--every", "0.1", "--as", "office"]
    days = [
        f"2024-09-{day:02}" for day in range(3, 31) if day not in (7, 8, 14, 15, 21, 22, 28, 29)
    ]
    killed = 0
    for place, day in enumerate(days):
        rows = [
            f"100001,{upn},{day},{half},{code},"
            for upn in ("A100", "A101", "A102")
            for half, code in (("AM", "/"), ("PM", "\\"))
        ]
        put(inbox, f"{day}.csv", *rows, written=1_727_900_000 + place)
        running = subprocess.Popen(
            call, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        moved = inbox / f"{day}.csv"
        until(lambda moved=moved: not moved.exists())
        time.sleep(draw.uniform(0, 0.3))
        running.send_signal(signal.SIGKILL)
        killed += running.wait() == -signal.SIGKILL
    assert killed == len(days)

    subprocess.run([*program, "watch", "in", "--once", "--as", "office"], cwd=folder, check=False)

    assert names(inbox / "taking") == names(inbox / "quarantine") == names(inbox) == []
    assert len([name for name in names(inbox / "done") if name.endswith(".csv")]) == len(days)
    assert trust("verify", "--school", "100001").code == 0
    told = trust("doctor", "--computed", "--school", "100001")
    assert told.code == 0, told
    for day in days:
        for half in ("AM", "PM"):
            mark = trust("explain-mark", "A101", day, half, "--school", "100001", "--json").document
            assert len(mark["answer"]["entries"]) == 1, (day, half)


def test_the_folder_in_which_the_ledger_lies_is_not_watched(trust, folder):
    """Every file there is moved when it is taken in: the ledger would be too."""
    ran = trust("watch", ".", "--once", "--as", "office")

    assert (ran.code, "The ledger itself lies in ." in ran.err) == (2, True), ran
    assert (folder / "attendance.db").exists()
