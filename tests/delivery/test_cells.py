"""No cell of any CSV begins a formula, and what was written is what is read back."""

import ast
import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from delivery.cells import guarded, unguarded
from delivery.render.table import comma_separated

ROOT = Path(__file__).parents[2]
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.mark.parametrize(
    "written",
    [
        "=1+1",
        "@SUM(A1)",
        "+cmd|' /C calc'!A0",
        "-2+3",
        " =1",
        "\t=1",
        "＝1",
        "\r=1",
        "-",
        "'=1",
        "''=1",
    ],
)
def test_a_cell_that_would_be_computed_gets_an_apostrophe(written):
    assert guarded(written) == f"'{written}"
    assert unguarded(guarded(written)) == written


@pytest.mark.parametrize(
    "written", ["", "/", "\\", "#", "I", "-1.3", "+0.4", "'tis", "O'Neill", "it's =1"]
)
def test_any_other_is_left_as_it_is(written):
    assert guarded(written) == written
    assert unguarded(written) == written


@given(st.text())
def test_what_is_written_is_what_is_read_back(written):
    assert unguarded(guarded(written)) == written


@given(st.lists(st.lists(st.text() | st.integers() | st.none(), min_size=2, max_size=2)))
@example([[None, "-0.0"]])
def test_no_cell_of_a_file_begins_a_formula(rows):
    """Read by another reader of CSV, as a spreadsheet would; a figure with its sign is none."""
    text = comma_separated(("=a", "b"), rows)

    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    begins = [c for c in cells if c.lstrip(" ").startswith(STARTS)]
    assert [c for c in begins if not re.fullmatch(r"[+-]\d+(\.\d+)?", c)] == []


def test_there_is_one_writer_of_csv():
    writers = [
        path.relative_to(ROOT).as_posix()
        for room in ("delivery", "commands", "projections", "ledger")
        for path in sorted((ROOT / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in {"writer", "DictWriter"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "csv"
    ]

    assert writers == ["delivery/render/table.py"]
