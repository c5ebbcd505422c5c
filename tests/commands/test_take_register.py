"""Taking a register: the windows, N at closing, U after it, and the second taking."""

import datetime as dt

import pytest

from commands.handle import decide
from commands.take_register import Given, TakeRegister
from ledger.events import (
    ClosureDeclared,
    ClosureWithdrawn,
    MarkAmended,
    MarkRecorded,
    PupilAdmitted,
    RegisterClosed,
    RegisterOpened,
)
from ledger.kinds import Session
from ledger.refusals import (
    CodeNotAllowed,
    CodeNotInForce,
    EntryAlreadyMade,
    Forbidden,
    NatureMissing,
    NotASchoolDay,
    NotInClass,
    NotOnRoll,
    NotPermitted,
    RegisterIsClosed,
    UnknownGroup,
    UnknownPupil,
)
from ledger.store import packing
from ledger.store.packing import drafts
from tests.given import (
    AM,
    AMY,
    BEN,
    CAI,
    FRIDAY_BEFORE,
    MONDAY,
    OFFICE,
    PM,
    TEACHER,
    UPN,
    ask,
    at,
    given,
    recorded,
)


def take(time="08:50", *, by=TEACHER, session=AM, group="4B", day=None, **said):
    marks = tuple(
        Given(pupil=UPN[who], **({"code": what} if isinstance(what, str) else what))
        for who, what in said.pop("marks", {}).items()
    )
    when = at(time, day or session.date)
    return ask(TakeRegister, by, when, session=session, group=group, marks=marks, **said)


def arrived(time):
    return {"arrived": dt.time.fromisoformat(time)}


PRESENT: dict[str, object] = {}


def codes(events):
    """Per pupil the first code and, where it was amended in the same act, the next."""
    found: dict[int, str] = {}
    for event in events:
        if isinstance(event, MarkRecorded):
            found[event.pupil] = event.code
        if isinstance(event, MarkAmended):
            found[event.pupil] = found.get(event.pupil, event.original) + ">" + event.amended
    return found


def opened(time="08:50", session=AM):
    made = {"made_by": TEACHER, "made_at": at(time, session.date)}
    return RegisterOpened(session=session, group="4B", taken_at=at(time, session.date), **made)


def closed(time="09:00", session=AM):
    made = {"made_by": TEACHER, "made_at": at(time, session.date)}
    return RegisterClosed(session=session, group="4B", taken_at=at(time, session.date), **made)


# --- the first taking ---------------------------------------------------------------


def test_the_first_marks_open_the_register():
    place = {"session": AM, "group": "4B", "made_by": TEACHER, "made_at": at("08:50")}
    given().when(take(marks={AMY: PRESENT, BEN: "I"})).then(
        RegisterOpened(**place),
        MarkRecorded(pupil=AMY, code="/", **place),
        MarkRecorded(pupil=BEN, code="I", **place),
    )


def test_present_in_the_afternoon_is_the_other_stroke():
    done = given().when(take("13:05", session=PM, rest_present=True))

    assert codes(done.events) == {AMY: "\\", BEN: "\\"}


@pytest.mark.parametrize(
    ("time", "mark", "minutes"),
    [
        ("08:39", "/", None),
        ("08:40", "/", None),  # the deadline for arriving is kept
        ("08:43", "/", 3),  # the policy is broken, and the pupil is present
        ("08:45", "/", 5),
        ("08:46", "L", 6),
        ("08:59", "L", 19),
    ],
)
def test_an_arrival_before_the_register_closes_is_present_or_late(time, mark, minutes):
    events = given().when(take("08:59", marks={AMY: arrived(time)})).events

    assert [(e.code, e.minutes_late) for e in events if isinstance(e, MarkRecorded)] == [
        (mark, minutes)
    ]


@pytest.mark.parametrize("time", ["09:00", "09:01", "12:59"])
def test_an_arrival_from_closing_time_on_is_n_amended_to_u(time):
    done = given().when(take("13:30", by=OFFICE, marks={AMY: arrived(time), BEN: PRESENT}))

    assert codes(done.events) == {AMY: "N>U", BEN: "/"}


def test_the_n_stands_in_the_closed_register_before_the_u():
    """The chain the law asks for: recorded N, closed, then amended with its reason."""
    done = given().when(take("09:30", by=OFFICE, marks={AMY: arrived("09:25"), BEN: PRESENT}))

    kinds = [type(event) for event in done.events]
    assert kinds == [RegisterOpened, MarkRecorded, MarkRecorded, RegisterClosed, MarkAmended]
    assert done.events[-1].reason == "Arrived at 09:25, after the register closed at 09:00"
    assert done.events[-1].minutes_late == 45


def test_an_arrival_after_the_session_is_not_of_that_session():
    given().when(take("14:00", by=OFFICE, marks={AMY: arrived("13:00")})).then_refused(
        CodeNotAllowed, "13:00", "morning session was over"
    )


def test_an_arrival_in_the_future_is_refused():
    given().when(take("08:50", marks={AMY: arrived("08:55")})).then_refused(CodeNotAllowed)


# --- closing ------------------------------------------------------------------------


def test_one_minute_before_closing_time_the_register_stays_open():
    done = given().when(take("08:59", marks={AMY: PRESENT}))

    assert codes(done.events) == {AMY: "/"}
    assert not [e for e in done.events if isinstance(e, RegisterClosed)]


def test_at_closing_time_the_unmarked_are_n_and_the_register_is_closed():
    done = given().when(take("09:00", by=OFFICE, marks={AMY: PRESENT}))

    assert codes(done.events) == {AMY: "/", BEN: "N"}
    assert [e.made_at for e in done.events if isinstance(e, RegisterClosed)] == [at("09:00")]


def test_a_register_can_be_closed_early_when_asked():
    done = given().when(take("08:50", marks={AMY: PRESENT}, close=True))

    assert codes(done.events) == {AMY: "/", BEN: "N"}


def test_after_an_early_close_an_arrival_before_the_usual_time_is_u():
    given_closed = given(opened(), recorded("N"), recorded("/", pupil=BEN), closed("08:52"))

    done = given_closed.when(take("08:56", marks={AMY: arrived("08:55")}))
    assert codes(done.events) == {AMY: "N>U"}


# --- the second taking --------------------------------------------------------------


def test_a_second_taking_marks_who_was_not_marked():
    done = given(opened(), recorded("/")).when(take("08:55", marks={BEN: PRESENT}))

    assert codes(done.events) == {BEN: "/"}
    assert not [e for e in done.events if isinstance(e, RegisterOpened)]


def test_the_same_mark_again_is_nothing():
    given(opened(), recorded("/")).when(take("08:55", marks={AMY: PRESENT})).then_nothing()


def test_another_mark_is_refused_and_says_what_stands():
    given(opened(), recorded("/")).when(take("08:55", marks={AMY: "I"})).then_refused(
        EntryAlreadyMade, "Amy Penrose already has /", "amend-mark"
    )


def test_another_mark_on_a_closed_sheet_is_refused():
    sheet = (opened(), recorded("N"), recorded("/", pupil=BEN), closed())
    given(*sheet).when(take("09:30", by=OFFICE, marks={AMY: "I"})).then_refused(RegisterIsClosed)


def test_present_after_closing_is_u_since_the_pupil_was_not_there_before():
    sheet = (opened(), recorded("N"), recorded("/", pupil=BEN), closed())
    done = given(*sheet).when(take("09:30", by=OFFICE, marks={AMY: PRESENT}))

    assert codes(done.events) == {AMY: "N>U"}


def test_u_told_twice_is_recorded_once():
    sheet = (opened(), recorded("N"), recorded("/", pupil=BEN), closed())
    amended = given(*sheet).when(take("09:30", by=OFFICE, marks={AMY: PRESENT})).events

    again = take("09:40", by=OFFICE, marks={AMY: arrived("09:30")})
    given(*sheet, *amended).when(again).then_nothing()


def test_everybody_else_present_leaves_marks_made_alone():
    done = given(opened(), recorded("I")).when(take("08:55", rest_present=True))

    assert codes(done.events) == {BEN: "/"}


def test_two_different_marks_for_one_pupil_are_refused():
    twice = (Given(pupil=UPN[AMY], code="I"), Given(pupil=str(AMY)))
    command = ask(TakeRegister, TEACHER, session=AM, group="4B", marks=twice)

    given().when(command).then_refused(Forbidden, "Amy Penrose", "I and /")


# --- when it was taken --------------------------------------------------------------


def test_a_register_taken_in_time_may_be_told_later():
    """Truth that arrives late keeps its hour: the network was down at nine."""
    late = take("10:30", taken_at=at("08:50"), marks={AMY: PRESENT, BEN: PRESENT})

    marks = [e for e in given().when(late).events if isinstance(e, MarkRecorded)]
    assert [(e.code, e.taken_at, e.made_at) for e in marks] == [("/", at("08:50"), at("10:30"))] * 2


def test_a_register_taken_later_than_now_is_refused():
    given().when(take("08:46", taken_at=at("08:50"), rest_present=True)).then_refused(
        Forbidden, "later than now"
    )


def test_a_register_never_taken_in_time_is_taken_late_with_present_marks():
    done = given().when(take("10:00", by=OFFICE, rest_present=True))

    assert codes(done.events) == {AMY: "/", BEN: "/"}


def test_planned_codes_can_be_entered_before_the_register_opens():
    done = given().when(take("08:30", by=OFFICE, marks={AMY: "M"}))

    assert [type(e) for e in done.events] == [MarkRecorded]  # nothing is opened


@pytest.mark.parametrize("mark", [PRESENT, "/", "L", "N", "U"])
def test_marks_of_the_register_itself_cannot_be_entered_before_it_opens(mark):
    given().when(take("08:44", by=OFFICE, marks={AMY: mark})).then_refused(CodeNotAllowed)


def test_u_is_refused_while_the_register_is_open():
    given().when(take("08:50", marks={AMY: "U"})).then_refused(CodeNotAllowed, "still open")


# --- who ----------------------------------------------------------------------------


def test_a_teacher_takes_the_own_class_until_closing_time():
    assert given().when(take("08:59", rest_present=True)).events


def test_from_closing_time_on_it_is_for_others():
    given().when(take("09:00", rest_present=True)).then_refused(NotPermitted, "window")


def test_a_teacher_does_not_take_another_class():
    given().when(take(group="NU", rest_present=True)).then_refused(NotPermitted, "NU")


# --- day, roll, class ---------------------------------------------------------------


def test_no_register_on_an_inset_day():
    inset = Session(dt.date(2024, 9, 2), "AM")
    given().when(take(session=inset, rest_present=True)).then_refused(NotASchoolDay, "INSET")


def closure(groups=None):
    made = {"made_by": TEACHER, "made_at": at("07:30")}
    return ClosureDeclared(
        closure=1, first=AM, last=PM, code="Y4", reason="Burst main", groups=groups, **made
    )


def test_no_register_while_a_closure_stands():
    given(closure()).when(take(rest_present=True)).then_refused(NotASchoolDay, "Burst main")


def test_a_register_again_once_the_closure_is_withdrawn():
    made = {"made_by": TEACHER, "made_at": at("08:00")}
    back = ClosureWithdrawn(closure=1, reason="Mended", **made)
    assert given(closure(), back).when(take(rest_present=True)).events


def test_a_closure_of_another_class_is_no_matter():
    assert given(closure(groups=("NU",))).when(take(rest_present=True)).events


def test_a_pupil_of_another_class_is_refused():
    given().when(take(marks={CAI: PRESENT})).then_refused(NotInClass, "Cai Penrose")


def test_a_pupil_who_starts_tomorrow_is_refused():
    made = {"made_by": OFFICE, "made_at": at("08:00")}
    new = PupilAdmitted(
        pupil=4, upn="A100000004", surname="Hale", forename="Dewi", born="2015-12-01",
        year_group="4", group="4B", starts=MONDAY + dt.timedelta(days=1), **made,
    )  # fmt: skip
    command = ask(TakeRegister, TEACHER, session=AM, group="4B", marks=(Given(pupil="A100000004"),))
    given(new).when(command).then_refused(NotOnRoll, "the starting day is 2024-09-10")


def test_an_unknown_class_names_those_there_are():
    given().when(take(group="9Z")).then_refused(UnknownGroup, "4B, NU")


def test_an_unknown_pupil():
    command = ask(TakeRegister, TEACHER, session=AM, group="4B", marks=(Given(pupil="B7"),))
    given().when(command).then_refused(UnknownPupil, "B7")


# --- codes --------------------------------------------------------------------------


def test_the_morning_stroke_is_refused_in_the_afternoon():
    given().when(take("13:05", session=PM, marks={AMY: "/"})).then_refused(CodeNotAllowed)


@pytest.mark.parametrize("code", ["Z", "#"])
def test_administrative_codes_are_not_entered_by_hand(code):
    given().when(take(marks={AMY: code})).then_refused(CodeNotAllowed)


def test_x_is_refused_for_compulsory_school_age_and_taken_for_a_younger_pupil():
    given().when(take(by=OFFICE, marks={AMY: "X"})).then_refused(CodeNotAllowed, "compulsory")
    assert codes(given().when(take(by=OFFICE, group="NU", marks={CAI: "X"})).events) == {CAI: "X"}


def test_c2_is_refused_for_a_pupil_not_of_compulsory_school_age():
    assert codes(given().when(take(by=OFFICE, marks={AMY: "C2"})).events) == {AMY: "C2"}
    given().when(take(by=OFFICE, group="NU", marks={CAI: "C2"})).then_refused(CodeNotAllowed)


def test_c2_is_no_code_before_19_august_2024():
    before = Session(FRIDAY_BEFORE, "AM")
    given().when(take(by=OFFICE, session=before, marks={AMY: "C2"})).then_refused(CodeNotInForce)


def test_a_code_of_the_day_of_the_session_not_of_today():
    """H in a register of August 2024 is told in September: it was a code then."""
    before = Session(FRIDAY_BEFORE, "AM")
    late = take("10:00", by=OFFICE, session=before, day=MONDAY, marks={AMY: "H"})

    assert codes(given().when(late).events) == {AMY: "H", BEN: "N"}


@pytest.mark.parametrize("code", ["B", "K", "Y7"])
def test_the_law_asks_for_the_nature_of_b_k_and_y7(code):
    given().when(take(marks={AMY: code})).then_refused(NatureMissing, code, "the law")
    with_nature = take(marks={AMY: {"code": code, "nature": "Forest school at Lanhydrock"}})
    assert codes(given().when(with_nature).events) == {AMY: code}


# --- columns from the decision to the store -----------------------------------------------


LATE = {"taken_at": at("08:51")}
TAKINGS = {
    "marks of a class": take(marks={AMY: "/", BEN: "N"}),
    "one mark": take(marks={AMY: "/"}),
    "all alike": take(marks={AMY: "/", BEN: "/"}),
    "something is said of one": take(
        marks={AMY: {"code": "B", "nature": "Forest school"}, BEN: {"code": "I", "comment": "Flu"}}
    ),
    "one late, and closed": take("08:58", marks={AMY: arrived("08:55"), BEN: "/"}, close=True),
    "told afterwards": take("10:00", by=OFFICE, marks={AMY: "/"}, **LATE),
    "after it closed: N, and U": take("10:00", by=OFFICE, marks={AMY: arrived("09:45"), BEN: "N"}),
    "both after it closed": take(
        "10:00", by=OFFICE, marks={AMY: arrived("09:45"), BEN: arrived("09:50")}
    ),
}


@pytest.mark.parametrize("taking", TAKINGS.values(), ids=TAKINGS)
def test_the_columns_are_those_of_the_events_and_the_events_those_of_the_columns(taking):
    decided, expect = decide(taking, given().told)

    (draft,) = drafts(list(decided), expect)
    assert list(decided.draft(0).runs) == list(draft.runs)
    assert packing.pack(decided.runs) == packing.pack(draft.runs)
    assert len(decided) == len(list(decided)) == draft.count
    assert all(event.made_at == taking.at for event in decided)
