"""docs/security.md claims nothing without a test: each it names exists, each row names one."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NODE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
WHO = ("Teacher", "Office", "Head", "Database administrator", "Parent", "Other school", "Outsider")


def _tests(path: str) -> set[str]:
    if not (ROOT / path).is_file():
        return set()
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        one.name for one in tree.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))
    }


def test_every_test_named_exists():
    named = set(NODE.findall(PAGE))

    assert len(named) > 20
    assert [f"{path}::{name}" for path, name in sorted(named) if name not in _tests(path)] == []


def test_every_row_of_the_threats_names_a_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("| **")]

    assert [who for who in WHO if not any(row.startswith(f"| **{who}") for row in rows)] == []
    assert [row[:40] for row in rows if not NODE.search(row)] == []
