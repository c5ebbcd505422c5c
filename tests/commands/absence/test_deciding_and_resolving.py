"""N gives way: to the code of the reason when it is established, to O when its days are over."""

import datetime as dt

import pytest

from ledger.events import (
    AbsenceDecided,
    ClosureDeclared,
    LeaveGranted,
    LeaveRequested,
    MarkAmended,
)
from ledger.kinds import Session
from ledger.refusals import (
    CodeNotAllowed,
    CodeNotInForce,
    Forbidden,
    NatureMissing,
    NoEntryToAmend,
    NotPermitted,
    ReasonMissing,
)
from tests.commands.absence.following import (
    MANOR,
    NCLT,
    OFFICER,
    PACKS,
    TUESDAY,
    at_school,
    decide,
    report,
    resolve,
)
from tests.given import AM, AMY, AUDITOR, HEAD, MADE, MONDAY, PM, at, recorded

NEXT_MONDAY = dt.date(2024, 9, 16)


def both(day, code="N"):
    return [recorded(code, Session(day, half)) for half in ("AM", "PM")]


# --- established --------------------------------------------------------------------


def test_a_decision_amends_each_n_of_its_days_in_the_same_act():
    events = at_school(NCLT, *both(MONDAY)).when(decide(when=at("10:10"))).events

    assert events == [
        AbsenceDecided(
            pupil=AMY, first=MONDAY, code="I", reason="Chickenpox", approved=True,
            starts=MONDAY, ends=MONDAY, sessions=(AM, PM), made_by=OFFICER, made_at=at("10:10"),
        ),
        *(
            MarkAmended(
                session=session, group="4B", pupil=AMY, original="N", amended="I",
                reason="Chickenpox", nature=None, made_by=OFFICER, made_at=at("10:10"),
            )
            for session in (AM, PM)
        ),
    ]  # fmt: skip


def test_other_entries_of_those_days_stay():
    before = [recorded("M", AM), recorded("N", PM), *both(TUESDAY)]
    events = at_school(NCLT, *before).when(
        decide(day=MONDAY, to=TUESDAY, when=at("15:00", TUESDAY))
    )

    sessions = [(e.session, e.original) for e in events.events[1:]]
    assert sessions == [(PM, "N"), (Session(TUESDAY, "AM"), "N"), (Session(TUESDAY, "PM"), "N")]


def test_an_unauthorised_code_is_a_decision_not_to_approve():
    assert at_school(MANOR, *both(MONDAY)).when(decide("G", "Holiday")).events[0].approved is False


def test_the_same_decision_again_records_nothing():
    marked = both(MONDAY)
    done = at_school(NCLT, *marked).when(decide()).events
    at_school(NCLT, *marked, *done).when(decide()).then_nothing()


def test_a_decision_where_no_n_stands_is_recorded_alone():
    events = at_school(NCLT, *both(MONDAY, "I")).when(decide()).events
    assert [type(one) for one in events] == [AbsenceDecided]


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"code": "QQ", "by": AUDITOR}, NotPermitted),
        ({"code": "QQ", "reason": ""}, CodeNotInForce),
        ({"code": "/", "reason": ""}, CodeNotAllowed),
        ({"code": "N", "reason": ""}, CodeNotAllowed),
        ({"code": "U", "reason": ""}, CodeNotAllowed),
        ({"code": "X", "reason": ""}, CodeNotAllowed),
        ({"code": "B", "reason": " "}, ReasonMissing),
        ({"code": "B"}, NatureMissing),
        ({"code": "I", "to": dt.date(2024, 9, 6)}, Forbidden),
    ],
)
def test_refused_in_order(said, refused):
    at_school(NCLT, *both(MONDAY)).when(decide(**said)).then_refused(refused)


# --- not established: the fifth school day ------------------------------------------


@pytest.mark.parametrize(
    ("pack", "session", "day_before", "last"),
    [
        (None, AM, "2024-09-13", "2024-09-16"),
        (MANOR, AM, "2024-09-13", "2024-09-16"),
        (NCLT, AM, "2024-09-13", "2024-09-16"),
        # half-term from 26 October, INSET on 4 November: 5 November is the next school day
        (MANOR, Session(dt.date(2024, 10, 23), "PM"), "2024-11-06", "2024-11-07"),
        (MANOR, Session(dt.date(2024, 10, 25), "PM"), "2024-11-08", "2024-11-11"),
    ],
)
def test_n_becomes_o_on_the_fifth_school_day_and_not_the_day_before(
    pack, session, day_before, last
):
    marked = recorded("N", session)
    early, due = (dt.date.fromisoformat(day) for day in (day_before, last))

    at_school(pack, marked).when(resolve(session, at("15:00", early))).then_refused(
        Forbidden, "may still be established", f"{due.day} {due:%B}"
    )
    event = at_school(pack, marked).when(resolve(session, at("15:00", due))).events[0]

    assert (event.original, event.amended) == ("N", "O")
    assert event.reason.startswith("The reason was not established within 5 school days, by")
    assert "SI 2024/208 reg. 10(7); " in event.reason
    assert (
        "reg. 10(9)(b))" if pack is None or pack == MANOR else "appendix 1, code N)"
    ) in event.reason


def test_a_day_on_which_the_school_was_closed_is_not_counted():
    closed = ClosureDeclared(
        closure=1, first=Session(TUESDAY, "AM"), last=Session(TUESDAY, "PM"), code="Y4",
        reason="Flood", **MADE,
    )  # fmt: skip
    told = at_school(NCLT, recorded("N"), closed)
    told.when(resolve(AM, at("15:00", NEXT_MONDAY))).then_refused(Forbidden, "17 September 2024")
    assert told.when(resolve(AM, at("15:00", NEXT_MONDAY + dt.timedelta(days=1)))).events


def test_before_19_august_2024_the_policy_counted_working_days():
    """No half-term in the way: the five working days after Friday 9 August end on 16 August."""
    session = Session(dt.date(2024, 8, 9), "AM")
    told = at_school(NCLT, recorded("N", session))

    told.when(resolve(session, at("15:00", dt.date(2024, 8, 15)))).then_refused(Forbidden)
    reason = told.when(resolve(session, at("15:00", dt.date(2024, 8, 16)))).events[0].reason
    assert "5 working days" in reason


def test_before_19_august_2024_the_law_alone_gave_no_number_of_days():
    session = Session(dt.date(2024, 8, 9), "AM")
    at_school(None, recorded("N", session)).when(resolve(session, at())).then_refused(
        Forbidden, "No rule in force on 9 August 2024"
    )


# --- what stands in the way ---------------------------------------------------------


@pytest.mark.parametrize("pack", PACKS)
def test_where_the_school_was_told_why_it_decides_instead(pack):
    told = at_school(pack).when(report()).events
    at_school(pack, recorded("N"), *told).when(resolve(AM, at("15:00", NEXT_MONDAY))).then_refused(
        Forbidden, "decide-absence"
    )


def test_resolved_twice_is_recorded_once():
    marked, moment = recorded("N"), at("15:00", NEXT_MONDAY)
    done = at_school(MANOR, marked).when(resolve(AM, moment)).events
    at_school(MANOR, marked, *done).when(resolve(AM, moment)).then_nothing()


def test_only_an_n_is_resolved():
    at_school(MANOR, recorded("I")).when(resolve(AM, at("15:00", NEXT_MONDAY))).then_refused(
        Forbidden, "recorded as I"
    )
    at_school(MANOR).when(resolve(AM, at("15:00", NEXT_MONDAY))).then_refused(NoEntryToAmend)


def test_a_person_does_it_and_is_named():
    event = at_school(MANOR, recorded("N")).when(resolve(AM, at("15:00", NEXT_MONDAY), HEAD)).events
    assert event[0].made_by == HEAD
    at_school(MANOR, recorded("N")).when(resolve(AM, at(), AUDITOR)).then_refused(NotPermitted)


# --- leave is given in advance ----------------------------------------------------------------


@pytest.mark.parametrize("code", ["C", "C1", "C2", "J1", "S"])
@pytest.mark.parametrize("pack", PACKS)
def test_leave_is_no_reason_found_afterwards(pack, code):
    school = at_school(pack, *both(MONDAY))
    school.when(decide(code, "A funeral, we hear")).then_refused(Forbidden, "in advance")


def test_leave_that_was_given_is():
    of = {"leave": 1, "pupil": AMY, "made_by": HEAD, "made_at": at("09:00", MONDAY)}
    asked = LeaveRequested(
        **of, asked_by="parent-1", first=AM, back=Session(TUESDAY, "AM"), reason="Funeral",
        code="C", received_at=at("08:00", dt.date(2024, 9, 6)),
        arithmetic={"school_days": 1, "sessions": 2, "notice_school_days": 1},
    )  # fmt: skip
    granted = LeaveGranted(**of, code="C", sessions=(AM, PM), figures={"entry": 1}, policy="x")
    school = at_school(MANOR, asked, granted, *both(MONDAY))

    assert [one.amended for one in school.when(decide("C")).events[1:]] == ["C", "C"]
    school.when(decide("J1")).then_refused(Forbidden, "J1 is leave, and none was given")


@pytest.mark.parametrize("pack", PACKS)
def test_an_appointment_is_authorised_if_the_school_was_told_before_the_session(pack):
    early = at_school(pack).when(report(when=at("08:44"), reason="Dentist", illness=False)).events
    late = at_school(pack).when(report(when=at("08:45"), reason="Dentist", illness=False)).events

    assert at_school(pack, *early, *both(MONDAY)).when(decide("M", "Dentist")).events
    told_late = at_school(pack, *late, recorded("N", AM))
    told_late.when(decide("M", "Dentist")).then_refused(Forbidden, "asked for in advance")
    of_the_afternoon = at_school(pack, *late, recorded("N", PM))
    assert of_the_afternoon.when(decide("M", "Dentist")).events
