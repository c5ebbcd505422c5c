"""How a penalty notice comes to be decided on. Stream ``penalty/{pupil}/{parent}``.

A case is opened when somebody becomes aware that the threshold was reached, and ends with
exactly one decision: no discretion, considered and not issued, referred, or issued.
"""

from typing import Any, ClassVar

from ledger.events.base import Event
from ledger.kinds import Code, Frozen, IsoDate, Person, PupilId, Said, Session


def penalty_stream(pupil: PupilId, parent: str) -> str:
    """The id of the stream of one parent's notices for one pupil."""
    return f"penalty/{pupil}/{parent}"


class NamedSession(Frozen):
    """An unauthorised session that a case or a notice names, with its code and entry then."""

    session: Session
    code: Code
    entry: int


class Considered(Frozen):
    """A question that the policy asks before a decision, and what was answered."""

    question: Said
    answer: Said


class PenaltyEvent(Event):
    """An event about one parent and one pupil."""

    STREAM_FIELDS = frozenset({"pupil", "parent"})

    pupil: PupilId
    parent: Said

    @property
    def stream(self) -> str:
        return penalty_stream(self.pupil, self.parent)

    @classmethod
    def said_by_stream(cls, stream: str) -> dict[str, Any]:
        _, pupil, parent = stream.split("/", 2)
        return {"pupil": int(pupil), "parent": parent}


class ThresholdReached(PenaltyEvent):
    """
    A fact the ledger reckoned: the threshold stood, by these sessions in these weeks.

    Frozen as the register stood at entry ``position``: a later amendment takes a session out
    of the register, never out of this. ``weeks`` are the Mondays of the weeks that count.

    Event name: ``threshold-reached``. Reference: SI 2007/1867 reg. 9A(1).
    """

    TOPIC: ClassVar[str] = "threshold-reached"

    case: int
    met_on: IsoDate
    lapses_on: IsoDate | None = None
    rule: Said
    clause: Said
    pack: Said
    needed: int
    sessions: tuple[NamedSession, ...]
    weeks: tuple[IsoDate, ...]
    position: int


class AwarenessRecorded(PenaltyEvent):
    """
    Somebody who may decide on a notice became aware that the threshold was reached.

    From then on they must consider, as soon as practicable, whether to issue one.

    Event name: ``awareness-recorded``. Reference: SI 2007/1867 reg. 9A(1).
    """

    TOPIC: ClassVar[str] = "awareness-recorded"

    case: int
    aware: Person
    aware_on: IsoDate


class NoDiscretionFound(PenaltyEvent):
    """
    A case ended: there was no discretion to issue a notice, for the reason given.

    Event name: ``no-discretion-found``. Reference: SI 2007/1867 reg. 9A(2).
    """

    TOPIC: ClassVar[str] = "no-discretion-found"

    case: int
    reason: Said


class PenaltyNoticeNotIssued(PenaltyEvent):
    """
    A case ended: a notice was considered and not issued. ``instead``: what is done, if anything.

    Event name: ``penalty-notice-not-issued``. Reference: SI 2007/1867 reg. 9A(3).
    """

    TOPIC: ClassVar[str] = "penalty-notice-not-issued"

    case: int
    considered: tuple[Considered, ...]
    reason: Said
    instead: Said | None = None


class PenaltyReferred(PenaltyEvent):
    """
    A case ended for the school: referred to another authorised officer, who must consider it.

    ``case`` is empty for a referral below the threshold, with its reason.

    Event name: ``penalty-referred``. Reference: SI 2007/1867 reg. 9A(3)(b) and (4).
    """

    TOPIC: ClassVar[str] = "penalty-referred"

    case: int | None = None
    considered: tuple[Considered, ...]
    to: Said
    reason: Said | None = None


class AuthorityChecked(PenaltyEvent):
    """
    The local authority was asked before a notice. ``clear``: it said nothing against one.

    Event name: ``authority-checked``. Reference: the policy adopted (``penalty.issuing``).
    """

    TOPIC: ClassVar[str] = "authority-checked"

    checked_on: IsoDate
    authority: Said
    answer: Said
    clear: bool
