"""Which previous notices count: law.md 3.3, the day before and the day, and an oracle."""

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.penalty import Limit, demand, judged, public_place, years_after, years_before
from ledger.policy import load

ENGLAND = load("england")
CHANGE = dt.date(2024, 8, 19)


def day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


@dataclass(frozen=True)
class N:
    """A notice as counting sees it; only its kind, its days and what became of it matter."""

    number: int
    issued_on: dt.date
    offence_start: dt.date = dt.date(2024, 9, 2)
    kind: str = "absence"
    withdrawn_on: dt.date | None = None
    acquitted_on: dt.date | None = None


def next_after(*notices: N, on: str, offence: str = "2025-05-01"):
    return demand(notices, day(on), ENGLAND.on(day(offence)))


FIRST, SECOND = N(1, day("2024-10-01")), N(2, day("2025-03-10"))


# --- F.6 ----------------------------------------------------------------------------


def test_the_first_asks_80_within_21_days_or_160_within_28():
    asked = next_after(on="2024-10-01")
    said = (asked.which, asked.early, asked.early_days, asked.full, asked.full_days)
    assert said == ("first", 80, 21, 160, 28)


def test_the_second_asks_160_flat():
    asked = next_after(FIRST, on="2025-03-10")
    assert (asked.which, asked.early, asked.full, asked.full_days) == ("second", None, 160, 28)


@pytest.mark.parametrize("on", ["2025-06-02", "2027-09-30"])
def test_a_third_is_not_allowed_until_the_first_falls_out(on):
    asked = next_after(FIRST, SECOND, on=on)
    assert (asked.which, asked.allowed, asked.free_on) == ("not allowed", False, day("2027-10-01"))
    assert "reg. 12A" in asked.clause


@pytest.mark.parametrize("on", ["2027-10-01", "2027-10-02", "2028-03-09"])
def test_when_the_first_has_fallen_out_the_second_makes_it_160_flat(on):
    """Exactly three years before is outside."""
    asked = next_after(FIRST, SECOND, on=on, offence="2027-09-06")
    assert (asked.which, asked.early, asked.full) == ("second", None, 160)
    assert [one.notice for one in asked.counted] == [2]


def test_when_both_have_fallen_out_it_is_a_first_again():
    assert next_after(FIRST, SECOND, on="2028-03-10", offence="2028-02-01").which == "first"


def test_a_notice_for_a_public_place_is_never_counted_and_asks_60_or_120():
    street = N(3, day("2025-04-01"), kind="public place")
    assert next_after(FIRST, street, on="2025-06-02").which == "second"
    asked = public_place(ENGLAND.on(day("2025-04-01")))
    assert (asked.early, asked.early_days, asked.full, asked.full_days) == (60, 21, 120, 28)


# --- the offence period decides, not the day of issue --------------------------------


def test_an_offence_of_july_2024_asks_60_or_120_though_issued_in_september():
    asked = next_after(on="2024-09-10", offence="2024-07-01")
    assert (asked.which, asked.early, asked.full) == ("first", 60, 120)


def test_and_is_never_counted():
    july = N(1, day("2024-09-10"), offence_start=day("2024-07-01"))
    assert next_after(july, on="2024-10-01").which == "first"


@pytest.mark.parametrize(("starts", "counts"), [("2024-08-18", False), ("2024-08-19", True)])
def test_an_offence_period_counts_from_19_august_2024(starts, counts):
    limit = Limit.of(ENGLAND.on(CHANGE))
    assert limit is not None
    previous = N(1, day("2024-09-30"), offence_start=day(starts))
    assert judged(previous, day("2024-10-01"), limit).counts is counts


@pytest.mark.parametrize(("starts", "full"), [("2024-08-18", 120), ("2024-08-19", 160)])
def test_the_amounts_change_with_offences_from_19_august_2024(starts, full):
    assert next_after(on="2024-10-01", offence=starts).full == full


# --- what became of it ---------------------------------------------------------------


@pytest.mark.parametrize(("on", "counts"), [("2025-01-09", True), ("2025-01-10", False)])
@pytest.mark.parametrize("ended", ["withdrawn_on", "acquitted_on"])
def test_withdrawn_or_acquitted_it_does_not_count_from_that_day(ended, on, counts):
    previous = N(1, day("2024-10-01"), **{ended: day("2025-01-10")})
    assert bool(next_after(previous, on=on).counted) is counts


def test_unpaid_and_undecided_it_counts():
    assert next_after(FIRST, on="2025-06-01").counted


# --- 29 February ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issued", "last_day_in"),
    [("2024-10-01", "2027-09-30"), ("2028-02-29", "2031-02-28"), ("2025-02-28", "2028-02-27")],
)
def test_the_last_day_on_which_it_counts(issued, last_day_in):
    limit = Limit.of(ENGLAND.on(CHANGE))
    assert limit is not None
    previous, last = N(1, day(issued)), day(last_day_in)

    assert judged(previous, last, limit).counts
    assert not judged(previous, last + dt.timedelta(days=1), limit).counts
    assert judged(previous, last, limit).falls_out == last + dt.timedelta(days=1)


DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2036, 12, 31))


@given(DAYS, DAYS)
def test_falling_out_is_the_same_counted_forwards_and_backwards(issued, on):
    assert (issued <= years_before(on, 3)) == (on >= years_after(issued, 3))


# --- an oracle that counts as one would on paper ----------------------------------------

LEAP = st.sampled_from(
    [dt.date(2028, 2, 28), dt.date(2028, 2, 29), dt.date(2031, 2, 28), dt.date(2031, 3, 1)]
)
DAYS_NEAR = st.dates(dt.date(2024, 6, 1), dt.date(2031, 6, 1)) | LEAP
NOTICES = st.lists(
    st.builds(
        N,
        number=st.integers(1, 99),
        issued_on=DAYS_NEAR,
        offence_start=st.dates(dt.date(2024, 8, 1), dt.date(2024, 9, 10)),
        kind=st.sampled_from(["absence", "absence", "absence", "public place"]),
        withdrawn_on=st.none() | DAYS_NEAR,
        acquitted_on=st.none() | DAYS_NEAR,
    ),
    max_size=6,
)


def on_paper(notices, on: dt.date) -> int:
    """By the dates as written: its date three years on must come after the day asked about."""
    return sum(
        n.kind == "absence"
        and n.issued_on <= on
        and (n.issued_on.year + 3, n.issued_on.month, n.issued_on.day) > (on.year, on.month, on.day)
        and n.offence_start >= CHANGE
        and (n.withdrawn_on is None or n.withdrawn_on > on)
        and (n.acquitted_on is None or n.acquitted_on > on)
        for n in notices
    )


@given(NOTICES, DAYS_NEAR)
def test_the_count_is_the_one_on_paper(notices, on):
    asked = demand(notices, on, ENGLAND.on(dt.date(2024, 9, 2)))
    k = on_paper(notices, on)

    assert len(asked.counted) == k
    assert asked.which == ("first", "second", "not allowed")[min(k, 2)]
    if k >= 2:
        assert asked.free_on is not None
        known = [n for n in notices if n.issued_on <= on]
        assert on_paper(known, asked.free_on) < 2


def test_two_policies_ask_the_laws_amounts_from_the_change():
    """Each seed policy's own figures stand before it or agree with it."""
    for pack in ("trusts/manor_2024", "trusts/nclt_2023"):
        rules = load(pack)
        assert demand((), day("2025-01-10"), rules.on(day("2024-11-01"))).full == 160
        before = demand((), day("2024-07-10"), rules.on(day("2024-07-01")))
        assert (before.early, before.full) == (60, 120)
