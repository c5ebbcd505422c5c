"""XML files hold to their schemas, are read again, and are the same when asked for again."""

import csv
import io
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from freezegun import freeze_time

import delivery.exports
from delivery.importers.formats import ctf
from tests.delivery.conftest import Call, Ran
from tests.delivery.exports.conftest import AT

pytestmark = pytest.mark.slow
SCHEMAS = Path(delivery.exports.__file__).parent / "schemas"
NUMBER = ("--dfe-number", "908/2101")
CENSUS = ("export", "census", "2025-01-16", *AT)


@cache
def schema(name: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SCHEMAS / f"{name}.xsd")


def valid(name: str, ran: Ran) -> ElementTree.Element:
    assert ran.code == 0, ran.err
    schema(name).validate(ran.out)
    return ElementTree.fromstring(ran.out.encode())


def rows(ran: Ran) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ran.out, newline="")))


@pytest.mark.parametrize("how", ["characters", "commas"])
def test_a_transfer_file_is_read_again_as_the_same_marks(marked: Call, folder: Path, how: str):
    """By the importer of this ledger, in both ways of writing marks."""
    ran = marked("export", "ctf", *AT, *NUMBER, "--marks", how, "--for", "908/4000")
    root = valid("ctf", ran)
    (folder / "out.xml").write_text(ran.out)

    found = list(ctf.years(folder / "out.xml", "out.xml"))

    read = {
        (mark.person, mark.day, mark.half): mark.code
        for year in found
        for mark in year.marks
        if mark.code not in "-#"
    }
    held = {
        (one["upn"], one["date"], one["session"]): one["code"]
        for one in rows(marked("export", "marks", *AT))
    }
    assert read == held
    assert len(held) == 6
    (first, *_) = found
    sums = (first.possible, first.attended, first.authorised, first.unauthorised)
    assert sums == (3, 2, 1, 0)
    assert (first.authority, first.establishment, first.school) == ("908", "2101", "Otterham")
    assert root.findtext("Header/DestSchool/Estab") == "4000"
    assert f"as at entry {rows(marked('export', 'marks', *AT))[0]['as_at_entry']}" in ran.out


def test_taken_in_by_another_ledger_a_transfer_file_gives_the_same_rates(
    marked: Call, folder: Path
):
    (folder / "out.xml").write_text(marked("export", "ctf", *AT, *NUMBER).out)
    there = ("--db", f"sqlite:///{folder / 'there.db'}")
    with freeze_time("2024-09-02 08:00:00"):
        assert marked("init", "trust.toml", *there).code == 0
        pupils = ("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-09-02")
        assert marked(*pupils, *there).code == 0

    with freeze_time("2024-09-06 08:00:00"):
        taking = ("import", "marks", "out.xml", *AT, "--as", "office", "--seen-at", "2024-09-06")
        ran = marked(*taking, *there, "--strict")

    assert ran.code == 0, ran.err
    by_pupil = ("rates", "--by", "pupil", *AT, "--csv")
    assert marked(*by_pupil, *there).out == marked(*by_pupil).out


def test_a_code_of_two_characters_is_not_squeezed_into_one(marked: Call):
    amending = ("amend-mark", "A100", "2024-09-03", "AM", "C1", "--reason", "A licence came")
    assert marked(*amending, *AT, "--as", "head").code == 0

    squeezed = marked("export", "ctf", *AT, *NUMBER, "--marks", "characters")

    assert squeezed.code == 2
    assert "A100 has C1 in 2024/25" in squeezed.err
    between = valid("ctf", marked("export", "ctf", *AT, *NUMBER))
    assert between.findtext(".//AttendanceMarks", "").startswith("C1,")


def test_days_without_school_and_sessions_without_a_mark(marked: Call):
    with freeze_time("2024-09-09 07:50:00"):
        taking = ("take-register", "4B", "--session", "AM", "--present-except", "N:A100")
        assert marked(*taking, *AT, "--as", "teacher").code == 0

    out = valid("ctf", marked("export", "ctf", *AT, *NUMBER, "--pupil", "A101"))

    # Tuesday to Friday, and Monday; of each day only the morning is known, if that
    assert out.findtext(".//AttendanceMarks") == "/,-,I,-,-,-,-,-,/,-"


def test_the_number_of_the_school_may_stand_in_its_policy(marked: Call, folder: Path):
    without = marked("export", "ctf", *AT)
    assert without.code == 2
    assert "--dfe-number" in without.err

    (folder / "ours.toml").write_text(
        '[pack]\ntitle = "Otterham"\nlayer = "school"\nlies_over = "england"\n'
        "confirmed = 2024-09-01\n"
        '[school.dfe_number.values.2024-09-01]\nvalue = {100001 = "908/2101"}\n'
        'reference = "Get information about schools"\n'
    )
    adopting = ("adopt-policy", "ours.toml", "--starts", "2024-09-03", *AT, "--as", "ceo")
    adopted = marked(*adopting)
    assert adopted.code == 0, adopted.err

    root = valid("ctf", marked("export", "ctf", *AT))
    assert root.findtext("Header/SourceSchool/Estab") == "2101"
    assert marked("export", "ctf", *AT, "--dfe-number", "9/21").code == 2


def test_a_census_holds_to_its_schema_and_says_what_its_rows_say(marked: Call):
    root = valid("census", marked(*CENSUS, "--format", "xml", *NUMBER))
    by_row = rows(marked(*CENSUS))

    told = {
        one.findtext("PupilIdentifiers/UPN"): {
            detail.findtext("AttendanceReason"): detail.findtext("AbsenceSessions")
            for detail in one.iter("SessionDetail")
        }
        for one in root.iter("PupilOnRoll")
    }
    assert told == {
        row["UPN"]: {
            name.removeprefix("T_Reason_"): sessions
            for name, sessions in row.items()
            if name.startswith("T_Reason_") and sessions != "0"
        }
        for row in by_row
    }
    assert told["A101"] == {"/": "1", "I": "1"}
    assert [row["SessionsPossible"] for row in by_row] == ["3", "2", "1"]


def test_what_is_missing_or_not_known_is_said_beside_it(marked: Call):
    said = marked(*CENSUS).err

    assert "The spring census collects 2024-08-01 to 2024-12-31." in said
    assert "without a mark: in no figure here." in said
    assert "No policy names" not in said
    assert (
        "No policy names 2025-01-17 as a census day."
        in marked("export", "census", "2025-01-17", *AT).err
    )
    empty = marked("export", "census", "2024-10-03", *AT)
    assert (empty.code, empty.out.count("\n")) == (3, 1)
    assert marked(*CENSUS, "--from", "2024-09-03").code == 2


def test_at_an_entry_the_files_are_the_same_whatever_came_later(marked: Call):
    entry = rows(marked("export", "marks", *AT))[0]["as_at_entry"]
    asked = [CENSUS, (*CENSUS, "--format", "xml", *NUMBER), ("export", "ctf", *AT, *NUMBER)]
    before = [marked(*one).out for one in asked]
    with freeze_time("2024-10-01 08:00:00"):
        amending = ("amend-mark", "A101", "2024-09-03", "AM", "I", "--reason", "A letter came")
        assert marked(*amending, *AT, "--as", "office").code == 0

        assert [marked(*one, "--asof", entry).out for one in asked] == before
        assert [marked(*one).out for one in asked] != before
