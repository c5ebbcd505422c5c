"""The sums of an audit against plain counting: every draw, every cover of pupils and registers."""

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit import decisions, odds, raised, tail

CASES = [
    (n, k, own, own_k)
    for n, k, own in product(range(7), repeat=3)
    if k <= n and own <= n
    for own_k in range(min(k, own) + 1)
]


def test_a_chance_is_the_share_of_all_draws_that_hold_as_many():
    for everything, marked, own, own_marked in CASES:
        draws = list(combinations(range(everything), own))
        as_many = sum(sum(one < marked for one in draw) >= own_marked for draw in draws)

        assert tail(everything, marked, own, own_marked) == Fraction(as_many, len(draws))


edges = st.lists(st.tuples(st.integers(0, 4), st.integers(5, 9)), max_size=12)


@given(edges)
def test_decisions_are_the_fewest_pupils_and_registers_that_account_for_all(changes):
    covers = (set(some) for n in range(11) for some in combinations(range(10), n))

    assert decisions(changes) == next(
        len(cover) for cover in covers if all(p in cover or r in cover for p, r in changes)
    )


def test_a_register_put_right_is_one_decision_and_so_is_a_pupils_week():
    register = [(pupil, "Mon AM") for pupil in range(30)]
    week = [(99, day) for day in "MTWTF"]

    assert decisions(register) == decisions(week) == 1
    assert decisions([*register, *week]) == 2
    assert decisions((n, f"register {n}") for n in range(30)) == 30


def test_the_level_holds_for_all_comparisons_together():
    level = Fraction(1, 100)

    assert raised([Fraction(1, 101)], level) == [True]
    assert raised([Fraction(1, 101), Fraction(1, 2)], level) == [False, False]
    assert raised([Fraction(1, 2), Fraction(1, 200)], level) == [False, True]
    assert raised([Fraction(1, 200), Fraction(1, 100)], level) == [True, True]
    assert raised([], level) == []


@pytest.mark.parametrize(
    ("chance", "said"),
    [(Fraction(1), "1 in 1"), (Fraction(2, 5), "1 in 2"), (Fraction(1, 10**12), "1 in more than")],
)
def test_odds_are_said_and_rounded_to_the_lighter_side(chance, said):
    assert odds(chance).startswith(said)
