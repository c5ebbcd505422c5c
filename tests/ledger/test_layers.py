import datetime as dt

import pytest

from ledger.events import ClosureDeclared
from ledger.kinds import Person, Session
from ledger.layers import covering, effective
from ledger.leave import Planned

HEAD = Person(id="head", name="H. Head", position="Headteacher")
AM, PM = (Session(dt.date(2024, 9, 9), half) for half in ("AM", "PM"))


def closure(number=1, code="Y4", first=AM, last=PM, groups=None) -> ClosureDeclared:
    return ClosureDeclared(
        closure=number,
        first=first,
        last=last,
        code=code,
        reason="The boiler failed",
        groups=groups,
        made_by=HEAD,
        made_at=dt.datetime(2024, 9, 9, 8, tzinfo=dt.UTC),
    )


def test_the_register_speaks_where_nothing_lies_over_it():
    found = effective("N", [], on_roll=True)

    assert (found.code, found.layer) == ("N", "register")


def test_a_closure_lies_over_the_entry_and_both_can_be_seen():
    found = effective("/", [closure()], on_roll=True)

    assert (found.code, found.layer) == ("Y4", "closure")
    assert [(layer.name, layer.code) for layer in found.layers] == [
        ("closure", "Y4"),
        ("register", "/"),
    ]
    assert found.layers[0].why == "The boiler failed"


def test_a_closure_withdrawn_gives_the_mark_back():
    standing = {1: closure()}
    del standing[1]

    assert effective("/", list(standing.values()), on_roll=True).code == "/"


def test_a_closed_session_without_an_entry_has_the_code_of_the_closure():
    found = effective(None, [closure(code="#")], on_roll=True)

    assert (found.code, found.layer) == ("#", "closure")


def test_the_closure_declared_last_lies_on_top():
    either_way = [closure(1, "#"), closure(2, "Y4")]

    assert effective("/", either_way, on_roll=True).code == "Y4"
    assert effective("/", either_way[::-1], on_roll=True).code == "Y4"


def test_a_pupil_not_on_roll_has_no_session_whatever_was_entered():
    found = effective("O", [closure()], on_roll=False)

    assert (found.code, found.layer) == (None, "not on roll")
    assert [layer.name for layer in found.layers] == ["not on roll", "closure", "register"]


LEAVE = Planned(leave=3, code="C", why="leave granted, request 3", nature="A funeral")


def test_leave_speaks_where_nothing_is_entered():
    found = effective(None, [], on_roll=True, leave=[LEAVE])

    assert (found.code, found.layer) == ("C", "leave")
    assert found.layers[0].why == "leave granted, request 3"


@pytest.mark.parametrize("entry", ["/", "N", "I", "C"])
def test_whatever_is_entered_lies_over_leave(entry):
    found = effective(entry, [], on_roll=True, leave=[LEAVE])

    assert (found.code, found.layer) == (entry, "register")
    assert [layer.name for layer in found.layers] == ["register", "leave"]


def test_leave_lies_beneath_closures_and_the_roll():
    found = effective(None, [closure()], on_roll=False, leave=[LEAVE])

    assert [layer.name for layer in found.layers] == ["not on roll", "closure", "leave"]


def test_of_two_leaves_the_first_given_here_is_the_one_on_top():
    appointment = LEAVE._replace(leave=4, code="M")

    assert effective(None, [], on_roll=True, leave=[appointment, LEAVE]).code == "M"


def test_nothing_entered_is_a_missing_mark():
    found = effective(None, [], on_roll=True)

    assert (found.code, found.layer) == (None, "no entry")


def test_a_closure_covers_from_its_first_session_to_its_last():
    afternoon = closure(first=PM, last=PM)

    assert covering([afternoon], AM, "4B") == []
    assert covering([afternoon], PM, "4B") == [afternoon]
    assert covering([afternoon], Session(dt.date(2024, 9, 10), "AM"), "4B") == []


def test_a_closure_of_one_class_covers_no_other():
    one = closure(groups=("4B",))

    assert covering([one], AM, "4B") == [one]
    assert covering([one], AM, "5C") == []
