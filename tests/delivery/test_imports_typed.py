"""Files taken in as typed: several schools, several nights, the same file twice."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from freezegun import freeze_time

from tests.delivery.conftest import PUPILS, Call

LONG = "school_urn,upn,date,session,code,comment\n"
TAKING = ("import", "marks", "--as", "office")
AT_NINE = ("--seen-at", "2024-09-03T08:45")


def night(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text(LONG + "".join(f"{row}\n" for row in rows))
    return path


def test_one_file_of_two_schools_is_one_act_at_each(trust: Call, folder: Path):
    night(folder, "n.csv", "100001,A100,2024-09-03,AM,/,", "100002,B200,2024-09-03,AM,N,rang")

    taken = trust(*TAKING, "n.csv", *AT_NINE, "--json").document
    assert [(one["school"], one["recorded"]) for one in taken["schools"]] == [
        (100001, 1),
        (100002, 1),
    ]
    keys = {one["receipt"]["key"] for one in taken["schools"]}
    assert len(keys) == 2


def test_the_same_file_twice_writes_nothing(trust: Call, folder: Path):
    night(folder, "n.csv", "100001,A100,2024-09-03,AM,/,")

    trust(*TAKING, "n.csv", *AT_NINE)
    again = trust(*TAKING, "n.csv", "--seen-at", "2024-09-03T08:46")
    assert (again.code, "taken in before; nothing was added." in again.out) == (0, True)


def test_the_next_night_shows_what_was_amended_and_what_vanished(trust: Call, folder: Path):
    night(folder, "a.csv", "100001,A100,2024-09-03,AM,N,", "100001,A101,2024-09-03,AM,/,")
    night(folder, "b.csv", "100001,A100,2024-09-03,AM,I,Rang at ten")

    trust(*TAKING, "a.csv", "--seen-at", "2024-09-03T08:40")
    with freeze_time("2024-09-04 08:00:00"):
        told = trust(*TAKING, "b.csv", "--seen-at", "2024-09-04T08:45")
    assert "0 new marks, 1 amendment observed, 1 vanished, 0 unchanged." in told.out
    mark = trust("explain-mark", "A100", "2024-09-03", "AM", "--school", "100001").out
    assert "Date:              between 2024-09-03 08:40 and 2024-09-04 08:45" in mark
    assert "Name and position: not provided by source" in mark


def test_a_wide_file_says_the_same_as_a_long_one(trust: Call, folder: Path):
    (folder / "w.csv").write_text("upn,2024-09-03 AM,2024-09-03 PM\nA100,/,\nA101,N,\n")
    night(folder, "l.csv", "100001,A100,2024-09-03,AM,/,", "100001,A101,2024-09-03,AM,N,")

    wide = trust(*TAKING, "w.csv", *AT_NINE, "--school", "100001", "--json").document
    assert (wide["format"], wide["schools"][0]["recorded"]) == ("wide", 2)
    again = trust(*TAKING, "l.csv", "--seen-at", "2024-09-03T08:46", "--json").document
    assert (again["schools"][0]["recorded"], again["schools"][0]["unchanged"]) == (0, 2)


def test_a_file_of_schools_the_ledger_does_not_hold_is_refused(trust: Call, folder: Path):
    night(folder, "n.csv", "100009,A100,2024-09-03,AM,/,")

    found = trust(*TAKING, "n.csv", *AT_NINE)

    assert found.code == 5
    assert "This ledger holds no school 100009" in found.err


def test_without_a_moment_the_files_own_time_is_taken_and_said(trust: Call, folder: Path):
    path = night(folder, "n.csv", "100001,A100,2024-09-03,AM,/,")
    os.utime(path, (1725349200, 1725349200))  # 3 September 2024 08:40 in London

    ran = trust(*TAKING, "n.csv")
    assert ran.err.startswith("As at 2024-09-03 08:40, when the file was last written;")
    assert ", as at 2024-09-03 08:40: 1 row" in ran.out


def test_one_school_of_a_file_may_be_taken_in_alone(trust: Call, folder: Path):
    night(folder, "n.csv", "100001,A100,2024-09-03,AM,/,", "100002,B200,2024-09-03,AM,/,")

    ran = trust(*TAKING, "n.csv", *AT_NINE, "--school", "100002")
    assert "School 100002, n.csv" in ran.out
    assert "1 row of other schools passed over." in ran.err
    assert trust("explain-mark", "A100", "2024-09-03", "AM", "--school", "100001").code == 3


def test_a_file_without_the_school_asked_for_matches_nothing(trust: Call, folder: Path):
    night(folder, "n.csv", "100001,A100,2024-09-03,AM,/,")

    assert trust(*TAKING, "n.csv", *AT_NINE, "--school", "100002").code == 3


def test_a_dry_run_counts_and_records_nothing(trust: Call, folder: Path):
    night(folder, "n.csv", "100001,A100,2024-09-03,AM,/,")

    assert "would record 1 new mark" in trust(*TAKING, "n.csv", *AT_NINE, "--dry-run").out
    assert "1 new mark" in trust(*TAKING, "n.csv", *AT_NINE).out


def test_windows_1252_is_read_and_said(trust: Call, folder: Path):
    text = LONG + "100001,A100,2024-09-03,AM,I,Zoë rang\n"
    (folder / "n.csv").write_bytes(text.encode("cp1252"))

    assert "read as Windows-1252 text" in trust(*TAKING, "n.csv", *AT_NINE).out
    told = trust("explain-mark", "A100", "2024-09-03", "AM", "--school", "100001").out
    assert "Comment:  Zoë rang" in told


def test_a_changed_roll_becomes_moves_and_leavings(trust: Call, folder: Path):
    changed = PUPILS.replace("4,4A,2024-09-02,,", "4,4B,2024-09-02,,")
    changed = changed.replace("4,4B,2024-09-02,,Pat", "4,4B,2024-09-02,2024-12-20,Pat")
    (folder / "pupils.csv").write_text(changed)

    with freeze_time("2024-10-01 08:00"):
        ran = trust("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-10-01")
    assert "1 move, 1 leaving; 1 unchanged." in ran.out


def test_pupils_no_longer_in_the_file_stay_and_are_named(trust: Call, folder: Path):
    fewer = [line for line in PUPILS.splitlines(keepends=True) if "A101" not in line]
    (folder / "pupils.csv").write_text("".join(fewer))

    ran = trust("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-09-03T07:00")
    assert "1 pupil on roll not in the file (A101): they stay on roll" in ran.out


def test_a_pupil_with_a_bad_date_is_refused_by_line(trust: Call, folder: Path):
    bad = "100001,A103,Fourth,Eve,03/09/2015,4,4A,2024-09-02,,\n"
    (folder / "pupils.csv").write_text(PUPILS + bad)

    ran = trust("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-09-03")
    assert ran.code == 0
    assert "line 6: The date of birth: '03/09/2015' is not a date written like" in ran.err


def test_a_file_of_which_no_pupil_could_be_taken_in_is_refused(trust: Call, folder: Path):
    heading = PUPILS.splitlines(keepends=True)[0]
    bad = "100001,A103,Fourth,Eve,03/09/2015,4,4A,2024-09-02,,\n"
    (folder / "pupils.csv").write_text(heading + bad)
    typed = ("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-09-03")
    assert trust(*typed).code == 5

    (folder / "pupils.csv").write_text(heading + bad.replace("100001", "100009"))
    assert trust(*typed).code == 5


@pytest.mark.slow
def test_a_long_file_is_streamed(set_up_once: Path, tmp_path: Path):
    """400,000 rows, 20 MB: the whole process stays small, as it does at 200 MB."""
    if not Path("/proc/self/status").exists():
        pytest.skip("reads the process's own peak from /proc")
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write(LONG)
        row = "100001,A100,2024-09-03,AM,/,The same comment every time\n"
        file.writelines([row] * 400_000)
    script = (
        "import sys; from delivery.cli import main; code = main();"
        "said = open('/proc/self/status').read().split('VmHWM:')[1].split()[0];"
        "print(said, file=sys.stderr); sys.exit(code)"
    )
    call = [sys.executable, "-c", script, "--db", f"sqlite:///{set_up_once}/attendance.db"]
    call += ["import", "marks", str(path), "--as", "office", "--dry-run"]
    call += ["--seen-at", "2024-09-03T09:00"]

    ran = subprocess.run(call, capture_output=True, text=True, check=True)
    assert "400,000 rows, 2024-09-03 to 2024-09-03: would record 1 new mark" in ran.stdout
    assert int(ran.stderr.splitlines()[-1]) < 150_000


# --- another system's file -------------------------------------------------------------------


def sims_file(folder: Path, *marks: tuple[str, str, str, str]) -> Path:
    rows = "\n".join(
        f"<SessionAttendance><PersonID>{who}</PersonID><AttendanceDate>{day}</AttendanceDate>"
        f"<SessionName>{half}</SessionName><AttendanceMark>{code}</AttendanceMark>"
        "</SessionAttendance>"
        for who, day, half, code in marks
    )
    path = folder / "sims.xml"
    path.write_text(f"<SessionAttendances>\n{rows}\n</SessionAttendances>\n")
    return path


def test_a_file_of_sims_is_recognised_taken_in_and_taken_in_once(trust: Call, folder: Path):
    at = ["--school", 100001, "--as", "office", *AT_NINE]
    people = folder / "people.csv"
    people.write_text("id,upn\n6420,A100\n6421,A101\n")
    file = sims_file(
        folder, ("6420", "2024-09-03", "AM", "/"), ("6421", "2024-09-03", "AM", "9"),
        ("7000", "2024-09-03", "AM", "/"),
    )  # fmt: skip

    ran = trust("import", "marks", file, *at, "--people", people)

    assert ran.code == 0, ran.err
    assert "The file was read as SIMS session attendance; 1 of its numbers of pupils" in ran.out
    assert "1 new mark" in ran.out
    assert "3: " in ran.err  # line 3: no code set has a 9
    assert "4: " in ran.err  # line 4: number 7000 is nobody's
    assert "6420" not in ran.err

    told = trust("explain-mark", "A100", "2024-09-03", "AM", *at[:2], "--json").document
    assert '"file": "sims.xml"' in json.dumps(told)
    assert '"line": 2' in json.dumps(told)

    again = trust("import", "marks", file, *at, "--people", people, "--json").document
    assert (again["schools"][0]["recorded"], again["schools"][0]["receipt"]) == (0, None)
    assert again["format"] == "sims"


def test_a_transfer_file_of_another_school_is_not_this_schools_register(trust: Call, folder: Path):
    def ctf(school: str) -> Path:
        path = folder / "ctf.xml"
        path.write_text(
            "<CTFile><Pupil><UPN>A100</UPN><Attendance><YearData>"
            f"<SchoolName>{school}</SchoolName><AttendSessions><AttendanceStartDate>2024-09-03"
            "</AttendanceStartDate><AttendanceMarks>/</AttendanceMarks></AttendSessions>"
            "</YearData></Attendance></Pupil></CTFile>"
        )
        return path

    at = ["--school", 100001, "--as", "office", *AT_NINE]
    ran = trust("import", "marks", ctf("Elsewhere School"), *at)
    assert ran.code != 0
    assert "Elsewhere School" in ran.err
    assert "--format ctf" in ran.err

    ran = trust("import", "marks", ctf("otterham"), *at)
    assert ran.code == 0, ran.err
    assert "1 new mark" in ran.out
    assert "two a day" in ran.out
