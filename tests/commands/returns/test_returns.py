"""Returns made, back-ups recorded, facts about pupils."""

import datetime as dt

from commands.returns.make_return import MakeReturn
from commands.returns.record_backup import RecordBackup
from commands.returns.record_pupil_fact import RecordPupilFact
from ledger.events import (
    AbsenceReported,
    BackupRecorded,
    ParentsChanged,
    PupilFactRecorded,
    PupilLeft,
)
from ledger.refusals import Forbidden, NotPermitted, UnknownPupil
from ledger.returns import held_of
from ledger.school import School
from tests.given import AMY, HEAD, OFFICE, SCHOOL, TEACHER, UPN, ask, at, given, recorded, week

DAYS = School.fold(SCHOOL).calendar.school_days(dt.date(2024, 9, 3), dt.date(2024, 10, 25))
NOON = at("12:00", DAYS[14])


def ill(days: int):
    return [recorded("I", session) for day in DAYS[:days] for session, _ in week("II", day)]


def left(last_day: str, on: dt.date) -> PupilLeft:
    return PupilLeft(pupil=AMY, last_day=last_day, made_by=OFFICE, made_at=at("09:00", on))


def make(kind: str, *pupils: str, by=OFFICE, when=NOON, **said):
    return ask(MakeReturn, by, when, kind=kind, pupils=pupils or (UPN[AMY],), **said)


def test_a_sickness_return_holds_what_the_ledger_says():
    (event,) = given(*ill(15)).when(make("sickness")).events

    (named,) = event.pupils
    assert (event.kind, event.number, event.to) == ("sickness", 1, "Cornwall")
    assert (named.since, named.due) == (DAYS[0], DAYS[15])
    assert named.held["name"] == "Amy Penrose"
    assert named.held["half-days in the school year"] == "30"


LIVED_WITH = {"id": "p1", "name": "Pat Penrose", "address": "1 Hill, Bude", "telephone": "01632 1"}
ELSEWHERE = {"id": "p2", "name": "Sam Penrose", "lives_with": False, "address": "2 Quay, Bude"}
PARENTS = ParentsChanged(
    pupil=AMY, original=(), amended=(LIVED_WITH, ELSEWHERE), reason="Form", made_by=OFFICE,
    made_at=at("09:00", DAYS[0]),
)  # fmt: skip


def held(kind: str, *events):
    (event,) = given(PARENTS, *events).when(make(kind)).events
    return event.pupils[0].held


def test_a_return_says_what_the_regulation_asks_and_no_more():
    """Name and address of whoever is absent; of who leaves, the parents lived with too."""
    assert list(held("sickness", *ill(15)).items())[:2] == [
        ("name", "Amy Penrose"), ("address", "1 Hill, Bude"),
    ]  # fmt: skip
    everything = " ".join(f"{name} {said}" for name, said in held("sickness", *ill(15)).items())
    for more in ("Pat", "Quay", "01632", UPN[AMY], "2015-", "born", "UPN"):
        assert more not in everything
    assert held("deletion", left("2024-09-12", DAYS[7])) == {
        "name": "Amy Penrose", "address": "1 Hill, Bude", "parent 1": "Pat Penrose",
        "parent 1 address": "1 Hill, Bude", "parent 1 telephone": "01632 1",
        "last day": "2024-09-12", "deleted": "2024-09-12",
    }  # fmt: skip


def test_a_pack_may_ask_for_more_in_a_return():
    asked = ["name", "address", "parents", "other parents", "born", "UPN"]
    said = held_of(given(PARENTS).told.roll.pupils[AMY], asked, {})

    assert said == {
        "name": "Amy Penrose", "address": "1 Hill, Bude", "born": "2015-10-01", "UPN": UPN[AMY],
        "parent 1": "Pat Penrose", "parent 1 address": "1 Hill, Bude",
        "parent 2": "Sam Penrose", "parent 2 address": "2 Quay, Bude",
    }  # fmt: skip


def test_a_kind_of_return_is_not_made_before_there_was_one():
    asked = make("sickness", made_on=dt.date(2024, 6, 3), reason="In hospital")

    given().when(asked).then_refused(Forbidden, "no sickness return yet on 3 June 2024")


def test_one_day_less_is_not_owed_unless_the_school_says_why():
    given(*ill(14)).when(make("sickness")).then_refused(Forbidden, "the school's own reason")
    (event,) = given(*ill(14)).when(make("sickness", reason="In hospital until Christmas")).events

    assert event.pupils[0].due is None
    assert event.reason == "In hospital until Christmas"


def test_it_is_owed_sooner_where_a_parent_said_it_will_last():
    told = AbsenceReported(
        pupil=AMY, first=DAYS[0], parent=None, other="grandmother", reason="Operation",
        illness=True, starts=DAYS[0], ends=DAYS[14], channel="phone",
        received_at=at("09:00", DAYS[0]), made_by=OFFICE, made_at=at("09:00", DAYS[0]),
    )  # fmt: skip
    (event,) = given(*ill(2), told).when(make("sickness", when=at("12:00", DAYS[1]))).events

    assert event.pupils[0].due == DAYS[1]


def test_made_once_it_is_not_made_again():
    told = given(*ill(15))
    first = told.when(make("sickness")).events

    given(*ill(15), *first).when(make("sickness")).then_nothing()


def test_a_deletion_is_returned_with_the_last_day():
    (event,) = given(left("2024-09-12", DAYS[7])).when(make("deletion")).events

    assert event.pupils[0].held["last day"] == "2024-09-12"
    assert event.clause == "SI 2024/208 reg. 13(4)"


def test_refusals_come_in_their_order():
    given().when(make("sickness", "nobody", by=TEACHER)).then_refused(UnknownPupil)
    given().when(make("sickness", by=TEACHER)).then_refused(NotPermitted)
    tomorrow = DAYS[15]
    given(*ill(15)).when(make("sickness", made_on=tomorrow)).then_refused(
        Forbidden, "not been made"
    )
    given().when(make("deletion")).then_refused(Forbidden, "No deletion return is owed")


def test_a_back_up_is_kept_six_years_after_the_end_of_the_school_year():
    given().when(ask(RecordBackup, OFFICE, NOON, kept_at="Safe")).then(
        BackupRecorded(
            number=1,
            backed_up_on=DAYS[14],
            kept_at="Safe",
            keep_until=dt.date(2031, 8, 31),
            made_by=OFFICE,
            made_at=NOON,
        )
    )


def test_a_back_up_to_come_is_none():
    asked = ask(RecordBackup, OFFICE, NOON, kept_at="Safe", backed_up_on=DAYS[15])

    given().when(asked).then_refused(Forbidden)


def test_the_same_back_up_again_is_nothing():
    asked = ask(RecordBackup, OFFICE, NOON, kept_at="Safe")
    events = given().when(asked).events

    given(*events).when(asked).then_nothing()


def plan(ends=None, by=HEAD):
    return ask(
        RecordPupilFact, by, NOON, pupil=UPN[AMY], fact="EHC plan", starts="2024-09-03", ends=ends
    )


def test_a_fact_holds_from_its_day():
    said = {"pupil": AMY, "fact": "EHC plan", "starts": "2024-09-03"}
    given().when(plan()).then(PupilFactRecorded(**said, made_by=HEAD, made_at=NOON))


def test_its_end_is_said_under_the_same_day_and_the_same_again_is_nothing():
    first = given().when(plan()).events
    ended = given(*first).when(plan(ends="2024-10-01")).events

    given(*first).when(plan()).then_nothing()
    assert given(*first, *ended).told.roll.pupils[AMY].holds("EHC plan", dt.date(2024, 10, 1))
    assert not given(*first, *ended).told.roll.pupils[AMY].holds("EHC plan", dt.date(2024, 10, 2))


def test_a_fact_cannot_end_before_it_begins_and_a_teacher_records_none():
    given().when(plan(ends="2024-09-02")).then_refused(Forbidden)
    given().when(plan(by=TEACHER)).then_refused(NotPermitted)
