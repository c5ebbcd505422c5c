"""Support and what goes with it. Stream ``support/{n}``: one thing begun, noted, closed.

Contracts, plans, meetings, goals, training and disclosures are one mechanism: each has somebody
it is about, an agenda, a day of review, and the figures before and after.
"""

from typing import Any, ClassVar, Literal

from ledger.events.base import Event
from ledger.events.improvement import Figures
from ledger.kinds import IsoDate, PupilId, Said

SupportKind = Literal[
    "attendance contract",
    "intervention plan",
    "reintegration plan",
    "SEND approach",
    "support offered",
    "meeting",
    "safeguarding considered",
    "evidence shared",
    "disclosure",
    "reward",
    "goal",
    "action plan",
    "equality review",
    "report",
    "expectations told",
    "training",
    "practice shared",
    "concern",
]
"""What can be kept in this way; the first five are about a pupil, the rest may be."""

OF_A_PUPIL: frozenset[str] = frozenset(
    {
        "attendance contract",
        "intervention plan",
        "reintegration plan",
        "SEND approach",
        "support offered",
    }
)


class SupportEvent(Event):
    """An event about one thing; ``support`` is its number in the school."""

    STREAM_FIELDS = frozenset({"support"})

    support: int

    @property
    def stream(self) -> str:
        return f"support/{self.support}"

    @classmethod
    def said_by_stream(cls, stream: str) -> dict[str, Any]:
        return {"support": int(stream.removeprefix("support/"))}


class SupportOpened(SupportEvent):
    """
    Something was begun, held, agreed, shared or promised, on the day ``opened_on``.

    ``parents`` are ids of parents of the pupil, ``others`` whoever else took part or was told.
    ``before`` is the pupil's attendance up to then, as the register stood.

    Event name: ``support-opened``. Reference: policy (support, meetings, training, disclosure).
    """

    TOPIC: ClassVar[str] = "support-opened"

    kind: SupportKind
    about: Said
    opened_on: IsoDate
    pupil: PupilId | None = None
    parents: tuple[Said, ...] = ()
    others: tuple[Said, ...] = ()
    agenda: tuple[Said, ...] = ()
    review_on: IsoDate | None = None
    before: Figures | None = None


class SupportNoted(SupportEvent):
    """
    What was said or done on a day since; a new day of review takes the place of the last.

    Event name: ``support-noted``. Reference: policy (support).
    """

    TOPIC: ClassVar[str] = "support-noted"

    noted_on: IsoDate
    note: Said
    outcome: Said | None = None
    review_on: IsoDate | None = None


class SupportClosed(SupportEvent):
    """
    It came to an end, with its outcome. ``after`` is the attendance from the day it was opened.

    Event name: ``support-closed``. Reference: policy (evaluate what interventions do).
    """

    TOPIC: ClassVar[str] = "support-closed"

    closed_on: IsoDate
    outcome: Said
    after: Figures | None = None
