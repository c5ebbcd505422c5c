"""What is done about an absence. Stream ``absence/{pupil}/{first}``: one spell of absence.

``first`` is the first day of the spell; it is opened by the first act about it.
"""

import datetime as dt
from typing import Any, ClassVar, Literal

from ledger.events.base import Event
from ledger.kinds import Code, Instant, IsoDate, PupilId, Said, Session

Channel = Literal["phone", "text message", "email", "app", "letter", "in person"]
"""How something was told."""

Outcome = Literal["reached", "no answer", "message left", "engaged", "wrong number"]
"""What an attempt to reach somebody came to."""

EscalationKind = Literal[
    "home visit",
    "MASH",
    "police",
    "education welfare officer",
    "youth offending team",
    "wider partner",
    "support",
    "legal action",
]
"""Whom or what the school turned to. MASH: the multi-agency safeguarding hub."""

Ground = Literal["not appropriate", "not successful", "not engaged with"]
"""Why support is not, or no longer, the way: what must be said before legal action."""


def absence_stream(pupil: PupilId, first: dt.date) -> str:
    """The id of the stream of one spell of absence."""
    return f"absence/{pupil}/{first.isoformat()}"


class AbsenceEvent(Event):
    """An event about one spell of absence."""

    STREAM_FIELDS = frozenset({"pupil", "first"})

    pupil: PupilId
    first: IsoDate

    @property
    def stream(self) -> str:
        return absence_stream(self.pupil, self.first)

    @classmethod
    def said_by_stream(cls, stream: str) -> dict[str, Any]:
        _, pupil, first = stream.split("/")
        return {"pupil": int(pupil), "first": first}


class AbsenceReported(AbsenceEvent):
    """
    A parent said why the pupil is absent, and of which days: ``starts`` to ``ends``, both in.

    ``parent`` is the parent's id within the pupil; ``other`` who else told, such as
    "grandmother". ``back_on`` is the day on which the pupil is expected in school again.

    Event name: ``absence-reported``. Reference: policy (unplanned absence).
    """

    TOPIC: ClassVar[str] = "absence-reported"

    parent: Said | None = None
    other: Said | None = None
    reason: Said
    illness: bool = False
    starts: IsoDate
    ends: IsoDate
    back_on: IsoDate | None = None
    received_at: Instant
    channel: Channel


class ContactAttempted(AbsenceEvent):
    """
    Somebody at the school tried to reach a parent or another emergency contact.

    ``contact`` is the parent's id within the pupil, ``other`` any other contact by relation;
    ``number`` is the label of the number tried ("mobile"), never the number.

    Event name: ``contact-attempted``. Reference: policy (following up unexplained absence).
    """

    TOPIC: ClassVar[str] = "contact-attempted"

    contact: Said | None = None
    other: Said | None = None
    number: Said | None = None
    channel: Channel
    outcome: Outcome
    said: Said | None = None
    tried_at: Instant


class AbsenceEscalated(AbsenceEvent):
    """
    The school made a home visit, called others in, referred, or offered support.

    ``to`` is the office or team, ``their_reference`` theirs for it; ``ground`` is why support
    is not the way, for legal action.

    Event name: ``absence-escalated``. Reference: policy (following up unexplained absence).
    """

    TOPIC: ClassVar[str] = "absence-escalated"

    kind: EscalationKind
    reason: Said
    to: Said | None = None
    outcome: Said | None = None
    ground: Ground | None = None
    their_reference: Said | None = None
    done_at: Instant


class AbsenceDecided(AbsenceEvent):
    """
    The circumstances of an absence were established, and with them its code.

    ``sessions`` are those whose N gave way to the code in the same act; ``approved`` whether
    the code is one of authorised absence on the first of the days ``starts`` to ``ends``.

    Event name: ``absence-decided``. Reference: SI 2024/208 reg. 10(7)-(9).
    """

    TOPIC: ClassVar[str] = "absence-decided"

    code: Code
    reason: Said
    approved: bool
    starts: IsoDate
    ends: IsoDate
    sessions: tuple[Session, ...] = ()


class ParentNotified(AbsenceEvent):
    """
    A parent was told that illness on the days ``starts`` to ``ends`` (``None``: the whole
    spell) will be recorded as unauthorised.

    By the letter of that number, where one was sent in the same act: then ``notified_at`` is
    when it has arrived, which may be later than it was sent.

    Event name: ``parent-notified``. Reference: policy (unplanned absence).
    """

    TOPIC: ClassVar[str] = "parent-notified"

    parent: Said
    channel: Channel
    starts: IsoDate
    ends: IsoDate | None = None
    said: Said | None = None
    notified_at: Instant
    letter: int | None = None


class IllnessRefused(AbsenceEvent):
    """
    The school is not satisfied that the pupil was ill: sessions coded I are unauthorised.

    The amendments of ``sessions`` are recorded in the same act, to ``code``. ``notified_at``
    is when the parent was told beforehand, ``clause`` the rule that asks for it; both are
    ``None`` where no policy does.

    Event name: ``illness-refused``. Reference: policy (unplanned absence); SI 2024/208 reg. 6.
    """

    TOPIC: ClassVar[str] = "illness-refused"

    code: Code
    reason: Said
    sessions: tuple[Session, ...]
    notified_at: Instant | None = None
    clause: Said | None = None


class LatenessMeetingRecorded(AbsenceEvent):
    """
    Parents were asked to a meeting about lateness, or it was held; ``first`` is that day.

    ``late`` sessions from ``since`` up to that day are the figure as it was shown then.

    Event name: ``lateness-meeting-recorded``. Reference: policy (lateness and punctuality).
    """

    TOPIC: ClassVar[str] = "lateness-meeting-recorded"

    stage: Literal["asked", "held", "not attended"]
    parents: tuple[Said, ...] = ()
    agreed: Said | None = None
    late: int
    since: IsoDate
