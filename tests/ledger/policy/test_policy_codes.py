"""The code sets of 2006 and 2024 against literal sets copied from the Department's tables."""

import csv
import datetime as dt
import shutil
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from ledger.policy import load
from ledger.policy.codes import read_codes
from ledger.refusals import PackUnreadable

LAST_OLD_DAY = dt.date(2024, 8, 18)
FIRST_NEW_DAY = dt.date(2024, 8, 19)

CLASSES_2006 = {
    "present": {"/", "\\", "L"},
    "attending elsewhere": {"B", "J", "P", "V", "W"},
    "authorised": {"C", "E", "H", "I", "M", "R", "S", "T"},
    "unauthorised": {"G", "N", "O", "U"},
    "not possible": {"D", "X", "Y"},
    "administrative": {"Z", "#"},
}
CLASSES_2024 = {
    "present": {"/", "\\", "L"},
    "attending elsewhere": {"B", "K", "P", "V", "W"},
    "authorised": {"C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"},
    "unauthorised": {"G", "N", "O", "U"},
    "not possible": {"D", "Q", "X", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"},
    "administrative": {"Z", "#"},
}
REGIMES = [(LAST_OLD_DAY, CLASSES_2006, 25), (FIRST_NEW_DAY, CLASSES_2024, 34)]


def codes_on(day, pack="england"):
    return load(pack).on(day).codes


@pytest.mark.parametrize(("day", "classes", "count"), REGIMES)
def test_each_code_is_in_exactly_the_statistical_class_the_department_puts_it_in(
    day, classes, count
):
    codes = codes_on(day)
    found: dict[str, set[str]] = {}
    for code, row in codes.items():
        found.setdefault(row.statistical, set()).add(code)
    assert found == classes
    assert len(codes) == count == sum(len(held) for held in classes.values())


@pytest.mark.parametrize("day", [LAST_OLD_DAY, FIRST_NEW_DAY])
def test_the_codes_of_a_day_are_told_apart_in_few_words(day):
    """The present of the morning and of the afternoon alone are said alike: no sheet has both."""
    said = [row.short for code, row in codes_on(day).items() if code != "\\"]
    assert sorted(set(said)) == sorted(said)


def test_a_code_has_one_row_on_any_day_of_either_regime():
    rows = load("england").pack.codes
    for day in (dt.date(2006, 9, 1), LAST_OLD_DAY, FIRST_NEW_DAY, dt.date(2030, 1, 1)):
        counted = Counter(row.code for row in rows if row.in_force(day))
        assert set(counted.values()) == {1}


def test_the_codes_change_overnight_between_18_and_19_august_2024():
    before, after = codes_on(LAST_OLD_DAY), codes_on(FIRST_NEW_DAY)
    assert before.keys() - after.keys() == {"H", "J", "Y"}
    assert after.keys() - before.keys() == {
        *("K", "Q", "J1", "C1", "C2"),
        *("Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"),
    }


def test_an_interview_counts_as_attending_until_18_august_2024_and_as_absence_from_the_19th():
    assert codes_on(LAST_OLD_DAY)["J"].statistical == "attending elsewhere"
    assert codes_on(FIRST_NEW_DAY)["J1"].statistical == "authorised"


def test_h_and_j_are_tolerated_after_18_august_2024_as_they_counted_and_never_in_force():
    codes = codes_on(FIRST_NEW_DAY)
    assert "H" not in codes
    assert {code: row.statistical for code, row in codes.tolerated.items()} == {
        "H": "authorised",
        "J": "attending elsewhere",
    }
    assert codes.known("J") is codes.tolerated["J"]
    assert codes.known("Y") is None, "Y cannot be told apart any more"
    assert codes.known("!") is None


def test_h_and_j_are_simply_in_force_until_18_august_2024():
    codes = codes_on(LAST_OLD_DAY)
    assert not codes.tolerated
    assert codes.known("J") is codes["J"]


@pytest.mark.parametrize("day", [LAST_OLD_DAY, FIRST_NEW_DAY])
def test_the_backslash_and_the_hash_survive_the_spreadsheet(day):
    codes = codes_on(day)
    assert codes["/"].session == "AM"
    assert codes["\\"].session == "PM"
    assert codes["#"].statistical == "administrative"
    assert {row.session for code, row in codes.items() if code not in "/\\"} == {"both"}


@pytest.mark.parametrize("day", [LAST_OLD_DAY, FIRST_NEW_DAY])
def test_what_is_late_and_what_counts_towards_a_penalty_notice(day):
    codes = codes_on(day)
    assert {code for code in codes if codes[code].late} == {"L", "U"}
    assert {code for code in codes if codes[code].threshold} == {"G", "N", "O", "U"}


@pytest.mark.parametrize("day", [LAST_OLD_DAY, FIRST_NEW_DAY])
def test_only_what_is_seen_at_the_register_cannot_be_entered_before_it(day):
    codes = codes_on(day)
    assert {code for code in codes if not codes[code].pre_entered} == {"/", "\\", "L", "U", "N"}


def test_the_codes_that_need_leave_are_those_absent_with_leave_in_table_3():
    codes = codes_on(FIRST_NEW_DAY)
    assert {code for code in codes if codes[code].leave} == {
        *("C", "C1", "C2", "D", "J1", "M", "S", "X"),
    }


def test_under_the_old_codes_an_appointment_may_be_leave_and_its_row_says_that_is_derived():
    codes = codes_on(LAST_OLD_DAY)

    assert {code for code in codes if codes[code].leave} == {"C", "H", "M", "S"}
    assert {code for code in codes if "DERIVED" in codes[code].reference} == {"M"}


def test_x_is_never_for_compulsory_school_age_and_c2_only():
    codes = codes_on(FIRST_NEW_DAY)
    assert {code: codes[code].age for code in codes if codes[code].age} == {
        "X": "not compulsory",
        "C2": "compulsory",
    }


def test_the_law_asks_the_nature_of_b_k_and_y7_alone():
    codes = codes_on(FIRST_NEW_DAY)
    asked = {code: row.nature_of for code, row in codes.items() if row.nature}
    assert asked == {"B": "activity", "K": "activity", "Y7": "circumstances"}


@pytest.mark.parametrize("pack", ["trusts/nclt_2023", "trusts/manor_2024"])
def test_both_seed_policies_ask_the_nature_of_every_activity_and_unavoidable_cause(pack):
    codes = codes_on(FIRST_NEW_DAY, pack)
    asked = {whose: {c for c in codes if codes[c].nature == whose} for whose in ("law", "policy")}
    assert asked == {
        "law": {"B", "K", "Y7"},
        "policy": {"P", "V", "W", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6"},
    }


def test_a_school_under_manor_is_asked_by_policy_only_from_the_day_of_the_policy():
    assert codes_on(LAST_OLD_DAY, "trusts/manor_2024")["D"].nature == ""
    assert codes_on(LAST_OLD_DAY, "trusts/nclt_2023")["D"].nature == "policy"


def test_there_are_no_codes_before_the_regulations_of_2006():
    assert not codes_on(dt.date(2006, 8, 31))
    assert len(codes_on(dt.date(2006, 9, 1))) == 25


NEXT_SEPTEMBER = (
    "V2,Attending a virtual lesson,Virtual lesson,attending elsewhere,attending elsewhere,both,"
    "no,no,law,,no,yes,2027-09-01,,,SI 2027/1 reg. 2\n"
)


@pytest.fixture
def home(tmp_path) -> Path:
    """
    A copy of the shipped rules that somebody may edit, with the codes of the Regulations of 2024
    and before: what is added to the file later must not clash with what a test adds.
    """
    with resources.as_file(resources.files("ledger.policy") / "england.toml") as file:
        shutil.copy(file, tmp_path / "england.toml")
    lines = (resources.files("ledger.policy") / "codes.csv").read_text("utf-8").splitlines()
    begins = lines[0].split(",").index("begins")
    known = [line for line, row in zip(lines, csv.reader(lines), strict=True)
             if row[begins] in ("begins", "2006-09-01", str(FIRST_NEW_DAY))]  # fmt: skip
    (tmp_path / "codes.csv").write_text("\n".join(known) + "\n", "utf-8")
    return tmp_path


def test_a_code_that_begins_next_september_is_a_line_in_codes_csv_and_nothing_else(home):
    before = load(home / "england.toml")
    with (home / "codes.csv").open("a") as file:
        file.write(NEXT_SEPTEMBER)

    policy = load(home / "england.toml")
    day_before, the_day = policy.on(dt.date(2027, 8, 31)), policy.on(dt.date(2027, 9, 1))

    assert "V2" not in day_before.codes
    assert the_day.codes["V2"].statistical == "attending elsewhere"
    assert len(the_day.codes) == len(day_before.codes) + 1 == 35
    assert "V2" in the_day.get("register.codes").value
    assert policy.sha256 != before.sha256


def test_a_letter_that_comes_back_is_in_force_and_no_longer_tolerated(home):
    with (home / "codes.csv").open("a") as file:
        file.write(NEXT_SEPTEMBER.replace("V2", "J"))
    policy = load("england", home)
    assert "J" in policy.on(dt.date(2027, 8, 31)).codes.tolerated
    codes = policy.on(dt.date(2027, 9, 1)).codes
    assert "J" in codes
    assert "J" not in codes.tolerated


def test_a_trusts_pack_lies_over_the_edited_codes_too(home):
    with (home / "codes.csv").open("a") as file:
        file.write(NEXT_SEPTEMBER)
    policy = load("trusts/manor_2024", home)
    assert "V2" not in policy.on(dt.date(2027, 8, 31)).codes
    assert policy.on(dt.date(2027, 9, 1)).codes["V2"].nature == "law"


HEADER, *LINES = (
    (resources.files("ledger.policy") / "codes.csv").read_text("utf-8").splitlines(keepends=True)
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("code,meaning\n/,Present\n", "its columns must be code, meaning, short, statistical"),
        (HEADER + "B,Too few\n", "line 2 does not have 16 columns"),
        (HEADER + LINES[0].strip() + ",one more\n", "line 2 does not have 16 columns"),
        (HEADER + LINES[0].replace(",AM,", ",am,"), "line 2, code /: session: should be 'AM'"),
        (HEADER + LINES[0].replace(",Present,", f",{'x' * 28},"), "short: "),
        (HEADER + LINES[0].replace("2006-09-01", "1/9/2006"), "line 2, code /: begins: "),
        (HEADER + LINES[0].replace(",no,no,,", ",N,no,,", 1), "late: 'N' is neither yes nor no"),
        (HEADER + LINES[0].replace("2024-08-18", "2004-08-18"), "it ends on 2004-08-18, before"),
        (HEADER + LINES[0] * 2, "line 3: / already has a row in force on 2006-09-01"),
        (HEADER + LINES[0].replace("present,present", "here,present"), "statistical: should be"),
    ],
)
def test_a_faulty_code_file_is_told_by_line(text, sentence):
    with pytest.raises(PackUnreadable) as refused:
        read_codes(text, "england, codes.csv")
    assert sentence in str(refused.value)


def test_every_faulty_line_of_a_code_file_is_told_at_once():
    text = HEADER + "B,Too few\n" + LINES[1].replace(",PM,", ",pm,")
    with pytest.raises(PackUnreadable) as refused:
        read_codes(text, "england, codes.csv")
    assert "line 2 " in str(refused.value)
    assert "line 3, " in str(refused.value)
