"""A letter that tells counts as the act it tells of: once, and not before it has arrived."""

import datetime as dt

import pytest

from commands.letters import SendLetter
from ledger.events import (
    EvidenceRequirementSet,
    LetterSent,
    Parent,
    ParentNotified,
    ParentsChanged,
)
from ledger.kinds import Session
from ledger.refusals import Forbidden, NoticeMissing, NotPermitted, StepMissing
from tests.commands.absence.following import MANOR, NCLT, TUESDAY, at_school, notify, refuse
from tests.given import AM, AMY, HEAD, MADE, MONDAY, OFFICE, PM, UPN, ask, at, recorded

ILL = [recorded("I", AM), recorded("I", PM)]
SENT = at("15:00", TUESDAY)
THURSDAY, FRIDAY = MONDAY + dt.timedelta(days=3), MONDAY + dt.timedelta(days=4)


def sending(by=OFFICE, **said):
    fields = {
        "kind": "illness-notice", "pupil": UPN[AMY], "parent": "parent-1", "dated": TUESDAY,
        "merged": {}, "position": 0, "files": {"letter.typ": "let"}, "pdf": "ab" * 32,
        "made_with": "typst", "notifies": (AM, PM),
    }  # fmt: skip
    return ask(SendLetter, by, **{"when": SENT, **fields, **said})


def told(events):
    return [event for event in events if isinstance(event, ParentNotified)]


@pytest.mark.parametrize("pack", [NCLT, MANOR])
def test_a_notice_by_letter_is_one_act_with_the_letter(pack):
    events = at_school(pack, *ILL).when(sending()).events

    (one,) = told(events)
    (letter,) = [event for event in events if isinstance(event, LetterSent)]
    assert (one.parent, one.starts, one.ends, one.first) == ("parent-1", MONDAY, MONDAY, MONDAY)
    assert (one.letter, one.channel, one.said) == (letter.letter, "letter", "in letter/1")


@pytest.mark.parametrize(("channel", "moment"), [
    ("first class post", at("23:59", THURSDAY)),
    ("second class post", at("23:59", MONDAY + dt.timedelta(days=7))),
    ("by hand", SENT),
    ("email", SENT),
    ("app", SENT),
])  # fmt: skip
def test_a_parent_is_told_when_the_letter_has_arrived(channel, moment):
    (one,) = told(at_school(NCLT, *ILL).when(sending(channel=channel)).events)
    assert one.notified_at == moment


@pytest.mark.parametrize("pack", [NCLT, MANOR])
def test_illness_is_refused_the_day_after_the_letter_arrived_and_not_the_day_it_does(pack):
    so_far = at_school(pack, *ILL).when(sending()).events
    school = at_school(pack, *ILL, *so_far)

    arriving = refuse(when=at("12:00", THURSDAY))
    school.when(arriving).then_refused(NoticeMissing, "12 September 2024", "letter 1")
    assert school.when(refuse(when=at("08:00", FRIDAY))).events


def test_one_told_in_another_way_meanwhile_need_not_wait_for_the_post():
    so_far = at_school(NCLT, *ILL).when(sending()).events
    calling = notify(when=at("09:00", dt.date(2024, 9, 11)), channel="phone")
    also = at_school(NCLT, *ILL, *so_far).when(calling).events
    assert told(also)

    school = at_school(NCLT, *ILL, *so_far, *also)
    assert school.when(refuse(when=at("10:00", dt.date(2024, 9, 11)))).events


def test_the_same_notice_is_not_recorded_twice():
    by_hand = at_school(NCLT, *ILL).when(sending(channel="by hand")).events
    school = at_school(NCLT, *ILL, *by_hand)

    assert told(school.when(sending(channel="by hand")).events) == []
    same = notify(when=at("16:00", TUESDAY), channel="in person", to=MONDAY)
    school.when(same).then_nothing()


def test_a_notice_of_two_illnesses_is_one_notice_of_each():
    well = [recorded("/", Session(TUESDAY, "AM"))]
    wednesday = MONDAY + dt.timedelta(days=2)
    later = (Session(wednesday, "AM"), Session(wednesday, "PM"))
    again = [recorded("I", session) for session in later]
    both = (AM, PM, *later)
    command = sending(notifies=both, when=at("15:00", THURSDAY), dated=THURSDAY)

    events = at_school(NCLT, *ILL, *well, *again).when(command).events
    assert [(one.first, one.ends) for one in told(events)] == [
        (MONDAY, MONDAY),
        (wednesday, wednesday),
    ]


def test_a_letter_to_all_tells_those_at_the_address_it_goes_to():
    home = "1 Quay, Port"
    parents = ParentsChanged(
        pupil=AMY, original=(), reason="Form",
        amended=(
            Parent(id="parent-1", name="Wenna", lives_with=True, address=home),
            Parent(id="parent-2", name="Denzil", lives_with=True, address="2 Hill"),
            Parent(id="parent-3", name="Kerra", lives_with=True, address=home),
        ), **MADE,
    )  # fmt: skip
    events = at_school(NCLT, *ILL, parents).when(sending(parent=None)).events
    assert [one.parent for one in told(events)] == ["parent-1", "parent-3"]


def test_a_letter_to_no_known_address_tells_nobody():
    nowhere = sending(parent=None)
    at_school(NCLT, *ILL).when(nowhere).then_refused(StepMissing, "--parent", "parent-2")


# --- evidence of every further illness ------------------------------------------------------


def concern(by=HEAD, **said):
    return sending(by, kind="concern", notifies=(), requires_from=TUESDAY, **said)


def required(events):
    return [event for event in events if isinstance(event, EvidenceRequirementSet)]


def test_a_letter_of_concern_sets_the_requirement_it_speaks_of():
    (one,) = required(at_school(NCLT).when(concern()).events)

    assert (one.first, one.sent_on, one.letter) == (TUESDAY, TUESDAY, "letter/1")
    assert one.clause == "NCLT attendance policy (July 2023), letter of concern"


def test_a_second_letter_finds_it_set():
    so_far = at_school(NCLT).when(concern()).events
    school = at_school(NCLT, *so_far)

    assert required(school.when(concern()).events) == []
    assert school.when(concern(OFFICE)).events  # who may not set it may tell of one that stands


def test_who_may_not_require_evidence_may_not_send_a_letter_that_does():
    at_school(NCLT).when(concern(OFFICE)).then_refused(NotPermitted, "require-evidence")
    assert at_school(NCLT).when(sending(kind="concern", notifies=())).events


def test_a_letter_asks_no_evidence_of_an_illness_before_it():
    early = sending(HEAD, kind="concern", notifies=(), requires_from=MONDAY)
    at_school(NCLT).when(early).then_refused(Forbidden, "10 September 2024")


def test_where_no_policy_lets_a_letter_require_it_none_does():
    at_school(MANOR).when(concern()).then_refused(Forbidden, "No policy")
