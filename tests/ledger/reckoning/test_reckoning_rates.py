import datetime as dt
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kinds import Session
from ledger.policy import load
from ledger.reckoning import NOTHING, percent, persistent, rates, rates_of, severe

PRESENT = ["/", "\\", "L"]
ELSEWHERE = {"old": ["B", "J", "P", "V", "W"], "new": ["B", "K", "P", "V", "W"]}
AUTHORISED = {
    "old": ["C", "E", "H", "I", "M", "R", "S", "T"],
    "new": ["C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"],
}
UNAUTHORISED = ["G", "N", "O", "U"]
NOT_POSSIBLE = {
    "old": ["D", "X", "Y"],
    "new": ["D", "Q", "X", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"],
}
ADMINISTRATIVE = ["Z", "#"]
"""The classes of rules.md A.2 and B, written out again apart from codes.csv."""

CHANGE = dt.date(2024, 8, 19)
OLD, NEW = load("england").on(CHANGE - dt.timedelta(days=1)), load("england").on(CHANGE)


def new(**counts: int):
    return rates(counts, NEW.codes)


def test_the_example_of_the_documents():
    found = rates({"/": 190, "\\": 182, "I": 6, "O": 2, "D": 4}, NEW.codes)

    assert (found.possible, found.attended) == (380, 372)
    assert (found.authorised, found.unauthorised, found.late) == (6, 2, 0)
    assert found.not_possible == 4
    assert found.attendance == Fraction(372, 380)
    assert found.absence == Fraction(8, 380)


@pytest.mark.parametrize("era", ["old", "new"])
def test_every_code_counts_where_the_department_counts_it(era):
    codes = (OLD if era == "old" else NEW).codes
    classes = {
        "attended": PRESENT + ELSEWHERE[era],
        "authorised": AUTHORISED[era],
        "unauthorised": UNAUTHORISED,
        "not_possible": NOT_POSSIBLE[era],
        "administrative": ADMINISTRATIVE,
    }
    for field, written in classes.items():
        for code in written:
            found = rates({code: 3}, codes)
            assert getattr(found, field) == 3, code
            assert found.possible == (0 if field in {"not_possible", "administrative"} else 3)
            assert found.late == (3 if code in {"L", "U"} else 0)


def test_an_n_counts_as_unauthorised_absence_while_it_stands():
    assert new(N=2).unauthorised == 2


def test_late_before_the_register_closed_is_attended_and_after_it_unauthorised():
    found = new(L=3, U=1)

    assert (found.attended, found.unauthorised, found.late) == (3, 1, 4)


def test_nothing_possible_gives_no_rate_rather_than_nought():
    found = new(D=10, X=2, Y4=2)

    assert found.possible == 0
    assert found.attendance is None
    assert found.absence is None
    assert not persistent(found)
    assert not severe(found)


def test_a_code_nobody_knows_and_a_missing_mark_are_missing_and_not_possible():
    found = rates({"/": 8, "*": 1, "": 2, "-": 1}, NEW.codes)

    assert found.possible == 8
    assert found.missing == 4


def test_j_was_attending_and_j1_is_authorised_absence():
    before, after = rates({"J": 1}, OLD.codes), rates({"J1": 1}, NEW.codes)

    assert (before.attended, before.authorised) == (1, 0)
    assert (after.attended, after.authorised) == (0, 1)


def test_h_and_j_still_sent_after_the_change_count_as_they_did():
    assert new(H=2).authorised == 2
    assert new(J=2).attended == 2


def test_each_mark_is_read_under_the_codes_of_its_own_day():
    marks = [
        (Session(CHANGE - dt.timedelta(days=1), "AM"), "J"),
        (Session(CHANGE - dt.timedelta(days=1), "PM"), "Y"),
        (Session(CHANGE, "AM"), "J1"),
        (Session(CHANGE, "PM"), "Y"),
    ]

    found = rates_of(marks, load("england"))

    assert (found.attended, found.authorised) == (1, 1)
    assert (found.not_possible, found.missing) == (1, 1)


def test_a_class_of_code_that_nobody_knows_is_a_fault_of_ours():
    codes = SimpleNamespace(
        known=lambda _: SimpleNamespace(statistical="odd", late=False, threshold=False)
    )

    with pytest.raises(AssertionError, match="no class of code"):
        rates({"/": 1}, codes)


@pytest.mark.parametrize(
    ("absent", "possible", "is_persistent", "is_severe"),
    [
        (19, 190, True, False),
        (18, 190, False, False),
        (95, 190, True, True),
        (94, 190, True, False),
        (1, 10, True, False),
        (3, 31, False, False),
        (4, 39, True, False),
        (1, 2, True, True),
        (0, 5, False, False),
    ],
)
def test_persistent_from_a_tenth_and_severe_from_a_half(absent, possible, is_persistent, is_severe):
    found = rates({"/": possible - absent, "I": absent}, NEW.codes)

    assert persistent(found) is is_persistent
    assert severe(found) is is_severe


def test_the_share_that_is_persistent_can_be_another_by_policy():
    found = new(I=3, O=1, L=16)

    assert persistent(found, NEW.get("absence.persistent").value)
    assert not persistent(found, {"numerator": 1, "denominator": 4})
    assert not severe(found, NEW.get("absence.severe").value)


@pytest.mark.parametrize(
    ("rate", "places", "shown"),
    [
        (Fraction(372, 380), 1, "97.9"),
        (Fraction(372, 380), 2, "97.89"),
        (Fraction(1, 16), 1, "6.2"),
        (Fraction(3, 16), 1, "18.8"),
        (Fraction(1), 1, "100.0"),
        (Fraction(0), 2, "0.00"),
        (Fraction(1, 200), 0, "0"),
        (Fraction(-1, 30), 1, "-3.3"),
        (Fraction(9_999_999, 10_000_000), 2, "100.00"),
        (None, 1, None),
    ],
)
def test_a_percentage_is_rounded_once_a_half_to_the_even_digit(rate, places, shown):
    assert percent(rate, places) == shown


COUNTS = st.dictionaries(st.sampled_from([*NEW.codes, "?", ""]), st.integers(0, 400))


@given(COUNTS)
def test_possible_is_attended_and_authorised_and_unauthorised(counts):
    found = rates(counts, NEW.codes)

    assert found.possible == found.attended + found.authorised + found.unauthorised
    everything = found.possible + found.not_possible + found.administrative + found.missing
    assert everything == sum(counts.values())
    if found.possible:
        assert found.attendance + found.absence == 1
        assert found.authorised_absence + found.unauthorised_absence == found.absence
        assert 0 <= found.lateness <= 1


@given(COUNTS, COUNTS)
def test_rates_of_two_spans_add_up_to_the_rates_of_both(one, other):
    both = {code: one.get(code, 0) + other.get(code, 0) for code in one.keys() | other.keys()}

    assert rates(one, NEW.codes) + rates(other, NEW.codes) == rates(both, NEW.codes)
    assert NOTHING + rates(one, NEW.codes) == rates(one, NEW.codes)


@given(st.integers(0, 500), st.integers(0, 500))
def test_severe_absence_is_persistent_absence(absent, attended):
    found = rates({"O": absent, "/": attended}, NEW.codes)

    assert not severe(found) or persistent(found)
    if found.possible:
        assert persistent(found) == (found.absence >= Fraction(1, 10))
        assert severe(found) == (found.absence >= Fraction(1, 2))
