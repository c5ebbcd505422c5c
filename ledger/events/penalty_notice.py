"""What becomes of a penalty notice once issued. Stream ``penalty/{pupil}/{parent}``.

Notices are numbered within the stream, those issued elsewhere and disclosed among them.
"""

from typing import ClassVar, Literal

from ledger.events.penalty import Considered, NamedSession, PenaltyEvent
from ledger.kinds import Frozen, IsoDate, Said, Session

NoticeKind = Literal["absence", "public place"]
"""Under s. 444A of the Education Act 1996, or s. 105 of the Education and Inspections Act 2006."""

Method = Literal["by hand", "left at address", "first class post", "other post", "electronic"]
Basis = Literal[
    "personal", "left at address", "first class, deemed", "electronic, consented", "proved"
]
Ground = Literal[
    "should not have been issued", "wrong person", "material errors", "unpaid, not prosecuted"
]
Stage = Literal["begun", "convicted", "acquitted", "discontinued"]


class CountedNotice(Frozen):
    """A previous notice that was counted when one was issued."""

    notice: int
    issued_on: IsoDate


class PenaltyNoticeIssued(PenaltyEvent):
    """
    A person authorised by law issued a penalty notice. Nothing is ever issued by itself.

    The sessions named, the amounts in pounds, the previous notices ``counted`` and what was
    ``considered`` are frozen as at entry ``position``. ``case`` is empty for a notice below
    the threshold, with its ``reason``, and for a public place, outside the framework.

    Event name: ``penalty-notice-issued``. Reference: Education Act 1996 s. 444A; SI 2007/1867
    regs 3, 4 and 12A; for a public place, Education and Inspections Act 2006 s. 105.
    """

    TOPIC: ClassVar[str] = "penalty-notice-issued"

    notice: int
    kind: NoticeKind = "absence"
    case: int | None = None
    which: Literal["first", "second", "public place"]
    sessions: tuple[NamedSession, ...]
    offence_start: IsoDate
    offence_end: IsoDate
    issued_on: IsoDate
    early: int | None = None
    early_days: int | None = None
    full: int
    full_days: int
    clause: Said
    counted: tuple[CountedNotice, ...] = ()
    considered: tuple[Considered, ...] = ()
    reason: Said | None = None
    suspended_on: IsoDate | None = None
    told_parents_on: IsoDate | None = None
    position: int


class EarlierNoticeDisclosed(PenaltyEvent):
    """
    A notice that somebody else issued to the same parent for the same child, as told to us.

    By whom it was issued, and who told us. ``case`` ties it to a case the school referred,
    ``sessions`` are those it names, where told.

    Event name: ``earlier-notice-disclosed``. Reference: SI 2007/1867 regs 4(3)-(5) and 12A.
    """

    TOPIC: ClassVar[str] = "earlier-notice-disclosed"

    notice: int
    kind: NoticeKind = "absence"
    case: int | None = None
    issued_on: IsoDate
    offence_start: IsoDate
    offence_end: IsoDate
    issued_by: Said
    told_by: Said
    sessions: tuple[Session, ...] = ()


class PenaltyNoticeCopied(PenaltyEvent):
    """
    A copy of the notice went to the local authority.

    Event name: ``penalty-notice-copied``. Reference: SI 2007/1867 reg. 19.
    """

    TOPIC: ClassVar[str] = "penalty-notice-copied"

    notice: int
    sent_on: IsoDate


class PenaltyNoticeServed(PenaltyEvent):
    """
    How the notice reached the parent, and the day on which that counts as received.

    ``basis`` says why that day; ``detail`` holds the address, the written consent or the proof.

    Event name: ``penalty-notice-served``. Reference: SI 2007/1867 reg. 22; Education Act 1996
    s. 572.
    """

    TOPIC: ClassVar[str] = "penalty-notice-served"

    notice: int
    method: Method
    sent_on: IsoDate
    received_on: IsoDate
    basis: Basis
    detail: Said | None = None


class PenaltyPaid(PenaltyEvent):
    """
    Money paid to the local authority. ``in_full``: with it the notice is paid in accordance.

    Event name: ``penalty-paid``. Reference: Education Act 1996 s. 444A(4); SI 2007/1867 reg. 9.
    """

    TOPIC: ClassVar[str] = "penalty-paid"

    notice: int
    amount: int
    paid_on: IsoDate
    in_full: bool


class PenaltyNoticeWithdrawn(PenaltyEvent):
    """
    The local authority withdrew the notice, on one of the grounds that there are.

    Event name: ``penalty-notice-withdrawn``. Reference: SI 2007/1867 regs 8 and 9.
    """

    TOPIC: ClassVar[str] = "penalty-notice-withdrawn"

    notice: int
    ground: Ground
    withdrawn_on: IsoDate
    reason: Said | None = None


class ProsecutionRecorded(PenaltyEvent):
    """
    What the local authority and the court did about the offence of a notice.

    Event name: ``prosecution-recorded``. Reference: Education Act 1996 ss 444 and 446.
    """

    TOPIC: ClassVar[str] = "prosecution-recorded"

    notice: int
    stage: Stage
    stage_on: IsoDate
    detail: Said | None = None
