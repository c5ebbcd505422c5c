"""Notices to improve: a last chance to engage. Stream ``improvement/{pupil}/{parent}``."""

from typing import ClassVar, Literal

from ledger.events.penalty import PenaltyEvent
from ledger.kinds import Frozen, IsoDate, Said


def improvement_stream(pupil: int, parent: str) -> str:
    """The id of the stream of one parent's notices to improve for one pupil."""
    return f"improvement/{pupil}/{parent}"


class Content(Frozen):
    """One of the contents a notice to improve must have, and what it says."""

    heading: Said
    text: Said


class Figures(Frozen):
    """Attendance between two days, both in, in sessions, as the register stood at an entry."""

    first: IsoDate
    last: IsoDate
    possible: int
    attended: int
    authorised: int
    unauthorised: int
    late: int
    position: int


class ImprovementEvent(PenaltyEvent):
    """An event about a notice to improve; ``improvement`` is its number in the stream."""

    improvement: int

    @property
    def stream(self) -> str:
        return improvement_stream(self.pupil, self.parent)


class NoticeToImproveIssued(ImprovementEvent):
    """
    A notice to improve, with its contents, its target and its period (both days in).

    Event name: ``notice-to-improve-issued``. Reference: DfE, Working together to improve
    school attendance (2024), ch. 6.
    """

    TOPIC: ClassVar[str] = "notice-to-improve-issued"

    case: int
    starts: IsoDate
    ends: IsoDate
    weeks: int
    target: Said
    contents: tuple[Content, ...]
    figures: Figures


class ImprovementRecorded(ImprovementEvent):
    """
    How attendance went so far within the period.

    Event name: ``improvement-recorded``. Reference: DfE, Working together (2024), ch. 6.
    """

    TOPIC: ClassVar[str] = "improvement-recorded"

    figures: Figures
    note: Said | None = None


class NoticeToImproveConcluded(ImprovementEvent):
    """
    The end of a notice to improve, and what came of it.

    ``ended early`` is before the end of the period, on a ground that the notice itself gave.

    Event name: ``notice-to-improve-concluded``. Reference: DfE, Working together (2024), ch. 6.
    """

    TOPIC: ClassVar[str] = "notice-to-improve-concluded"

    outcome: Literal["improved", "not improved", "ended early"]
    concluded_on: IsoDate
    figures: Figures
    reason: Said | None = None
