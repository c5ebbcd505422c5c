"""The current register: how an entry counts, and what lies over it."""

import datetime as dt
from typing import Any

from sqlalchemy import event, select

from ledger import events as e
from ledger.kinds import Session
from projections.current_register import current_register
from projections.runner import Runner
from projections.views import live
from tests.projections.a_school import ASchool, made, present, session

MONDAY_AM, MONDAY_PM = session("2024-09-09 AM"), session("2024-09-09 PM")
LAST_OLD, FIRST_NEW = session("2024-07-24 AM"), session("2024-09-03 AM")
SUMS = ("possible", "attended", "authorised", "unauthorised", "late")


def row(runner: Runner, school: ASchool, at: Session, pupil: int = 1) -> dict[str, Any]:
    t = current_register.c
    found = live(runner, school.ledger).rows(
        select(current_register).where(t.date == at.date, t.half == at.half, t.pupil == pupil)
    )
    assert len(found) == 1
    return dict(found[0]._mapping)


def sums(found: dict[str, Any]) -> tuple[int, ...]:
    return tuple(found[name] for name in SUMS)


def test_l_is_attended_and_late_u_is_unauthorised_and_late(school: ASchool, runner: Runner) -> None:
    school.opened().marked(MONDAY_AM, {1: "L", 2: "U"})

    assert sums(row(runner, school, MONDAY_AM, 1)) == (1, 1, 0, 0, 1)
    assert sums(row(runner, school, MONDAY_AM, 2)) == (1, 0, 0, 1, 1)


def test_d_is_on_neither_side_of_a_rate(school: ASchool, runner: Runner) -> None:
    school.opened().marked(MONDAY_AM, {1: "D"})

    assert sums(row(runner, school, MONDAY_AM)) == (0, 0, 0, 0, 0)


def test_j_attends_on_the_last_school_day_before_19_august_2024(
    school: ASchool, runner: Runner
) -> None:
    school.opened().marked(LAST_OLD, {1: "J"})

    found = row(runner, school, LAST_OLD)
    assert sums(found) == (1, 1, 0, 0, 0)
    assert found["legacy"] == 0


def test_j1_is_authorised_absence_from_then_on_and_j_is_flagged(
    school: ASchool, runner: Runner
) -> None:
    school.opened().marked(FIRST_NEW, {1: "J1", 2: "J"})

    assert sums(row(runner, school, FIRST_NEW, 1)) == (1, 0, 1, 0, 0)
    assert row(runner, school, FIRST_NEW, 2)["legacy"] == 1


def test_an_amendment_keeps_the_code_first_entered(school: ASchool, runner: Runner) -> None:
    school.opened().marked(MONDAY_AM, {1: "N"})
    school.amended(MONDAY_AM, 1, "N", "O")
    last = school.amended(MONDAY_AM, 1, "O", "I").last

    found = row(runner, school, MONDAY_AM)
    assert (found["first_code"], found["entered"], found["code"]) == ("N", "I", "I")
    assert (found["amendments"], found["entry"]) == (2, last)
    assert sums(found) == (1, 0, 1, 0, 0)


def test_a_closure_lies_over_the_mark_and_gives_it_back_when_withdrawn(
    school: ASchool, runner: Runner
) -> None:
    school.opened().marked(MONDAY_AM, {1: "O"})
    school.closed(1, MONDAY_AM, MONDAY_PM, "Y4")

    under = row(runner, school, MONDAY_AM)
    assert (under["code"], under["layer"], under["entered"]) == ("Y4", "closure", "O")
    assert sums(under) == (0, 0, 0, 0, 0)

    school.withdrawn(1, dt.datetime(2024, 9, 10, 8, tzinfo=dt.UTC))
    back = row(runner, school, MONDAY_AM)
    assert (back["code"], back["layer"]) == ("O", "register")
    assert sums(back) == (1, 0, 0, 1, 0)


def test_a_mark_made_under_a_closure_counts_as_the_closure_does(
    school: ASchool, runner: Runner
) -> None:
    school.opened().closed(1, MONDAY_AM, MONDAY_AM, "#")
    school.marked(MONDAY_AM, {1: "/"})
    school.marked(MONDAY_PM, {1: "\\"})

    assert row(runner, school, MONDAY_AM)["code"] == "#"
    assert row(runner, school, MONDAY_PM)["code"] == "\\"


def test_a_closure_of_one_class_leaves_the_others(school: ASchool, runner: Runner) -> None:
    school.opened().admitted([7], group="5A")
    school.marked(MONDAY_AM, {1: "/"})
    school.marked(MONDAY_AM, {7: "/"}, group="5A")
    school.closed(1, MONDAY_AM, MONDAY_PM, "#", ("5A",))

    assert row(runner, school, MONDAY_AM, 1)["layer"] == "register"
    assert row(runner, school, MONDAY_AM, 7)["layer"] == "closure"


def test_marks_after_the_last_day_on_roll_do_not_count(school: ASchool, runner: Runner) -> None:
    school.opened().marked(MONDAY_AM, {1: "O"})
    school.marked(session("2024-09-10 AM"), {1: "O"})
    school.left(1, MONDAY_AM.date)

    assert row(runner, school, MONDAY_AM)["unauthorised"] == 1
    after = row(runner, school, session("2024-09-10 AM"))
    assert (after["code"], after["layer"], after["entered"]) == (None, "not on roll", "O")
    assert sums(after) == (0, 0, 0, 0, 0)


def test_an_entry_the_source_let_go_of_still_counts_and_is_flagged(
    school: ASchool, runner: Runner
) -> None:
    school.opened().marked(MONDAY_AM, {1: "O"})
    seen = dt.datetime(2024, 9, 10, 20, tzinfo=dt.UTC)
    school.act(
        e.MarkVanished(
            session=MONDAY_AM,
            group="4B",
            pupil=1,
            original="O",
            seen_before=None,
            seen_at=seen,
            **made(seen),
        )
    )

    found = row(runner, school, MONDAY_AM)
    assert (found["code"], found["vanished"], found["unauthorised"]) == ("O", 1, 1)


def test_who_leaves_moves_no_row_of_the_days_before(school: ASchool, runner: Runner) -> None:
    """Given a year of marks, when a pupil leaves, then only the rows after that day are written."""
    school.opened()
    for at in (MONDAY_AM, MONDAY_PM, session("2024-09-10 AM")):
        school.marked(at, {1: present(at.half), 2: present(at.half)})
    live(runner, school.ledger)
    written: list[Any] = []

    def hear(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        if statement.startswith("UPDATE current_register"):
            written.extend(parameters if isinstance(parameters, list) else [parameters])

    event.listen(runner.engine, "before_cursor_execute", hear)
    school.left(1, MONDAY_AM.date)
    live(runner, school.ledger)
    event.remove(runner.engine, "before_cursor_execute", hear)

    assert len(written) == 1
    assert row(runner, school, MONDAY_PM)["layer"] == "register"
    assert row(runner, school, session("2024-09-10 AM"))["layer"] == "not on roll"
