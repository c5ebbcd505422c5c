"""The first lawful day, by the rule in force on the day disposal is asked for."""

import datetime as dt

import pytest

from ledger.policy import load
from ledger.retention import rule_of

D = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("asked", "made", "first"),
    [
        ("2030-09-09", "2024-09-09", "2030-09-09"),
        ("2030-03-01", "2024-02-29", "2030-03-01"),
        ("2032-02-29", "2026-02-28", "2032-02-28"),
        ("2024-08-18", "2021-08-17", "2024-08-18"),  # three years after the day, before the change
        ("2024-08-18", "2020-02-29", "2023-03-02"),
        ("2024-08-19", "2018-08-19", "2024-08-19"),  # still held then: six years
        ("2024-08-19", "2021-08-17", "2027-08-17"),
    ],
)
def test_the_first_lawful_day(asked: str, made: str, first: str):
    rule = rule_of(load("england").on(D(asked)), "entry")

    assert rule.lawful_from(D(made)) == D(first)


def test_a_pack_cannot_keep_entries_for_less_than_the_law():
    """The trust's own three years, from before the change, are passed over from that day on."""
    nclt = load("trusts/nclt_2023")

    assert rule_of(nclt.on(D("2024-08-18")), "entry").years == 3
    assert rule_of(nclt.on(D("2024-08-19")), "entry").years == 6
    assert rule_of(nclt.on(D("2024-08-19")), "entry").reference == "SI 2024/208 reg. 7(a)"


@pytest.mark.parametrize(
    "kept_as", ["leave", "follow_up", "penalty", "letters", "support", "returns"]
)
def test_what_explains_the_register_is_kept_as_long(kept_as: str):
    for day in ("2024-08-18", "2024-08-19"):
        rules = load("england").on(D(day))
        assert rule_of(rules, kept_as).years == rule_of(rules, "entry").years
