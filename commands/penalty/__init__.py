"""Acts about penalty notices and notices to improve. Nothing here is ever issued by itself."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from commands.base import Command
from commands.penalty import (
    conclude_notice_to_improve,
    consider_penalty_notice,
    disclose_earlier_notice,
    issue_notice_to_improve,
    issue_penalty_notice,
    record_authority_check,
    record_awareness,
    record_copy_to_authority,
    record_improvement,
    record_payment,
    record_prosecution,
    record_service,
    withdraw_penalty_notice,
)
from commands.penalty.conclude_notice_to_improve import ConcludeNoticeToImprove
from commands.penalty.consider_penalty_notice import ConsiderPenaltyNotice
from commands.penalty.disclose_earlier_notice import DiscloseEarlierNotice
from commands.penalty.issue_notice_to_improve import IssueNoticeToImprove
from commands.penalty.issue_penalty_notice import IssuePenaltyNotice
from commands.penalty.knowing import AboutParent, Known, find_pupil, knowing, known_of
from commands.penalty.marks import marks_to
from commands.penalty.record_authority_check import RecordAuthorityCheck
from commands.penalty.record_awareness import RecordAwareness
from commands.penalty.record_copy_to_authority import RecordCopyToAuthority
from commands.penalty.record_improvement import RecordImprovement
from commands.penalty.record_payment import RecordPayment
from commands.penalty.record_prosecution import RecordProsecution
from commands.penalty.record_service import RecordService
from commands.penalty.withdraw_penalty_notice import WithdrawPenaltyNotice
from commands.states import Decided, States
from ledger.events import Event
from ledger.kinds import Session

Way = Callable[[Any, States], Decided]


def _record_awareness(command: RecordAwareness, states: States) -> Decided:
    """Each parent's case is a stream of its own: all are opened together, or none."""
    pupil = find_pupil(states, command.pupil)
    if command.parent is None:
        parents = [known_of(states, pupil, parent) for parent in pupil.parents]
    else:
        one = AboutParent.model_construct(pupil=command.pupil, parent=command.parent)
        parents = [knowing(states, one)]
    marks = marks_to(states, pupil, command.on or command.day)
    events = record_awareness.decide(command, states.school, pupil, parents, marks)
    versions = {name: count for known in parents for name, count in known.versions.items()}
    return events, _expected(events, versions)


def _record_only(decide: Callable[[Any, Known], list[Event]]) -> Way:
    """An act for which the record is enough."""

    def way(command: AboutParent, states: States) -> Decided:
        known = knowing(states, command)
        events = decide(command, known)
        return events, _expected(events, known.versions)

    return way


def _with_marks(decide: Callable[[Any, Known, Any], list[Event]]) -> Way:
    """An act for which the register is read as well."""

    def way(command: AboutParent, states: States) -> Decided:
        known = knowing(states, command)
        marks = marks_to(states, known.pupil, command.day, _named(command, known))
        events = decide(command, known, marks)
        return events, _expected(events, known.versions)

    return way


def _named(command: AboutParent, known: Known) -> Iterator[Session]:
    """The sessions that an act may be about, however long ago."""
    if isinstance(command, IssuePenaltyNotice):
        yield from command.sessions
    if known.record.open_case is not None:
        yield from known.record.open_case.sessions


def _expected(events: list[Event], versions: Mapping[str, int]) -> dict[str, int]:
    """Notices and notices to improve bear on each other: neither may have moved on."""
    return dict(versions) if events else {}


RECORD_ONLY: Mapping[type[AboutParent], Callable[[Any, Known], list[Event]]] = {
    ConsiderPenaltyNotice: consider_penalty_notice.decide,
    RecordAuthorityCheck: record_authority_check.decide,
    RecordCopyToAuthority: record_copy_to_authority.decide,
    RecordService: record_service.decide,
    RecordPayment: record_payment.decide,
    WithdrawPenaltyNotice: withdraw_penalty_notice.decide,
    RecordProsecution: record_prosecution.decide,
    DiscloseEarlierNotice: disclose_earlier_notice.decide,
}
"""The acts that are decided on what came before alone."""

WITH_MARKS: Mapping[type[AboutParent], Callable[[Any, Known, Any], list[Event]]] = {
    IssuePenaltyNotice: issue_penalty_notice.decide,
    IssueNoticeToImprove: issue_notice_to_improve.decide,
    RecordImprovement: record_improvement.decide,
    ConcludeNoticeToImprove: conclude_notice_to_improve.decide,
}
"""Those that are decided on the register as well."""

WAYS: dict[type[Command], Way] = {
    RecordAwareness: _record_awareness,
    **{kind: _record_only(one) for kind, one in RECORD_ONLY.items()},
    **{kind: _with_marks(one) for kind, one in WITH_MARKS.items()},
}
"""How each act about penalty notices is decided, and the versions it is decided on."""
