"""Questions as typed: text, one JSON document, rows; as known then and as known now."""

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from freezegun import freeze_time

from delivery.cli import main
from tests.delivery.conftest import Call, Ran

AT = ["--school", "100001"]

QUESTIONS = [
    ("explain-mark", ["explain-mark", "A100", "2024-09-03", "AM"]),
    ("register", ["register", "--class", "4B"]),
    ("penalty explain", ["penalty", "explain", "A100"]),
    ("penalty list", ["penalty", "list"]),
    ("rates", ["rates", "--by", "class", "--period", "week"]),
    ("audit completeness", ["audit", "completeness"]),
    ("audit amendments", ["audit", "amendments"]),
    ("audit roll", ["audit", "roll"]),
    ("disclose", ["disclose", "A100"]),
    ("registers-not-taken", ["registers-not-taken"]),
]


def rows(ran: Ran) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ran.out)))


@pytest.fixture(scope="module")
def amended_once(set_up_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which Ann was N, entries 11 to 13, and is I since entry 14."""
    path = tmp_path_factory.mktemp("amended") / "attendance.db"
    shutil.copy(set_up_once / "attendance.db", path)
    at = ["--db", f"sqlite:///{path}", *AT]
    with freeze_time("2024-09-03 07:50:00"):
        taking = ["take-register", "4B", "--session", "AM", "--present-except", "N:A100"]
        assert main([*at, *taking, "--as", "teacher"]) == 0
    with freeze_time("2024-09-03 10:00:00"):
        amending = ["amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Parent called"]
        assert main([*at, *amending, "--as", "office"]) == 0
    return path


@pytest.fixture
def amended(amended_once: Path, folder: Path, attendance: Call) -> Iterator[Call]:
    """Calls typed in a folder with that ledger."""
    shutil.copy(amended_once, folder / "attendance.db")
    with freeze_time("2024-09-03 10:00:00"):
        yield attendance


@pytest.mark.parametrize(("question", "typed"), QUESTIONS, ids=[name for name, _ in QUESTIONS])
def test_a_json_answer_says_where_it_comes_from(amended: Call, question: str, typed: list[str]):
    told = amended(*typed, *AT, "--json").document

    assert list(told)[:6] == ["schema", "question", "school", "asof", "policy", "answer"]
    assert told["schema"] == f"attendance.{question.replace(' ', '-')}/1"
    assert (told["question"], told["school"], told["policy"]) == (question, 100001, "england")
    assert told["asof"] == {"entry": 14, "recorded_at": "2024-09-03T10:00:00Z"}


@pytest.mark.parametrize(("question", "typed"), QUESTIONS, ids=[name for name, _ in QUESTIONS])
def test_a_csv_answer_is_rows_under_headings(amended: Call, question: str, typed: list[str]):
    ran = amended(*typed, *AT, "--csv")

    assert ran.code == (3 if question == "penalty list" else 0)
    heading, *body = list(csv.reader(io.StringIO(ran.out)))
    assert len(set(heading)) == len(heading)
    assert all(len(row) == len(heading) for row in body)
    assert bool(body) == (question not in {"penalty list", "penalty explain"})


@pytest.mark.parametrize(("question", "typed"), QUESTIONS, ids=[name for name, _ in QUESTIONS])
def test_every_question_can_be_asked_as_of_an_entry_and_a_moment(
    amended: Call, question: str, typed: list[str]
):
    by_entry = amended(*typed, *AT, "--asof", "13", "--json").document
    by_moment = amended(*typed, *AT, "--asof", "2024-09-03T09:30", "--json").document

    assert by_entry == by_moment
    assert by_entry["asof"]["entry"] == 13


def test_as_of_now_equals_live(amended: Call):
    for _, typed in QUESTIONS:
        assert (
            amended(*typed, *AT, "--json").out == amended(*typed, *AT, "--asof", 14, "--json").out
        )


def test_a_naive_moment_is_london_time_and_an_offset_is_obeyed(amended: Call):
    """The act was recorded at 10:00 UTC, which was 11:00 in London."""
    typed = ("register", "--class", "4B", *AT, "--json", "--asof")

    for moment, entry in [
        ("2024-09-03T10:59", 13),
        ("2024-09-03T11:00", 14),
        ("2024-09-03T10:00Z", 14),
        ("2024-09-03T11:00+02:00", 13),
        ("2024-09-02T09:00", 10),
    ]:
        assert amended(*typed, moment).document["asof"]["entry"] == entry


@pytest.mark.parametrize(("question", "typed"), QUESTIONS, ids=[name for name, _ in QUESTIONS])
@pytest.mark.parametrize("entry", [0, 1, "2024-09-01"])
def test_before_there_was_anything_to_say_that_is_what_is_said(
    amended: Call, question: str, typed: list[str], entry: int | str
):
    ran = amended(*typed, *AT, "--asof", entry)

    assert ran.code in {0, 3}, ran.err
    if entry in {0, "2024-09-01"}:
        assert (ran.out, ran.code) == ("", 3)
        assert "held nothing yet" in ran.err


def test_a_mark_is_explained_entry_by_entry_in_plain_english(amended: Call):
    told = amended("explain-mark", "A100", "2024-09-03", "AM", *AT)

    assert told.out == EXPLAINED
    assert amended("explain-mark", "1", "2024-09-03", "AM", *AT).out == told.out


EXPLAINED = """\
Otterham (100001), as at entry 14, recorded 2024-09-03 11:00
Policy: england

Pupil:      Ann Example (A100)
Session:    2024-09-03 AM
Class:      4B
Counts as:  I (Illness, not a medical or dental appointment), authorised
Because of: register (entered in the attendance register)

Entry 12. 3 September 2024 08:50: Ted Teacher (Class teacher) entered N (Circumstances of the \
absence not yet established).
    Source:   register
    Recorded: 2024-09-03 08:50 by Ted Teacher (Class teacher)

Entry 14. 3 September 2024 11:00: Olive Office (Attendance officer) amended N \
(Circumstances of the absence not yet established) to I (Illness, not a \
medical or dental appointment). Reason: Parent called.
    Original entry:    N
    Amended entry:     I
    Reason:            Parent called
    Date:              2024-09-03
    Name and position: Olive Office, Attendance officer
    In time:           yes: 5 school days end on 2024-09-10 (SI 2024/208 reg. 10(7))
    Source:            office
    Recorded:          2024-09-03 11:00 by Olive Office (Attendance officer)
"""


def test_a_register_shows_what_was_known_then_beside_now(amended: Call):
    ran = amended("register", "--class", "4B", *AT, "--asof", "13")

    ann = next(line for line in ran.out.splitlines() if line.startswith("Ann Example"))
    then, now = (half.split() for half in ann.removeprefix("Ann Example").split("|"))
    assert (then, now) == (["*N", "."], ["*I", "."])
    ben = next(line for line in ran.out.splitlines() if line.startswith("Ben Sample"))
    assert ben.removeprefix("Ben Sample").replace("|", "").split() == ["/", ".", "/", "."]
    assert "* 1 mark not now as it was then." in ran.out
    assert "14 Ann Example, 2024-09-03 AM: N became I, recorded 2024-09-03 11:00;" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 120
    assert "Then         2         1           0             1     0       50.0%" in ran.out
    assert "Now          2         1           1             0     0       50.0%" in ran.out


def test_a_register_shown_now_holds_the_particulars_of_every_amendment(amended: Call):
    """A printed copy must hold the same five items: SI 2024/208 reg. 6(2)."""
    ran = amended("register", "--pupil", "A100", *AT)

    line = next(line for line in ran.out.splitlines() if line.startswith("     14 "))
    for said in ("N", "I", "Parent called", "2024-09-03", "Olive Office", "Attendance officer"):
        assert said in line


def test_rates_are_exact_counts_beside_the_percentage(amended: Call):
    (row,) = rows(amended("rates", "--by", "class", *AT, "--csv"))

    counts = {name: row[name] for name in ("possible", "attended", "authorised", "attendance")}
    assert counts == {"possible": "2", "attended": "1", "authorised": "1", "attendance": "50.0"}


def test_rates_of_a_whole_trust_name_every_school(amended: Call):
    told = amended("rates", "--by", "trust", "--json").document

    assert (told["school"], told["asof"]) == (None, None)
    assert [one["school"] for one in told["schools"]] == [100001, 100002]
    assert [row["name"] for row in told["answer"]["rows"]] == ["Two Schools Trust"]


def test_registers_not_taken_are_named_with_whom_they_lack(amended: Call):
    missing = rows(amended("registers-not-taken", *AT, "--on", "2024-09-03", "--csv"))

    assert [(row["half"], row["class"], row["missing"]) for row in missing] == [
        ("AM", "4A", "A102"),
        ("PM", "4A", "A102"),
        ("PM", "4B", "A100 A101"),
    ]


def test_another_policy_can_be_asked_about(amended: Call):
    told = amended("penalty", "explain", "A100", *AT, "--policy", "trusts/nclt_2023", "--json")

    assert told.document["policy"].startswith("trusts/nclt_2023")


def test_an_answer_goes_into_a_file_where_that_is_asked(amended: Call, folder: Path):
    typed = ("rates", "--by", "school", *AT, "--csv")

    ran = amended(*typed, "-o", "rates.csv")
    assert (ran.out, ran.err) == ("", "Written to rates.csv.\n")
    assert (folder / "rates.csv").read_text() == amended(*typed).out
    assert amended(*typed, "-o", "absent/rates.csv").code == 2


def test_verify_says_what_it_checked(amended: Call):
    ran = amended("verify", "--json")

    assert (ran.code, ran.document["answer"]["sound"]) == (0, True)
    assert [one["entries_checked"] for one in ran.document["answer"]["schools"]] == [14, 7]
    assert amended("verify", *AT).out.splitlines()[1] == (
        "Verdict:         every entry is as it was recorded"
    )


def test_verify_as_at_an_entry_says_so(amended: Call):
    ran = amended("verify", *AT, "--asof", "12")
    assert ran.out.splitlines()[1:3] == [
        "Verdict:         every entry up to entry 12 is as it was recorded",
        "Entries checked: 12",
    ]
    document = amended("verify", *AT, "--asof", "12", "--json").document
    assert (document["asof"], document["answer"]["schools"][0]["later"]) == ({"entry": 12}, None)
    assert amended("verify", *AT, "--asof", "99").code == 3
    assert amended("verify", "pack.zip", "--asof", "12").code == 2
