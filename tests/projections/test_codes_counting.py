"""Which codes count in a way: found at once, and the same as found day by day."""

import datetime as dt

import pytest

from ledger.policy import Policy, lay_over, load, shipped
from projections.codes import counting

WAYS = ("present", "attending elsewhere", "authorised", "unauthorised", "not possible")


def by_day(policy: Policy, *ways: str) -> list[str]:
    """Every day on which the rules change, asked for what is in force or tolerated then."""
    found = set()
    for day in policy.turns:
        codes = policy.on(day).codes
        rows = [*codes.values(), *codes.tolerated.values()]
        found |= {row.code for row in rows if row.statistical in ways}
    return sorted(found)


@pytest.mark.parametrize("name", shipped())
def test_a_pack_moves_no_code_from_one_way_of_counting_to_another(name: str) -> None:
    policy = load(name)

    for way in WAYS:
        assert counting(policy, way) == by_day(policy, way)
    assert counting(policy, *WAYS) == by_day(policy, *WAYS)


def test_nor_do_packs_adopted_one_after_another() -> None:
    adopted = [
        (dt.date(2023, 9, 1), load("trusts/nclt_2023")),
        (dt.date(2024, 9, 1), load("trusts/manor_2024")),
    ]

    policy = lay_over(adopted)

    assert counting(policy, "unauthorised") == by_day(policy, "unauthorised") == list("GNOU")
