"""The exchange bench measures what was really taken in and handed over, and whose time it is."""

import json
from pathlib import Path

import pytest

from scripts import exchange_bench
from scripts.bench.workload import Size

pytestmark = pytest.mark.slow


def test_a_format_of_each_kind_is_measured(tmp_path: Path, monkeypatch):
    monkeypatch.setitem(exchange_bench.SIZES, "tiny", Size(groups=1, group_size=4, days=10))
    only = {"sims", "marks, a line a mark", "feed, pseudonymised"}
    report = "\n".join(exchange_bench.measured(tmp_path, "tiny", 1, only))

    rows = [line for line in report.splitlines() if line.startswith("| ") and "seconds" not in line]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [
        "sims", "marks, a line a mark", "feed, pseudonymised",
    ]  # fmt: skip
    assert "80 marks" in report
    told = json.loads((tmp_path / "filled" / "out.json").read_text())
    assert sum(one["type"] == "attendance.mark-recorded" for one in told) == 80
    assert all(float(row.split(" | ")[1]) > 0 for row in rows)


@pytest.mark.parametrize(
    ("file", "function", "whose"),
    [
        (str(exchange_bench.ROOT / "delivery/cli/app.py"), "main", "ours"),
        ("/x/lib/python3.11/site-packages/openpyxl/reader/excel.py", "read", "openpyxl"),
        ("/x/lib/python3.11/csv.py", "__next__", "csv"),
        ("~", "<method 'execute' of 'sqlite3.Cursor' objects>", "sqlite3"),
        ("~", "<built-in method _hashlib.openssl_sha256>", "hashlib"),
        ("~", "<built-in method builtins.len>", "Python's builtins"),
        ("<frozen importlib._bootstrap>", "_find_and_load", "import"),
    ],
)
def test_whose_a_line_of_a_profile_is(file, function, whose):
    assert exchange_bench.owner(file, function) == whose


def test_the_report_goes_into_its_section_and_nowhere_else(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{exchange_bench.BEGINS}\nold\n{exchange_bench.ENDS}\nafter\n")
    exchange_bench.put(page, "new")
    text = page.read_text()

    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "new" in text
    assert "old" not in text
