"""A register printed: one A4 page of marks, the amendments behind it, the same bytes each time."""

import io
from pathlib import Path

import pytest
from freezegun import freeze_time
from pypdf import PdfReader

from delivery.documents.pdf import pdf
from delivery.documents.templates import template
from tests.delivery.conftest import Call

AT = ["--school", "100001"]


@pytest.fixture
def school(trust: Call) -> Call:
    with freeze_time("2024-09-03 07:50:00"):
        taking = ["take-register", "4B", "--session", "AM", "--present-except", "N:A100"]
        assert trust(*taking, *AT, "--as", "teacher").code == 0
    with freeze_time("2024-09-03 10:00:00"):
        amending = ["amend-mark", "A100", "2024-09-03", "AM", "I", "--reason", "Parent called"]
        assert trust(*amending, *AT, "--as", "office").code == 0
        yield trust


def pages(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(path).pages]


def test_a_printed_register_holds_the_marks_and_the_five_particulars(school: Call, folder: Path):
    """SI 2024/208 reg. 6(2)."""
    ran = school("register", "--class", "4B", *AT, "--pdf", "r.pdf")
    marks, behind = pages(folder / "r.pdf")

    assert (ran.code, ran.out) == (0, "")
    assert "Register of class 4B" in marks
    assert "Ann Example" in marks
    for said in ("Parent called", "2024-09-03", "Olive Office, Attendance officer", "reg. 6(2)"):
        assert said in behind


def test_as_of_then_what_came_after_is_printed_with_its_author(school: Call, folder: Path):
    school("register", "--class", "4B", *AT, "--asof", "13", "--pdf", "r.pdf")
    marks, behind = pages(folder / "r.pdf")

    assert "As known at entry 13" in marks
    assert "N▸I" in marks
    assert "What came after" in behind
    assert "Olive Office" in behind
    assert "Amendments" not in behind  # none was known then


def test_the_same_register_is_the_same_bytes(school: Call, folder: Path):
    for name in ("a.pdf", "b.pdf"):
        school("register", "--pupil", "A100", *AT, "--pdf", name)

    assert (folder / "a.pdf").read_bytes() == (folder / "b.pdf").read_bytes()


@pytest.mark.parametrize(("pupils", "parts", "rows"), [(1, 1, 39), (35, 2, 35)])
def test_a_pupils_year_and_a_class_and_two_weeks_are_one_page(pupils, parts, rows):
    cell = {"code": "Y1", "form": "unable", "changed": True}
    row = {"then": [cell] * 10, "now": [cell] * 10}
    part = [{**row, "label": f"Wilhelmina Longname {number}"} for number in range(rows)]
    data = {
        "title": "Register", "under": "A school", "date": {"iso": "2025-07-22"}, "asat": "1",
        "recorded": "2025-07-22 16:00", "now": "2", "policy": "england", "pupils": pupils,
        "days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "totals": [["Now", *["390"] * 6]] * 2,
        "parts": [{"title": f"Week {n}", "rows": part} for n in range(parts)],
        "amendments": [], "later": [], "certificate": None, "gone": None,
        "foot": {"entry": 1, "root": "r" * 44, "signed": {"entries": 1, "root": "s" * 44}},
    }  # fmt: skip

    assert len(PdfReader(io.BytesIO(pdf("register", template("register"), data))).pages) == 1
