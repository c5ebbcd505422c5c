"""Files as systems write them, one for each thing that is taken in, of three invented pupils."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.bench.exchange_files import FORMATS, Mark

PUPILS = (("A100", 6420), ("A101", 6421), ("A102", 6422))
SCHOOL, OTHER = 100001, 100002
FIRST, SECOND = "2024-09-03", "2024-09-04"
"""The first of them has marks in the ledger already; half of them differ from the files'."""
CODES = {
    ("A100", "AM"): "/", ("A100", "PM"): "\\", ("A101", "AM"): "I", ("A101", "PM"): "C2",
    ("A102", "AM"): "L", ("A102", "PM"): "N",
}  # fmt: skip
MARKS = [
    Mark(upn, number, day, half, CODES[upn, half])
    for day in (FIRST, SECOND)
    for half in ("AM", "PM")
    for upn, number in PUPILS
]


@dataclass(frozen=True)
class Sample:
    """
    A file that is taken in, and what is typed to do it; ``kind`` says what it is written in.

    ``beside`` are the files that explain it, by the option that names each.
    """

    name: str
    verb: str
    kind: str
    content: bytes
    suffix: str
    options: tuple[str, ...] = ()
    beside: tuple[tuple[str, str, bytes], ...] = ()


def samples(folder: Path) -> list[Sample]:
    """One of each, written by the same writers as the measured ones, and those it has not."""
    found = [_of_marks(name, write, folder) for name, write in FORMATS.items()]
    long = _rows(["school_urn", "upn", "date", "session", "code", "comment", "minutes_late"], [
        *((SCHOOL, m.upn, m.day, m.half, m.code, "Zoë said so", 9 if m.code == "L" else "")
          for m in MARKS),
        *((OTHER, "B200", FIRST, half, code, "", "") for half, code in (("AM", "I"), ("PM", "N"))),
    ])  # fmt: skip
    span = ("--from", FIRST, "--to", SECOND)
    return [
        *found,
        Sample("long of two schools", "marks", "csv", long, ".csv"),
        Sample("pupils", "pupils", "csv", _pupils(), ".csv"),
        Sample("totals", "totals", "csv", _totals(), ".csv", span),
        Sample("record", "record", "xml", _record(), ".xml"),
    ]


def _of_marks(name: str, write: Callable[..., object], folder: Path) -> Sample:
    made = write(MARKS, folder)
    path, options = made.path, made.options  # type: ignore[attr-defined]
    beside, plain = [], []
    for place in range(0, len(options), 2):
        option, value = options[place : place + 2]
        if Path(value).is_file():
            beside.append((option, Path(value).name, Path(value).read_bytes()))
        else:
            plain += [option, value]
    kinds = {".csv": "csv", ".xml": "xml", ".json": "json", ".jsonl": "json", ".xlsx": "zip"}
    kind = kinds[path.suffix]
    return Sample(name, "marks", kind, path.read_bytes(), path.suffix, tuple(plain), tuple(beside))


def _rows(heads: Sequence[object], rows: Sequence[Sequence[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([heads, *rows])
    return out.getvalue().encode()


def _pupils() -> bytes:
    heads = (
        "school,upn,surname,forename,date_of_birth,year_group,class,start_date,leaving_date,"
        "parent_1_name,parent_1_lives_with,parent_1_telephone"
    )
    return _rows(heads.split(","), [
        (SCHOOL, "A100", "Example", "Ann", "2015-03-01", "4", "4A", "2024-09-02", "", "Pat Example",
         "yes", "01632 960001"),
        (SCHOOL, "A101", "Sample", "Ben", "2015-04-01", "4", "4B", "2024-09-02", "2024-09-20", "",
         "", ""),
        (SCHOOL, "A103", "Pretend", "Dot", "2015-06-01", "4", "4A", "2024-09-03", "", "", "", ""),
        (OTHER, "B200", "Invented", "Dee", "2014-03-02", "6", "6", "2024-09-02", "", "", "", ""),
    ])  # fmt: skip


def _totals() -> bytes:
    heads = ["upn", "possible_marks", "present_plus_aea", "T_Reason_I", "N", "late_both"]
    return _rows(heads, [("A100", 4, 4, 0, 0, 0), ("A101", 4, 2, 2, 0, 0), ("A102", 4, 2, 0, 2, 2)])


def _record() -> bytes:
    return (
        b"<CTFile><CTFpupilData>\n<Pupil><UPN>A100</UPN><Attendance><YearData><Year>2023</Year>"
        b"<LEA>908</LEA><Estab>2101</Estab><SchoolName>Elsewhere</SchoolName>\n"
        b"<SessionsPossible>6</SessionsPossible><SessionsAttended>4</SessionsAttended>"
        b"<AttendSessions><AttendanceStartDate>2023-09-11</AttendanceStartDate>"
        b"<AttendanceMarks>/\\I/N/</AttendanceMarks></AttendSessions></YearData></Attendance>"
        b"</Pupil>\n<Pupil><UPN>A101</UPN><Attendance><YearData><SchoolName>Elsewhere</SchoolName>"
        b"<AttendSessions><AttendanceStartDate>2024-02-05</AttendanceStartDate><AttendanceMarks>"
        b"/,\\,M,/,-,O</AttendanceMarks></AttendSessions></YearData></Attendance></Pupil>\n"
        b"</CTFpupilData></CTFile>"
    )
