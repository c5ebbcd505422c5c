"""Illness recorded as unauthorised: under both policies never before the parent was told."""

import datetime as dt

import pytest

from commands.absence.refuse_illness import RefuseIllness
from ledger.events import IllnessRefused, MarkAmended
from ledger.kinds import Session
from ledger.refusals import (
    CodeNotAllowed,
    CodeNotInForce,
    Forbidden,
    NoEntryToAmend,
    NotASchoolDay,
    NoticeMissing,
    NotPermitted,
    ReasonMissing,
    UnknownPupil,
)
from tests.commands.absence.following import (
    MANOR,
    NCLT,
    OFFICER,
    TUESDAY,
    at_school,
    judge,
    notified,
    refuse,
    request,
)
from tests.given import AM, AMY, AUDITOR, MONDAY, OFFICE, PM, UPN, at, recorded

ILL = [recorded("I", AM), recorded("I", PM)]
LATER = at("15:00", TUESDAY)
TOLD = notified(at("11:00", TUESDAY))


@pytest.mark.parametrize(
    ("pack", "clause"),
    [
        (NCLT, "NCLT attendance policy (July 2023) s. 4.2"),
        (MANOR, "Manor attendance policy (August 2024) s. 4.2"),
    ],
)
def test_the_notice_comes_first_and_the_refusal_names_the_clause(pack, clause):
    command = refuse(when=LATER)
    school = at_school(pack, *ILL)

    school.when(command).then_refused(NoticeMissing, "Amy Penrose's illness", "notify-parent")
    with pytest.raises(NoticeMissing) as refused:
        assert school.events
    assert refused.value.cited == clause
    event = at_school(pack, *ILL, TOLD).when(command).events[0]
    assert (event.clause, event.notified_at) == (clause, at("11:00", TUESDAY))


def test_decision_and_amendments_are_one_act():
    events = at_school(NCLT, *ILL, TOLD).when(refuse(when=LATER)).events

    assert events[0] == IllnessRefused(
        pupil=AMY, first=MONDAY, code="O", reason="Seen at the beach", sessions=(AM, PM),
        notified_at=at("11:00", TUESDAY), clause="NCLT attendance policy (July 2023) s. 4.2",
        made_by=OFFICER, made_at=LATER,
    )  # fmt: skip
    reason = (
        "Illness not accepted: Seen at the beach (decision in absence/1/2024-09-09, "
        "parent notified on 10 September 2024)"
    )
    assert events[1:] == [
        MarkAmended(
            session=session, group="4B", pupil=AMY, original="I", amended="O", reason=reason,
            made_by=OFFICER, made_at=LATER,
        )
        for session in (AM, PM)
    ]  # fmt: skip


def test_told_at_the_same_moment_is_not_told_before():
    at_school(NCLT, *ILL, notified(LATER)).when(refuse(when=LATER)).then_refused(NoticeMissing)
    before = notified(LATER - dt.timedelta(minutes=1))
    assert at_school(NCLT, *ILL, before).when(refuse(when=LATER)).events


@pytest.mark.parametrize(("ends", "may"), [(MONDAY, False), (TUESDAY, True), (None, True)])
def test_a_notice_covers_the_days_it_names(ends, may):
    tuesday = [recorded("I", Session(TUESDAY, half)) for half in ("AM", "PM")]
    told = notified(at("11:00", TUESDAY), ends=ends)
    asked = at_school(MANOR, *ILL, *tuesday, told).when(refuse(when=LATER))
    if may:
        assert len(asked.events[0].sessions) == 4
    else:
        asked.then_refused(NoticeMissing, "10 September 2024")


def test_one_session_may_be_refused_alone():
    events = at_school(MANOR, *ILL, TOLD).when(refuse(when=LATER, sessions=(PM,))).events
    assert [e.session for e in events[1:]] == [PM]


def test_where_no_policy_asks_for_notice_none_is_wanted():
    event = at_school(None, *ILL).when(refuse(when=LATER)).events[0]
    assert (event.notified_at, event.clause) == (None, None)


def test_evidence_judged_enough_stands_in_the_way_until_judged_again():
    asked = at_school(NCLT, *ILL).when(request()).events
    enough = at_school(NCLT, *ILL, *asked).when(judge(True, "Card seen")).events
    so_far = [*ILL, *asked, *enough, TOLD]
    at_school(NCLT, *so_far).when(refuse(when=LATER)).then_refused(Forbidden, "judge it again")
    again = at_school(NCLT, *so_far).when(judge(False, "Card forged")).events
    assert at_school(NCLT, *so_far, *again).when(refuse(when=LATER)).events


def test_refused_twice_is_recorded_once():
    done = at_school(NCLT, *ILL, TOLD).when(refuse(when=LATER)).events
    at_school(NCLT, *ILL, TOLD, *done).when(refuse(when=LATER)).then_nothing()


def test_what_stands_as_another_code_is_not_an_illness_to_refuse():
    school = at_school(NCLT, recorded("I", AM), recorded("M", PM), TOLD)
    school.when(refuse(when=LATER, sessions=(AM, PM))).then_refused(Forbidden, "recorded as M")


SUNDAY = dt.date(2024, 9, 8)
WRONG = {"pupil": "A999999999", "by": OFFICE, "date": SUNDAY, "code": "QQ", "reason": ""}
RIGHT = [
    ({}, UnknownPupil),
    ({"pupil": UPN[AMY]}, NotPermitted),
    ({"by": OFFICER}, NotASchoolDay),
    ({"date": TUESDAY}, CodeNotInForce),
    ({"code": "M"}, CodeNotAllowed),
    ({"code": "U"}, CodeNotAllowed),
    ({"code": "O"}, ReasonMissing),
    ({"reason": "Seen"}, NoEntryToAmend),
    ({"date": MONDAY}, NoticeMissing),
]


@pytest.mark.parametrize("step", range(len(RIGHT)))
def test_wrong_in_every_way_it_is_refused_for_the_first(step):
    said = dict(WRONG)
    for right, _ in RIGHT[: step + 1]:
        said |= right
    by = said.pop("by")
    command = refuse(when=LATER).model_copy(update={**said, "by": by.id})
    assert isinstance(command, RefuseIllness)
    at_school(NCLT, *ILL).when(command).then_refused(RIGHT[step][1])


@pytest.mark.parametrize("by", [OFFICE, AUDITOR])
def test_who_may_not(by):
    at_school(NCLT, *ILL, TOLD).when(refuse(when=LATER, by=by)).then_refused(NotPermitted)
