"""Everything a newcomer can get wrong: the sentence they read, and the exit code a script sees."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.store.sqlite import SqliteDatabase
from tests.delivery.conftest import Call

AT = ["--school", "100001"]
TED = [*AT, "--as", "teacher"]
OLIVE = [*AT, "--as", "office"]
LONG = "school_urn,upn,date,session,code\n"
GOOD = LONG + "100001,A100,2024-09-03,AM,/\n"

TYPED = [
    ("frobnicate", 2, "No such command 'frobnicate'."),
    ("verify --nonsense", 2, "No such option: --nonsense"),
    ("explain-mark A100 03/09/2024 AM", 2, "'03/09/2024' is not a date; write it like 2024-09-03"),
    ("explain-mark A100 2024-09-31 AM", 2, "there is no day 2024-09-31"),
    ("explain-mark A100 2024-09-03 noon", 2, "'noon' is not a session; write AM or PM"),
    ("explain-mark A100 2024-09-03 AM --asof soon", 2, "write it like 2025-02-10T09:00 or give an"),
    ("register", 2, "Say whose register: --pupil P or --class C."),
    (
        "register --class 4B --from 2024-09-05 --to 2024-09-04",
        2,
        "--to 2024-09-04 is before",
    ),
    ("rates --by shoe-size", 2, "--by shoe-size is not known; it is one of pupil, class, year"),
    ("verify --db here.db", 2, "--db here.db is no address; write sqlite:///here.db or postgresql"),
    ("import marks absent.csv --as office", 2, "There is no file absent.csv."),
    ("import marks . --as office", 2, ". is a folder; name one file in it."),
    (
        "import marks good.csv --as office --format ctf",
        5,
        "it is no Common Transfer File, which is XML",
    ),
    ("init absent.toml", 2, "There is no file absent.toml."),
    ("take-register 4B --session AM --as teacher --present-except ill", 2, "write CODE:PUPIL"),
    ("amend-mark A100 2024-09-03 AM ILL --reason x --as office", 2, "code: string should have at"),
    (
        "verify --school 999",
        3,
        "This ledger holds no school 999. It holds: 100001 (Otherham)",
    ),
    (
        "explain-mark Z9 2024-09-03 AM",
        3,
        "No pupil Z9 is in the admission register of",
    ),
    (
        "explain-mark A100 2024-09-03 AM",
        3,
        "Nothing has been entered for Ann Example on",
    ),
    ("register --class 9Z", 3, "This school has no class 9Z. Its classes: 4A, 4B."),
    (
        "register --class 4B --asof 999999",
        3,
        "school 100001 has 10 entries, not 999,999",
    ),
    ("penalty list", 3, "Nobody is at the threshold on 20"),
    ("rates --from 2024-09-03", 3, "There is no session from 2024-09-03"),
    ("import marks good.csv --as nobody", 3, "Nobody with the staff id nobody is on the staff of"),
    ("init broken.toml", 5, "broken.toml cannot be taken in: it is not TOML: "),
    ("init empty.toml", 5, "empty.toml cannot be taken in: schools: is missing."),
    ("import marks report.pdf --as office", 5, "report.pdf cannot be taken in: it is a PDF; a PDF"),
    ("import marks book.xlsx --as office", 5, "it is an Excel workbook (.xlsx), not CSV; open it"),
    ("import marks empty.csv --as office", 5, "empty.csv cannot be taken in: it is empty."),
    ("import marks lacks.csv --as office", 5, "the column session is missing; its first line has"),
    ("import marks good.csv --as office --seen-at 2030-01-01", 5, "at a time still to come"),
    (
        "policy check absent.toml",
        5,
        "cannot be read: there is no such file.",
    ),
    ("register --class 4B --policy trusts/nowhere", 5, "there is no pack of that name; there"),
    ("rates --policy trusts/nowhere", 5, "there is no pack of that name; there are england, "),
    (
        "amend-mark A100 2024-09-03 AM I --as office",
        5,
        "An amendment needs its reason: give",
    ),
    (
        "amend-mark A100 2024-09-03 AM H --reason x --as office",
        5,
        "H is not a code in force on 3",
    ),
    (
        "amend-mark A100 2024-09-07 AM I --reason x --as office",
        5,
        "is not a school day at",
    ),
    ("amend-mark A100 2024-09-03 AM I --reason x", 7, "An act needs a person: give --as STAFF_ID"),
    ("amend-mark A102 2024-09-03 AM I --reason x --as teacher", 7, "may not amend-mark: "),
]


@pytest.fixture
def files(trust: Call, folder: Path) -> Call:
    (folder / "good.csv").write_text(GOOD)
    (folder / "lacks.csv").write_text("school_urn,upn,date,code\n")
    (folder / "empty.csv").write_text("")
    (folder / "empty.toml").write_text("")
    (folder / "broken.toml").write_text("trust = \n")
    (folder / "report.pdf").write_bytes(b"%PDF-1.7 \xff\xfe")
    (folder / "book.xlsx").write_bytes(b"PK\x03\x04 [Content_Types].xml")
    return trust


@pytest.mark.parametrize(("typed", "code", "said"), TYPED, ids=[typed for typed, *_ in TYPED])
def test_what_is_wrong_is_said_in_a_sentence_with_its_exit_code(
    files: Call, typed: str, code: int, said: str
):
    school = [] if "--school" in typed or typed.startswith(("init", "frob")) else AT
    ran = files(*typed.split(), *school)

    assert ran.code == code, ran.err
    assert said.replace("Otherham", "Otterham") in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == "" or code == 3


@pytest.mark.parametrize("typed", [typed for typed, code, _ in TYPED if code != 3][::4])
def test_a_refusal_is_one_json_document_where_that_is_asked(files: Call, typed: str):
    school = [] if "--school" in typed or typed.startswith(("init", "frob")) else AT
    ran = files(*typed.split(), *school, "--json")

    assert set(ran.document["refusal"]) >= {"code", "message", "reference"}
    assert ran.document["refusal"]["message"]
    assert ran.err == ""


def test_json_and_csv_are_not_asked_for_at_once(trust: Call):
    ran = trust("rates", *AT, "--json", "--csv")

    assert (ran.code, ran.document["refusal"]["message"]) == (2, "Give --json or --csv, not both.")


def test_where_there_is_no_ledger_yet_both_ways_to_one_are_named(attendance: Call):
    ran = attendance("register", "--class", "4B")

    assert ran.code == 3
    assert ran.err == (
        "There is no ledger at attendance.db yet. Set one up with 'attendance init TRUST.toml', "
        "or try it out with 'attendance demo'.\n"
    )


def test_a_question_that_fails_makes_no_file(attendance: Call, folder: Path):
    attendance("register", "--class", "4B")
    attendance("init", "absent.toml")

    assert list(folder.iterdir()) == []


def test_of_several_schools_one_must_be_named(trust: Call):
    ran = trust("register", "--class", "4B")

    assert ran.code == 3
    assert "several schools: 100001 (Otterham), 100002 (St Teath). Say which" in ran.err


def test_bad_rows_are_told_by_line_and_the_good_ones_go_in(trust: Call, folder: Path):
    (folder / "marks.csv").write_text(
        GOOD
        + "100001,A101,03/09/2024,AM,/\n"
        + "100001,A101,2024-09-03,PM,/\n"
        + "100001,A999,2024-09-03,AM,/\n"
        + "100001,A102,2024-09-03,AM,Q9\n"
        + "999999,A102,2024-09-03,AM,/\n"
        + "100001,A102\n"
    )
    ran = trust("import", "marks", "marks.csv", "--as", "office", "--seen-at", "2024-09-03T08:30")

    assert ran.code == 0
    assert "1 new mark, 0 amendments observed" in ran.out
    assert [line.split(":")[0].strip() for line in ran.err.splitlines()] == [
        "6 rows could not be taken in",
        *(f"line {number}" for number in range(3, 9)),
    ]
    assert "line 3: '03/09/2024' is not a date written like 2024-09-03." in ran.err
    assert "line 4: / may not be entered here: it is for morning sessions only." in ran.err
    assert "line 7: This ledger holds no school 999999; it holds 100001, 100002." in ran.err
    assert "line 8: It has 2 of the 5 columns the first line names." in ran.err


def test_a_strict_import_takes_nothing_in_and_lists_the_rows(trust: Call, folder: Path):
    (folder / "marks.csv").write_text(GOOD + "100002,B200,2024-09-03,AM,Q9\n")
    strictly = ("import", "marks", "marks.csv", "--as", "office", "--strict", "--json")
    ran = trust(*strictly, "--seen-at", "2024-09-03T08:30")

    assert (ran.code, ran.document["refusal"]["code"]) == (5, "bad-rows")
    assert [row["line"] for row in ran.document["refusal"]["rows"]] == [3]
    assert trust("register", "--class", "4B", *AT).code == 3


def test_a_file_of_which_no_row_could_be_taken_in_is_refused(trust: Call, folder: Path):
    (folder / "marks.csv").write_text(LONG + "100001,A100,03/09/2024,AM,/\n")

    ran = trust("import", "marks", "marks.csv", "--as", "office", "--seen-at", "2024-09-03T08:30")
    assert ran.code == 5


def test_a_file_older_than_the_one_before_turns_nothing_back(trust: Call, folder: Path):
    (folder / "new.csv").write_text(GOOD)
    (folder / "old.csv").write_text(GOOD.replace(",/", ",N"))
    taking = ("import", "marks", "--as", "office", *AT)
    assert trust(*taking, "new.csv", "--seen-at", "2024-09-03T08:40").code == 0

    ran = trust(*taking, "old.csv", "--seen-at", "2024-09-03T08:30")
    assert ran.code == 5
    assert "so nothing was taken in" in ran.err


def test_a_second_writer_is_waited_for_and_then_told(trust: Call, folder: Path, monkeypatch):
    monkeypatch.setitem(SqliteDatabase.__init__.__kwdefaults__, "busy_seconds", 0.05)
    holder = sqlite3.connect(folder / "attendance.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        taking = ("take-register", "4B", "--session", "AM", "--present-except", "I:A100")
        ran = trust(*taking, *TED)
    finally:
        holder.close()

    assert ran.code == 6
    assert "Another process is writing to attendance.db and did not finish" in ran.err


def test_a_full_disk_records_nothing_and_says_so(trust: Call, folder: Path, monkeypatch):
    connect = sqlite3.connect

    def tight(*args, **kwargs):
        connection = connect(*args, **kwargs)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    trust("take-register", "4B", "--session", "AM", "--present-except", "N:A100", *TED)
    monkeypatch.setattr("sqlite3.connect", tight)
    codes = []
    for number in range(20):
        amending = ("amend-mark", "A100", "2024-09-03", "AM", "IM"[number % 2])
        ran = trust(*amending, "--reason", f"{number}{os.urandom(900).hex()[:1800]}", *OLIVE)
        codes.append(ran.code)
        if ran.code:
            break

    assert codes[-1] == 5
    assert ran.err == "attendance.db cannot be written: the disk is full. Nothing was recorded.\n"


def test_a_file_that_is_no_ledger_is_said_to_be_none(attendance: Call, folder: Path):
    (folder / "attendance.db").write_text("This is a letter, not a ledger." * 50)

    ran = attendance("verify")
    assert (ran.code, "not a ledger" in ran.err) == (5, True)


def test_a_damaged_entry_fails_verify_with_its_number(trust: Call, folder: Path):
    damage = sqlite3.connect(folder / "attendance.db")
    for (trigger,) in damage.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        damage.execute(f"DROP TRIGGER {trigger}")
    damage.execute("UPDATE acts SET recorded_at = recorded_at + 60000000 WHERE first = 8")
    damage.commit()
    damage.close()

    ran = trust("verify", *AT, "--json")
    assert ran.code == 4
    (school,) = ran.document["answer"]["schools"]
    assert (school["verdict"], school["first_bad_entry"]) == ("broken", 8)


def test_a_policy_with_something_to_look_at_exits_8(trust: Call):
    found = trust("policy", "check", "trusts/nclt_2023", "--on", "2024-09-01")

    assert found.code == 8
    assert "OVERTAKEN" in found.out


def test_a_read_model_that_says_something_else_is_found_by_the_doctor(trust: Call, folder: Path):
    trust("take-register", "4B", "--session", "AM", "--present-except", "I:A100", *TED)
    assert trust("doctor", "--computed").code == 0
    meddling = sqlite3.connect(folder / "attendance.db")
    meddling.execute("UPDATE current_register SET code = 'I', attended = 0")
    meddling.commit()
    meddling.close()

    ran = trust("doctor", "--computed", "--json")
    assert (ran.code, ran.document["answer"]["healthy"]) == (8, False)
    assert trust("rebuild").code == 0
    assert trust("doctor", "--computed").code == 0


@pytest.mark.parametrize(
    ("terminal", "said"), [(True, "KeyError: 'Ann Example'."), (False, "KeyError in fails (")]
)
def test_an_unforeseen_error_is_a_sentence_too(trust: Call, monkeypatch, terminal, said):
    """Its own words, which may name people, go to a terminal and into no log."""

    def fails(*_: object, **__: object) -> None:
        raise KeyError("Ann Example")

    monkeypatch.setattr("ledger.store.verify.verify", fails)
    monkeypatch.setattr("delivery.cli.problems.sys.stderr.isatty", lambda: terminal)

    ran = trust("verify", *AT)
    assert ran.code == 1
    assert f"This should not have happened: {said}" in ran.err
    assert ("Example" in ran.err) == terminal
    assert "Traceback" not in ran.err


@pytest.mark.slow
def test_from_a_shell_the_same_codes_come_back(set_up_once: Path):
    def typed(*arguments: str) -> "subprocess.CompletedProcess[str]":
        script = "import sys; from delivery.cli import main; sys.exit(main())"
        call = [sys.executable, "-c", script, *arguments]
        return subprocess.run(call, cwd=set_up_once, capture_output=True, text=True, check=False)

    assert typed("verify", *AT).returncode == 0
    assert typed("register").returncode == 2
    piped = typed("rates", *AT, "--from", "2024-09-03", "--json")
    assert (piped.returncode, piped.stderr.count("\n")) == (3, 1)
    assert "Traceback" not in typed("frobnicate").stderr
