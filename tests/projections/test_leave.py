"""Leave in the read models: planned beneath the register, never over an entry."""

import datetime as dt

from sqlalchemy import select

from ledger import events as e
from ledger.calendar import instant
from ledger.events.leave import Arithmetic, FiguresShown
from ledger.kinds import Session
from ledger.store import open_store
from projections import contradictions as kinds
from projections.contradiction_questions import listed
from projections.current_register import current_register
from projections.doctor import doctor
from projections.engines import engine
from projections.explain import explain_mark, find_pupil
from projections.leave_figures import figures
from projections.leave_questions import explain_leave, leave_list
from projections.rates import rates
from projections.registers_not_taken import registers_not_taken
from projections.runner import Runner
from projections.views import asof, last_day, live
from tests.projections.a_school import ASchool, made, session

DAY = dt.date(2024, 9, 10)
AM, PM = Session(DAY, "AM"), Session(DAY, "PM")
ASKED_AT = instant(dt.date(2024, 9, 3), dt.time(9))


def ask(school: ASchool, leave: int = 1, pupil: int = 1, last: Session = PM) -> None:
    back = Session(last.date + dt.timedelta(days=1), "AM") if last.half == "PM" else PM
    school.act(
        e.LeaveRequested(
            leave=leave,
            pupil=pupil,
            asked_by="parent-1",
            first=AM,
            back=back,
            reason="A wedding",
            code="C",
            received_at=ASKED_AT,
            arithmetic=Arithmetic(school_days=1, sessions=2, notice_school_days=5),
            **made(ASKED_AT),
        ),
        command="request-leave",
    )


def give(school: ASchool, *sessions: Session, leave: int = 1, code: str = "C") -> None:
    school.act(
        e.LeaveGranted(
            leave=leave,
            pupil=1,
            code=code,
            sessions=sessions,
            figures=FiguresShown(entry=4),
            policy="england",
            **made(ASKED_AT),
        ),
        command="grant-leave",
    )


def take_back(school: ASchool, leave: int = 1, starts: dt.date | None = None) -> None:
    said = {"leave": leave, "pupil": 1, "starts": starts, "reason": "Called off"}
    school.act(e.LeaveWithdrawn(**said, **made(ASKED_AT)), command="withdraw-leave")


def granted(school: ASchool, *sessions: Session) -> ASchool:
    school.opened()
    ask(school)
    give(school, *(sessions or (AM, PM)))
    return school


def planned(runner: Runner, school: ASchool) -> list[tuple[str, str, str]]:
    t = current_register.c
    rows = live(runner, school.ledger).rows(
        select(t.half, t.code, t.layer, t.possible).where(t.pupil == 1).order_by(t.date, t.half)
    )
    return [tuple(row) for row in rows]


def test_leave_is_planned_and_counts_for_nothing_yet(school: ASchool, runner: Runner) -> None:
    granted(school)

    assert planned(runner, school) == [("AM", "C", "leave", 0), ("PM", "C", "leave", 0)]
    view = live(runner, school.ledger)
    assert rates([view], by="pupil", first=DAY, last=DAY).rows == ()
    assert [one.marked for one in registers_not_taken(view, DAY).rows] == [0, 0]


def test_the_entry_takes_its_place_and_counts(school: ASchool, runner: Runner) -> None:
    granted(school).marked(AM, {1: "C", 2: "/"})

    assert planned(runner, school) == [("AM", "C", "register", 1), ("PM", "C", "leave", 0)]
    assert last_day(live(runner, school.ledger)) == DAY


def test_what_is_planned_moves_no_clock(school: ASchool, runner: Runner) -> None:
    """The last day with an entry is no day in the future."""
    school.opened().marked(session("2024-09-04 AM"), {1: "/"})
    ask(school)
    give(school, AM, PM)
    assert last_day(live(runner, school.ledger)) == dt.date(2024, 9, 4)


def test_a_mark_already_made_stays_and_is_listed(school: ASchool, runner: Runner) -> None:
    school.opened().marked(AM, {1: "/", 2: "/"})
    ask(school)
    give(school, AM, PM)

    assert planned(runner, school) == [("AM", "/", "register", 1), ("PM", "C", "leave", 0)]
    (found,) = listed(live(runner, school.ledger)).rows
    assert (found.kind, found.code, found.leave_code, found.leave) == (kinds.PRESENT, "/", "C", 1)


def test_withdrawn_only_its_own_layer_goes(school: ASchool, runner: Runner) -> None:
    granted(school).marked(AM, {1: "/", 2: "/"})
    take_back(school)

    assert planned(runner, school) == [("AM", "/", "register", 1)]
    assert listed(live(runner, school.ledger)).rows == ()
    assert doctor(runner, school.ledger).findings == ()


def test_withdrawn_from_a_day_on(school: ASchool, runner: Runner) -> None:
    next_day = Session(DAY + dt.timedelta(days=1), "AM")
    granted(school, AM, next_day)
    take_back(school, starts=next_day.date)
    assert planned(runner, school) == [("AM", "C", "leave", 0)]


def test_of_two_leaves_the_one_given_last_lies_on_top(school: ASchool, runner: Runner) -> None:
    granted(school)
    ask(school, leave=2)
    give(school, AM, leave=2, code="M")

    assert [row[1] for row in planned(runner, school)] == ["M", "C"]
    take_back(school, leave=2)
    assert [row[1] for row in planned(runner, school)] == ["C", "C"]


def test_a_closure_lies_over_leave_and_gives_it_back(school: ASchool, runner: Runner) -> None:
    granted(school).closed(1, AM, AM, "#")
    assert planned(runner, school)[0] == ("AM", "#", "closure", 0)
    school.withdrawn(1, instant(DAY, dt.time(7)))
    assert planned(runner, school)[0] == ("AM", "C", "leave", 0)


def test_leave_after_the_last_day_on_roll(school: ASchool, runner: Runner) -> None:
    granted(school).left(1, dt.date(2024, 9, 9))
    assert planned(runner, school)[0] == ("AM", None, "not on roll", 0)


def test_the_mark_explained_names_the_leave_beneath(school: ASchool, runner: Runner) -> None:
    granted(school).marked(AM, {1: "N", 2: "/"})
    pupil = find_pupil(school.ledger, "1")

    assert pupil is not None
    found = explain_mark(school.ledger, pupil, AM)
    assert [(one.name, one.code) for one in found.layers] == [("register", "N"), ("leave", "C")]
    assert explain_mark(school.ledger, pupil, PM).layer == "leave"


def test_the_same_on_postgres(school: ASchool, postgres_url: str) -> None:
    next_am = Session(DAY + dt.timedelta(days=1), "AM")
    granted(school, AM, PM, next_am).marked(AM, {1: "/", 2: "/"})
    take_back(school, starts=next_am.date)
    with open_store(postgres_url, create=True):
        pass
    there = Runner(engine(postgres_url))

    assert [one.kind for one in listed(live(there, school.ledger)).rows] == [kinds.PRESENT]
    assert planned(there, school)[1] == ("PM", "C", "leave", 0)
    assert doctor(there, school.ledger).findings == ()
    there.engine.dispose()


# --- contradictions --------------------------------------------------------------------------


def test_each_kind_of_contradiction(school: ASchool, runner: Runner) -> None:
    """A present mark, an unexplained one, an illness; an entry whose leave is withdrawn."""
    next_am = Session(DAY + dt.timedelta(days=1), "AM")
    granted(school, AM, PM, next_am)
    for one, code in ((AM, "I"), (PM, "N"), (next_am, "C")):
        school.marked(one, {1: code})
    take_back(school, starts=next_am.date)
    school.marked(session("2024-09-19 AM"), {2: "/"})
    school.left(2, dt.date(2024, 9, 18))

    rows = listed(live(runner, school.ledger)).rows
    assert [(one.session, one.pupil.id, one.kind) for one in rows] == [
        (AM, 1, kinds.OTHERWISE),
        (PM, 1, kinds.UNAUTHORISED),
        (next_am, 1, kinds.WITHDRAWN),
        (session("2024-09-19 AM"), 2, kinds.NOT_ON_ROLL),
    ]
    assert "last day on roll was 2024-09-18" in rows[-1].what_to_do


def test_the_code_of_another_leave_that_stands_is_none(school: ASchool, runner: Runner) -> None:
    granted(school)
    ask(school, leave=2)
    give(school, AM, leave=2, code="M")
    school.marked(AM, {1: "C", 2: "/"})
    assert listed(live(runner, school.ledger)).rows == ()


def test_contradictions_of_a_span_and_as_of_then(school: ASchool, runner: Runner) -> None:
    granted(school)
    before = school.ledger.size()
    school.marked(AM, {1: "/", 2: "/"})

    view = live(runner, school.ledger)
    assert listed(view, DAY, DAY).rows
    assert listed(view, DAY + dt.timedelta(days=1)).rows == ()
    assert listed(asof(school.ledger, before)).rows == ()


# --- explained, listed, figures ------------------------------------------------------------------


def test_the_marks_that_followed_and_what_a_person_may_make_of_them(
    school: ASchool, runner: Runner
) -> None:
    """One session given of two asked; then the absence goes on for a day, and ends."""
    next_am, next_pm = (Session(DAY + dt.timedelta(days=1), half) for half in ("AM", "PM"))
    granted(school, AM)
    school.marked(AM, {1: "C"})
    school.marked(PM, {1: "N"})
    school.marked(next_am, {1: "N"})
    school.marked(next_pm, {1: "\\"})

    marks = explain_leave(live(runner, school.ledger), 1, DAY).marks
    assert [(one.session, one.asked, one.given, one.code, one.proposed) for one in marks] == [
        (AM, True, "C", "C", None),
        (PM, True, None, "N", "G"),
        (next_am, False, None, "N", "G"),
    ]


def test_the_explanation_then_and_now(school: ASchool, runner: Runner) -> None:
    school.opened()
    ask(school)
    before = school.ledger.size()
    give(school, AM)

    now = explain_leave(live(runner, school.ledger), 1, DAY)
    then = explain_leave(asof(school.ledger, before), 1, DAY)
    assert (now.standing, then.standing) == ("granted in part", "undecided")
    assert now.asked is not None
    assert (now.asked.asked_by, now.asked.appropriate) == ("Pat Example", True)
    assert (len(now.decisions), len(then.decisions)) == (1, 0)


def test_figures_are_of_the_year_so_far_and_the_year_before(
    school: ASchool, runner: Runner
) -> None:
    school.opened()
    school.marked(session("2024-07-22 AM"), {1: "O"})
    school.marked(session("2024-09-04 AM"), {1: "/"})
    school.marked(session("2024-09-09 AM"), {1: "I"})
    ask(school)
    give(school, AM)

    view = live(runner, school.ledger)
    found = figures(view, 1, dt.date(2024, 9, 8))
    assert found.entry == school.ledger.size()
    assert found.current is not None
    assert found.last_year is not None
    assert (found.current.possible, found.current.attended, found.current.last) == (
        1, 1, dt.date(2024, 9, 8),
    )  # fmt: skip
    assert (found.last_year.possible, found.last_year.unauthorised) == (1, 1)
    later = figures(view, 1, DAY).current
    assert later is not None
    assert (later.possible, later.authorised) == (2, 1)  # what is planned counts for nothing
    assert figures(view, 3, DAY).current is None


def test_the_list_by_pupil_standing_and_days(school: ASchool, runner: Runner) -> None:
    granted(school)
    ask(school, leave=2, pupil=2)
    view = live(runner, school.ledger)

    def numbers(**by: object) -> list[int]:
        return [row.leave for row in leave_list(view, **by).rows]  # type: ignore[arg-type]

    assert numbers() == [1, 2]
    assert numbers(pupil=2) == [2]
    assert numbers(standing="undecided") == [2]
    assert numbers(first=DAY, last=DAY) == [1, 2]
    assert numbers(first=DAY + dt.timedelta(days=1)) == []
    assert numbers(last=DAY - dt.timedelta(days=1)) == []


def test_an_entry_amended_to_leave_that_nobody_gave_is_listed(
    school: ASchool, runner: Runner
) -> None:
    granted(school, PM)
    school.marked(AM, {1: "N"})
    school.marked(PM, {1: "N"})
    school.amended(AM, 1, "N", "C")
    school.amended(PM, 1, "N", "C")

    (row,) = listed(live(runner, school.ledger)).rows
    assert (row.session, row.kind, row.leave) == (AM, kinds.NEVER_GIVEN, None)
    assert "nobody gave it" in row.what_to_do


def test_a_code_of_leave_typed_in_a_register_is_listed_unless_leave_was_given(
    school: ASchool, runner: Runner
) -> None:
    """One that another system's file brought in is not: leave may have been given there."""
    granted(school, PM)
    school.marked(AM, {1: "C", 2: "/", 3: "M"})
    school.marked(PM, {1: "C"})
    by = made(instant(DAY, dt.time(18)))
    brought = e.MarkRecorded(session=PM, group="4B", pupil=2, code="C", **by)
    school.act(brought, command="import-marks")

    view = live(runner, school.ledger)
    (row,) = listed(view).rows
    assert (row.session, row.pupil.id, row.kind, row.code) == (AM, 1, kinds.NEVER_GIVEN, "C")
    assert "nobody gave it" in row.what_to_do
    assert listed(view, DAY + dt.timedelta(days=1)).rows == ()
    school.amended(AM, 1, "C", "G")
    assert listed(live(runner, school.ledger)).rows == ()
