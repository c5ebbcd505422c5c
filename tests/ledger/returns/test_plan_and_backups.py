"""Attendance that fell under an EHC plan, where a policy asks; back-ups every month."""

import datetime as dt

from ledger.events import BackupRecorded, CalendarSet, PolicyAdopted, PupilFactRecorded
from ledger.kinds import Session
from ledger.returns import Returns, backups, plan_fall_owed
from ledger.returns.backups import keep_until
from ledger.roll import Roll
from ledger.school import School
from tests.given import AMY, AUTUMN, MADE, ROLL, SCHOOL, half_term

SECOND = half_term("Autumn", 2, "2024-11-04", "2024-12-20")
CALENDAR = CalendarSet(school_year="2024/25", half_terms=(AUTUMN, SECOND), **MADE)
MANOR = PolicyAdopted(pack="trusts/manor_2024", starts="2024-08-19", sha256="0", **MADE)
UNDER = School.fold([*SCHOOL, CALENDAR, MANOR])
PLAN = PupilFactRecorded(pupil=AMY, fact="EHC plan", starts="2024-09-01", **MADE)
FIRST = UNDER.calendar.school_days(dt.date(2024, 9, 2), dt.date(2024, 10, 25))
LATER = UNDER.calendar.school_days(dt.date(2024, 11, 4), dt.date(2024, 12, 20))


def fall(absent: int, of: int, *facts, school=UNDER, on: dt.date | None = None):
    """A first half-term attended whole; then some of the first days missed, all with an I."""
    codes = {Session(day, half): "/" for day in FIRST for half in ("AM", "PM")}
    for n, day in enumerate(LATER[:of]):
        codes |= dict.fromkeys((Session(day, "AM"), Session(day, "PM")), "I" if n < absent else "/")
    pupil = Roll.fold([*ROLL, *(facts or [PLAN])]).pupils[AMY]
    return list(plan_fall_owed(pupil, codes, school, on or LATER[of - 1]))


def test_a_fall_is_told_once_ten_sessions_of_the_half_term_show_it():
    assert fall(1, 4) == []
    (owed,) = fall(1, 5)

    assert (owed.since, owed.due) == (LATER[4], LATER[9])
    assert owed.facts["this half-term"] == "8 of 10 sessions attended"


def test_it_stays_owed_when_the_half_term_is_over_and_until_the_next_school_year():
    ended = PLAN.model_copy(update={"ends": LATER[4]})
    shown = fall(1, 5)

    assert fall(1, 5, on=dt.date(2024, 12, 30)) == shown
    assert fall(1, 5, ended, on=dt.date(2025, 8, 31)) == shown
    reach = AUTUMN.starts + dt.timedelta(days=400)
    assert (fall(1, 5, on=reach), fall(1, 5, on=reach + dt.timedelta(days=1))) == (shown, [])
    next_year = CALENDAR.model_copy(
        update={
            "school_year": "2025/26",
            "half_terms": (half_term("Autumn", 1, "2025-09-02", "2025-10-24"),),
        }
    )
    after = School.fold([*SCHOOL, CALENDAR, next_year, MANOR])
    assert fall(1, 5, school=after, on=dt.date(2025, 9, 1)) == shown
    assert fall(1, 5, school=after, on=dt.date(2025, 9, 2)) == []


def test_no_fall_is_nothing():
    assert fall(0, 10) == []


def test_without_a_plan_or_without_the_policy_nothing_is_told():
    ended = PLAN.model_copy(update={"ends": LATER[3]})

    assert fall(1, 5, ended) == []
    assert fall(1, 5, school=School.fold([*SCHOOL, CALENDAR])) == []


def backup(number: int, on: str) -> BackupRecorded:
    return BackupRecorded(number=number, backed_up_on=on, kept_at="Safe", **MADE)


def test_the_first_back_up_is_due_a_month_after_the_opening():
    (first,) = backups(UNDER, Returns())

    assert (first.since, first.due, first.made_on) == (
        dt.date(2024, 6, 3),
        dt.date(2024, 7, 3),
        None,
    )


def test_the_next_is_due_a_month_after_the_one_before():
    made = Returns.fold([backup(1, "2024-07-01"), backup(2, "2024-08-05")])

    found = [(one.due, one.made_on) for one in backups(UNDER, made)]
    assert found == [
        (dt.date(2024, 7, 3), dt.date(2024, 7, 1)),
        (dt.date(2024, 8, 1), dt.date(2024, 8, 5)),
        (dt.date(2024, 9, 5), None),
    ]


def test_kept_for_years_after_the_end_of_the_school_year_three_before_19_august_2024_then_six():
    assert keep_until(UNDER, dt.date(2024, 8, 18)) == dt.date(2027, 9, 1)
    assert keep_until(UNDER, dt.date(2024, 8, 19)) == dt.date(2030, 9, 1)
    assert keep_until(UNDER, dt.date(2024, 9, 3)) == dt.date(2031, 8, 31)
