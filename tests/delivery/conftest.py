"""A small trust of two schools, typed calls against it, and what they printed."""

import io
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from freezegun import freeze_time

import delivery
import projections
from delivery.cli import main

BEFORE_TIME_STOPS = [
    import_module(one.name)
    for room in (delivery, projections)
    for one in walk_packages(room.__path__, f"{room.__name__}.")
    if not one.name.endswith("__main__")
]
"""All that verbs import when they are called: a model must not be made of a frozen date."""

TRUST = """
trust = "Two Schools Trust"

[[schools]]
urn = 100001
name = "Otterham"
phase = "primary"
local_authority = "Cornwall"
classes = ["4A", "4B"]
register_times = [{starts = 2023-09-01, am_opens = 08:45:00, am_closes = 09:00:00, \
pm_opens = 13:00:00, pm_closes = 13:15:00}]
@CALENDAR@
@STAFF@
[[schools]]
urn = 100002
name = "St Teath"
phase = "primary"
local_authority = "Cornwall"
classes = ["6"]
@CALENDAR@
@STAFF@
"""
CALENDAR = """
[[schools.calendar]]
school_year = "2024/25"
half_terms = [
  {term = "Autumn", half = 1, starts = 2024-09-02, ends = 2024-10-18},
  {term = "Autumn", half = 2, starts = 2024-10-28, ends = 2024-12-20},
]
inset = [2024-09-02]
"""
STAFF = """
[[schools.staff]]
id = "head"
name = "Hilda Head"
position = "Headteacher"
roles = ["head"]
starts = 2023-09-01

[[schools.staff]]
id = "office"
name = "Olive Office"
position = "Attendance officer"
roles = ["office", "attendance-officer"]
starts = 2023-09-01

[[schools.staff]]
id = "teacher"
name = "Ted Teacher"
position = "Class teacher"
roles = ["teacher"]
classes = ["@CLASS@"]
starts = 2023-09-01

[[schools.staff]]
id = "ceo"
name = "Cora Chief"
position = "Chief executive"
roles = ["ceo"]
starts = 2023-09-01
"""
PUPILS = """\
school,upn,surname,forename,date_of_birth,year_group,class,start_date,leaving_date,parent_1_name
100001,A100,Example,Ann,2015-03-01,4,4B,2024-09-02,,Pat Example
100001,A101,Sample,Ben,2015-04-01,4,4B,2024-09-02,,
100001,A102,Madeup,Cas,2015-05-01,4,4A,2024-09-02,,
100002,B200,Invented,Dee,2014-03-01,6,6,2024-09-02,,
"""


@dataclass(frozen=True)
class Ran:
    """One call: its exit code, and what it said on stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Ran]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder the calls are typed in."""
    for name in ("ATTENDANCE_DB", "ATTENDANCE_SCHOOL", "ATTENDANCE_AS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def attendance(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Call:
    """Type a call: ``attendance("verify", "--json")``; ``stdin`` is what is piped in."""

    def typed(*arguments: object, stdin: str = "") -> Ran:
        capsys.readouterr()
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return typed


@pytest.fixture(scope="session")
def set_up_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the trust's files and a ledger made of them on 2 September 2024."""
    made = tmp_path_factory.mktemp("trust")
    text = TRUST.replace("@CALENDAR@", CALENDAR)
    for group in ("4B", "6"):
        text = text.replace("@STAFF@", STAFF.replace("@CLASS@", group), 1)
    (made / "trust.toml").write_text(text)
    (made / "pupils.csv").write_text(PUPILS)
    at = ["--db", f"sqlite:///{made}/attendance.db"]
    with freeze_time("2024-09-02 08:00:00"):
        assert main([*at, "init", str(made / "trust.toml")]) == 0
        pupils = [*at, "import", "pupils", str(made / "pupils.csv"), "--as", "office"]
        assert main([*pupils, "--seen-at", "2024-09-02"]) == 0
    return made


@pytest.fixture
def trust(set_up_once: Path, folder: Path, attendance: Call) -> Iterator[Call]:
    """Calls typed in a folder with a ledger of the trust, at 08:50 on 3 September 2024."""
    for file in set_up_once.iterdir():
        shutil.copy(file, folder / file.name)
    with freeze_time("2024-09-03 07:50:00"):  # 08:50 in London
        yield attendance
