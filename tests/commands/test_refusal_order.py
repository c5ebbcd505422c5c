"""Refusals by descending precedence: an act wrong in every way is refused for the first."""

import datetime as dt

import pytest

from commands.amend_mark import AmendMark
from commands.declare_closure import DeclareClosure
from commands.take_register import Given, TakeRegister
from ledger.events import PupilLeft
from ledger.kinds import Session
from ledger.refusals import (
    CodeNotAllowed,
    CodeNotInForce,
    EntryAlreadyMade,
    Forbidden,
    NatureMissing,
    NoEntryToAmend,
    NotASchoolDay,
    NotOnRoll,
    NotPermitted,
    ReasonMissing,
    UnknownGroup,
    UnknownPupil,
)
from tests.given import (
    AM,
    AMY,
    AUDITOR,
    BEN,
    CAI,
    HEAD,
    OFFICE,
    PM,
    UPN,
    ask,
    at,
    given,
    recorded,
)

SUNDAY = Session(dt.date(2024, 9, 8), "AM")
WRONG = {
    "pupil": "A999999999", "by": AUDITOR, "session": SUNDAY, "code": "QQ", "reason": "",
}  # fmt: skip
AMENDING = [
    # what is put right, and what is then refused
    ({}, UnknownPupil),
    ({"pupil": UPN[AMY]}, NotPermitted),
    ({"by": OFFICE}, NotASchoolDay),
    ({"session": PM}, CodeNotInForce),
    ({"code": "/"}, CodeNotAllowed),
    ({"code": "B"}, ReasonMissing),
    ({"reason": "Rang"}, NatureMissing),
    ({"nature": "Forest school"}, NoEntryToAmend),
    ({"session": AM}, None),
]


@pytest.mark.parametrize("step", range(len(AMENDING)))
def test_amending(step):
    said = dict(WRONG)
    for right, _ in AMENDING[: step + 1]:
        said |= right
    by, refused = said.pop("by"), AMENDING[step][1]
    asked = given(recorded("N")).when(ask(AmendMark, by, at("10:10"), **said))
    if refused:
        asked.then_refused(refused)
    else:
        assert asked.events


TAKING = [
    # who takes it, when, for which class, and which marks
    (AUDITOR, SUNDAY, "9Z", [("A999999999", "QQ")], UnknownGroup),
    (AUDITOR, SUNDAY, "4B", [("A999999999", "QQ")], UnknownPupil),
    (AUDITOR, SUNDAY, "4B", [(UPN[CAI], "QQ")], NotPermitted),
    (OFFICE, SUNDAY, "4B", [(UPN[CAI], "QQ")], NotASchoolDay),
    (OFFICE, AM, "4B", [(UPN[AMY], "#"), (UPN[BEN], "QQ")], CodeNotInForce),
    (OFFICE, AM, "4B", [(UPN[AMY], "B"), (UPN[BEN], "#")], CodeNotAllowed),
    (OFFICE, AM, "4B", [(UPN[BEN], "I"), (UPN[BEN], "B")], NatureMissing),
    (OFFICE, AM, "4B", [(UPN[AMY], "I"), (UPN[BEN], "I"), (UPN[BEN], "M")], Forbidden),
    (OFFICE, AM, "4B", [(UPN[AMY], "I"), (UPN[BEN], "/")], EntryAlreadyMade),
]


@pytest.mark.parametrize(("by", "session", "group", "marks", "refused"), TAKING)
def test_taking(by, session, group, marks, refused):
    said = tuple(Given(pupil=pupil, code=code) for pupil, code in marks)
    command = ask(TakeRegister, by, at("08:50"), session=session, group=group, marks=said)
    given(recorded("N")).when(command).then_refused(refused)


CLOSING = [
    (AUDITOR, SUNDAY, "QQ", ("9Z",), UnknownGroup),
    (AUDITOR, SUNDAY, "QQ", None, NotPermitted),
    (HEAD, SUNDAY, "QQ", None, NotASchoolDay),
    (HEAD, AM, "QQ", None, CodeNotInForce),
    (HEAD, AM, "I", None, CodeNotAllowed),
    (HEAD, AM, "#", None, None),
]


@pytest.mark.parametrize(("by", "session", "code", "groups", "refused"), CLOSING)
def test_closing(by, session, code, groups, refused):
    said = {"first": session, "last": session, "code": code, "groups": groups}
    asked = given().when(ask(DeclareClosure, by, reason="Polling day", **said))
    if refused:
        asked.then_refused(refused)
    else:
        assert asked.events


def test_not_on_roll_comes_before_the_code():
    early = Session(dt.date(2024, 6, 3), "AM")
    said = {"pupil": UPN[CAI], "session": early, "code": "QQ", "reason": "Rang"}
    given().when(ask(AmendMark, OFFICE, at("10:10"), **said)).then_refused(CodeNotInForce)
    left = PupilLeft(pupil=CAI, last_day="2024-05-31", made_by=OFFICE, made_at=at("09:00"))
    given(left).when(ask(AmendMark, OFFICE, at("10:10"), **said)).then_refused(NotOnRoll)
