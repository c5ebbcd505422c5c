import datetime as dt
import doctest
from pathlib import Path

from ledger.policy import load

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "reckoning.md"


def test_the_examples_in_the_reference_are_true():
    failed, tried = doctest.testfile(str(REFERENCE), module_relative=False, encoding="utf-8")

    assert tried > 15
    assert failed == 0


def test_the_reference_names_every_code_of_today_where_it_counts():
    rows = {
        line.split("|")[1].strip(): line
        for line in REFERENCE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    }
    row_of = {
        "present": "attended",
        "attending elsewhere": "attended",
        "authorised": "authorised",
        "unauthorised": "unauthorised",
        "not possible": "not possible",
        "administrative": "administrative",
    }
    codes = load("england").on(dt.date(2024, 8, 19)).codes
    for code, row in codes.items():
        if code not in {"Y2", "Y3", "Y4", "Y5", "Y6"}:  # "Y1 to Y7"
            assert f"`{code}`" in rows[row_of[row.statistical]], code
