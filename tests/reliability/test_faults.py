"""
The disk is full, or fails; the file may only be read; somebody holds it; the clock is set back.

What is said, how the call ends, and that nothing is half recorded. Processes of their own, typed as
anybody types them; the disk's failures are made by the shim of the power tests.
"""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from freezegun import freeze_time

from ledger.store import open_store
from ledger.store.verify import verify
from tests.delivery.conftest import Call
from tests.reliability.power.cutting import ROOT, shim

pytestmark = pytest.mark.slow

TAKE = ["take-register", "4B", "--session", "AM", "--date", "2024-09-03", "--school", "100001"]
TAKE += ["--taken-at", "2024-09-03T08:50", "--present-except", "I:A100", "--as", "office"]
TAKE += ["--key", "once"]
_START = """
import ctypes, sys
from ledger.store.sqlite import SqliteDatabase
SqliteDatabase.__init__.__kwdefaults__["busy_seconds"] = 1
if "--powerless" in sys.argv:  # root, but one who may not write what may only be read
    sys.argv.remove("--powerless")
    header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capset(header, none) == 0
from delivery.cli import main
sys.exit(main())
"""


class Typed(NamedTuple):
    code: int
    out: str
    err: str


def typed(folder: Path, *words: str, **settings: str) -> Typed:
    ran = subprocess.run(
        [sys.executable, "-c", _START, *words], check=False, cwd=folder, capture_output=True,
        text=True, env={**os.environ, "PYTHONPATH": str(ROOT), **settings}, timeout=120,
    )  # fmt: skip
    return Typed(ran.returncode, ran.stdout, ran.stderr)


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = shim(tmp_path_factory.mktemp("shim"))
    if made is None:
        pytest.skip("NOT TESTED: failing disks want Linux and a C compiler")
    return made


@pytest.fixture
def failing(library: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory):
    """``failing(CRASH_FULL="3")``: the call of ``TAKE`` on a disk that fails so."""
    log = tmp_path_factory.mktemp("log") / "log"
    settings = {"LD_PRELOAD": str(library), "CRASH_DIR": str(folder), "CRASH_LOG": str(log)}
    db = f"sqlite:///{folder}/attendance.db"
    return lambda **how: typed(folder, *TAKE, "--db", db, **settings, **how)


def taken(folder: Path) -> int:
    """How often the register was taken; all that is there is sound."""
    with open_store(f"sqlite:///{folder}/attendance.db") as store:
        ledger = store.ledger(100001)
        assert verify(ledger).sound
        return sum(act.command == "take-register" for act in ledger.acts())


@pytest.mark.parametrize("write", [1, 2, 3, 6, 12, 24])
def test_a_disk_that_is_full_from_some_write_on(trust: Call, folder: Path, failing, write: int):
    """Nothing is recorded, and that is said; or it is, and what is computed from it comes later."""
    ran = failing(CRASH_FULL=str(write))

    if ran.code == 5:
        why = "cannot be written: the disk is full. Nothing was recorded.\n"
        assert (ran.err.endswith(why), ran.out, taken(folder)) == (True, "", 0), ran
    else:
        assert (ran.code, taken(folder)) == (0, 1), ran
        late = "Recorded; but what is computed from it is not up to date yet"
        assert ran.err == "" or late in ran.err, ran  # or it was full when all had been done
    assert typed(folder, *TAKE).code == 0  # there is room again
    assert taken(folder) == 1
    assert typed(folder, "doctor", "--computed", "--school", "100001").code == 0


def test_a_disk_that_does_not_confirm(trust: Call, folder: Path, failing):
    ran = failing(CRASH_NOSYNC="1")

    assert (ran.code, ran.out) == (9, "")
    assert ran.err == (
        "It is not known whether take-register was recorded: the disk did not confirm that it has "
        "it (disk I/O error). Ask again under the same key, --key once: it is recorded once, "
        "however often it is asked.\n"
    )
    assert typed(folder, *TAKE).code == 0
    assert taken(folder) == 1


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_only_be_read_is_not_written(trust: Call, folder: Path, what: str):
    for path in (folder / "attendance.db", *([folder] if what == "folder" else [])):
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = ["--powerless"] if os.geteuid() == 0 else []

    ran = typed(folder, *root, *TAKE)

    folder.chmod(0o755)
    assert ran == Typed(5, "", ran.err)
    assert ran.err.startswith("attendance.db cannot be written: the "), ran
    assert ran.err.endswith(". Nothing was recorded.\n")
    assert taken(folder) == 0


def test_a_ledger_that_somebody_holds(trust: Call, folder: Path):
    with closing(sqlite3.connect(folder / "attendance.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        ran = typed(folder, *TAKE)

    assert ran == Typed(
        6, "", "Another process is writing to attendance.db and did not finish in 1 seconds.\n"
    )
    assert typed(folder, *TAKE).code == 0


# --- clocks -------------------------------------------------------------------------------

MARK = ["A100", "2024-09-03", "AM"]
AT = ["--school", "100001", "--as", "office"]


def amended(trust: Call, when: str, code: str) -> None:
    with freeze_time(when):
        ran = trust("amend-mark", *MARK, code, "--reason", "They rang", *AT)
        assert ran.code == 0, ran


def recorded(folder: Path) -> list[str]:
    with open_store(f"sqlite:///{folder}/attendance.db") as store:
        acts = list(store.ledger(100001).acts())
    moments = [act.recorded_at for act in acts]
    assert moments == sorted(moments)
    return [f"{act.made_at:%d %H:%M}/{act.recorded_at:%d %H:%M}" for act in acts[-2:]]


def test_a_clock_set_back_never_sets_the_ledger_back(trust: Call, folder: Path):
    """What was signed by that clock is not said to be signed before what is in it, either."""
    assert trust(*TAKE).code == 0
    amended(trust, "2024-09-04 10:00", "M")
    assert trust("key", "make", "trust.example", "--keys", "keys", *AT[:2]).code == 0
    amended(trust, "2024-09-03 09:00", "I")  # a day back

    assert recorded(folder) == ["04 10:00/04 10:00", "03 09:00/04 10:00"]
    with freeze_time("2024-09-03 09:05"):
        sealed = trust("seal", "--keys", "keys", *AT[:2])
        assert sealed.code == 0, sealed
    verified = trust("verify", "--school", "100001")
    assert verified.code == 0, verified


@pytest.mark.parametrize(
    ("first", "second", "typed_as", "found"),
    [
        # Back: 01:30 occurs twice, and the first is meant; the second is said with its offset.
        ("2024-10-27 00:30", "2024-10-27 01:30", "2024-10-27T01:30", "M"),
        ("2024-10-27 00:30", "2024-10-27 01:30", "2024-10-27T01:30+00:00", "I"),
        # Forward: 01:30 is skipped, and read as if the clocks had not moved yet.
        ("2025-03-30 00:30", "2025-03-30 01:30", "2025-03-30T02:29", "M"),
        ("2025-03-30 00:30", "2025-03-30 01:31", "2025-03-30T01:30", "M"),
        ("2025-03-30 00:30", "2025-03-30 01:31", "2025-03-30T02:31", "I"),
    ],
)
def test_the_nights_the_clocks_move(
    trust: Call, folder: Path, first: str, second: str, typed_as: str, found: str
):
    assert trust(*TAKE).code == 0
    amended(trust, first, "M")
    amended(trust, second, "I")

    recorded(folder)
    shown = trust("explain-mark", *MARK, "--asof", typed_as, "--school", "100001", "--json")
    entries = shown.document["answer"]["entries"]
    assert entries[-1]["code"] == found


def test_29_february_is_kept_until_1_march(attendance: Call, folder: Path, set_up_once: Path):
    """Six years beginning with the day: the day before the sixth anniversary there is no 29."""
    text = (set_up_once / "trust.toml").read_text()
    half = '{term = "Spring", half = 2, starts = 2024-02-19, ends = 2024-03-28}'
    begins, ends = text.index("half_terms = ["), text.index("inset = [2024-09-02]")
    year = text[:begins].replace('"2024/25"', '"2023/24"')
    (folder / "trust.toml").write_text(
        year + f"half_terms = [{half}]\n" + text[ends:].replace("inset = [2024-09-02]", "", 1)
    )
    pupils = (set_up_once / "pupils.csv").read_text().replace("2024-09-02", "2024-02-19")
    (folder / "pupils.csv").write_text(pupils)
    with freeze_time("2024-02-19 08:00"):
        ran = attendance("init", "trust.toml")
        assert ran.code == 0, ran
        ran = attendance("import", "pupils", "pupils.csv", "--as", "office")
        assert ran.code == 0, ran
    with freeze_time("2024-02-29 08:50"):
        take = ["take-register", "4B", "--session", "AM", "--present-except", "I:A100"]
        ran = attendance(*take, "--school", "100001", "--as", "teacher")
        assert ran.code == 0, ran

    for day, gone in (("2030-02-28", 0), ("2030-03-01", 1)):
        with freeze_time(f"{day} 09:00"):
            plan = attendance("retention", "plan", "--school", "100001", "--json")
            assert (plan.document["answer"]["entries"] > 0) == bool(gone), (day, plan.out)
