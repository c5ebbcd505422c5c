"""Absence in the read models: rows of spells, the unexplained, evidence, a pupil last seen."""

import datetime as dt

import pytest
from sqlalchemy import select

from ledger import events as e
from ledger.calendar import instant
from ledger.kinds import Session
from ledger.store import open_store
from projections.absence import absence_steps, absences, evidence_requirements
from projections.absences import absences_followed
from projections.doctor import doctor
from projections.earlier import earlier
from projections.engines import engine
from projections.evidence import evidence_wanting
from projections.explain import find_pupil
from projections.last_seen import last_seen
from projections.runner import Runner
from projections.unexplained import unexplained
from projections.views import asof, live
from tests.projections.a_school import TEACHER, URN, ASchool, made, present, session, sessions
from tests.projections.test_asof import contents

NCLT, MANOR = (
    ("trusts/nclt_2023", dt.date(2023, 7, 21)),
    ("trusts/manor_2024", dt.date(2024, 8, 19)),
)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (dt.date(2024, 9, day) for day in (9, 10, 11, 12))


def moment(day: dt.date, time: str = "10:00") -> dt.datetime:
    return instant(day, dt.time.fromisoformat(time))


def of(first: dt.date, at: dt.datetime, pupil: int = 1) -> dict[str, object]:
    return {"pupil": pupil, "first": first, **made(at)}


def report(first: dt.date, at: dt.datetime, ends: dt.date | None = None) -> e.AbsenceReported:
    said = {"reason": "Tummy bug", "starts": first, "ends": ends or first, "channel": "phone"}
    return e.AbsenceReported(**of(first, at), parent="parent-1", received_at=at, **said)


def attempt(first: dt.date, at: dt.datetime, outcome: str = "no answer") -> e.ContactAttempted:
    said = {"contact": "parent-1", "channel": "phone", "outcome": outcome}
    return e.ContactAttempted(**of(first, at), tried_at=at, **said)


def marks(school: ASchool, first: str, last: str, code: str, pupil: int = 1) -> None:
    for one in sessions(first, last):
        school.marked(one, {pupil: code if code != "/" else present(one.half)})


@pytest.fixture
def followed(school: ASchool) -> ASchool:
    """Pupil 1 is absent on Monday and Tuesday; told, called, evidenced, refused."""
    school.opened(NCLT)
    marks(school, "2024-09-06", "2024-09-06", "/")
    marks(school, "2024-09-09", "2024-09-09", "N")
    school.act(attempt(MONDAY, moment(MONDAY, "09:40")), command="record-contact")
    school.act(report(MONDAY, moment(MONDAY, "09:50"), TUESDAY), command="report-absence")
    return school


def test_a_spell_is_one_row_made_of_its_steps(followed: ASchool, runner: Runner) -> None:
    view = live(runner, followed.ledger)

    (row,) = view.rows(select(absences))
    assert (row.standing, row.reason, row.attempts, row.reached) == ("told", "Tummy bug", 1, 1)
    assert (row.told_in_time, row.told_to, row.entry) == (0, TUESDAY, followed.ledger.size())
    steps = view.rows(select(absence_steps).order_by(absence_steps.c.entry))
    assert [(one.what, one.contact, one.outcome) for one in steps] == [
        ("contact-attempted", "parent-1", "no answer"),
        ("absence-reported", "parent-1", None),
    ]


@pytest.mark.parametrize(
    ("pack", "time", "in_time"),
    [
        (NCLT, "09:00", True),
        (NCLT, "09:01", False),
        (MANOR, "08:45", True),
        (MANOR, "08:46", False),
    ],
)
def test_told_by_the_policys_time_on_the_first_day(
    school: ASchool, runner: Runner, pack: tuple[str, dt.date], time: str, in_time: bool
) -> None:
    school.opened(pack)
    school.act(report(MONDAY, moment(MONDAY, time)))

    (row,) = absences_followed(live(runner, school.ledger), MONDAY, MONDAY).rows
    assert row.in_time is in_time


def test_as_of_now_equals_live_and_rebuilt_equals_live(followed: ASchool, runner: Runner) -> None:
    ledger = followed.ledger
    kept = {}
    for size, step in enumerate(rest_of_it(), ledger.size()):
        now = live(runner, ledger)
        kept[size] = contents(now.engine)
        followed.act(step)
    now = live(runner, ledger)

    assert contents(asof(ledger).engine) == contents(now.engine)
    for size, then in kept.items():
        assert contents(asof(ledger, size).engine) == then
    assert doctor(runner, ledger).findings == ()


def rest_of_it() -> list[e.Event]:
    asked = {"why": "in doubt", "reason": "Seen in town", "channel": "phone"}
    judged = {"satisfied": False, "reason": "Undated"}
    told = {"parent": "parent-1", "channel": "letter", "starts": MONDAY}
    at = moment(TUESDAY)
    return [
        e.AbsenceEscalated(**of(MONDAY, at), kind="police", reason="Nobody in", done_at=at),
        e.EvidenceRequested(**of(MONDAY, at), **asked),
        e.EvidenceReceived(**of(MONDAY, at), kind="prescription", received_at=at),
        e.EvidenceJudged(**of(MONDAY, at), **judged),
        e.ParentNotified(**of(MONDAY, at), **told, notified_at=at),
        e.EvidenceRequirementSet(**of(WEDNESDAY, at), reason="80%", sent_on=TUESDAY),
        e.EvidenceRequirementLifted(**of(WEDNESDAY, at), reason="Better", last_day=THURSDAY),
        e.LatenessMeetingRecorded(**of(TUESDAY, at), stage="asked", late=6, since=MONDAY),
        e.AbsenceEscalated(**of(MONDAY, at), kind="support", reason="Offered", done_at=at),
    ]


def test_caught_up_at_once_equals_step_by_step(followed: ASchool, runner: Runner) -> None:
    for step in rest_of_it():
        followed.act(step)
    view = live(runner, followed.ledger)

    (row,) = view.rows(select(absences))
    assert (row.escalations, row.evidence_satisfied) == ("police, support", 0)
    assert row.standing == "told"
    (required,) = view.rows(select(evidence_requirements))
    assert (required.starts, required.ends) == (WEDNESDAY, THURSDAY)


def test_the_same_on_postgres(postgres_url: str) -> None:
    with open_store(postgres_url, create=True) as store:
        school = ASchool(store.ledger(URN)).opened(NCLT)
        marks(school, "2024-09-09", "2024-09-09", "N")
        for step in [attempt(MONDAY, moment(MONDAY)), *rest_of_it()]:
            school.act(step)
        runner = Runner(engine(postgres_url))
        view = live(runner, school.ledger)

        (row,) = absences_followed(view, MONDAY, MONDAY).rows
        assert (row.standing, row.last_attempt) == ("unexplained", moment(MONDAY))
        assert len(unexplained(view, MONDAY, moment(MONDAY)).rows) == 1
        assert [one.kind for one in evidence_wanting(view, WEDNESDAY).rows] == [
            "required by letter"
        ]
        assert doctor(runner, school.ledger).findings == ()
        runner.engine.dispose()


# --- the unexplained ----------------------------------------------------------------


def test_the_most_pressing_comes_first(school: ASchool, runner: Runner) -> None:
    school.opened(NCLT)
    marks(school, "2024-09-09", "2024-09-10", "N")
    school.marked(session("2024-09-04 AM"), {2: "N", 3: "/"})
    school.marked(session("2024-09-05 AM"), {2: "O"})

    on = dt.date(2024, 9, 11)
    found = unexplained(live(runner, school.ledger), on, moment(on))
    assert [(one.pupil.id, one.day, one.left, one.overdue, one.proposed) for one in found.rows] == [
        (2, dt.date(2024, 9, 4), 0, False, True),
        (1, MONDAY, 3, False, False),
        (1, TUESDAY, 4, False, False),
    ]
    assert [one.what for one in found.rows] == [
        "Amend to O with resolve-unexplained: today is the last day",
        "Make the first-day call: overdue",
        "Make the repeat call: overdue",
    ]


def test_what_the_school_was_told_is_left_to_decide(followed: ASchool, runner: Runner) -> None:
    (row,) = unexplained(live(runner, followed.ledger), MONDAY, moment(MONDAY)).rows
    assert (row.told, row.call_state, row.next_steps) == ("Tummy bug", "done", ())
    assert row.what == "Decide it with decide-absence: the school was told why"


def test_a_mark_under_a_closure_asks_for_nothing(followed: ASchool, runner: Runner) -> None:
    followed.closed(1, session("2024-09-09 AM"), session("2024-09-09 PM"), "Y4")
    assert unexplained(live(runner, followed.ledger), MONDAY, moment(MONDAY)).rows == ()


def test_nobody_reached_names_the_next_contact_then_the_step(
    school: ASchool, runner: Runner
) -> None:
    school.opened(MANOR)
    marks(school, "2024-09-09", "2024-09-09", "N")
    asked = unexplained(live(runner, school.ledger), MONDAY, moment(MONDAY)).rows[0]
    assert asked.next_steps == ("try Pat Example (parent-1)",)
    school.act(attempt(MONDAY, moment(MONDAY, "09:40")))
    asked = unexplained(live(runner, school.ledger), MONDAY, moment(MONDAY)).rows[0]
    assert asked.next_steps == ("home visit",)
    assert asked.next_clauses == ("Manor attendance policy (August 2024) s. 4.5",)
    assert "attendance-officer" in asked.owners


def test_once_back_in_school_only_the_mark_is_left(school: ASchool, runner: Runner) -> None:
    school.opened(NCLT)
    marks(school, "2024-09-09", "2024-09-09", "N")
    marks(school, "2024-09-10", "2024-09-10", "/")
    (row,) = unexplained(live(runner, school.ledger), TUESDAY, moment(TUESDAY)).rows
    assert (row.call_state, row.next_steps, row.what) == ("not wanted", (), "Establish the reason")
    assert seen(school, moment(TUESDAY)).next_due == ()


# --- evidence -----------------------------------------------------------------------


def kinds(school: ASchool, runner: Runner, on: dt.date) -> list[tuple[str, dt.date]]:
    found = evidence_wanting(live(runner, school.ledger), on)
    return [(one.kind, one.day) for one in found.rows]


@pytest.mark.parametrize(
    ("pack", "last", "wanted"),
    [
        (MANOR, "2024-09-13", []),
        (MANOR, "2024-09-16", [("to ask for", MONDAY)]),
        (NCLT, "2024-09-16", []),
    ],
)
def test_an_illness_of_more_than_five_days_where_the_policy_will_ask(
    school: ASchool, runner: Runner, pack: tuple[str, dt.date], last: str, wanted: list[object]
) -> None:
    """Friday 13 September is the fifth school day of it, Monday 16 the sixth."""
    school.opened(pack)
    marks(school, "2024-09-09", last, "I")
    assert kinds(school, runner, dt.date.fromisoformat(last)) == wanted


def test_once_asked_it_is_awaited_then_judged(school: ASchool, runner: Runner) -> None:
    school.opened(MANOR)
    marks(school, "2024-09-09", "2024-09-16", "I")
    on = dt.date(2024, 9, 16)
    at = moment(on)
    asked = {"why": "long absence", "reason": "Six days", "channel": "phone", "days": 6}
    school.act(e.EvidenceRequested(**of(MONDAY, at), **asked))
    assert kinds(school, runner, on) == [("awaited", MONDAY)]
    school.act(e.EvidenceReceived(**of(MONDAY, at), kind="prescription", received_at=at))
    assert kinds(school, runner, on) == [("to judge", MONDAY)]
    school.act(e.EvidenceJudged(**of(MONDAY, at), satisfied=True, reason="Fits"))
    assert kinds(school, runner, on) == []


def test_illness_while_a_letter_requires_evidence_is_flagged(
    school: ASchool, runner: Runner
) -> None:
    school.opened(NCLT)
    marks(school, "2024-09-09", "2024-09-11", "I")
    at = moment(TUESDAY)
    school.act(e.EvidenceRequirementSet(**of(TUESDAY, at), reason="80%", sent_on=MONDAY))
    standing = ("required by letter", TUESDAY)
    assert kinds(school, runner, WEDNESDAY) == [
        ("required and not received", TUESDAY),
        ("required and not received", WEDNESDAY),
        standing,
    ]
    came = e.EvidenceReceived(**of(MONDAY, at), kind="prescription", received_at=at)
    school.act(came)
    school.act(e.EvidenceJudged(**of(MONDAY, at), satisfied=True, reason="Fits"))
    assert kinds(school, runner, WEDNESDAY) == [standing]


def test_illness_amended_by_hand_without_notice_is_flagged(school: ASchool, runner: Runner) -> None:
    """The way is refuse-illness; an amendment past it is seen all the same."""
    school.opened(NCLT)
    marks(school, "2024-09-09", "2024-09-09", "I")
    school.amended(session("2024-09-09 AM"), 1, "I", "O", at=moment(TUESDAY))
    flagged = ("unauthorised without notice", MONDAY)
    assert kinds(school, runner, TUESDAY) == [flagged]
    school.amended(session("2024-09-09 PM"), 1, "I", "M", at=moment(TUESDAY))
    assert kinds(school, runner, TUESDAY) == [flagged]


def test_with_notice_given_before_it_is_not(school: ASchool, runner: Runner) -> None:
    school.opened(NCLT)
    marks(school, "2024-09-09", "2024-09-09", "I")
    at = moment(TUESDAY, "09:00")
    told = {"parent": "parent-1", "channel": "letter", "starts": MONDAY, "notified_at": at}
    school.act(e.ParentNotified(**of(MONDAY, at), **told))
    school.amended(session("2024-09-09 AM"), 1, "I", "O", at=moment(TUESDAY))
    assert kinds(school, runner, TUESDAY) == []


# --- last seen ----------------------------------------------------------------------


def seen(school: ASchool, now: dt.datetime, upto: int | None = None):  # type: ignore[no-untyped-def]
    pupil = find_pupil(school.ledger, "1", upto)
    assert pupil is not None
    return last_seen(school.ledger, pupil, now, upto)


def test_last_seen_with_who_took_it_and_all_since(followed: ASchool) -> None:
    marks(followed, "2024-09-10", "2024-09-10", "N")
    found = seen(followed, moment(TUESDAY, "14:00"))

    assert found.seen.session == session("2024-09-06 PM")
    assert (found.seen.name, found.seen.code) == (TEACHER.name, "\\")
    assert found.seen.taken_at == instant(dt.date(2024, 9, 6), dt.time(13, 5))
    assert [str(one.session) for one in found.later] == [
        "2024-09-09 AM", "2024-09-09 PM", "2024-09-10 AM", "2024-09-10 PM",
    ]  # fmt: skip
    assert [(one.what, one.who, one.outcome) for one in found.steps] == [
        ("contact by phone", "Pat Example", "no answer"),
        ("told by phone of 2024-09-09 to 2024-09-10", "Pat Example", None),
    ]
    assert (found.next_due, found.contradictions) == ((), ())


def test_long_ago_is_found_too(school: ASchool) -> None:
    school.opened(NCLT)
    marks(school, "2024-06-03", "2024-06-03", "/")
    marks(school, "2024-09-03", "2024-09-03", "N")

    found = seen(school, moment(dt.date(2025, 2, 10)))
    assert found.seen.session == session("2024-06-03 PM")
    assert len(found.later) == 2


def test_never_seen(school: ASchool) -> None:
    school.opened(NCLT)
    assert seen(school, moment(MONDAY)).seen is None


@pytest.mark.parametrize("code", ["L", "U"])
def test_who_came_late_was_seen(school: ASchool, code: str) -> None:
    school.opened(NCLT)
    school.marked(session("2024-09-09 AM"), {1: code})
    assert seen(school, moment(MONDAY)).seen.code == code


@pytest.mark.parametrize("code", ["V", "I", "D", "#"])
def test_who_was_not_in_the_building_was_not_seen(school: ASchool, code: str) -> None:
    school.opened(NCLT)
    school.marked(session("2024-09-09 AM"), {1: code})
    assert seen(school, moment(MONDAY)).seen is None


def test_a_presence_only_amended_in_is_said(school: ASchool) -> None:
    school.opened(NCLT)
    school.marked(session("2024-09-09 AM"), {1: "N"})
    school.amended(session("2024-09-09 AM"), 1, "N", "/", at=moment(TUESDAY))
    found = seen(school, moment(TUESDAY))

    assert (found.seen.amended, found.seen.name) == (True, "Ann Example")
    assert found.contradictions == (
        f"2024-09-09 AM: entered as N first, and as / only in entry {school.ledger.size()}",
    )


def test_what_the_school_knows_and_what_contradicts(school: ASchool) -> None:
    school.opened(NCLT)
    marks(school, "2024-09-09", "2024-09-09", "/")
    school.act(report(MONDAY, moment(MONDAY)))
    marks(school, "2024-09-10", "2024-09-10", "D")
    marks(school, "2024-09-11", "2024-09-11", "E")
    found = seen(school, moment(WEDNESDAY))

    assert found.known == (
        "at another school where registered (D): 2024-09-10 AM to 2024-09-10 PM",
        "suspended or excluded (E): 2024-09-11 AM to 2024-09-11 PM",
    )
    assert found.contradictions == ("2024-09-09 PM: marked \\, and the school was told: Tummy bug",)


def test_leave_that_stands_is_known(school: ASchool) -> None:
    school.opened(NCLT)
    marks(school, "2024-09-09", "2024-09-09", "/")
    of_leave = {"leave": 1, "pupil": 1, **made(moment(MONDAY))}
    given = tuple(sessions("2024-09-10", "2024-09-11"))
    counted = {"school_days": 2, "sessions": 4, "notice_school_days": 1}
    asked = {"asked_by": "parent-1", "first": given[0], "back": session("2024-09-12 AM")}
    school.act(
        e.LeaveRequested(
            **of_leave,
            **asked,
            reason="A funeral",
            code="C",
            received_at=moment(MONDAY),
            arithmetic=counted,
        )
    )
    school.act(
        e.LeaveGranted(**of_leave, code="C", sessions=given, figures={"entry": 1}, policy="england")
    )
    assert seen(school, moment(TUESDAY)).known == (
        "leave granted, request 1 (C): 2024-09-10 AM to 2024-09-11 PM",
    )
    marks(school, "2024-09-10", "2024-09-10", "/")
    found = seen(school, moment(TUESDAY, "15:00"))
    assert found.contradictions == ("2024-09-10 PM: marked \\, and leave granted, request 1",)


def test_as_of_an_entry_nothing_later_is_known(followed: ASchool) -> None:
    size = followed.ledger.size()
    marks(followed, "2024-09-10", "2024-09-10", "/")
    now = moment(TUESDAY)

    assert seen(followed, now).seen.session == session("2024-09-10 PM")
    assert seen(followed, now, size).seen.session == session("2024-09-06 PM")
    assert seen(followed, now, size - 1).steps[-1].what == "contact by phone"


def test_what_is_due_next_is_said(school: ASchool) -> None:
    school.opened(NCLT)
    marks(school, "2024-09-06", "2024-09-06", "/")
    school.marked(session("2024-09-09 AM"), {1: "N"})
    clause = "NCLT attendance policy (July 2023) s. 4.5"
    assert seen(school, moment(MONDAY)).next_due == (
        f"first-day call for 2024-09-09: due ({clause})",
        f"try Pat Example ({clause})",
    )
    assert isinstance(seen(school, moment(MONDAY)).seen.session, Session)


def test_told_in_time_goes_by_rules_adopted_later_for_that_day(
    school: ASchool, runner: Runner
) -> None:
    """Live, caught up at once, and as of before the policy came."""
    entry = school.opened().act(report(MONDAY, moment(MONDAY, "09:01"))).last
    first = Runner(runner.engine)
    assert live(first, school.ledger).rows(select(absences))[0].told_in_time is None
    by = made(moment(WEDNESDAY))
    school.act(e.PolicyAdopted(pack=NCLT[0], starts=NCLT[1], sha256="0" * 64, **by))

    view = live(first, school.ledger)
    assert view.rows(select(absences))[0].told_in_time == 0
    assert contents(view.engine) == contents(asof(school.ledger).engine)
    then = earlier(first, school.ledger, entry)
    assert then.rows(select(absences))[0].told_in_time is None
    then.close()
