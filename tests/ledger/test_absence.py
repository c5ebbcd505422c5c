"""A spell of absence as its events make it."""

import datetime as dt

import pytest

from ledger.absence import SPELL_EVENTS, Spell, evolve
from ledger.events import (
    AbsenceDecided,
    AbsenceReported,
    ContactAttempted,
    EvidenceJudged,
    EvidenceRequirementLifted,
    EvidenceRequirementSet,
)
from ledger.events.absence import AbsenceEvent
from ledger.events.base import topics
from tests.given import AMY, MADE, MONDAY, at
from tests.ledger.test_golden import read

DAY = dt.timedelta(days=1)
TUESDAY, WEDNESDAY = MONDAY + DAY, MONDAY + 2 * DAY
OF = {"pupil": AMY, "first": MONDAY, **MADE}


def spell(*events) -> Spell:
    return Spell.fold(MONDAY, events)


def reported(starts=MONDAY, ends=WEDNESDAY, received=None):
    said = {"reason": "Ill", "starts": starts, "ends": ends, "channel": "phone"}
    return AbsenceReported(**OF, parent="parent-1", received_at=received or at("08:30"), **said)


def tried(outcome="no answer", when=None):
    said = {"contact": "parent-1", "channel": "phone", "outcome": outcome}
    return ContactAttempted(**OF, tried_at=when or at("09:40"), **said)


def test_every_event_of_the_stream_has_its_place():
    kinds = {kind for kind in topics().values() if issubclass(kind, AbsenceEvent)}
    assert kinds == set(SPELL_EVENTS)
    for version, kind in enumerate(sorted(kinds, key=lambda kind: kind.TOPIC)):
        changed = evolve(Spell(MONDAY, version=version), read(kind.TOPIC, 1))
        assert changed.version == version + 1
        assert changed != Spell(MONDAY, version=version + 1)


def test_only_what_is_about_an_absence_makes_it_one_followed_up():
    required = EvidenceRequirementSet(**OF, reason="82%", sent_on=MONDAY)
    assert not spell().followed_up
    assert not spell(required).followed_up
    assert spell(required, tried()).followed_up


@pytest.mark.parametrize(
    ("day", "each_day", "day_of_return"),
    [
        (MONDAY, True, True),
        (TUESDAY, False, True),
        (WEDNESDAY, False, True),
        (WEDNESDAY + DAY, False, False),
    ],
)
def test_told_once_or_each_day_as_the_policy_wants(day, each_day, day_of_return):
    told = spell(reported())
    assert (told.told_on(day, False) is not None) is each_day
    assert (told.told_on(day, True) is not None) is day_of_return


def test_told_again_on_the_day_it_is_told_each_day():
    told = spell(reported(), reported(received=at("08:20", TUESDAY)))
    assert told.told_on(TUESDAY, False)
    assert not told.told_on(WEDNESDAY, False)


def test_a_day_is_a_day_by_londons_clocks():
    """Half past midnight in London is still the day before in UTC, in summer."""
    called = spell(tried(when=at("00:30", TUESDAY)))
    assert called.called_on(TUESDAY)
    assert not called.called_on(MONDAY)


@pytest.mark.parametrize(
    ("events", "reached"),
    [([], False), ([tried()], False), ([tried("reached")], True), ([reported()], True)],
)
def test_somebody_was_reached_or_told_of_their_own_accord(events, reached):
    assert spell(*events).reached is reached


def test_the_last_judgement_stands():
    judged = [EvidenceJudged(**OF, satisfied=said, reason="Seen") for said in (True, False)]
    assert [spell(*judged[:n]).satisfied for n in range(3)] == [None, True, False]


def test_the_last_decision_about_a_day_stands():
    decided = [
        AbsenceDecided(**OF, code=code, reason="x", approved=False, starts=MONDAY, ends=ends)
        for code, ends in (("O", TUESDAY), ("I", MONDAY))
    ]
    assert spell(*decided).decided_on(MONDAY).code == "I"
    assert spell(*decided).decided_on(TUESDAY).code == "O"
    assert spell(*decided).decided_on(WEDNESDAY) is None


def test_a_requirement_holds_from_its_day_to_the_last():
    required = EvidenceRequirementSet(**OF, reason="82%", sent_on=MONDAY)
    lifted = EvidenceRequirementLifted(**OF, reason="Better", last_day=TUESDAY)
    days = [MONDAY - DAY, MONDAY, TUESDAY, WEDNESDAY]

    assert [spell(required).requires_on(day) for day in days] == [False, True, True, True]
    assert [spell(required, lifted).requires_on(day) for day in days] == [False, True, True, False]
