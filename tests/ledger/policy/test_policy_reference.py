"""The reference pages say what the data says: a row for every parameter and every code."""

import datetime as dt
from pathlib import Path

import pytest

from ledger.policy import CodeRow, Parameter, load, load_text, shipped
from ledger.policy.shapes import SHAPES

PAGES = Path(__file__).parents[3] / "docs" / "reference"
WHO = {
    "not change": "the law; packs only where it is silent",
    "raise": "packs, upwards only",
    "lower": "packs, downwards only",
    "replace": "any pack",
}


def parameter_row(parameter: Parameter) -> str:
    unit = "" if parameter.unit in {"", parameter.shape} else f"; {parameter.unit}"
    values = reversed(load("england").pack.values.get(parameter.name, ()))
    sources = "; ".join(f"{value.starts}: {value.reference}" for value in values)
    if parameter.name == "register.codes":
        sources = "codes.csv, whose every row has its line on [Codes](codes.md)"
    others = [n for n in shipped()[1:] if parameter.name in load(n).pack.values]
    told = ", ".join(f"`{name}`" for name in others)
    where = " · ".join(part for part in (sources, told) if part) or "a school's own pack"
    return (
        f"| `{parameter.name}` | {parameter.description} | {parameter.shape}{unit} "
        f"| {WHO[parameter.packs_may]} | {where} |"
    )


def code_row(row: CodeRow) -> str:
    flags = [
        row.session if row.session != "both" else "",
        "late" if row.late else "",
        "threshold" if row.threshold else "",
        f"nature ({row.nature})" if row.nature else "",
        f"{row.age} school age" if row.age else "",
        "leave" if row.leave else "",
        "not before the register" if not row.pre_entered else "",
        "tolerated from importers later" if row.after_end else "",
    ]
    said = ", ".join(flag for flag in flags if flag)
    return f"| `{row.code}` | {row.meaning} | {row.statistical} | {said} | {row.reference} |"


@pytest.mark.parametrize("name", list(load("england").parameters))
def test_every_parameter_has_its_row_in_the_reference(name):
    row = parameter_row(load("england").parameters[name])
    assert row in (PAGES / "policy.md").read_text("utf-8").splitlines(), f"add: {row}"


def test_the_reference_has_no_row_for_a_parameter_there_is_not():
    lines = (PAGES / "policy.md").read_text("utf-8").splitlines()
    rows = [line.split("`")[1] for line in lines if line.startswith("| `")]
    assert [name for name in rows if "." in name] == list(load("england").parameters)


@pytest.mark.parametrize("row", load("england").pack.codes, ids=lambda r: f"{r.code}-{r.begins}")
def test_every_code_has_its_row_in_the_reference(row):
    page = (PAGES / "codes.md").read_text("utf-8").splitlines()
    assert code_row(row) in page, f"add: {code_row(row)}"


def test_every_shape_a_value_can_have_is_used():
    assert {parameter.shape for parameter in load("england").parameters.values()} == set(SHAPES)


def test_the_pack_printed_in_the_reference_is_one_that_loads():
    page = (PAGES / "policy.md").read_text("utf-8")
    text = page.split("```toml\n")[1].split("```")[0]
    rules = load_text(text, "ours").on(dt.date(2024, 9, 2))
    assert rules.absence.notify_by == dt.time(8, 30)
