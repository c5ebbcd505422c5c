"""Returns to the local authority, and back-ups. Stream ``return/{kind}/{n}``."""

from typing import Any, ClassVar, Literal

from ledger.events.base import Event
from ledger.kinds import Frozen, IsoDate, PupilId, Said

ReturnKind = Literal["new-pupil", "deletion", "attendance", "sickness", "plan-fall"]
"""The first four by the Regulations, the last where a policy asks for it."""


class Returned(Frozen):
    """
    A pupil named in a return.

    ``since`` is the day that what is returned began: of the entry, the deletion, the absence.
    ``due`` is the last day for it, as reckoned when it was made; ``None`` where nothing had
    fallen due. ``held`` is what the return said, each particular under its name.
    """

    pupil: PupilId
    since: IsoDate
    due: IsoDate | None = None
    held: dict[str, str]


class ReturnMade(Event):
    """
    A return was made to the local authority, with what it held.

    ``reason`` is the school's own ground where the entries alone would not ask for it: an
    irregular attendance, an illness that is expected to last.

    Event name: ``return-made``. Reference: SI 2024/208 reg. 13.
    """

    TOPIC: ClassVar[str] = "return-made"
    STREAM_FIELDS = frozenset({"kind", "number"})

    kind: ReturnKind
    number: int
    made_on: IsoDate
    to: Said
    pupils: tuple[Returned, ...]
    reason: Said | None = None
    clause: Said

    @property
    def stream(self) -> str:
        return f"return/{self.kind}/{self.number}"

    @classmethod
    def said_by_stream(cls, stream: str) -> dict[str, Any]:
        _, kind, number = stream.split("/")
        return {"kind": kind, "number": int(number)}


class BackupRecorded(Event):
    """
    A back-up of the attendance and admission registers was made, and where it is kept.

    ``keep_until`` is the last day on which it must be kept, by the rule of the day it was made.

    Event name: ``backup-recorded``. Reference: SI 2024/208 regs 5(3) and 7(b).
    """

    TOPIC: ClassVar[str] = "backup-recorded"
    STREAM_FIELDS = frozenset({"number"})

    number: int
    backed_up_on: IsoDate
    kept_at: Said
    sha256: Said | None = None
    keep_until: IsoDate | None = None

    @property
    def stream(self) -> str:
        return f"return/backup/{self.number}"

    @classmethod
    def said_by_stream(cls, stream: str) -> dict[str, Any]:
        return {"number": int(stream.rpartition("/")[2])}
