"""Daily figures, amendments, returns, certificates: held to the entries and to what rates say."""

import csv
import datetime as dt
import io
from collections import Counter
from pathlib import Path

import pytest
from freezegun import freeze_time
from pypdf import PdfReader

from tests.delivery.conftest import Call, Ran
from tests.delivery.exports.conftest import AT
from tests.delivery.test_reproducible import HEAD, later, year

pytestmark = pytest.mark.slow
__all__ = ["year"]  # a fixture


def rows(ran: Ran) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ran.out, newline="")))


def test_each_day_adds_up_to_the_rates_of_the_day_and_to_its_marks(year: Call):
    found = rows(year("export", "daily", *AT))
    marks = rows(year("export", "marks", *AT))
    by_day = rows(year("rates", "--by", "school", "--period", "day", *AT, "--csv"))

    totals = {
        (one["reference_date"], one["attendance_reason"]): int(one["session_count"])
        for one in found
        if not one["code"]
    }
    for day in by_day:
        told = [
            totals[day["label"], name]
            for name in (
                *("Possible sessions", "Overall attendance", "All authorised absence"),
                *("All unauthorised absence", "All late"),
            )
        ]
        names = ("possible", "attended", "authorised", "unauthorised", "late")
        assert told == [int(day[name]) for name in names]
    assert len(by_day) == 5
    coded = {
        (one["reference_date"], one["code"]): int(one["session_count"])
        for one in found
        if one["code"] and one["session_count"] != "0"
    }
    assert coded == Counter((one["date"], one["code"]) for one in marks)
    lines = Counter(one["reference_date"] for one in found)
    assert set(lines.values()) == {8 + 34}  # the totals, and every code in force
    first = found[2]
    assert (first["time_identifier"], first["time_frame"]) == ("Week 36", "Tuesday")
    assert (first["attendance_reason"], first["session_percent"]) == ("Overall attendance", "25.00")


def test_as_the_department_counts_a_pupil_of_16_is_left_out(year: Call):
    whole, published = (
        rows(year("export", "daily", *AT, *more)) for more in ((), ("--dfe-published",))
    )
    assert [one["session_count"] for one in whole] == [one["session_count"] for one in published]
    born = (
        "school,upn,surname,forename,date_of_birth,year_group,class,start_date\n"
        "100001,A199,Older,Una,2008-08-31,12,4B,2024-09-02\n"
    )
    Path("older.csv").write_text(born)
    Path("hers.csv").write_text("upn,date,session,code\nA199,2024-09-03,AM,O\n")
    with freeze_time("2024-09-11 08:00:00"):
        taken = ("import", "pupils", "older.csv", "--seen-at", "2024-09-11", *AT, "--as", "office")
        assert year(*taken).code == 0
        taken = ("import", "marks", "hers.csv", "--seen-at", "2024-09-11", *AT, "--as", "office")
        assert year(*taken).code == 0
    whole, without = (
        rows(year("export", "daily", *AT, *more)) for more in ((), ("--dfe-published",))
    )
    assert [one["session_count"] for one in without] == [one["session_count"] for one in published]
    assert whole != without


def test_the_amendment_record_has_the_five_particulars(year: Call):
    (found,) = rows(year("export", "amendments", *AT))

    assert (found["original"], found["amended"], found["reason"]) == ("G", "I", "Mother rang")
    assert (found["made_on"], found["made_by_name"]) == ("2024-09-10", "Olive Office")
    assert year("export", "amendments", *AT, "--class", "4A").code == 3
    assert year("export", "amendments", *AT, "--pupil", "A101").code == 3


def ill(call: Call, pupil: str) -> None:
    """Fifteen school days, to the end of September."""
    days = "".join(
        f"{pupil},{day},{half},I\n"
        for day in (dt.date(2024, 9, n) for n in range(10, 31))
        if day.weekday() < 5
        for half in ("AM", "PM")
    )
    Path("ill.csv").write_text("upn,date,session,code\n" + days)
    with freeze_time("2024-10-01 08:00:00"):
        taken = ("import", "marks", "ill.csv", "--seen-at", "2024-10-01", *AT, "--as", "office")
        assert call(*taken).code == 0


def test_a_return_made_is_as_it_was_made_and_one_owed_is_reckoned(year: Call):
    (made,) = rows(year("export", "return", "attendance", "--number", "1", *AT))
    assert (made["standing"], made["name"], made["parent_1"]) == ("made", "Ann Example", "")
    assert (made["reason"], made["made_to"]) == ("Most mornings", "Cornwall")

    ill(year, "A101")

    asked = ("export", "return", "sickness", *AT, "--on")
    assert year(*asked, "2024-09-27").code == 3  # fourteen days
    (owed,) = rows(year(*asked, "2024-09-30"))
    assert (owed["standing"], owed["name"], owed["since"]) == ("owed", "Ben Sample", "2024-09-10")
    assert (owed["UPN"], owed["born"]) == ("", "")
    assert (owed["half_days_in_the_school_year"], owed["clause"]) == (
        "30",
        "SI 2024/208 reg. 13(9)",
    )
    with freeze_time("2024-10-01 09:00:00"):
        assert year("make-return", "sickness", "A101", *HEAD).code == 0
    assert year(*asked, "2024-09-30").code == 3
    (made,) = rows(year("export", "return", "sickness", "--number", "1", *AT))
    assert {name: made[name] for name in ("name", "since", "half_days_in_the_school_year")} == {
        name: owed[name] for name in ("name", "since", "half_days_in_the_school_year")
    }


def test_a_register_across_is_read_again_as_the_same_marks(year: Call, folder):
    wide = year("export", "marks", "--format", "wide", *AT)
    (folder / "across.csv").write_text(wide.out)
    there = ("--db", f"sqlite:///{folder / 'there.db'}")
    with freeze_time("2024-09-02 08:00:00"):
        assert year("init", "trust.toml", *there).code == 0
        pupils = ("import", "pupils", "pupils.csv", "--as", "office", "--seen-at", "2024-09-02")
        assert year(*pupils, *there).code == 0
    with freeze_time("2024-09-11 08:00:00"):
        taken = ("import", "marks", "across.csv", "--as", "office", "--seen-at", "2024-09-11")
        assert year(*taken, *there, "--strict").code == 0

    again = year("export", "marks", "--format", "wide", *AT, *there)
    assert [row.rpartition(",")[0] for row in again.out.splitlines()] == [
        row.rpartition(",")[0] for row in wide.out.splitlines()
    ]
    assert wide.out.startswith("school_urn,upn,2024-09-03 AM,2024-09-03 PM,")


def test_a_certificate_is_of_the_register_beneath_it(year: Call, folder):
    days = ("--from", "2024-09-03", "--to", "2024-09-09")
    assert year("export", "certificate", "A100", *days, *AT).code == 2  # a PDF is no text

    made = year("export", "certificate", "A100", *days, *AT, "-o", "c.pdf")

    assert made.code == 0
    pages = [" ".join(page.extract_text().split()) for page in PdfReader("c.pdf").pages]
    assert "section 566 of the Education Act 1996" in pages[0]
    assert "absent without authority on the 9 sessions listed here" in pages[0]
    assert "2024-09-03 PM (G)" in pages[0]
    assert "2024-09-03 AM (G)" not in pages[0]  # ill, since Mother rang
    assert "Mother rang" in pages[-1]
    assert year("export", "certificate", "A102", *days, *AT, "-o", "d.pdf").code == 3


KINDS = (
    ("marks",),
    ("marks", "--format", "wide"),
    ("amendments",),
    ("daily",),
    ("daily", "--dfe-published"),
    ("return", "sickness"),
    ("return", "attendance", "--number", "1"),
    ("census", "2025-01-16"),
    ("census", "2025-01-16", "--format", "xml", "--dfe-number", "908/2101"),
    ("ctf", "--dfe-number", "908/2101"),
    ("events",),
    ("certificate", "A100"),
)


def files(call: Call, *more: object) -> dict[str, bytes]:
    found = {}
    for kind in KINDS:
        ran = call("export", *kind, *AT, *more, "-o", "made.out")
        assert ran.code == 0, (kind, ran.err)
        found[" ".join(kind)] = Path("made.out").read_bytes()
    return found


def test_every_file_as_at_an_entry_is_the_same_bytes_years_later(year: Call, folder):
    ill(year, "A102")
    entry = year("rates", *AT, "--json").document["asof"]["entry"]
    first = files(year)

    later(year, folder)

    with freeze_time("2031-09-10 08:00:00"):
        assert files(year, "--asof", entry) == first
        assert {kind for kind, held in files(year).items() if held == first[kind]} == set()


def test_every_file_is_the_same_bytes_on_postgresql(year: Call, folder, postgres_url: str):
    ill(year, "A102")
    assert year("export-ledger", "ledger.jsonl", *AT).code == 0
    assert year("import-ledger", "ledger.jsonl", "--db", postgres_url).code == 0
    entry = year("rates", *AT, "--json").document["asof"]["entry"]

    here = files(year)

    assert files(year, "--db", postgres_url) == here
    assert files(year, "--db", postgres_url, "--asof", entry) == here
