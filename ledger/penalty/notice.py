"""A penalty notice with what became of it."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import assert_never

from ledger.events.penalty_notice import (
    EarlierNoticeDisclosed,
    NoticeKind,
    PenaltyNoticeCopied,
    PenaltyNoticeIssued,
    PenaltyNoticeServed,
    PenaltyNoticeWithdrawn,
    PenaltyPaid,
    ProsecutionRecorded,
)
from ledger.kinds import Session

After = (
    PenaltyNoticeCopied
    | PenaltyNoticeServed
    | PenaltyPaid
    | PenaltyNoticeWithdrawn
    | ProsecutionRecorded
)


@dataclass(frozen=True)
class Notice:
    """
    A notice, ours (``issued`` is its event) or disclosed, with what became of it.

    ``paid`` is the pounds received; ``paid_on`` the day on which it was paid in full, in time.
    """

    number: int
    kind: NoticeKind
    issued_on: dt.date
    offence_start: dt.date
    offence_end: dt.date
    sessions: frozenset[Session]
    case: int | None = None
    issued: PenaltyNoticeIssued | None = None
    disclosed: EarlierNoticeDisclosed | None = None
    copied_on: dt.date | None = None
    served: PenaltyNoticeServed | None = None
    paid: int = 0
    paid_on: dt.date | None = None
    withdrawn: PenaltyNoticeWithdrawn | None = None
    prosecution: tuple[ProsecutionRecorded, ...] = ()

    @property
    def received_on(self) -> dt.date | None:
        return self.served.received_on if self.served else None

    @property
    def withdrawn_on(self) -> dt.date | None:
        return self.withdrawn.withdrawn_on if self.withdrawn else None

    @property
    def acquitted_on(self) -> dt.date | None:
        return self._stage("acquitted")

    @property
    def prosecuted_on(self) -> dt.date | None:
        return self._stage("begun")

    @property
    def ended(self) -> bool:
        """Whether nothing more can come of it: paid, withdrawn, or decided by a court."""
        done = {"convicted", "acquitted", "discontinued"}
        return bool(self.paid_on or self.withdrawn) or any(
            one.stage in done for one in self.prosecution
        )

    @property
    def open_again(self) -> bool:
        """Whether it was withdrawn on a ground after which its offence may still be noticed."""
        gone = self.withdrawn
        return gone is not None and gone.ground in ("wrong person", "material errors")

    @property
    def afterwards(self) -> str:
        """What its withdrawal means for this parent and its sessions, to end a sentence with."""
        gone = self.withdrawn
        return "" if gone is None else f" (withdrawn: {gone.ground}; SI 2007/1867 reg. 8(5))"

    def _stage(self, stage: str) -> dt.date | None:
        days = (one.stage_on for one in self.prosecution if one.stage == stage)
        return next(days, None)


def ours(event: PenaltyNoticeIssued) -> Notice:
    """A notice that this school issued."""
    return Notice(
        number=event.notice,
        kind=event.kind,
        issued_on=event.issued_on,
        offence_start=event.offence_start,
        offence_end=event.offence_end,
        sessions=frozenset(one.session for one in event.sessions),
        case=event.case,
        issued=event,
    )


def theirs(event: EarlierNoticeDisclosed) -> Notice:
    """A notice that somebody else issued."""
    return Notice(
        number=event.notice,
        kind=event.kind,
        issued_on=event.issued_on,
        offence_start=event.offence_start,
        offence_end=event.offence_end,
        sessions=frozenset(event.sessions),
        case=event.case,
        disclosed=event,
    )


def became(notice: Notice, event: After) -> Notice:
    """The notice once this happened to it."""
    match event:
        case PenaltyNoticeCopied():
            return replace(notice, copied_on=event.sent_on)
        case PenaltyNoticeServed():
            return replace(notice, served=event)
        case PenaltyPaid():
            paid_on = event.paid_on if event.in_full else notice.paid_on
            return replace(notice, paid=notice.paid + event.amount, paid_on=paid_on)
        case PenaltyNoticeWithdrawn():
            return replace(notice, withdrawn=event)
        case ProsecutionRecorded():
            return replace(notice, prosecution=(*notice.prosecution, event))
        case _:
            assert_never(event)
