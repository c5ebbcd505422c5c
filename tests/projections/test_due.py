"""What is due at a little school: from the register, the roll, leave, support, back-ups."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import select

from ledger import events as e
from ledger.calendar import instant
from ledger.kinds import Session
from projections.due import day_and_moment, due
from projections.engines import engine
from projections.returns import support
from projections.returns_tables import returns_made
from projections.runner import Runner
from projections.support_tables import support_notes, supports
from projections.views import asof, live
from tests.projections.a_school import AUTUMN_1, OFFICER, made

MANOR = ("trusts/manor_2024", dt.date(2024, 8, 19))
DAYS = [
    AUTUMN_1.starts + dt.timedelta(days=n)
    for n in range(40)
    if (AUTUMN_1.starts + dt.timedelta(days=n)).weekday() < 5
]


def registers(school, codes: dict[int, str], days: int) -> None:
    """A row of days as a code a day for each pupil; ``/`` becomes the code of the half-day."""
    for n, day in enumerate(DAYS[:days]):
        for half in ("AM", "PM"):
            said = {p: row[n] if n < len(row) else "/" for p, row in codes.items()}
            present = "/" if half == "AM" else "\\"
            school.marked(
                Session(day, half), {p: present if c == "/" else c for p, c in said.items()}
            )


def asked(view, day: dt.date, hour: int = 17, done: bool = False):
    return due(view, day, instant(day, dt.time(hour)), done=done)


def kinds(found) -> list[tuple[str, str]]:
    return [(row.kind, row.state) for row in found.rows]


def of_kind(found, kind: str):
    return [row for row in found.rows if row.kind == kind]


def test_a_quiet_school_has_its_back_up_alone(school, runner):
    school.opened(pupils=1)
    registers(school, {1: "/"}, 1)

    assert kinds(asked(live(runner, school.ledger), DAYS[0])) == [("back-up", "overdue")]


def test_who_is_missing_comes_first_the_longest_first(school, runner):
    school.opened(MANOR, pupils=3)
    registers(school, {1: "/N", 2: "NN", 3: "N/"}, 2)
    found = asked(live(runner, school.ledger), DAYS[1])

    first, second = of_kind(found, "unexplained absence")
    assert (first.pupil.id, first.since, second.pupil.id) == (2, DAYS[0], 1)
    assert found.rows[:2] == (first, second)
    assert first.state == "overdue" or first.due == DAYS[1]
    marks = of_kind(found, "unexplained mark")
    assert sorted((row.pupil.id, row.since) for row in marks) == [
        (1, DAYS[1]),
        (2, DAYS[0]),
        (2, DAYS[1]),
        (3, DAYS[0]),
    ]


def test_a_register_is_due_while_it_may_be_taken_and_overdue_after(school, runner):
    school.opened(pupils=1)
    registers(school, {1: "/"}, 1)
    view = live(runner, school.ledger)

    at_nine = due(view, DAYS[1], instant(DAYS[1], dt.time(9)))
    (row,) = of_kind(at_nine, "register not taken")
    assert (row.about, row.state) == (f"{DAYS[1]} AM, 4B", "due")

    (later,) = of_kind(due(view, DAYS[1], instant(DAYS[1], dt.time(9, 1))), "register not taken")
    assert later.state == "overdue"
    assert later.owner == "teacher"


def test_ten_days_and_fifteen_days_are_returned(school, runner):
    school.opened(pupils=2)
    registers(school, {1: "O" * 15, 2: "I" * 15}, 15)
    rows = of_kind(asked(live(runner, school.ledger), DAYS[14]), "return")

    assert sorted((row.about, row.pupil.id, row.since) for row in rows) == [
        ("attendance", 1, DAYS[0]),
        ("sickness", 2, DAYS[0]),
    ]


def test_a_return_that_was_made_is_done(school, runner):
    school.opened(pupils=1)
    registers(school, {1: "I" * 15}, 15)
    named = (e.Returned(pupil=1, since=DAYS[0], due=DAYS[15], held={"name": "-"}),)
    by = made(instant(DAYS[14], dt.time(16)), OFFICER)
    school.act(
        e.ReturnMade(
            kind="sickness", number=1, made_on=DAYS[14], to="LA", pupils=named, clause="13", **by
        ),
        command="make-return",
    )
    view = live(runner, school.ledger)

    assert of_kind(asked(view, DAYS[14]), "return") == []
    (row,) = of_kind(asked(view, DAYS[14], done=True), "return")
    assert (row.state, row.done, row.due) == ("done", DAYS[14], DAYS[15])
    assert of_kind(asked(asof(school.ledger, view.entry - 1), DAYS[14]), "return") != []


def test_the_threshold_waits_for_somebody_to_be_aware(school, runner):
    school.opened(MANOR, pupils=1)
    registers(school, {1: "OOOOO"}, 5)
    (row,) = of_kind(asked(live(runner, school.ledger), DAYS[4]), "threshold")

    assert (row.pupil.id, row.since, row.due) == (1, DAYS[4], None)


def test_as_of_an_entry_is_what_live_said_then(school, runner):
    school.opened(MANOR, pupils=3)
    registers(school, {1: "/N", 2: "NN", 3: "OO"}, 2)
    then = live(runner, school.ledger)
    said = asked(then, DAYS[1]).rows
    registers(school, {1: "N", 2: "N", 3: "O"}, 1)

    assert asked(asof(school.ledger, then.entry), DAYS[1]).rows == said


def test_support_is_shown_with_its_figures(school, runner):
    school.opened(pupils=1)
    counted = {"possible": 10, "attended": 6, "authorised": 0, "unauthorised": 4, "late": 0}
    before = e.Figures(first=DAYS[0], last=DAYS[4], **counted, position=12)
    by = made(instant(DAYS[5], dt.time(16)), OFFICER)
    school.act(
        e.SupportOpened(
            support=1, kind="attendance contract", about="Mondays", opened_on=DAYS[5], pupil=1,
            parents=("parent-1",), review_on=DAYS[9], before=before, **by,
        ),
        command="open-support",
    )  # fmt: skip
    view = live(runner, school.ledger)

    (row,) = support(view, DAYS[5]).rows
    assert (row.with_whom, row.before, row.after) == (("Pat Example",), before, None)
    assert support(view, DAYS[5], pupil=2).rows == ()
    assert [one.due for one in of_kind(asked(view, DAYS[5]), "support")] == [DAYS[9]]


def test_another_day_is_asked_about_as_at_its_end():
    now = instant(dt.date(2024, 9, 9), dt.time(10))

    assert day_and_moment(None, now) == (dt.date(2024, 9, 9), now)
    assert day_and_moment(dt.date(2024, 9, 6), now)[1] == instant(
        dt.date(2024, 9, 6), dt.time(23, 59)
    )


def test_support_and_returns_can_be_read_as_tables(school, runner, postgres_url):
    school.opened(pupils=2)
    figures = {"possible": 20, "attended": 15, "authorised": 1, "unauthorised": 4, "late": 2}
    before = e.Figures(first=DAYS[0], last=DAYS[4], position=9, **figures)
    after = e.Figures(first=DAYS[5], last=DAYS[9], position=12, **{**figures, "attended": 18})
    by = made(instant(DAYS[5], dt.time(9)))
    school.act(
        e.SupportOpened(support=1, kind="attendance contract", about="Mondays", pupil=1,
                        opened_on=DAYS[5], review_on=DAYS[7], before=before, **by),
        command="open-support",
    )  # fmt: skip
    said = {"noted_on": DAYS[7], "note": "Kept", "review_on": DAYS[9]}
    school.act(e.SupportNoted(support=1, **said, **by), command="note-support")
    open_still = live(runner, school.ledger).entry
    school.act(
        e.SupportClosed(support=1, closed_on=DAYS[9], outcome="Kept", after=after, **by),
        command="close-support",
    )
    named = e.Returned(pupil=2, since=DAYS[0], due=DAYS[5], held={"name": "Ben"})
    for number, day in enumerate((DAYS[5], DAYS[6]), 1):
        school.act(
            e.ReturnMade(kind="sickness", number=number, made_on=day, to="Cornwall",
                         pupils=(named,), clause="SI 2024/208 reg. 13(9)", **by),
            command="make-return",
        )  # fmt: skip
    view = live(runner, school.ledger)

    (row,) = view.rows(select(supports))
    assert (row.pupil, row.notes, row.last_note_on, row.review_on) == (1, 1, DAYS[7], DAYS[9])
    assert (row.before_attended, row.after_attended, row.outcome) == (15, 18, "Kept")
    (then,) = asof(school.ledger, open_still).rows(select(supports))
    assert (then.notes, then.closed_on, then.after_attended) == (1, None, None)
    late = [row.late for row in view.rows(select(returns_made).order_by(returns_made.c.number))]
    assert late == [0, 1]  # on the last day it is in time, the day after it is not
    there = Runner(engine(postgres_url))
    there.catch_up(school.ledger)
    for table in (supports, support_notes, returns_made):
        question = select(table)
        assert set(replace(view, engine=there.engine).rows(question)) == set(view.rows(question))
    there.engine.dispose()


def test_irregular_attendance_is_proposed_until_it_is_returned(school, runner):
    school.opened(MANOR, pupils=2)
    registers(school, {1: "/O" * 5, 2: "/"}, 10)
    view = live(runner, school.ledger)

    (row,) = of_kind(asked(view, DAYS[9]), "return")
    assert (row.what, row.due, row.state) == (
        "consider an attendance return: irregular attendance", None, "due",
    )  # fmt: skip
    named = e.Returned(pupil=1, since=DAYS[9], held={"ground": "Tuesdays and Thursdays"})
    school.act(
        e.ReturnMade(kind="attendance", number=1, made_on=DAYS[9], to="Cornwall", pupils=(named,),
                     reason="Tuesdays and Thursdays", clause="SI 2024/208 reg. 13(7)(a)",
                     **made(instant(DAYS[9], dt.time(16)))),
        command="make-return",
    )  # fmt: skip
    assert of_kind(asked(live(runner, school.ledger), DAYS[9]), "return") == []


def test_a_meeting_is_due_once_a_pupil_is_back_after_a_long_absence(school, runner):
    school.opened(MANOR, pupils=2)
    registers(school, {1: "I" * 15 + "/", 2: "I" * 14 + "/"}, 16)
    view = live(runner, school.ledger)

    assert of_kind(asked(view, DAYS[14]), "support") == []
    (row,) = of_kind(asked(view, DAYS[15]), "support")
    assert (row.pupil.id, row.since, row.state) == (1, DAYS[15], "due")
    assert row.reference == "Manor attendance policy (August 2024) s. 7.3"
    school.act(
        e.SupportOpened(support=1, kind="meeting", about="Back", opened_on=DAYS[15], pupil=1,
                        **made(instant(DAYS[15], dt.time(16)))),
        command="open-support",
    )  # fmt: skip
    assert of_kind(asked(live(runner, school.ledger), DAYS[15]), "support") == []


def test_a_child_nobody_knows_of_stays_when_the_police_know_and_no_hour_runs(school, runner):
    """A safeguarding line goes when the child is found, not when somebody was told of it."""
    school.opened(MANOR, pupils=1)
    registers(school, {1: "/N"}, 2)
    day, said = DAYS[1], {"pupil": 1, "first": DAYS[1]}
    (before,) = of_kind(asked(live(runner, school.ledger), day, hour=10), "unexplained absence")

    ten = made(instant(day, dt.time(10)))
    tried = {"contact": "parent-1", "outcome": "no answer"}
    told = {"kind": "police", "reason": "Nobody answers"}
    at = {"tried_at": instant(day, dt.time(9, 30)), "channel": "phone"}
    school.act(e.ContactAttempted(**said, **tried, **at, **ten), command="record-contact")
    done_at = instant(day, dt.time(10))
    school.act(e.AbsenceEscalated(**said, **told, done_at=done_at, **ten))
    (after,) = of_kind(asked(live(runner, school.ledger), day), "unexplained absence")
    (later,) = of_kind(asked(live(runner, school.ledger), DAYS[2]), "unexplained absence")

    assert before.what == "establish where the pupil is: first-day call"
    assert (before.by, before.due) == (instant(day, dt.time(13)), day)
    assert (after.what, after.by, after.due) == ("establish where the pupil is", None, None)
    assert after.note == f"called on {day}; police {day} 10:00; next: home visit"
    assert (after.state, later.state, later.note) == ("due", "due", after.note)


def test_a_child_of_whom_the_school_was_told_since_is_known_of(school, runner):
    """Told of the second day: the first lacks its reason, and the child is not missing."""
    school.opened(MANOR, pupils=2)
    registers(school, {1: "NN", 2: "NI"}, 2)
    assert [
        r.pupil.id
        for r in of_kind(asked(live(runner, school.ledger), DAYS[1]), "unexplained absence")
    ] == [1]

    at = made(instant(DAYS[1], dt.time(9)))
    told = {
        "reason": "Flu",
        "other": "grandmother",
        "channel": "phone",
        "received_at": at["made_at"],
    }
    report = e.AbsenceReported(pupil=1, first=DAYS[0], starts=DAYS[1], ends=DAYS[1], **told, **at)
    school.act(report, command="report-absence")
    found = asked(live(runner, school.ledger), DAYS[1])

    assert of_kind(found, "unexplained absence") == []
    what = {(row.pupil.id, row.since): row.what for row in of_kind(found, "unexplained mark")}
    assert what == {
        (1, DAYS[0]): "Establish the reason",
        (1, DAYS[1]): "Decide it with decide-absence: the school was told why",
        (2, DAYS[0]): "Establish the reason",
    }


def test_entries_wait_to_be_looked_at_from_the_day_on_which_they_need_not_be_kept(school, runner):
    """Six years beginning with the day it was made (SI 2024/208 reg. 7): the anniversary."""
    school.opened(pupils=1)
    registers(school, {1: "/"}, 1)
    view = live(runner, school.ledger)
    made_on = school.ledger.acts(school.ledger.size(), school.ledger.size())
    first = next(iter(made_on)).recorded_at.date()
    free = first.replace(year=first.year + 6)

    assert of_kind(asked(view, free - dt.timedelta(days=1)), "retention") == []
    (row,) = of_kind(asked(view, free), "retention")
    assert (row.since, row.due, row.state, row.owner) == (free, None, "due", "office")
    assert row.reference == "SI 2024/208 reg. 7(a)"
