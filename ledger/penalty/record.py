"""One parent's cases and notices for one pupil, as the stream has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from ledger.events.penalty import (
    AuthorityChecked,
    AwarenessRecorded,
    NoDiscretionFound,
    PenaltyNoticeNotIssued,
    PenaltyReferred,
    ThresholdReached,
)
from ledger.events.penalty_notice import EarlierNoticeDisclosed, PenaltyNoticeIssued
from ledger.kinds import Session
from ledger.penalty.notice import After, Notice, became, ours, theirs

Decision = NoDiscretionFound | PenaltyNoticeNotIssued | PenaltyReferred | PenaltyNoticeIssued
RecordEvent = (
    ThresholdReached
    | AwarenessRecorded
    | AuthorityChecked
    | Decision
    | EarlierNoticeDisclosed
    | After
)


@dataclass(frozen=True)
class Case:
    """A time the threshold was reached and somebody became aware, with what was decided."""

    number: int
    reached: ThresholdReached
    aware: AwarenessRecorded | None = None
    decision: Decision | None = None

    @property
    def open(self) -> bool:
        return self.decision is None

    @property
    def sessions(self) -> frozenset[Session]:
        return frozenset(one.session for one in self.reached.sessions)


@dataclass(frozen=True)
class Record:
    """
    Cases and notices by number, in order.

    ``checked`` is what the local authority answered since the last decision.
    """

    cases: Mapping[int, Case] = field(default_factory=lambda: MappingProxyType({}))
    notices: Mapping[int, Notice] = field(default_factory=lambda: MappingProxyType({}))
    checked: AuthorityChecked | None = None

    @classmethod
    def fold(cls, events: Iterable[RecordEvent]) -> "Record":
        record = cls()
        for event in events:
            record = evolve(record, event)
        return record

    @property
    def open_case(self) -> Case | None:
        return next((case for case in self.cases.values() if case.open), None)

    @property
    def next_case(self) -> int:
        return max(self.cases, default=0) + 1

    @property
    def next_notice(self) -> int:
        return max(self.notices, default=0) + 1

    def used(self, free_after: Iterable[str] = ()) -> dict[Session, int]:
        """
        The sessions that notices name, each with the notice's number; each is used once.

        ``free_after`` are the grounds of withdrawal after which they are free again.
        """
        free = set(free_after)
        return {
            session: notice.number
            for notice in self.notices.values()
            if notice.withdrawn is None or notice.withdrawn.ground not in free
            for session in notice.sessions
        }

    def answered(self) -> frozenset[Session]:
        """
        The sessions that somebody weighs or has weighed, for the pupil as a whole.

        Not those of a notice that was withdrawn where the offence may still be noticed: to this
        parent after material errors, to another where it went to the wrong person.

        Reference: SI 2007/1867 regs 8(1) and (5) and 9A(1).
        """
        issued = {notice.case: notice for notice in self.notices.values() if notice.issued}
        weighed = [
            case.sessions
            for case in self.cases.values()
            if case.number not in issued or not issued[case.number].open_again
        ]
        named = [one.sessions for one in self.notices.values() if not one.open_again]
        return frozenset[Session]().union(*weighed, *named)

    def considered(self) -> frozenset[Session]:
        """The sessions of the cases that were decided."""
        decided = (case.sessions for case in self.cases.values() if not case.open)
        return frozenset[Session]().union(*decided)


def evolve(record: Record, event: RecordEvent) -> Record:
    """
    Fold one event into the record.

    It refuses nothing: what is in the ledger happened, whatever the rules say now.
    """
    match event:
        case ThresholdReached():
            changed = _with_case(record, Case(event.case, event))
        case AwarenessRecorded():
            changed = _with_case(record, replace(record.cases[event.case], aware=event))
        case AuthorityChecked():
            changed = replace(record, checked=event)
        case PenaltyNoticeIssued():
            changed = _with_notice(record, ours(event))
            changed = _decided(changed, event) if event.kind == "absence" else changed
        case NoDiscretionFound() | PenaltyNoticeNotIssued() | PenaltyReferred():
            changed = _decided(record, event)
        case EarlierNoticeDisclosed():
            changed = _with_notice(record, theirs(event))
        case _:
            changed = _with_notice(record, became(record.notices[event.notice], event))
    return changed


def _with_case(record: Record, case: Case) -> Record:
    return replace(record, cases={**record.cases, case.number: case})


def _with_notice(record: Record, notice: Notice) -> Record:
    return replace(record, notices={**record.notices, notice.number: notice})


def _decided(record: Record, event: Decision) -> Record:
    record = replace(record, checked=None)
    if event.case is None:
        return record
    return _with_case(record, replace(record.cases[event.case], decision=event))
