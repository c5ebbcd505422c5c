"""Who must be named for absence: ten school days of G, N, O, U; fifteen of illness."""

import datetime as dt

from hypothesis import given as drawn
from hypothesis import strategies as st

from ledger.calendar import london
from ledger.events import PupilFactRecorded, Returned, ReturnMade
from ledger.kinds import Session
from ledger.returns import Returns, Told, attendance_owed, sickness_owed
from ledger.roll import Roll
from ledger.school import School
from tests.given import AMY, CAI, MADE, ROLL, SCHOOL, admitted

TRELIGHTS = School.fold(SCHOOL)
DAYS = TRELIGHTS.calendar.school_days(dt.date(2024, 9, 3), dt.date(2024, 10, 25))
SUMMER = TRELIGHTS.calendar.school_days(dt.date(2024, 6, 3), dt.date(2024, 8, 23))


def marks(said: str, days=DAYS):
    """A letter a day: ``-`` no entry, ``/`` present, ``h`` absent in the morning alone."""
    found = {}
    for day, letter in zip(days, said, strict=False):
        if letter == "-":
            continue
        am, pm = ("O", "\\") if letter == "h" else (letter, "\\" if letter == "/" else letter)
        found[Session(day, "AM")], found[Session(day, "PM")] = am, pm
    return found


def attendance(said: str, returns=None, on=DAYS[-1], days=DAYS, roll=ROLL, pupil=AMY):
    who = Roll.fold(roll).pupils[pupil]
    return list(attendance_owed(who, marks(said, days), TRELIGHTS, returns or Returns(), on))


def sickness(said: str, *told: Told, on=DAYS[-1]):
    who = Roll.fold(ROLL).pupils[AMY]
    return list(sickness_owed(who, marks(said), TRELIGHTS, told, on))


# --- the attendance return ----------------------------------------------------------------


def test_nine_school_days_are_not_returned():
    assert attendance("N" * 9 + "/") == []


def test_ten_school_days_are_returned_from_their_first():
    (owed,) = attendance("/" + "NOGU" * 2 + "NO/")

    assert (owed.since, owed.facts["school days"]) == (DAYS[1], "10")
    assert owed.reference == "SI 2024/208 reg. 13(7)(b)"


def test_any_other_code_breaks_the_row():
    assert attendance("OOOOO" + "I" + "OOOOO") == []


def test_a_morning_attended_breaks_it_too():
    assert attendance("OOOOO" + "h" + "OOOOO") == []


def test_a_register_not_taken_neither_counts_nor_breaks():
    assert attendance("OOOOO" + "-" + "OOOO") == []
    assert len(attendance("OOOOO" + "-" + "OOOOO")) == 1


def test_it_is_due_a_month_after_the_tenth_day_where_none_was_made_before():
    (owed,) = attendance("O" * 10)

    assert owed.due == dt.date(2024, 10, DAYS[9].day)


def test_absence_before_19_august_2024_is_reckoned_by_the_rule_of_the_day_asked():
    before, after = dt.date(2024, 8, 16), dt.date(2024, 8, 19)
    said = "/" * (len(SUMMER) - 15) + "O" * 15

    assert attendance(said, on=before, days=SUMMER) == []
    assert len(attendance(said, on=after, days=SUMMER)) == 1


def made(pupil: int, on: dt.date, since: dt.date) -> Returns:
    named = (Returned(pupil=pupil, since=since, held={"name": "Amy"}),)
    event = ReturnMade(
        kind="attendance", number=1, made_on=on, to="LA", pupils=named, clause="reg. 13", **MADE
    )
    return Returns.fold([event])


def test_after_a_return_ten_further_days_are_wanted():
    nineteen, twenty = "O" * 19, "O" * 20
    returns = made(AMY, DAYS[9], DAYS[0])

    assert attendance(nineteen, returns) == []
    assert [one.since for one in attendance(twenty, returns)] == [DAYS[10]]


def test_boarders_and_those_under_compulsory_school_age_are_not_named():
    fact = PupilFactRecorded(pupil=AMY, fact="boarder", starts="2024-09-01", **MADE)

    assert attendance("O" * 12, roll=[*ROLL, fact]) == []
    assert attendance("O" * 12, pupil=CAI) == []


# --- the sickness return ------------------------------------------------------------------


def test_fourteen_days_of_illness_are_not_returned_and_fifteen_are():
    assert sickness("I" * 14 + "/") == []
    (owed,) = sickness("I" * 15 + "/")

    assert (owed.since, owed.due) == (DAYS[0], DAYS[15])


def test_fifteen_in_the_year_are_enough_and_each_later_illness_is_returned_too():
    found = sickness("I" * 8 + "//" + "I" * 7 + "//" + "I")

    assert [one.since for one in found] == [DAYS[10], DAYS[19]]
    assert [one.due for one in found] == [DAYS[17], DAYS[20]]


def test_half_a_day_less_is_not_enough():
    days = marks("I" * 8 + "//" + "I" * 7)
    days[Session(DAYS[16], "PM")] = "\\"
    who = Roll.fold(ROLL).pupils[AMY]

    assert list(sickness_owed(who, days, TRELIGHTS, (), DAYS[-1])) == []


def test_illness_expected_to_last_is_returned_as_soon_as_it_is_told():
    told = Told(told_on=DAYS[1], starts=DAYS[0], until=DAYS[14])
    (owed,) = sickness("II", told)

    assert (owed.due, owed.facts["school days expected"]) == (DAYS[2], "13")


def test_expected_one_day_short_it_is_not():
    assert sickness("II", Told(DAYS[1], DAYS[0], DAYS[13])) == []


def test_a_pupil_who_is_back_is_expected_no_longer():
    assert sickness("II/", Told(DAYS[1], DAYS[0], DAYS[14])) == []


def test_what_was_told_last_counts():
    long, short = Told(DAYS[0], DAYS[0], DAYS[20]), Told(DAYS[1], DAYS[0], DAYS[4])

    assert sickness("II", long, short) == []


# --- an independent reckoning ---------------------------------------------------------------


@drawn(st.text("NO/I-", max_size=len(DAYS)))
def test_as_a_pattern_over_the_days_would_find_them(said):
    """Days without an entry are struck out; then rows of ten or more N and O are looked for."""
    kept = [(day, letter) for day, letter in zip(DAYS, said, strict=False) if letter != "-"]
    rows, row = [], []
    for day, letter in [*kept, (None, "/")]:
        if letter in "NO":
            row.append(day)
            continue
        if len(row) >= 10:
            rows.append(row[0])
        row = []

    assert [one.since for one in attendance(said)] == rows


def test_the_pupil_is_read_back_with_the_day_of_entry():
    spell = Roll.fold([admitted(AMY, "4B", "2015-10-01")]).pupils[AMY].spells[0]

    assert spell.entered_on == london(MADE["made_at"]).date()
