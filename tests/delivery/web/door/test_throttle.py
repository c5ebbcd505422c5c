"""Guessing is made slow, and locks nobody out: not by their name, not from their address."""

from pathlib import Path

import pytest

from delivery.web.door.accounts import Accounts
from delivery.web.door.book import Book
from delivery.web.door.throttle import (
    DAY,
    KNOWN_FOR,
    OF_A_NAME,
    OF_A_PAIR,
    OF_AN_ADDRESS,
    QUARTER,
    TooSoon,
    wait_after,
)
from tests.delivery.web.door.conftest import CHEAP, PASSWORD, account

HOME, AWAY = "192.0.2.1", "203.0.113.7"


@pytest.fixture
def accounts(folder: Path) -> Accounts:
    made = Accounts(Book(folder / "door.db"), CHEAP)
    for login in ("head", "office"):
        account(made, login, staff=login)
    return made


def weighed(accounts: Accounts, login: str, address: str, now: int, browser: str = "") -> int:
    """Tries a guesser gets in before the first that comes too soon."""
    for number in range(1000):
        try:
            assert accounts.signs_in(login, "a guess", address, now, browser) is None
        except TooSoon:
            return number
    raise AssertionError("nothing stopped it")


def test_the_wait_doubles_and_ends_at_a_quarter_of_an_hour():
    assert [wait_after(wrong, OF_A_PAIR) for wrong in (0, 4, 5, 6, 7)] == [0, 0, 2, 4, 8]
    assert wait_after(13, OF_A_PAIR) == 512
    assert wait_after(14, OF_A_PAIR) == wait_after(10**6, OF_A_PAIR) == QUARTER


def test_a_guesser_at_one_address_waits_and_the_person_at_another_does_not(accounts):
    assert weighed(accounts, "head", AWAY, 0) == OF_A_PAIR.free

    with pytest.raises(TooSoon) as soon:
        accounts.signs_in("head", PASSWORD, AWAY, 1)
    assert soon.value.seconds == 1
    assert accounts.signs_in("head", PASSWORD, HOME, 1) is not None


def test_a_try_too_soon_is_not_weighed_and_makes_no_wait_longer(accounts):
    weighed(accounts, "head", HOME, 0)
    for _ in range(50):
        with pytest.raises(TooSoon):
            accounts.signs_in("head", "a guess", HOME, 1)

    assert accounts.signs_in("head", PASSWORD, HOME, 2) is not None


def test_whoever_signs_in_has_no_wait_for_the_wrong_tries_before(accounts):
    for _ in range(4):
        accounts.signs_in("head", "wrong", HOME, 0)
    assert accounts.signs_in("head", PASSWORD, HOME, 0) is not None

    assert weighed(accounts, "head", HOME, 0) == OF_A_PAIR.free


def test_a_name_guessed_at_from_everywhere_waits_half_a_minute_at_most(accounts):
    for number in range(OF_A_NAME.free):
        accounts.signs_in("head", "a guess", f"198.51.100.{number}", 0)
    for number in range(100, 140):
        with pytest.raises(TooSoon):
            accounts.signs_in("head", "a guess", f"198.51.100.{number}", 0)

    assert accounts.signs_in("head", PASSWORD, HOME, OF_A_NAME.longest) is not None


def test_a_browser_that_is_known_is_kept_out_by_nobody_else(accounts):
    """Guessing at the name from everywhere, and at every name from the same address."""
    kept = accounts.throttle.remember("", "head", 0)
    for number in range(OF_A_NAME.free):
        accounts.signs_in("head", "a guess", f"198.51.100.{number}", 10)
    for number in range(OF_AN_ADDRESS.free):
        accounts.signs_in(f"name{number}", "a guess", HOME, 10)

    for browser in ("", "x" * 40):
        with pytest.raises(TooSoon):
            accounts.signs_in("head", PASSWORD, HOME, 10, browser)
    assert accounts.signs_in("head", PASSWORD, HOME, 10, kept) is not None


def test_a_browser_that_is_known_waits_for_its_own_wrong_tries(accounts):
    kept = accounts.throttle.remember("", "head", 0)

    assert weighed(accounts, "head", HOME, 0, kept) == OF_A_PAIR.free
    assert not accounts.throttle.knows(kept, "office", 0)  # it is known for one name alone


def test_a_browser_is_known_for_half_a_year_and_not_after_a_new_password(accounts):
    kept = accounts.throttle.remember("", "head", 0)
    assert accounts.throttle.remember(kept, "office", 0) == kept
    assert accounts.throttle.knows(kept, "head", KNOWN_FOR - 1)
    assert not accounts.throttle.knows(kept, "head", KNOWN_FOR)

    accounts.reset("office")

    assert not accounts.throttle.knows(kept, "office", 1)
    assert accounts.throttle.knows(kept, "head", 1)


def test_a_new_first_password_ends_every_wait_at_that_name(accounts):
    weighed(accounts, "head", HOME, 0)
    first = accounts.reset("head")

    assert accounts.signs_in("head", first, HOME, 0) is not None


def test_a_thousand_people_of_one_school_sign_in_from_one_address(accounts):
    for second in range(200):
        assert accounts.signs_in("head", PASSWORD, HOME, second // 50) is not None


def test_a_day_of_guessing_at_one_name_from_one_address_is_a_hundred_guesses(accounts):
    now = guesses = 0
    while now < DAY:
        try:
            accounts.signs_in("head", "a guess", AWAY, now)
            guesses += 1
        except TooSoon as soon:
            now += soon.seconds

    assert guesses < 120


def test_the_present_password_is_not_guessed_at_either(accounts):
    for _ in range(OF_A_PAIR.free):
        assert not accounts.change_password("head", "a guess", "quite another one", 0)

    with pytest.raises(TooSoon):
        accounts.change_password("head", PASSWORD, "quite another one", 0)
    assert accounts.change_password("head", PASSWORD, "quite another one", 2)
