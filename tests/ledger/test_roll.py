"""The admission register as it stands: spells, places, and who is in which class when."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.events import PupilAdmitted, PupilLeft, PupilMoved
from ledger.roll import Roll, evolve
from tests.given import AMY, BEN, CAI, MADE, ROLL, UPN

DAY = dt.timedelta(days=1)
STARTED = dt.date(2022, 9, 1)


def moved(pupil, group, starts):
    return PupilMoved(pupil=pupil, group=group, year_group="4", starts=starts, **MADE)


def left(pupil, last_day):
    return PupilLeft(pupil=pupil, last_day=last_day, **MADE)


def test_on_roll_from_the_starting_day_to_the_last():
    amy = Roll.fold([*ROLL, left(AMY, dt.date(2024, 7, 19))]).pupils[AMY]

    assert [amy.on_roll(day) for day in (STARTED - DAY, STARTED)] == [False, True]
    assert [amy.on_roll(dt.date(2024, 7, day)) for day in (19, 20)] == [True, False]


def test_found_by_upn_or_by_number():
    roll = Roll.fold(ROLL)
    assert roll.find(UPN[BEN]) is roll.find("2") is roll.by_upn(UPN[BEN])
    assert roll.find("nobody") is roll.find("99") is None


def test_a_move_told_late_places_the_pupil_from_its_own_day():
    september = dt.date(2024, 9, 2)
    events = [moved(AMY, "4C", dt.date(2024, 9, 16)), moved(AMY, "4A", september)]
    amy = Roll.fold([*ROLL, *events]).pupils[AMY]

    groups = [amy.group_on(day) for day in (september - DAY, september, dt.date(2024, 9, 16))]
    assert groups == ["4B", "4A", "4C"]


def test_a_second_move_on_a_day_takes_the_place_of_the_first():
    day = dt.date(2024, 9, 2)
    amy = Roll.fold([*ROLL, moved(AMY, "4A", day), moved(AMY, "4C", day)]).pupils[AMY]
    assert amy.group_on(day) == "4C"


def test_why_somebody_is_not_on_roll():
    roll = Roll.fold([*ROLL, left(AMY, dt.date(2024, 7, 19))])
    assert roll.pupils[AMY].why_off(STARTED - DAY) == "the starting day is 2022-09-01"
    assert roll.pupils[AMY].why_off(dt.date(2024, 9, 2)) == "the last day on roll was 2024-07-19"
    assert roll.pupils[BEN].why_off(dt.date(2024, 9, 2)) == ""


def test_the_next_number_is_never_one_used_before():
    assert Roll().next_id == 1
    assert Roll.fold([*ROLL, left(CAI, dt.date(2024, 7, 19))]).next_id == 4


DAYS = st.integers(0, 60).map(lambda n: dt.date(2024, 9, 1) + n * DAY)
EVENTS = st.lists(
    st.one_of(
        st.builds(moved, st.sampled_from([AMY, BEN]), st.sampled_from(["4A", "4C"]), DAYS),
        st.builds(left, st.sampled_from([AMY, BEN]), DAYS),
    ),
    max_size=6,
)


@settings(max_examples=60)
@given(EVENTS, DAYS)
def test_classes_of_a_day_are_what_each_pupil_says(events, day):
    """The rows kept between two turning days agree with asking every pupil on every day."""
    roll = Roll.fold([*ROLL, *events])
    for asked in (day, day - DAY, day + DAY):
        slow = {p: g for p in sorted(roll.pupils) if (g := roll.pupils[p].group_on(asked))}
        assert dict(roll.places(asked)) == slow
        for group in roll.groups(asked):
            assert [p.id for p in roll.in_group(group, asked)] == [
                p for p, g in slow.items() if g == group
            ]


@settings(max_examples=30)
@given(EVENTS)
def test_all_at_once_or_one_by_one(events):
    roll = Roll()
    for event in [*ROLL, *events]:
        roll = evolve(roll, event)
    assert roll == Roll.fold([*ROLL, *events])


def test_admitted_again_under_the_same_number_keeps_the_first_spell():
    again = PupilAdmitted(
        pupil=AMY, upn=UPN[AMY], surname="Penrose", forename="Amy", born="2015-10-01",
        year_group="5", group="5B", starts="2025-01-06", **MADE,
    )  # fmt: skip
    amy = Roll.fold([*ROLL, left(AMY, dt.date(2024, 7, 19)), again]).pupils[AMY]

    assert amy.group_on(dt.date(2024, 7, 19)) == "4B"
    assert amy.group_on(dt.date(2024, 9, 2)) is None
    assert amy.group_on(dt.date(2025, 1, 6)) == "5B"
