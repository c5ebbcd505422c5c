"""The same marks as every system's file, to be taken in: a format is one line of ``FORMATS``."""

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import openpyxl

SCHOOL = "Bench Primary"
"""As the trust's file of the bench calls it."""


class Mark(NamedTuple):
    """One mark: whose (UPN, and the other system's own number), when, and what."""

    upn: str
    number: int
    day: str
    half: str
    code: str


class File(NamedTuple):
    """A file written, and what has to be typed with it."""

    path: Path
    options: tuple[str, ...] = ()


Write = Callable[[Sequence[Mark], Path], File]


def long(marks: Sequence[Mark], folder: Path) -> File:
    rows = ((one.upn, one.day, one.half, one.code) for one in marks)
    return File(_csv(folder / "long.csv", ("upn", "date", "session", "code"), rows))


def wide(marks: Sequence[Mark], folder: Path) -> File:
    sessions = sorted({(one.day, one.half) for one in marks})
    codes = {(one.upn, one.day, one.half): one.code for one in marks}
    rows = (
        (upn, *(codes.get((upn, *at), "") for at in sessions))
        for upn in dict.fromkeys(one.upn for one in marks)
    )
    heads = ("upn", *(f"{day} {half}" for day, half in sessions))
    return File(_csv(folder / "wide.csv", heads, rows))


def across(marks: Sequence[Mark], folder: Path) -> File:
    """As some system prints it: the days in a row of their own, AM and PM beneath."""
    sessions = sorted({(one.day, one.half) for one in marks})
    codes = {(one.number, one.day, one.half): one.code for one in marks}
    days = ["", "", *(_british(day) if half == "AM" else "" for day, half in sessions)]
    rows: list[Sequence[object]] = [days, ["Name", "Adno", *(half for _, half in sessions)]]
    rows += [
        ["Somebody", number, *(codes.get((number, *at), "") for at in sessions)]
        for number in dict.fromkeys(one.number for one in marks)
    ]
    layout = folder / "layout.toml"
    layout.write_text('heading_row = 2\ndates_row = 1\ndates = "%d/%m/%Y"\nperson = "Adno"\n')
    path = _csv(folder / "across.csv", ["Register"], rows)
    path.write_bytes(path.read_bytes().partition(b"\n")[2])
    return File(path, ("--layout", str(layout), *_people(marks, folder)))


def sims(marks: Sequence[Mark], folder: Path) -> File:
    path = folder / "sims.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write("<SessionAttendances>\n")
        for one in marks:
            file.write(
                f"<SessionAttendance><PersonID>{one.number}</PersonID><AttendanceDate>{one.day}"
                f"</AttendanceDate><SessionName>{one.half}</SessionName><AttendanceMark>"
                f"{escape(one.code)}</AttendanceMark><Comments></Comments><MinsLate></MinsLate>"
                "</SessionAttendance>\n"
            )
        file.write("</SessionAttendances>\n")
    return File(path, _people(marks, folder))


def wonde(marks: Sequence[Mark], folder: Path) -> File:
    zone = {"timezone_type": 3, "timezone": "Europe/London"}
    told = [
        {
            "id": f"A{place}",
            "date": {"date": f"{one.day} 00:00:00.000000", **zone},
            "session": one.half,
            "student": {"data": {"id": str(one.number), "upn": one.upn}},
            "attendance_code": {"data": {"id": "C1", "code": one.code}},
        }
        for place, one in enumerate(marks)
    ]
    return File(_json(folder / "wonde.json", {"data": told}))


def assembly(marks: Sequence[Mark], folder: Path) -> File:
    told = [
        {
            "object": "attendance",
            "student_id": one.number,
            "registration_group_id": 7,
            "session_date": f"{one.day}T00:00:00+00:00",
            "session_name": one.half,
            "attendance_mark": one.code,
            "minutes_late": 0,
        }
        for one in marks
    ]
    return File(_json(folder / "assembly.json", told), _people(marks, folder))


def go4schools(marks: Sequence[Mark], folder: Path) -> File:
    numbers = {code: 100 + place for place, code in enumerate(sorted({m.code for m in marks}))}
    told = [
        {
            "student_id": one.number,
            "date": one.day,
            "session": one.half,
            "data_set": 2024,
            "session_mark_id": numbers[one.code],
            "session_alias_id": None,
        }
        for one in marks
    ]
    codes = _json(folder / "codes.json", [{"id": n, "code": c} for c, n in numbers.items()])
    path = _json(folder / "go4schools.json", {"student_session_marks": told})
    return File(path, ("--codes", str(codes), *_people(marks, folder)))


def arbor(marks: Sequence[Mark], folder: Path) -> File:
    path = folder / "arbor.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for one in marks:
            told = {
                "attendanceRollCall": {"name": f"{one.half} Roll Call"},
                "recordDate": one.day,
                "student": {"id": one.number},
                "attendanceMark": {"code": one.code},
                "minutesLate": None,
            }
            file.write(json.dumps(told) + "\n")
    return File(path, _people(marks, folder))


def bromcom(marks: Sequence[Mark], folder: Path) -> File:
    heads = ("StudentID", "AttendanceDate", "SessionName", "Mark", "ExportMark")
    rows = ((one.number, one.day, one.half, one.code, one.code) for one in marks)
    return File(_csv(folder / "bromcom.csv", heads, rows), _people(marks, folder))


def workbook(marks: Sequence[Mark], folder: Path) -> File:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["UPN", "Date", "Session", "Code"])
    for one in marks:
        sheet.append([one.upn, dt.date.fromisoformat(one.day), one.half, one.code])
    book.save(folder / "workbook.xlsx")
    return File(folder / "workbook.xlsx")


def records(marks: Sequence[Mark], folder: Path) -> File:
    told = [
        {"upn": one.upn, "date": one.day, "session": one.half, "code": one.code} for one in marks
    ]
    return File(_json(folder / "records.json", told))


def ctf(marks: Sequence[Mark], folder: Path) -> File:
    """Between commas, every weekday from the first day to the last."""
    days = _weekdays(min(one.day for one in marks), max(one.day for one in marks))
    codes = {(one.upn, one.day, one.half): one.code for one in marks}
    path = folder / "ctf.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write("<CTFile><CTFpupilData>\n")
        for upn in dict.fromkeys(one.upn for one in marks):
            written = (codes.get((upn, day, half), "-") for day in days for half in ("AM", "PM"))
            file.write(
                f"<Pupil><UPN>{upn}</UPN><Attendance><YearData><Year>2024</Year>"
                f"<SchoolName>{SCHOOL}</SchoolName><AttendSessions><AttendanceStartDate>{days[0]}"
                f"</AttendanceStartDate><AttendanceMarks>{escape(','.join(written))}"
                "</AttendanceMarks></AttendSessions></YearData></Attendance></Pupil>\n"
            )
        file.write("</CTFpupilData></CTFile>\n")
    return File(path, ("--format", "ctf"))


FORMATS: dict[str, Write] = {
    "long": long,
    "wide": wide,
    "across": across,
    "workbook": workbook,
    "sims": sims,
    "wonde": wonde,
    "assembly": assembly,
    "go4schools": go4schools,
    "arbor": arbor,
    "bromcom": bromcom,
    "records": records,
    "ctf": ctf,
}


def _csv(path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file, lineterminator="\n")
        write.writerow(heads)
        write.writerows(rows)
    return path


def _json(path: Path, told: object) -> Path:
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


def _people(marks: Sequence[Mark], folder: Path) -> tuple[str, str]:
    """What explains the other system's own numbers of pupils."""
    known = {one.number: one.upn for one in marks}
    path = _csv(folder / "people.csv", ("id", "upn"), sorted(known.items()))
    return "--people", str(path)


def _british(day: str) -> str:
    return f"{dt.date.fromisoformat(day):%d/%m/%Y}"


def _weekdays(first: str, last: str) -> list[str]:
    day, ends = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    every = (day + dt.timedelta(days=n) for n in range((ends - day).days + 1))
    return [one.isoformat() for one in every if one.weekday() < 5]
