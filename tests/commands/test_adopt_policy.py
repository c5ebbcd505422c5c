"""Adopting a policy: the hash is kept, a school's own text too, and the law is not lowered."""

import datetime as dt

import pytest

from commands.adopt_policy import AdoptPolicy
from commands.take_register import Given, TakeRegister
from ledger.events import PolicyAdopted
from ledger.policy import load
from ledger.refusals import NatureMissing, NotLower, NotPermitted, PackUnreadable
from ledger.school import School
from tests.given import AM, HEAD, MONDAY, OFFICE, SCHOOL, TEACHER, UPN, ask, at, given

STARTS = dt.date(2024, 9, 1)
MANOR = "trusts/manor_2024"
OWN = """
[pack]
title = "Trelights: own rules"
layer = "school"
lies_over = "england"
adopted = 2024-09-01

[retention.entry.values.2024-09-01]
value = {years}
reference = "Trelights attendance policy, s. 4"
confirmed = 2024-09-01
"""


def adopt(pack=MANOR, by=HEAD, starts=STARTS, text=None):
    return ask(AdoptPolicy, by, pack=pack, starts=starts, text=text)


def adopted(pack=MANOR, starts=STARTS):
    sha256 = load(pack).sha256
    return PolicyAdopted(pack=pack, starts=starts, sha256=sha256, made_by=HEAD, made_at=at())


def test_a_shipped_pack_is_adopted_by_name_and_hash():
    given().when(adopt()).then(adopted())


def test_the_same_pack_from_the_same_day_is_adopted_once():
    cornwall = "local_authorities/cornwall"
    given(adopted(cornwall)).when(adopt(cornwall)).then_nothing()


def test_under_manors_policy_it_is_the_board_that_adopts_the_next():
    given(adopted()).when(adopt("local_authorities/cornwall")).then_refused(NotPermitted, "board")


def test_a_schools_own_file_is_kept_whole():
    text = OWN.format(years=7)
    (event,) = given().when(adopt("own", text=text)).events

    assert event.text == text
    school = School.fold([*SCHOOL, event])
    assert school.rules_on(STARTS).get("retention.entry").value == 7
    assert school.rules_on(STARTS - dt.timedelta(days=1)).get("retention.entry").value == 6


def test_a_pack_that_sets_less_than_the_law_is_refused():
    text = OWN.format(years=5)
    given().when(adopt("own", text=text)).then_refused(NotLower, "retention.entry")


@pytest.mark.parametrize("text", ["this is = not", "[pack]\n"])
def test_a_pack_that_cannot_be_read_is_refused(text):
    given().when(adopt("own", text=text)).then_refused(PackUnreadable, "own")


def test_an_unknown_pack_names_those_there_are():
    given().when(adopt("trusts/nobody")).then_refused(PackUnreadable, MANOR)


def test_the_office_adopts_nothing():
    given().when(adopt(by=OFFICE)).then_refused(NotPermitted)


def test_a_policy_that_asks_for_the_nature_of_a_visit_is_named_in_the_refusal():
    """The law asks it of B, K and Y7 alone; Manor's policy of every activity off site."""
    mark = Given(pupil=UPN[1], code="V")
    take = ask(TakeRegister, TEACHER, session=AM, group="4B", marks=(mark,))

    assert given().when(take).events
    given(adopted()).when(take).then_refused(NatureMissing, "V", "manor")


def test_a_policy_adopted_tomorrow_does_not_bind_today():
    mark = Given(pupil=UPN[1], code="V")
    take = ask(TakeRegister, TEACHER, session=AM, group="4B", marks=(mark,))
    tomorrow = adopted(starts=MONDAY + dt.timedelta(days=1))

    assert given(tomorrow).when(take).events
