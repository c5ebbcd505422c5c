"""Every function the seed policies ask for has its row, and what a row names is there."""

import re
from functools import cache
from pathlib import Path

import pytest

from commands.base import Command
from commands.handle import WAYS
from commands.import_marks import ImportMarks
from commands.import_pupils import ImportPupils
from delivery.cli.verbs import OF
from ledger.events.base import topics
from ledger.policy import load

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "coverage.md"
HOW_MANY = {
    "POL": 11,
    "ROL": 34,
    "REG": 16,
    "COD": 13,
    "AMD": 6,
    "RET": 3,
    "UNP": 8,
    "LAT": 4,
    "FUP": 12,
    "PLN": 4,
    "LEA": 20,
    "FRM": 9,
    "LET": 7,
    "PEN": 16,
    "NTI": 4,
    "SAN": 1,
    "PRO": 1,
    "SUP": 4,
    "MON": 6,
    "ANA": 6,
    "PAS": 5,
    "REP": 1,
    "BRE": 1,
}
IDS = [f"{group}-{n:02}" for group, many in HOW_MANY.items() for n in range(1, many + 1)]
STATES = re.compile(r"built|log|issue [3-9]")


@cache
def rows() -> list[tuple[str, ...]]:
    """Id, what, where and state of each row of the page."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    return [row for row in cells if re.fullmatch(r"[A-Z]{3}-\d\d", row[0])]


@cache
def names() -> frozenset[str]:
    """What a row may name beside files and calls: events, acts, parameters of policy."""
    asked: list[type[Command]] = [*WAYS, ImportMarks, ImportPupils]
    acts = {kind.NAME for kind in asked}
    return frozenset(topics()) | acts | frozenset(load("england").parameters)


def test_every_function_has_one_row_in_order():
    assert [row[0] for row in rows()] == IDS


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_row_names_what_there_is(row):
    _, what, where, state = row
    named = re.findall(r"`([^`]+)`", where)
    verbs = {verb for module in OF.values() for verb in module}

    assert what
    assert STATES.fullmatch(state), state
    assert named or state != "built", "what is built is somewhere"
    missing = [one for one in named if not is_there(one, verbs)]
    assert missing == []


def is_there(named: str, verbs: set[str]) -> bool:
    if named.startswith("attendance "):
        return named.split()[1] in verbs
    if "/" in named:
        return (ROOT / named).exists()
    return named in names()
