"""A file of pupils: differences become admissions, moves, particulars, parents, leavings."""

import datetime as dt
from dataclasses import dataclass, replace

import pytest

from commands.import_pupils import ImportPupils, decide
from ledger.events import (
    Parent,
    ParentsChanged,
    ParticularsChanged,
    PupilAdmitted,
    PupilLeft,
    PupilMoved,
)
from ledger.refusals import BadRows, NotPermitted
from ledger.roll import Roll
from ledger.school import School
from tests.given import AMY, BEN, MONDAY, OFFICE, ROLL, SCHOOL, TEACHER, UPN, ask, at

MADE = {"made_by": OFFICE, "made_at": at("08:00")}


@dataclass(frozen=True)
class Row:
    line: int = 2
    upn: str = UPN[AMY]
    surname: str = "Penrose"
    forename: str = "Amy"
    born: str = "2015-10-01"
    year_group: str = "4"
    group: str = "4B"
    starts: str = "2022-09-01"
    leaves: str = ""
    parents: tuple = ()


AMY_ROW = Row()
NEW = Row(9, "A100000009", "Hale", "Dewi", "2016-01-02", starts="2024-09-09")


def take_in(*rows, events=ROLL, by=OFFICE, seen_at=None, strict=False):
    command = ask(
        ImportPupils, by, at("08:00"), file="roll.csv", sha256="ab", seen_at=seen_at, strict=strict
    )
    return decide(command, rows, School.fold(SCHOOL), Roll.fold(events))


def test_a_new_upn_is_an_admission_under_the_next_number_with_its_line():
    assert take_in(NEW).events == (
        PupilAdmitted(
            pupil=4, upn="A100000009", surname="Hale", forename="Dewi", born="2016-01-02",
            year_group="4", group="4B", starts="2024-09-09", line=9, **MADE,
        ),
    )  # fmt: skip


def test_two_new_pupils_have_two_numbers():
    other = replace(NEW, line=10, upn="A100000010")
    assert [event.pupil for event in take_in(NEW, other).events] == [4, 5]


def test_a_file_that_shows_the_roll_changes_nothing():
    done = take_in(AMY_ROW)
    assert (done.events, done.unchanged) == ((), 1)


def test_a_pupil_the_file_does_not_name_is_told_and_stays():
    done = take_in(AMY_ROW)
    assert done.missing == (UPN[BEN], "A100000003")


def test_another_class_is_a_move_from_the_day_the_file_was_seen():
    (event,) = take_in(replace(AMY_ROW, group="4A")).events
    assert event == PupilMoved(pupil=AMY, group="4A", year_group="4", starts=MONDAY, **MADE)


def test_a_move_begins_on_the_day_the_file_showed_it():
    seen = at("18:00", MONDAY - dt.timedelta(days=4))
    (event,) = take_in(replace(AMY_ROW, group="4A"), seen_at=seen).events
    assert event.starts == dt.date(2024, 9, 5)


def test_a_new_year_group_in_the_first_half_term_began_with_the_school_year():
    (event,) = take_in(replace(AMY_ROW, group="5B", year_group="5")).events
    assert event.starts == dt.date(2024, 9, 2)


def test_a_new_year_group_later_in_the_year_begins_when_seen():
    seen = at("18:00", dt.date(2024, 6, 10))
    moved = take_in(replace(AMY_ROW, group="5B", year_group="5"), seen_at=seen).events
    assert moved[0].starts == dt.date(2024, 6, 3)  # the invented year begins in June
    later = at("18:00", dt.date(2024, 11, 11))
    (event,) = take_in(replace(AMY_ROW, group="5B", year_group="5"), seen_at=later).events
    assert event.starts == dt.date(2024, 11, 11)


@pytest.mark.parametrize(
    ("particular", "field", "original", "amended"),
    [
        ("surname", "surname", "Penrose", "Penrose-Rowe"),
        ("forename", "forename", "Amy", "Aimee"),
        ("date_of_birth", "born", "2015-10-01", "2015-10-11"),
        ("start_date", "starts", "2022-09-01", "2022-09-05"),
    ],
)
def test_a_particular_put_right_keeps_the_former_one(particular, field, original, amended):
    (event,) = take_in(replace(AMY_ROW, **{field: amended})).events
    assert event == ParticularsChanged(
        pupil=AMY, particular=particular, original=original, amended=amended,
        reason="Shown by roll.csv", **MADE,
    )  # fmt: skip


def test_parents_that_differ_are_recorded_and_none_named_says_nothing():
    told = ({"number": "1", "name": "Wenna Penrose", "lives_with": "yes", "address": "1 Fore St"},)
    wenna = Parent(id="parent-1", name="Wenna Penrose", lives_with=True, address="1 Fore St")
    (event,) = take_in(replace(AMY_ROW, parents=told)).events

    assert event == ParentsChanged(
        pupil=AMY, original=(), amended=(wenna,), reason="Shown by roll.csv", **MADE
    )
    assert take_in(AMY_ROW, events=[*ROLL, event]).events == ()


def test_a_leaving_date_is_a_leaving_once():
    leaving = replace(AMY_ROW, leaves="2024-09-06")
    (event,) = take_in(leaving).events

    assert event == PupilLeft(pupil=AMY, last_day="2024-09-06", **MADE)
    assert take_in(leaving, events=[*ROLL, event]).events == ()


def test_a_leaving_date_put_right_or_taken_back():
    left = PupilLeft(pupil=AMY, last_day="2024-09-06", **MADE)
    for leaves in ("2024-09-07", ""):
        (event,) = take_in(replace(AMY_ROW, leaves=leaves), events=[*ROLL, left]).events
        assert (event.particular, event.original, event.amended) == (
            "leaving_date",
            "2024-09-06",
            leaves,
        )
        roll = Roll.fold([*ROLL, left, event])
        assert roll.pupils[AMY].on_roll(dt.date(2024, 9, 7))


def test_who_left_and_starts_again_is_admitted_again_under_the_same_number():
    left = PupilLeft(pupil=AMY, last_day="2024-07-19", **MADE)
    (event,) = take_in(replace(AMY_ROW, starts="2024-09-09"), events=[*ROLL, left]).events

    assert (type(event), event.pupil) == (PupilAdmitted, AMY)
    pupil = Roll.fold([*ROLL, left, event]).pupils[AMY]
    days = [dt.date(2024, 7, 19), dt.date(2024, 7, 20), dt.date(2024, 9, 8), dt.date(2024, 9, 9)]
    assert [pupil.on_roll(day) for day in days] == [True, False, False, True]


def test_a_new_pupil_who_has_left_already_is_both():
    done = take_in(replace(NEW, leaves="2024-09-10"))
    assert [type(event) for event in done.events] == [PupilAdmitted, PupilLeft]


@pytest.mark.parametrize(
    ("field", "written", "told"),
    [
        ("upn", "", "The UPN is missing."),
        ("upn", "a b", "The UPN 'a b' is not 4 to 16 capital letters and figures."),
        ("upn", "A1", "The UPN 'A1' is not 4 to 16 capital letters and figures."),
        ("born", "01/10/2015", "The date of birth: '01/10/2015' is not a date written like"),
        ("starts", "0", "The start date: '0' is not a date"),
        ("surname", "", "The surname is missing."),
        ("group", "4 B", "The class '4 B' holds letters or signs it cannot have."),
        ("leaves", "2021-01-01", "The leaving date 2021-01-01 is before the start date"),
        ("born", "2024-09-09", "The date of birth 2024-09-09 is not before the start date"),
        ("parents", ({"number": "2", "address": "x"},), "Parent 2 has no name."),
        (
            "parents",
            ({"number": "1", "name": "x", "lives_with": "perhaps"},),
            "Parent_1_lives_with says 'perhaps', neither yes nor no.",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_by_line(field, written, told):
    done = take_in(replace(NEW, line=7, **{field: written}), AMY_ROW)

    assert (done.events, done.unchanged, done.refused) == ((), 1, 1)
    assert done.refusals[0].line == 7
    assert done.refusals[0].why.startswith(told)


def test_a_second_line_for_one_upn_is_refused():
    done = take_in(NEW, replace(NEW, line=10))
    assert [(row.line, row.why) for row in done.refusals] == [
        (10, "A100000009 is on line 9 already.")
    ]
    assert len(done.events) == 1


def test_strict_takes_in_nothing_if_any_row_is_bad():
    with pytest.raises(BadRows, match=r"1 of the rows in roll\.csv"):
        take_in(NEW, replace(NEW, line=3, upn=""), strict=True)


def test_who_may():
    with pytest.raises(NotPermitted):
        take_in(NEW, by=TEACHER)


def test_the_roll_on_each_side_of_a_move():
    moved = take_in(replace(AMY_ROW, group="4A")).events
    roll = Roll.fold([*ROLL, *moved])
    sunday = MONDAY - dt.timedelta(days=1)

    assert [p.id for p in roll.in_group("4B", sunday)] == [AMY, BEN]
    assert [p.id for p in roll.in_group("4B", MONDAY)] == [BEN]
    assert roll.groups(MONDAY) == ("4A", "4B", "NU")
