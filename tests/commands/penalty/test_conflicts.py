"""Two people at once: a notice to improve issued while a penalty notice is being decided."""

import datetime as dt

import pytest

from commands.handle import decide, handle
from commands.penalty.issue_notice_to_improve import IssueNoticeToImprove
from commands.penalty.issue_penalty_notice import IssuePenaltyNotice
from commands.penalty.record_authority_check import RecordAuthorityCheck
from commands.penalty.record_awareness import RecordAwareness
from commands.states import states_of
from ledger.calendar import instant
from ledger.refusals import Conflict
from ledger.store import Act
from tests.commands.a_ledger import set_up
from tests.commands.penalty.a_case import (
    ANSWERS,
    MANOR,
    MOTHER,
    PARENTS,
    SEPTEMBER,
    YEARS,
    adopted,
    day,
)
from tests.commands.penalty.test_improving import SAID
from tests.given import AMY, HEAD, UPN


def test_whoever_decided_on_what_has_moved_on_is_told(tmp_path):
    from ledger.store import open_store

    with open_store(f"sqlite:///{tmp_path / 'school.db'}", create=True) as store:
        ledger = set_up(store, PARENTS, *YEARS, adopted(MANOR))
        for number, mark in enumerate(SEPTEMBER):
            act = Act(f"m{number}", "take-register", mark.made_by, mark.made_at)
            ledger.append(act, [mark])

        def asked(kind, **fields):
            at = instant(day("2024-09-17"), dt.time(10))
            said = {"pupil": UPN[AMY], "parent": MOTHER, "by": HEAD.id, "at": at, **fields}
            return kind(key=kind.NAME, **said)

        handle(asked(RecordAwareness), ledger)
        handle(asked(RecordAuthorityCheck, answer="None known"), ledger)
        states = states_of(ledger)
        issuing = asked(IssuePenaltyNotice, answers=ANSWERS)
        events, expect = decide(issuing, states)
        handle(asked(IssueNoticeToImprove, **SAID), store.ledger(123456))

        with pytest.raises(Conflict):
            ledger.append(Act("late", issuing.NAME, HEAD, issuing.at), events, expect)
