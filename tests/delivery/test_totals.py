"""Another system's totals are held to the register, and become nothing of it."""

import datetime as dt

import pytest
from freezegun import freeze_time

from delivery.importers.source import look
from delivery.importers.totals import totals_file
from ledger.refusals import FileUnreadable
from ledger.store import open_store
from tests.delivery.conftest import Call

CODES = {"/", "\\", "I", "N", "L", "U", "Y1", "C"}
AS_OFFICE = ["--school", "100001", "--as", "office"]
WEEK = ["--from", "2024-09-03", "--to", "2024-09-06"]


def read(folder, text: str):
    file = folder / "totals.csv"
    file.write_text(text, encoding="utf-8")
    return totals_file(look(file), CODES)


def test_each_system_s_names_are_known(tmp_path):
    sims = read(tmp_path, "adno,upn,possible_marks,present_plus_aea,late_before_reg\n1,A1,8,7,1\n")
    census = read(tmp_path, "UPN,TermlySessionsPossible,T_Reason_I,T_Reason_y1\nA100,8,2,\n")
    by_code = read(tmp_path, "UPN,/,\\,I\nA100,4,3,1\n")

    assert (sims.lines[0].sums, sims.lines[0].codes) == ({"possible": 8, "attended": 7}, {"L": 1})
    assert (census.lines[0].sums, census.lines[0].codes) == ({"possible": 8}, {"I": 2, "Y1": 0})
    assert by_code.lines[0].codes == {"/": 4, "\\": 3, "I": 1}


def test_an_empty_sum_is_not_compared_and_what_is_no_number_is_named(tmp_path):
    file = read(tmp_path, "upn,possible_marks,T_Reason_I\nA100,,1\nA101,many,1\nA102\n")

    assert [one.sums for one in file.lines] == [{}]
    assert [line for line, _ in file.spoilt] == [3, 4]
    assert "'many'" in file.spoilt[0][1]


@pytest.mark.parametrize("text", ["upn,name\nA100,Ann\n", "name,possible_marks\nAnn,8\n"])
def test_a_file_without_pupils_or_totals_is_no_file_of_totals(text, tmp_path):
    with pytest.raises(FileUnreadable):
        read(tmp_path, text)


@pytest.fixture
def marked(trust: Call, folder) -> Call:
    """Ann is ill on one morning, Ben present; of Tuesday and Wednesday."""
    rows = ["school_urn,upn,date,session,code"]
    for upn in ("A100", "A101"):
        for day in ("2024-09-03", "2024-09-04"):
            first = "I" if (upn, day) == ("A100", "2024-09-04") else "/"
            rows += [f"100001,{upn},{day},AM,{first}", f"100001,{upn},{day},PM,\\"]
    (folder / "marks.csv").write_text("\n".join(rows) + "\n")
    with freeze_time("2024-09-04 18:00:00"):
        took = trust(*AS_OFFICE, "import", "marks", "marks.csv", "--seen-at", "2024-09-04")
        assert took.code == 0
    return trust


def held(folder) -> list[str]:
    with open_store(f"sqlite:///{folder}/attendance.db") as store:
        return [one.event.TOPIC for one in store.ledger(100001).entries()]


def test_what_agrees_is_said_and_only_that_it_was_compared_is_recorded(marked, folder):
    (folder / "totals.csv").write_text(
        "upn,possible_marks,present_plus_aea,authorised_absences,I\nA100,4,3,1,1\nA101,4,4,0,\n"
    )
    before = held(folder)
    for _ in range(2):
        done = marked(*AS_OFFICE, "import", "totals", "totals.csv", *WEEK)
        assert (done.code, "2 agree, 0 differ" in done.out) == (0, True), done

    assert held(folder) == [*before, "totals-compared"]


def test_every_difference_is_listed_by_pupil_and_reason(marked, folder):
    (folder / "totals.csv").write_text(
        "upn,possible_marks,authorised_absences,T_Reason_I,T_Reason_N\n"
        "A100,4,1,0,1\nA101,5,0,0,0\nZ999,4,0,0,0\n"
    )
    done = marked(*AS_OFFICE, "import", "totals", "totals.csv", *WEEK, "--json")
    answer = done.document["answer"]

    assert done.code == 8
    told = [(one["pupil"]["upn"], one["what"], one["file"], one["register_says"])
            for one in answer["differences"]]  # fmt: skip
    assert told == [
        ("A100", "code I", 0, 1),
        ("A100", "code N", 1, 0),
        ("A101", "possible", 5, 4),
    ]
    assert (answer["agreeing"], answer["differing"]) == (0, 2)
    assert answer["refused_rows"][0]["line"] == 4
    assert held(folder)[-1] == "totals-compared"


def test_who_is_in_the_register_and_not_in_the_file_is_named(marked, folder):
    (folder / "totals.csv").write_text("upn,possible_marks\nA100,4\n")
    done = marked(*AS_OFFICE, "import", "totals", "totals.csv", *WEEK)
    assert done.code == 8
    assert "not in the file: Ben Sample (A101)" in done.out


def test_days_outside_those_named_do_not_count(marked, folder):
    (folder / "totals.csv").write_text("upn,possible_marks\nA100,2\nA101,2\n")
    tuesday = ["--from", "2024-09-03", "--to", "2024-09-03"]
    assert marked(*AS_OFFICE, "import", "totals", "totals.csv", *tuesday).code == 0


def test_of_nobody_here_nothing_is_recorded(marked, folder):
    (folder / "totals.csv").write_text("upn,possible_marks\nZ999,2\n")
    before = held(folder)
    assert marked(*AS_OFFICE, "import", "totals", "totals.csv", *WEEK).code == 5
    assert held(folder) == before


def test_a_dry_run_compares_and_records_nothing(marked, folder):
    (folder / "totals.csv").write_text("upn,possible_marks\nA100,3\n")
    before = held(folder)
    assert marked(*AS_OFFICE, "import", "totals", "totals.csv", *WEEK, "--dry-run").code == 8
    assert held(folder) == before


def test_the_codes_of_both_sets_may_head_a_column(tmp_path):
    """A term over 19 August 2024 has H before it and C1 after it."""
    from ledger.policy import load

    england = load("england")
    days = (dt.date(2024, 8, 16), dt.date(2024, 8, 19))
    codes = {code for day in days for code in england.on(day).codes}
    file = tmp_path / "totals.csv"
    file.write_text("upn,H,C1\nA100,1,2\n")
    assert totals_file(look(file), codes).lines[0].codes == {"H": 1, "C1": 2}
