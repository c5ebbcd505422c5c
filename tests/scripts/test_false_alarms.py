"""Years in which one person falsifies attendance, and years in which nobody does."""

import pytest

from scripts.false_alarms import CULPRIT, World, alarms, caught, people, year


def test_the_same_seed_is_the_same_year():
    assert year(World(spread=2), 7, 30) == year(World(spread=2), 7, 30)


def test_the_culprit_is_the_first_of_all_people_and_stands_out():
    for seed in range(3):
        first, *others = people(year(World(), seed, 60))["people"]

        assert (first.what, first.stands_out) == (CULPRIT, True)
        assert not any(one.stands_out for one in others)


@pytest.mark.slow
def test_sixty_falsified_absences_are_found_and_blameless_years_are_left_alone():
    """The figures of docs/reference/audits.md, on fewer seeds."""
    assert caught(World(spread=2), 40, 60) == (40, 40)
    assert alarms(World(), 100)[0] <= 4  # 1 in 100 is promised; 5 or more come once in 300 times
