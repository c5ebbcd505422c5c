"""Leave in the register: entered where the rest are marked, and never over a mark."""

from commands.amend_mark import AmendMark
from commands.take_register import Given, TakeRegister
from ledger.events import MarkRecorded
from ledger.refusals import NoEntryToAmend
from tests.commands.leave.a_request import agree, at_school, granted, requested, withdrawn
from tests.given import AM, AMY, BEN, HEAD, OFFICE, PM, TEACHER, UPN, ask, at, given

ON_LEAVE = (requested(first="2024-09-09", back="2024-09-10"), granted(covering=(AM, PM)))


def take(*marks, when="08:50", by=TEACHER, session=AM, **said):
    given_ = tuple(Given(pupil=UPN[pupil], code=code) for pupil, code in marks)
    return ask(TakeRegister, by, at(when), session=session, group="4B", marks=given_, **said)


def codes(asked):
    return {one.pupil: one.code for one in asked.events if isinstance(one, MarkRecorded)}


def test_whoever_has_leave_is_entered_under_its_code_and_the_rest_present():
    found = given(*ON_LEAVE).when(take(rest_present=True))
    assert codes(found) == {AMY: "C", BEN: "/"}
    assert found.events[1].comment == "Leave granted, request 1"


def test_and_when_the_register_closes_they_are_not_n():
    assert codes(given(*ON_LEAVE).when(take((BEN, "/"), close=True))) == {AMY: "C", BEN: "/"}
    late = take((BEN, "I"), when="09:00", by=OFFICE)
    assert codes(given(*ON_LEAVE).when(late)) == {AMY: "C", BEN: "I"}


def test_while_the_register_is_open_nothing_is_entered_for_them():
    assert codes(given(*ON_LEAVE).when(take((BEN, "/")))) == {BEN: "/"}


def test_a_pupil_on_leave_who_comes_is_present():
    assert codes(given(*ON_LEAVE).when(take((AMY, "/"), rest_present=True))) == {AMY: "/", BEN: "/"}


def test_what_was_withdrawn_or_not_granted_is_not_entered():
    """Beyond the grant nothing is automatic: the register closes on N, for a person to settle."""
    gone = given(*ON_LEAVE, withdrawn()).when(take((BEN, "/"), close=True))
    assert codes(gone) == {AMY: "N", BEN: "/"}
    morning = (requested(first="2024-09-09", back="2024-09-10"), granted(covering=(AM,)))
    beyond = take((BEN, "\\"), when="13:05", session=PM, close=True)
    assert codes(given(*morning).when(beyond)) == {AMY: "N", BEN: "\\"}


def test_of_two_leaves_the_one_given_last_is_entered():
    appointment = requested(2, code="M", first="2024-09-09", back="2024-09-09 PM")
    both = (*ON_LEAVE, appointment, granted(2, code="M", covering=(AM,)))
    assert codes(given(*both).when(take(rest_present=True)))[AMY] == "M"
    assert codes(given(*both, withdrawn(2)).when(take(rest_present=True)))[AMY] == "C"


def test_the_afternoons_of_a_part_time_timetable():
    agreed = at_school().when(agree(HEAD, starts=AM.date, ends=AM.date, review_on=AM.date)).events
    assert codes(given(*agreed).when(take(rest_present=True))) == {AMY: "/", BEN: "/"}
    pm = take(when="13:05", session=PM, rest_present=True)
    assert codes(given(*agreed).when(pm)) == {AMY: "C2", BEN: "\\"}


def test_leave_is_planned_and_no_entry_to_amend():
    amending = ask(AmendMark, OFFICE, pupil=UPN[AMY], session=AM, code="I", reason="Rang")
    given(*ON_LEAVE).when(amending).then_refused(NoEntryToAmend)
