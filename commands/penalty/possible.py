"""
Which acts about penalty notices somebody could do now, for one parent and one pupil.

There is no second list of rules: each act is *tried*, with words where a person would write
words, and decided by its own ``decide``. What that refuses, or what would record nothing, is
not possible. Nothing is recorded here.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from commands.base import Command
from commands.penalty import RECORD_ONLY, WITH_MARKS, record_awareness
from commands.penalty.conclude_notice_to_improve import ConcludeNoticeToImprove
from commands.penalty.consider_penalty_notice import ConsiderPenaltyNotice
from commands.penalty.disclose_earlier_notice import DiscloseEarlierNotice
from commands.penalty.issue_notice_to_improve import IssueNoticeToImprove
from commands.penalty.issue_penalty_notice import IssuePenaltyNotice
from commands.penalty.knowing import AboutParent, Known, known_of
from commands.penalty.marks import counting
from commands.penalty.record_authority_check import RecordAuthorityCheck
from commands.penalty.record_awareness import RecordAwareness
from commands.penalty.record_copy_to_authority import RecordCopyToAuthority
from commands.penalty.record_improvement import RecordImprovement
from commands.penalty.record_payment import RecordPayment
from commands.penalty.record_prosecution import RecordProsecution
from commands.penalty.record_service import RecordService
from commands.penalty.withdraw_penalty_notice import WithdrawPenaltyNotice
from commands.states import States
from ledger.calendar import london
from ledger.events import Event
from ledger.events.penalty_notice import Ground, Stage
from ledger.kinds import Instant, StaffId
from ledger.reckoning import Marked
from ledger.refusals import Refused
from ledger.roll import Pupil

WRITTEN = "as the person will write"
"""Stands where somebody has words to write: only that there are some is looked at."""


@dataclass(frozen=True)
class Possible:
    """
    An act that would be recorded: about ``notice`` where it is about one.

    ``ways`` are the outcomes, grounds, stages or days it could be recorded with now.
    """

    act: str
    ways: tuple[str, ...]
    notice: int | None = None


@dataclass(frozen=True)
class Try:
    """One way of doing one act, with what a person would say."""

    kind: type[RecordAwareness] | type[AboutParent]
    way: str
    said: Mapping[str, Any]


def possible(
    states: States,
    pupil: Pupil,
    signed: tuple[StaffId, Instant],
    marks: Sequence[Marked],
    stood_on: dt.date,
) -> dict[str, tuple[Possible, ...]]:
    """
    What one person could do at a moment (``signed``), by the id of each parent.

    ``marks`` are those of the pupil that may count to the threshold, as the register stands:
    no act is refused for another. ``stood_on`` is a day on which it is known to have stood:
    awareness may be of that day, where it stands no longer.
    """
    by, at = signed
    days = (london(at).date(), stood_on)
    said = {"by": by, "at": at, "key": "tried", "pupil": str(pupil.id)}
    known = [known_of(states, pupil, parent) for parent in pupil.parents]
    return {one.parent.id: _of_parent(one, marks, said, days) for one in known}


def _of_parent(
    known: Known, marks: Sequence[Marked], signed: Mapping[str, Any], days: Sequence[dt.date]
) -> tuple[Possible, ...]:
    found: dict[tuple[str, int | None], list[str]] = {}
    for one in (*_of_case(known, marks, days), *_of_notices(known, days[0])):
        command = one.kind(**signed, parent=known.parent.id, **one.said)
        try:
            events = _decided(command, known, marks)
        except Refused:
            continue
        if events:
            found.setdefault((command.NAME, one.said.get("notice")), []).append(one.way)
    return tuple(Possible(act, tuple(ways), notice) for (act, notice), ways in found.items())


def _decided(command: Any, known: Known, marks: Sequence[Marked]) -> list[Event]:
    kind = type(command)
    if kind is RecordAwareness:
        until = command.on or command.day
        seen = [one for one in marks if one.session.date <= until]
        return record_awareness.decide(command, known.school, known.pupil, [known], seen)
    if kind in RECORD_ONLY:
        return RECORD_ONLY[kind](command, known)
    return WITH_MARKS[kind](command, known, marks)


def _of_case(known: Known, marks: Sequence[Marked], days: Sequence[dt.date]) -> Iterator[Try]:
    """What is about the parent, a case or a notice to improve."""
    day, rules = days[0], known.school.rules_on(days[0])
    for on in dict.fromkeys(days):
        yield Try(RecordAwareness, on.isoformat(), {"on": on})
    yield Try(RecordAuthorityCheck, "", {"answer": WRITTEN})
    answers = _numbered(rules.values.get("penalty.considerations"))
    for outcome in _choices(ConsiderPenaltyNotice, "outcome"):
        said = {"outcome": outcome, "answers": answers, "reason": WRITTEN}
        yield Try(ConsiderPenaltyNotice, outcome, said)
    yield Try(IssuePenaltyNotice, "case", {"answers": answers})
    unused = [one for one in counting(known.school, known.pupil, marks) if one not in known.used]
    below = {"answers": answers, "sessions": tuple(unused), "below_threshold": WRITTEN}
    yield Try(IssuePenaltyNotice, "sessions named", below)
    weeks = rules.values.get("notice_to_improve.period")
    if weeks is not None:
        contents = _numbered(rules.values.get("notice_to_improve.contents"))
        said = {"weeks": weeks.value["least"], "target": WRITTEN, "contents": contents}
        yield Try(IssueNoticeToImprove, "", said)
    yield Try(RecordImprovement, "", {"note": WRITTEN})
    for outcome in _choices(ConcludeNoticeToImprove, "outcome"):
        said = {"outcome": outcome, "reason": WRITTEN}
        yield Try(ConcludeNoticeToImprove, outcome, said)
    elsewhere = dict.fromkeys(("issued_on", "offence_start", "offence_end"), day)
    yield Try(DiscloseEarlierNotice, "", {"issued_by": WRITTEN, "told_by": WRITTEN, **elsewhere})


def _of_notices(known: Known, day: dt.date) -> Iterator[Try]:
    """What is about each notice there is."""
    for number in known.record.notices:
        of = {"notice": number}
        yield Try(RecordCopyToAuthority, "", of)
        yield Try(RecordService, "served", {**of, "method": "by hand", "address": WRITTEN})
        proved = {"method": "by hand", "received_on": day, "proof": WRITTEN}
        yield Try(RecordService, "proved", {**of, **proved})
        yield Try(RecordPayment, "", {**of, "amount": 1})
        for ground in get_args(Ground):
            yield Try(WithdrawPenaltyNotice, ground, {**of, "ground": ground})
        for stage in get_args(Stage):
            yield Try(RecordProsecution, stage, {**of, "stage": stage})


def _choices(kind: type[Command], name: str) -> tuple[str, ...]:
    return get_args(kind.model_fields[name].annotation)


def _numbered(said: Any) -> dict[int, str]:
    return {number: WRITTEN for number, _ in enumerate(said.value if said else (), 1)}
