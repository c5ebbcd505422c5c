"""``attendance star``: what it gives with names and without, its windows, and what it refuses."""

import csv
import io
import json

import pytest

from tests.delivery.conftest import Call

pytestmark = pytest.mark.slow
AT = ("--school", "100001")


@pytest.fixture
def held(trust: Call) -> Call:
    """Ann was N on the morning of 3 September and was amended to I since; 10 entries before."""
    taking = ("take-register", "4B", "--session", "AM", "--date", "2024-09-03")
    assert trust(*taking, "--present-except", "N:A100", *AT, "--as", "teacher").code == 0
    amending = ("amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Mrs Example rang")
    assert trust(*amending, *AT, "--as", "office").code == 0
    return trust


def rows(held: Call, *typed: object) -> list[dict[str, str]]:
    ran = held("star", *typed, *AT, "--csv")
    assert ran.code == 0, ran.err
    return list(csv.DictReader(io.StringIO(ran.out)))


def test_a_table_is_given_as_rows(held: Call):
    ann, ben = rows(held, "v1_fact_mark_current")

    assert (ann["pupil"], ann["code"], ann["first_code"], ann["authorised"]) == ("1", "I", "N", "1")
    assert (ben["date"], ben["half"], ben["code"]) == ("2024-09-03", "AM", "/")


def test_no_name_and_no_free_text_is_given_unless_asked_for(held: Call):
    for table in ("v1_fact_mark_history", "v1_dim_pupil", "v1_dim_enrolment", "v1_dim_school"):
        out = held("star", table, *AT, "--json").out
        assert not [one for one in ("Example", "rang", "Ann", "A100", "officer") if one in out]

    *_, amended = rows(held, "v1_fact_mark_history", "--names")
    assert (amended["reason"], amended["position"]) == ("Mrs Example rang", "Attendance officer")
    assert [one["surname"] for one in rows(held, "v1_dim_pupil_named", "--names")][:1] == [
        "Example"
    ]
    refused = held("star", "v1_dim_pupil_named", *AT)
    assert (refused.code, "--names" in refused.err) == (2, True)


def test_the_columns_are_the_same_when_there_is_no_row(held: Call):
    full = held("star", "v1_fact_mark_current", *AT, "--json").document["answer"]
    ran = held("star", "v1_fact_mark_current", *AT, "--from", "2030-01-01", "--json")

    assert (ran.code, ran.document["answer"]["rows"]) == (0, [])
    assert ran.document["answer"]["columns"] == full["columns"]
    assert held("star", "v1_fact_mark_current", *AT, "--to", "2020-01-01", "--csv").out.count(
        "\n"
    ) == 1  # fmt: skip


def test_what_changed_since_an_entry(held: Call):
    size = held("star", "v1_dim_school", *AT, "--json").document["asof"]["entry"]

    (ann,) = rows(held, "v1_fact_mark_current", "--changed-since", size - 1)
    assert ann["entry"] == str(size)
    assert len(rows(held, "v1_fact_mark_current", "--changed-since", 0)) == 2
    assert rows(held, "v1_fact_mark_current", "--changed-since", size) == []
    history = rows(held, "v1_fact_mark_history", "--changed-since", size - 1)
    assert [one["step"] for one in history] == ["entered", "amended"]
    assert len(rows(held, "v1_dim_pupil", "--changed-since", size)) == 3, "given whole"


def test_as_at_an_entry(held: Call):
    size = held("star", "v1_dim_school", *AT, "--json").document["asof"]["entry"]
    ann, _ = rows(held, "v1_fact_mark_current", "--asof", size - 1)

    assert (ann["code"], ann["amendments"]) == ("N", "0")


def test_under_pseudonyms_no_number_of_the_ledger_stands_for_a_pupil(held: Call):
    given = rows(held, "v1_dim_pupil", "--for", "trust-bi")
    marks = rows(held, "v1_fact_mark_current", "--for", "trust-bi")

    assert all(len(one["pupil"]) == 32 for one in (*given, *marks))
    assert {one["pupil"] for one in marks} < {one["pupil"] for one in given}
    assert [one["pupil"] for one in given] == sorted(one["pupil"] for one in given)
    other = rows(held, "v1_dim_pupil", "--for", "university")
    assert not {one["pupil"] for one in other} & {one["pupil"] for one in given}
    kinds = held("star", "v1_dim_pupil", "--for", "trust-bi", *AT, "--json").document
    assert kinds["answer"]["columns"][1]["kind"] == "text"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("v1_dim_pupil", "--names", "--for", "x"), "not both"),
        (("v1_dim_pupil", "--for", "../x"), "cannot name a recipient"),
        (("v1_dim_pupil", "--policy", "england"), "decides nothing here"),
        (("v1_dim_nobody",), "is no table of the star"),
        (("v1_fact_mark_current", "--changed-since", 1, "--asof", 2), "leave out --asof"),
        (("v1_fact_mark_current", "--changed-since", 99), "has 14 entries, not 99"),
    ],
)
def test_what_cannot_be_meant_is_said_in_a_sentence(held: Call, typed, said):
    ran = held("star", *typed, *AT)

    assert said in " ".join(ran.err.split())
    assert ran.out == ""


def test_entry_numbers_are_of_one_school(held: Call):
    ran = held("star", "v1_fact_mark_current", "--changed-since", 1)

    assert (ran.code, "say which with --school" in ran.err) == (2, True)
    assert len(json.loads(held("star", "v1_dim_school", "--json").out)["answer"]["rows"]) == 2
