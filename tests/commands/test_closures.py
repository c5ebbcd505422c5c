"""Closures: a layer over the marks, declared with the right code and withdrawn whole."""

import pytest

from commands.declare_closure import DeclareClosure
from commands.withdraw_closure import WithdrawClosure
from ledger.events import ClosureDeclared, ClosureWithdrawn
from ledger.kinds import Session
from ledger.refusals import (
    CodeNotAllowed,
    CodeNotInForce,
    Forbidden,
    NotASchoolDay,
    NotPermitted,
    UnknownClosure,
    UnknownGroup,
)
from tests.given import (
    AM,
    FRIDAY_BEFORE,
    HEAD,
    MONDAY,
    MONDAY_OF_CHANGE,
    OFFICE,
    PM,
    ask,
    at,
    given,
)

MADE = {"made_by": HEAD, "made_at": at("07:30")}


def declare(code="Y4", *, first=AM, last=PM, groups=None, by=HEAD):
    said = {"first": first, "last": last, "code": code, "reason": "Burst main", "groups": groups}
    return ask(DeclareClosure, by, at("07:30"), **said)


def declared(number=1, code="Y4", groups=None):
    said = {"first": AM, "last": PM, "code": code, "reason": "Burst main", "groups": groups}
    return ClosureDeclared(closure=number, **said, **MADE)


def withdrawn(number=1):
    return ClosureWithdrawn(closure=number, reason="Mended", **MADE)


def withdraw(number=1, by=HEAD):
    return ask(WithdrawClosure, by, at("07:30"), closure=number, reason="Mended")


def test_a_closure_takes_the_next_number():
    given(declared(1), withdrawn(1)).when(declare()).then(declared(2))


def test_the_same_closure_twice_is_declared_once():
    given(declared()).when(declare()).then_nothing()


@pytest.mark.parametrize(
    ("code", "groups", "refused"),
    [
        ("#", None, None),
        ("#", ("4B",), None),
        ("Y4", None, None),
        ("Y4", ("4B",), CodeNotAllowed),
        ("Y3", ("4B",), None),
        ("Y3", None, CodeNotAllowed),
        ("Y1", None, CodeNotAllowed),
        ("I", None, CodeNotAllowed),
        ("Y", None, CodeNotInForce),
        ("Y4", ("9Z",), UnknownGroup),
    ],
)
def test_planned_whole_and_part_have_their_codes(code, groups, refused):
    asked = given().when(declare(code, groups=groups))
    if refused:
        asked.then_refused(refused)
    else:
        asked.then(declared(code=code, groups=groups))


def test_y4_from_19_august_2024_and_y_until_the_day_before():
    before, after = Session(FRIDAY_BEFORE, "AM"), Session(MONDAY_OF_CHANGE, "AM")

    given().when(declare("Y4", first=before, last=before)).then_refused(CodeNotInForce)
    assert given().when(declare("Y", first=before, last=before)).events
    assert given().when(declare("Y4", first=after, last=after)).events
    given().when(declare("Y", first=after, last=after)).then_refused(CodeNotInForce)


def test_a_closure_of_a_day_without_school():
    sunday = Session(MONDAY.replace(day=8), "AM")
    given().when(declare(first=sunday, last=sunday)).then_refused(NotASchoolDay, "Sunday")


def test_a_closure_over_a_weekend_is_a_closure_of_its_school_days():
    friday = Session(MONDAY.replace(day=6), "PM")
    assert given().when(declare(first=friday, last=AM)).events


def test_a_closure_cannot_end_before_it_begins():
    given().when(declare(first=PM, last=AM)).then_refused(Forbidden, "before it begins")
    tuesday = Session(MONDAY.replace(day=10), "AM")
    given().when(declare(first=tuesday, last=AM)).then_refused(Forbidden, "cannot end at")


def test_who_may_declare_and_withdraw():
    given().when(declare(by=OFFICE)).then_refused(NotPermitted, "School administrator")
    given(declared()).when(withdraw(by=OFFICE)).then_refused(NotPermitted)


def test_a_closure_is_withdrawn_whole():
    given(declared()).when(withdraw()).then(withdrawn())


def test_withdrawn_twice_is_withdrawn_once():
    given(declared(), withdrawn()).when(withdraw()).then_nothing()


def test_a_closure_never_declared():
    given(declared()).when(withdraw(2)).then_refused(UnknownClosure, "1")
