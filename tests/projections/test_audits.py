"""Questions 7 and 12: amendments that stand out, and the roll."""

import datetime as dt
from fractions import Fraction

import pytest

from ledger.calendar import instant
from ledger.events import AmendmentObserved, MarkAmended, ReturnMade
from ledger.kinds import Person, Session
from projections.amendment_audit import audit_amendments, return_days
from projections.rates import rates
from projections.roll_audit import audit_roll
from projections.runner import Runner
from projections.views import View, asof, live
from tests.projections.a_school import OFFICER, ASchool, made, present, sessions

CULPRIT = Person(id="s9", name="Nobody Asked", position="deputy head")
FIRST, LAST = dt.date(2024, 9, 3), dt.date(2024, 10, 25)
DAYS = sessions("2024-09-03", "2024-10-25")


def view(school: ASchool, runner: Runner) -> View:
    return live(runner, school.ledger)


def mark_all(school: ASchool, code: str, days: list[Session], pupils: range) -> None:
    for session in days:
        school.marked(session, dict.fromkeys(pupils, code))


def amend(
    school: ASchool,
    session: Session,
    pupil: int,
    code: str,
    *,
    by: Person = OFFICER,
    days: int = 3,
    time: str = "10:00",
    reason: str = "Parent called",
) -> None:
    at = instant(session.date + dt.timedelta(days=days), dt.time.fromisoformat(time))
    school.act(
        MarkAmended(
            session=session, group="4B", pupil=pupil, original="N", amended=code, reason=reason,
            **made(at, by),
        )
    )  # fmt: skip


@pytest.fixture
def falsified(school: ASchool) -> ASchool:
    """Thirty pupils N on two mornings each; sixteen made present by one person, later."""
    school.opened(pupils=30)
    for pupil in range(1, 31):
        for session in (DAYS[2 * pupil], DAYS[2 * pupil - 2]):
            school.marked(session, {pupil: "N"})
    for pupil in range(1, 31):
        amend(school, DAYS[2 * pupil - 2], pupil, "I")
    for pupil in range(1, 17):
        amend(school, DAYS[2 * pupil], pupil, present(DAYS[2 * pupil].half), by=CULPRIT, days=7)
    for pupil in range(17, 31):
        amend(school, DAYS[2 * pupil], pupil, "M", reason="Dentist")
    return school


def test_whoever_makes_attendance_of_absences_is_first_and_stands_out(falsified, runner):
    found = audit_amendments(view(falsified, runner), FIRST, LAST)
    first, second = found.people

    assert (first.what, first.stands_out) == ("Nobody Asked, deputy head", True)
    assert (first.late, first.to_attending) == (16, 16)
    assert (second.amendments, second.to_attending, second.stands_out) == (44, 0, False)
    assert found.standing_out == (("person", first),)
    assert {one.person for one in found.picked} == {first.what}
    assert len(found.picked) == 16
    assert found.times == 2
    assert Fraction(1, 100) == Fraction(*map(int, found.chance.split(" in ")))


def test_the_figures_as_they_were_before_the_falsifying_are_still_given(falsified, runner):
    """Sixteen absences fewer now, and each of them there as at the entry before the first."""
    own = [a for a in falsified.ledger.acts() if a.made_by.name == CULPRIT.name]

    def absent(of: View) -> int:
        (row,) = rates([of], by="school", first=FIRST, last=LAST).rows
        return row.authorised + row.unauthorised

    now, then = view(falsified, runner), asof(falsified.ledger, own[0].first - 1)

    assert len(own) == 16
    assert (absent(then), absent(now)) == (60, 44)


def test_counts_by_code_by_lag_and_by_reason(falsified, runner):
    found = audit_amendments(view(falsified, runner), FIRST, LAST)
    pairs = {(one.original, one.amended): one.amendments for one in found.pairs}

    assert pairs == {("N", "I"): 30, ("N", "/"): 16, ("N", "M"): 14}
    assert sum(found.by_lag) == found.amendments == 60
    assert found.by_lag[3] == 44 + sum(one.lag == "within five school days" for one in found.picked)
    assert [(one.reason, one.amendments, one.persons) for one in found.reasons] == [
        ("Parent called", 46, 2),
        ("Dentist", 14, 1),
    ]
    assert found.marks == 60
    assert found.pairs[0].per_thousand == "500.00"


def test_one_day_is_bulk_and_one_register_put_right_is_one_decision(school, runner):
    school.opened(pupils=12)
    mark_all(school, "N", DAYS[:1], range(1, 13))
    for pupil in range(1, 13):
        amend(school, DAYS[0], pupil, "/", days=1)
    found = audit_amendments(view(school, runner), FIRST, LAST)

    (bulk,) = found.bulk
    assert (bulk.amendments, bulk.pupils, bulk.registers, bulk.to_attending) == (12, 12, 1, True)
    assert (found.people[0].late, found.people[0].to_attending) == (1, 1)
    assert found.standing_out == ()


def test_same_session_same_day_and_later_are_told_apart(school, runner):
    school.opened(pupils=4)
    mark_all(school, "N", DAYS[:1], range(1, 5))
    moments = ((0, "09:30"), (0, "15:00"), (1, "09:00"), (14, "09:00"))
    for pupil, (days, time) in enumerate(moments, start=1):
        amend(school, DAYS[0], pupil, "/", days=days, time=time)
    found = audit_amendments(view(school, runner), FIRST, LAST)

    assert found.by_lag == (0, 1, 1, 1, 1)
    assert found.people[0].late == 2  # one register, but put right on two days


def test_just_before_a_census_day_and_a_return_is_told_apart(school, runner):
    """Census day is Thursday 3 October; the fifth school day, itself in, is 27 September."""
    school.opened(pupils=3)
    by = made(instant(dt.date(2024, 10, 21), dt.time(9)))
    school.act(
        ReturnMade(
            kind="attendance", number=1, made_on=dt.date(2024, 10, 21), to="The authority",
            pupils=(), clause="reg. 13(7)", **by,
        ),
        command="make-return",
    )  # fmt: skip
    made_on = ("2024-09-26", "2024-09-27", "2024-10-03", "2024-10-04", "2024-10-14", "2024-10-21")
    for place, day in enumerate(made_on):
        session = DAYS[place]
        school.marked(session, {1: "N"})
        days = (dt.date.fromisoformat(day) - session.date).days
        amend(school, session, 1, "I", days=days)
    found = audit_amendments(view(school, runner), FIRST, LAST)

    assert dt.date(2024, 10, 21) in found.return_days
    assert dt.date(2024, 10, 3) in found.return_days
    assert found.before_returns is not None
    assert found.before_returns.amendments == 3  # 27 September, 3 and 21 October


def test_an_amendment_that_names_nobody_is_counted_as_such(school, runner):
    school.opened(pupils=1)
    school.marked(DAYS[0], {1: "N"})
    at = instant(DAYS[0].date + dt.timedelta(days=1), dt.time(18))
    seen = AmendmentObserved(
        session=DAYS[0], group="4B", pupil=1, original="N", amended="/", seen_at=at, **made(at)
    )
    school.act(seen, command="import-marks", source={"file": "night.csv"})
    found = audit_amendments(view(school, runner), FIRST, LAST)

    assert [one.what for one in found.people] == ["not provided by source"]
    assert found.people[0].odds == ""  # nobody to compare with
    assert found.no_reason == 1


def test_the_roll_says_what_was_put_down_after_its_day(school, runner):
    school.opened(pupils=2)
    left = school.left(1, dt.date(2024, 9, 20))
    by = instant(dt.date(2024, 9, 30), dt.time(9))
    school.act(*_left(2, dt.date(2024, 9, 20), by))
    found = audit_roll(view(school, runner), FIRST, LAST)

    assert [(one.kind, one.pupil.id, one.school_days) for one in found.changes] == [
        ("left", 1, 0),
        ("left", 2, 6),
    ]
    assert found.changes[0].entry == left.first
    assert [one.pupil.id for one in found.backdated] == [2]


def _left(pupil: int, day: dt.date, at: dt.datetime):
    from ledger.events import PupilLeft

    return [PupilLeft(pupil=pupil, last_day=day, ground="reg. 9(1)(a)", **made(at))]


def test_twenty_sessions_under_d_are_shown_and_nineteen_are_not(school, runner):
    school.opened(pupils=3)
    mark_all(school, "D", DAYS[:19], range(1, 3))
    school.marked(DAYS[19], {1: "D", 2: "/"})
    school.marked(DAYS[20], {2: "D", 3: "D"})
    found = audit_roll(view(school, runner), FIRST, LAST)

    assert [(one.pupil.id, one.sessions, one.longest, one.goes_on) for one in found.away] == [
        (1, 20, 20, True),
        (2, 20, 19, True),
    ]


def test_a_mark_after_the_last_day_is_shown(school, runner):
    school.opened(pupils=1)
    school.left(1, DAYS[0].date)
    school.marked(DAYS[2], {1: "/"})
    found = audit_roll(view(school, runner), FIRST, LAST)

    assert [(one.session, one.code) for one in found.off_roll] == [(DAYS[2], "/")]


@pytest.mark.parametrize(
    ("first", "last", "known"),
    [
        ("2022-09-05", "2022-12-16", ("2022-10-06", "2023-01-19", "2023-05-18", "2023-10-05")),
        ("2025-06-02", "2025-07-18", ("2025-10-02", "2026-01-15", "2026-05-21")),
        ("2026-09-03", "2026-12-18", ()),  # not seen in a source yet
    ],
)
def test_the_census_days_are_those_of_each_school_year_up_to_a_year_on(
    school, runner, first, last, known
):
    """Sessions of the summer's second half are collected by the census of the autumn."""
    school.opened(pupils=1)
    days = return_days(
        view(school, runner), dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    )
    assert [day.isoformat() for day in days] == list(known)
