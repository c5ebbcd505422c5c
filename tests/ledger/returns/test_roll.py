"""Returns about names: entered, by the end of the fifth day; deleted, when they are."""

import datetime as dt

from ledger.events import PupilAdmitted, PupilLeft
from ledger.kinds import Person
from ledger.returns import deletions_owed, new_pupils_owed
from ledger.roll import Roll
from ledger.school import School
from tests.given import AMY, BEN, HEAD, ROLL, SCHOOL, at

TRELIGHTS = School.fold(SCHOOL)
DAY = dt.date(2024, 9, 12)


def entered(pupil: int, year: str, starts: str, on: str) -> PupilAdmitted:
    return PupilAdmitted(
        pupil=pupil, upn=f"A10000000{pupil}", surname="New", forename="Nia", born="2017-01-01",
        year_group=year, group="2A", starts=starts, made_by=HEAD,
        made_at=at("09:00", dt.date.fromisoformat(on)),
    )  # fmt: skip


def left(pupil: int, last_day: str, on: str, by: Person = HEAD) -> PupilLeft:
    when = at("09:00", dt.date.fromisoformat(on))
    return PupilLeft(pupil=pupil, last_day=last_day, made_by=by, made_at=when)


def new(*events):
    return list(new_pupils_owed(TRELIGHTS, Roll.fold([*ROLL, *events])))


def gone(*events):
    return list(deletions_owed(TRELIGHTS, Roll.fold([*ROLL, *events])))


def test_those_who_were_on_roll_before_the_ledger_was_opened_are_not_returned():
    assert new() == []


def test_a_new_pupil_is_returned_by_the_fifth_day_after_entry():
    (owed,) = new(entered(4, "4", "2024-09-10", "2024-09-12"))

    assert (owed.since, owed.due) == (dt.date(2024, 9, 10), dt.date(2024, 9, 17))


def test_five_plain_days_run_over_a_weekend_and_are_not_school_days():
    (owed,) = new(entered(4, "4", "2024-09-19", "2024-09-19"))

    assert owed.due == dt.date(2024, 9, 24)  # a Tuesday: the weekend counts


def test_put_down_before_the_starting_day_it_runs_from_the_starting_day():
    (owed,) = new(entered(4, "4", "2024-09-19", "2024-07-01"))

    assert owed.due == dt.date(2024, 9, 24)


def test_before_19_august_2024_this_ledger_knows_of_no_such_return():
    assert new(entered(4, "4", "2024-08-18", "2024-08-18")) == []
    assert len(new(entered(4, "4", "2024-08-19", "2024-08-19"))) == 1


def test_the_most_junior_class_on_the_first_day_of_the_year_is_excepted():
    """The school opened on 2 September with an INSET day; its pupils began on the third."""
    assert new(entered(4, "N", "2024-09-03", "2024-09-03")) == []
    assert len(new(entered(4, "N", "2024-09-04", "2024-09-04"))) == 1
    assert len(new(entered(4, "4", "2024-09-03", "2024-09-03"))) == 1


def test_a_deletion_is_returned_when_it_is_made():
    (owed,) = gone(left(AMY, "2024-09-12", "2024-09-12"))

    assert (owed.since, owed.due, owed.note) == (DAY, DAY, "")


def test_a_deletion_put_down_later_is_said_to_be_late():
    (owed,) = gone(left(AMY, "2024-09-12", "2024-09-13"))

    assert owed.due == dt.date(2024, 9, 13)
    assert owed.note.startswith("put down on 2024-09-13")


def test_the_most_senior_class_at_the_end_of_the_final_term_is_excepted():
    assert gone(left(BEN, "2024-08-23", "2024-08-23")) == []
    assert len(gone(left(BEN, "2024-08-22", "2024-08-22"))) == 1
