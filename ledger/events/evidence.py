"""Evidence of illness: asked for, received, judged, and required of every further illness.

In the stream of the spell it is about; a standing requirement in that of the day it begins.
"""

from typing import ClassVar, Literal

from ledger.events.absence import AbsenceEvent, Channel
from ledger.kinds import Instant, IsoDate, Said

Why = Literal["in doubt", "long absence", "standing requirement", "refused leave"]
"""Why evidence is asked for: it is not asked for unnecessarily."""


class EvidenceRequested(AbsenceEvent):
    """
    The parent was asked for evidence of an illness, and why it was asked.

    ``days`` of absence as counted that day, for a long absence; ``clause`` the rule that lets
    it be asked for, where a policy says so.

    Event name: ``evidence-requested``. Reference: policy (unplanned absence).
    """

    TOPIC: ClassVar[str] = "evidence-requested"

    why: Why
    reason: Said
    parent: Said | None = None
    channel: Channel
    days: int | None = None
    clause: Said | None = None


class EvidenceReceived(AbsenceEvent):
    """
    Evidence of an illness came in: ``kind`` as the policy names kinds, ``note`` what it is.

    Event name: ``evidence-received``. Reference: policy (unplanned absence).
    """

    TOPIC: ClassVar[str] = "evidence-received"

    kind: Said
    note: Said | None = None
    parent: Said | None = None
    received_at: Instant


class EvidenceJudged(AbsenceEvent):
    """
    Whether the school is satisfied of the illness, by the evidence or for want of it.

    Event name: ``evidence-judged``. Reference: policy (unplanned absence).
    """

    TOPIC: ClassVar[str] = "evidence-judged"

    satisfied: bool
    reason: Said


class EvidenceRequirementSet(AbsenceEvent):
    """
    By a letter sent on ``sent_on``, every further illness from ``first`` on needs evidence.

    Event name: ``evidence-requirement-set``. Reference: policy (letter of concern).
    """

    TOPIC: ClassVar[str] = "evidence-requirement-set"

    reason: Said
    letter: Said | None = None
    sent_on: IsoDate
    clause: Said | None = None


class EvidenceRequirementLifted(AbsenceEvent):
    """
    The standing requirement that began on ``first`` no longer holds after ``last_day``.

    Event name: ``evidence-requirement-lifted``. Reference: policy (letter of concern).
    """

    TOPIC: ClassVar[str] = "evidence-requirement-lifted"

    reason: Said
    last_day: IsoDate
