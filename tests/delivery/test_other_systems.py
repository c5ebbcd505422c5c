"""Other systems' files: the same marks come out, whatever they are written in; nothing by guess."""

import csv
import datetime as dt
import io
import json
import os
import zipfile
from pathlib import Path
from unittest.mock import Mock
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.cli.taking_in import FORMATS
from delivery.importers.formats.file import NAMES, Keys, keys_of, other_file
from delivery.importers.formats.known import CodeTable, People
from delivery.importers.formats.records import Record
from delivery.importers.formats.systems import half_of
from delivery.importers.source import look_at_any
from delivery.imports.files import a_file
from ledger.policy import load
from ledger.refusals import FileUnreadable, Refused

UPNS = {"6420": "H801200001234", "6421": "Z80120000123A"}
MARKS = [
    ("6420", "2024-09-03", "AM", "/"),
    ("6420", "2024-09-03", "PM", "\\"),
    ("6421", "2024-09-03", "AM", "Y1"),
    ("6421", "2024-09-03", "PM", "L"),
    ("6420", "2024-09-04", "AM", "-"),
    ("6421", "2024-09-04", "AM", "C2"),
]
NUMBERS = {code: str(100 + place) for place, code in enumerate(["/", "\\", "Y1", "L", "-", "C2"])}
PEOPLE = People(UPNS)
CODES = CodeTable({number: (code, "") for code, number in NUMBERS.items()}, {})


def sims(marks):
    rows = "\n".join(
        f"<SessionAttendance><PersonID>{who}</PersonID><AttendanceDate>{day}</AttendanceDate>"
        f"<SessionName>{half}</SessionName><AttendanceMark>{escape(code)}</AttendanceMark>"
        "<Comments></Comments><MinsLate></MinsLate></SessionAttendance>"
        for who, day, half, code in marks
    )
    return f"<SessionAttendances>\n{rows}\n</SessionAttendances>"


def wonde(marks):
    date = {"timezone_type": 3, "timezone": "Europe/London"}
    return json.dumps(
        {
            "_source": "a note",
            "data": [
                {
                    "id": f"A{place}",
                    "date": {"date": f"{day} 00:00:00.000000", **date},
                    "session": half,
                    "student": {"data": {"id": who, "upn": UPNS[who]}},
                    "attendance_code": {"data": {"id": "C1", "code": code}},
                }
                for place, (who, day, half, code) in enumerate(marks)
            ],
        }
    )


def wonde_by_number(marks):
    return json.dumps(
        {
            "attendance": [
                {
                    "date": day,
                    "session": half,
                    "student_id": who,
                    "attendance_code_id": NUMBERS[code],
                }
                for who, day, half, code in marks
            ]
        }
    )


def assembly(marks):
    return json.dumps(
        [
            {
                "object": "attendance",
                "student_id": int(who),
                "registration_group_id": 7,
                "session_date": f"{day}T00:00:00+01:00",
                "session_name": half,
                "attendance_mark": code,
                "minutes_late": 0,
            }
            for who, day, half, code in marks
        ]
    )


def go4schools(marks):
    return json.dumps(
        {
            "student_session_marks": [
                {
                    "student_id": who,
                    "date": day,
                    "session": half,
                    "data_set": 2024,
                    "session_mark_id": int(NUMBERS[code]),
                    "session_alias_id": None,
                }
                for who, day, half, code in marks
            ]
        }
    )


def arbor(marks):
    return "\n".join(
        json.dumps(
            {
                "attendanceRollCall": {"name": f"{half} Roll Call"},
                "recordDate": day,
                "student": {"id": who},
                "attendanceMark": {"code": code},
                "minutesLate": None,
            }
        )
        for who, day, half, code in marks
    )


def bromcom(marks):
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(["StudentID", "AttendanceDate", "SessionName", "Mark", "ExportMark"])
    write.writerows([who, day, half, code, code] for who, day, half, code in marks)
    return out.getvalue()


WRITERS = {
    "sims": sims,
    "wonde": wonde,
    "assembly": assembly,
    "go4schools": go4schools,
    "arbor": arbor,
    "bromcom": bromcom,
}


def reading(tmp_path: Path, text: str | bytes, keys=None, name="marks.dat"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return other_file(look_at_any(path), keys or Keys(PEOPLE, CODES))


def said(file):
    return [(who, day, half, code) for _, who, day, half, code, _ in file.rows()]


WANTED = [(UPNS[who], day, half, code) for who, day, half, code in MARKS]


@pytest.mark.parametrize("system", WRITERS)
def test_every_systems_file_gives_the_same_marks_and_is_recognised(system, tmp_path):
    file = reading(tmp_path, WRITERS[system](MARKS))

    assert file.layout == system
    assert said(file) == WANTED


def test_a_file_of_no_system_known_by_name_is_not_given_one(tmp_path):
    mark = {"date": "2024-09-03", "session": "AM", "upn": "H801200001234", "code": "/"}

    assert reading(tmp_path, json.dumps([mark])).layout == "records"


def test_what_can_be_asked_for_is_what_is_read():
    assert set(FORMATS) == {"long", "wide", *NAMES}


def test_wondes_marks_by_number_are_read_with_its_file_of_codes(tmp_path):
    codes = tmp_path / "codes.json"
    told = [{"id": number, "code": code} for code, number in NUMBERS.items()]
    codes.write_text(json.dumps({"data": told}))
    people = tmp_path / "people.csv"
    people.write_text("id,upn\n" + "".join(f"{one},{upn}\n" for one, upn in UPNS.items()))
    keys = keys_of(look_at_any(people), look_at_any(codes))

    assert said(reading(tmp_path, wonde_by_number(MARKS), keys)) == WANTED


def test_without_what_explains_its_numbers_a_row_is_left_to_be_refused_and_told(tmp_path):
    file = reading(tmp_path, wonde_by_number(MARKS[:1]), Keys())
    assert said(file) == [("6420", "2024-09-03", "AM", "number 100")]
    assert len(file.wanting()) == 2

    file = reading(tmp_path, sims(MARKS[:1]), Keys(PEOPLE))
    assert said(file) == WANTED[:1]
    assert file.wanting() == ()


def test_a_line_of_xml_is_the_line_of_the_file(tmp_path):
    file = reading(tmp_path, sims(MARKS))

    assert [row[0] for row in file.rows()] == [2, 3, 4, 5, 6, 7]


def test_a_sub_code_is_kept_with_its_parent_and_never_guessed(tmp_path):
    text = "upn,AttendanceDate,SessionName,Mark,ExportMark\n"
    rows = "H801200001234,2024-09-03,AM,I01,I\nH801200001234,2024-09-03,PM,I01,\n"
    file = reading(tmp_path, text + rows)

    with_parent, without = file.rows()
    assert with_parent[4:] == ("I", {"comment": "Sub-code I01 of the source."})
    assert without[4] == "I01"  # which no code set has: the import refuses the row


def test_a_systems_own_code_goes_by_its_own_table(tmp_path):
    codes = tmp_path / "codes.xml"
    codes.write_text(
        "<AttendanceCodes_V2_load><AttenanceCodes><AttendanceCode>"
        "<Attendance_Code_ID>33</Attendance_Code_ID><SIMS_Display_Code>9</SIMS_Display_Code>"
        "<Statutory_Return_Code>Y</Statutory_Return_Code></AttendanceCode></AttenanceCodes>"
        "</AttendanceCodes_V2_load>"
    )
    keys = keys_of(None, look_at_any(codes))
    table = keys.codes

    assert table.of_code("9") == ("Y", "9")
    assert table.of_number("33") == ("Y", "9")
    assert table.of_code("7") == ("7", "")  # unknown, so left for the import to refuse


@pytest.mark.parametrize(
    ("label", "half"),
    [("AM", "AM"), ("pm", "PM"), ("Morning", "AM"), ("PM Roll Call", "PM"), ("AM_Session", "AM")],
)
def test_the_half_of_the_day_comes_from_a_label(label, half):
    assert half_of(label) == half


@pytest.mark.parametrize("label", ["", "09:00", "AM/PM", "amber", "1", "Registration"])
def test_a_label_that_says_neither_half_or_both_is_left_as_it_is(label):
    assert half_of(label) == label


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-09-03", "2024-09-03"),
        ("2024-09-03T00:00:00", "2024-09-03"),
        ("2024-09-02T23:00:00Z", "2024-09-03"),  # a summer day of London's, written in UTC
        ("2024-12-02T23:00:00Z", "2024-12-02"),
        ({"date": "2024-09-02 23:00:00.000000", "timezone": "UTC"}, "2024-09-03"),
        ({"date": "2024-09-03 00:00:00.000000", "timezone": "Europe/London"}, "2024-09-03"),
        ("03/09/2024", "03/09/2024"),  # which the import refuses, naming it
    ],
)
def test_a_day_is_london_s_however_it_is_written(written, day, tmp_path):
    mark = {"date": written, "session": "AM", "upn": "H801200001234", "code": "/"}

    assert [row[2] for row in reading(tmp_path, json.dumps([mark])).rows()] == [day]


# --- common transfer files -----------------------------------------------------------------


def transfer(marks: str, first="2024-09-02"):
    return (
        "<CTFile><CTFpupilData><Pupil><UPN>H801200001234</UPN><Attendance><YearData>"
        "<Year>2024</Year><LEA>908</LEA><Estab>0000</Estab><SchoolName>Otterham</SchoolName>"
        "<SessionsPossible>6</SessionsPossible><SessionsAuthorised>2</SessionsAuthorised>"
        "<SessionsAttended>3</SessionsAttended><SessionsUnauthorised>1</SessionsUnauthorised>"
        f"<AttendSessions><AttendanceStartDate>{first}</AttendanceStartDate>"
        f"<AttendanceMarks>{marks}</AttendanceMarks></AttendSessions>"
        "</YearData></Attendance></Pupil></CTFpupilData></CTFile>"
    )


@pytest.mark.parametrize("marks", ["/\\I-O/", r"/,\,I,-,O,/"])
def test_both_ways_of_writing_marks_in_a_transfer_file_are_read(marks, tmp_path):
    file = reading(tmp_path, transfer(marks, "2024-09-05"))

    assert file.layout == "ctf"
    assert [row[2:5] for row in file.rows()] == [
        ("2024-09-05", "AM", "/"),
        ("2024-09-05", "PM", "\\"),
        ("2024-09-06", "AM", "I"),
        ("2024-09-06", "PM", "-"),
        ("2024-09-09", "AM", "O"),  # Monday: no marks are of a weekend
        ("2024-09-09", "PM", "/"),
    ]


def test_codes_of_two_characters_stand_between_commas(tmp_path):
    file = reading(tmp_path, transfer("Y1,C2,J1"))

    assert [row[4] for row in file.rows()] == ["Y1", "C2", "J1"]


# --- workbooks and registers printed across --------------------------------------------------


def workbook(rows, name="Sheet1"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_a_workbook_a_line_a_mark(tmp_path):
    import datetime as dt

    rows = [["UPN", "Date", "Session", "Code"]]
    rows += [[upn, dt.date.fromisoformat(day), half, code] for upn, day, half, code in WANTED]
    file = reading(tmp_path, workbook(rows))

    assert file.layout == "workbook"
    assert said(file) == WANTED
    assert [row[0] for row in file.rows()] == [2, 3, 4, 5, 6, 7]


def test_a_workbook_across_needs_no_layout_where_it_is_headed_as_ours(tmp_path):
    rows = [["UPN", "2024-09-03 AM", "2024-09-03 PM"], ["H801200001234", "/", "Y1"]]

    assert said(reading(tmp_path, workbook(rows))) == [
        ("H801200001234", "2024-09-03", "AM", "/"),
        ("H801200001234", "2024-09-03", "PM", "Y1"),
    ]


def test_a_register_printed_across_as_some_system_likes_is_read_by_its_layout(tmp_path):
    layout = tmp_path / "layout.toml"
    layout.write_text(
        'sheet = "Autumn 1"\nheading_row = 3\ndates_row = 2\ndates = "%d/%m/%Y"\nperson = "Adno"\n'
    )
    rows = [
        ["Class 4B"],
        ["", "", "03/09/2024", "", "04/09/2024", ""],
        ["Name", "Adno", "AM", "PM", "AM", "PM"],
        ["Ann", 6420, "/", "\\", "-", ""],
        [],
        ["Ben", 6421, "Y1", "L", "C2", ""],
        ["Nobody", 9999, "/", "/", "/", "/"],
    ]
    keys = keys_of(across=layout)
    file = reading(tmp_path, workbook(rows, "Autumn 1"), Keys(PEOPLE, CODES, keys.across))

    assert {one for one in said(file) if one[3] and one[0] != "9999"} == set(WANTED)
    assert [row[1] for row in file.rows() if row[0] == 7] == ["9999"] * 4


def test_a_week_whose_columns_are_called_by_their_days(tmp_path):
    layout = tmp_path / "layout.toml"
    layout.write_text('upn = "UPN"\nweek_beginning = 2024-09-02\n')
    text = "UPN;Mon AM;Mon PM;Tue AM\nH801200001234;/;\\;I\n"
    file = reading(tmp_path, text, keys_of(across=layout))

    assert [row[2:5] for row in file.rows()] == [
        ("2024-09-02", "AM", "/"),
        ("2024-09-02", "PM", "\\"),
        ("2024-09-03", "AM", "I"),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("upn = 3\n", "not understood"),
        ("", "upn or as person"),
        ("colour = 'red'\n", "colour"),
        ("upn = [\n", "no layout"),
    ],
)
def test_a_layout_that_says_nothing_of_use_is_refused(text, why, tmp_path):
    layout = tmp_path / "layout.toml"
    layout.write_text(text)

    with pytest.raises(FileUnreadable, match=why):
        keys_of(across=layout)


def test_a_formula_is_read_as_what_it_last_showed_and_never_run(tmp_path):
    rows = [["UPN", "Date", "Session", "Code"], ["H801200001234", "2024-09-03", "AM", "=CHAR(47)"]]
    file = reading(tmp_path, workbook(rows))

    assert said(file) == [("H801200001234", "2024-09-03", "AM", "")]


# --- what is refused -----------------------------------------------------------------------

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<SessionAttendances><SessionAttendance><PersonID>&b;</PersonID></SessionAttendance>"
    "</SessionAttendances>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    "<SessionAttendances><SessionAttendance><PersonID>&e;</PersonID></SessionAttendance>"
    "</SessionAttendances>"
)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BOMB, "entities of its own"),
        (OUTSIDE, "entities of its own"),
        ("<SessionAttendances><SessionAttendance>", "cannot be read"),
        ("<a>" * 100 + "</a>" * 100, "nests deeper"),
        ("<a><b>" + "x" * 1_100_000 + "</b></a>", "million"),
        ("<a><b/></a>", "no record"),
        ("[1, 2", "cannot be read"),
        ('{"a": ' * 60 + "1" + "}" * 60, "no list of records"),
        ("[" + '{"a": ' * 60 + "1" + "}" * 60 + "]", "nest deeper"),
        ('{"attendance": []}', "no list of records"),
        ('[{"possible_marks": 10, "upn": "A1", "date": "2024-09-03"}]', "totals"),
        (
            "<LessonAttendances><LessonAttendance><PersonID>1</PersonID></LessonAttendance>"
            "</LessonAttendances>",
            "lessons",
        ),
    ],
)
def test_what_is_no_file_of_session_marks_is_refused_in_a_sentence(text, why, tmp_path):
    with pytest.raises(FileUnreadable, match=why):
        list(reading(tmp_path, text).rows())


def test_an_archive_that_swells_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("delivery.importers.formats.workbook.UNPACKED", 10 << 20)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"")
        with archive.open("xl/bomb.xml", "w", force_zip64=True) as part:
            for _ in range(11):
                part.write(bytes(1 << 20))
    with pytest.raises(FileUnreadable, match="unpack"):
        reading(tmp_path, held.getvalue())


def test_nothing_a_codes_file_leaves_out_is_made_up():
    table = CodeTable.of([Record(1, "code", {"id": "5", "code": "I", "parent": ""})])

    assert table.of_number("5") == ("I", "")
    assert table.of_number("6") == ("number 6", "")
    assert table.unknown == {"6"}


# --- a fuzzer ------------------------------------------------------------------------------

SAMPLES = [write(MARKS).encode() for write in WRITERS.values()] + [
    transfer("/\\I-O/").encode(),
    workbook([["UPN", "Date", "Session", "Code"], *WANTED]),
]


@pytest.mark.slow
@settings(max_examples=1200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_spoilt_file_is_refused_or_read_and_never_a_traceback(data, tmp_path_factory):
    sample = bytearray(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(sample) - 1))
        match data.draw(st.sampled_from(["set", "cut", "double", "insert"])):
            case "set":
                sample[place] = data.draw(st.integers(0, 255))
            case "cut":
                del sample[place : place + data.draw(st.integers(1, 40))]
            case "double":
                sample[place:place] = sample[place : place + 40]
            case "insert":
                sample[place:place] = data.draw(st.binary(min_size=1, max_size=12))
        if not sample:
            return
    path = tmp_path_factory.mktemp("spoilt") / "marks.dat"
    path.write_bytes(bytes(sample))
    try:
        rows = list(a_file(path, None, Keys(PEOPLE, CODES)).rows())
    except Refused:
        return
    for line, who, day, half, code, _ in rows:
        assert line >= 1
        assert all(isinstance(text, str) for text in (who, day, half, code))


IN_FORCE = load("england").on(dt.date(2024, 9, 3)).codes
Mark = tuple[str, str, str, str]


def marks_in(path: Path, content: bytes) -> set[Mark] | None:
    """The marks of a file that an import would take in; ``None`` where it is refused."""
    path.write_bytes(content)
    try:
        rows = list(a_file(path, None, Keys(PEOPLE, CODES)).rows())
    except Refused:
        return None
    return {row[1:5] for row in rows if _may_be(*row[1:5])}


def _may_be(who: str, day: str, half: str, code: str) -> bool:
    """What is refused by its row, or is no mark, is not taken in."""
    try:
        dt.date.fromisoformat(day)
    except ValueError:
        return False
    known = IN_FORCE.known(code) is not None and code not in ("", "-")
    return who in UPNS.values() and half in ("AM", "PM") and known


def test_a_workbook_whose_fault_has_no_words_is_refused(tmp_path, monkeypatch):
    """Cut off in the middle of a part, its library raises an error that says nothing."""
    monkeypatch.setattr(openpyxl, "load_workbook", Mock(side_effect=EOFError()))
    (tmp_path / "spoilt.xlsx").write_bytes(SAMPLES[-1])

    with pytest.raises(FileUnreadable, match=r"cannot be read \(EOFError\)"):
        list(a_file(tmp_path / "spoilt.xlsx", None, Keys(PEOPLE, CODES)).rows())


@pytest.mark.slow
@settings(
    max_examples=1500,
    deadline=None,
    derandomize="DRAWN_ANEW" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_one_byte_changed_makes_no_mark_that_the_file_does_not_say(data, tmp_path_factory):
    """
    What comes out anew is a mark of before with one thing changed, the same thing for all: the
    pupil, the day, the half or the code. Nothing is put together from two records.
    """
    place = data.draw(st.integers(0, len(SAMPLES) - 1))
    sample = bytearray(SAMPLES[place])
    folder = tmp_path_factory.mktemp("changed")
    before = marks_in(folder / "before.dat", bytes(sample))
    sample[data.draw(st.integers(0, len(sample) - 1))] = data.draw(st.integers(0, 255))

    after = marks_in(folder / "after.dat", bytes(sample))

    if after is None:
        return
    gone, new = before - after, after - before
    changed = [
        {field for field in range(4) if _but_for(one, field) in {_but_for(o, field) for o in gone}}
        for one in new
    ]
    assert not changed or set.intersection(*changed), (gone, new)


def _but_for(mark: Mark, field: int) -> Mark:
    return (*mark[:field], "", *mark[field + 1 :])
