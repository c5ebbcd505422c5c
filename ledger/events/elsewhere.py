"""
What others say: another school's register of a pupil, another system's totals of ours.

Streams ``elsewhere/{pupil}/{n}`` and ``imports``.
"""

from typing import Any, ClassVar, Literal

from pydantic import Field

from ledger.events.base import Event
from ledger.kinds import Frozen, IsoDate, PupilId, Said, Urn

FromWhat = Literal["ledger", "transfer file"]
"""A pack of a school that keeps such a ledger, or a Common Transfer File."""


class Proof(Frozen):
    """
    What the marks were checked against when they were taken in.

    ``checkpoint`` is the signed note of the other school's log, whole; ``root`` its hash and
    ``size`` its entries; ``entries`` how many of them stood in the file, each proved to be of
    that log. ``signed_by`` names whose signatures were found good, and ``key_known`` says whether
    their keys were had from elsewhere, or came in the file.
    """

    checkpoint: str
    size: int
    root: Said
    entries: int
    signed_by: tuple[Said, ...]
    key_known: bool


class RecordTakenIn(Event):
    """
    Another school's record of a pupil's attendance was taken in, to be kept beside the register.

    It is no entry of this register: nothing is counted from it here but advice that says so.
    ``marks`` has the code of each session as that school counted it; ``told`` the sums that the
    file itself gives. ``proof`` is ``None`` for a file that carries none.

    Event name: ``record-taken-in``. Reference: policy (records that come with a pupil).
    """

    TOPIC: ClassVar[str] = "record-taken-in"
    STREAM_FIELDS = frozenset({"pupil", "number"})

    pupil: PupilId
    number: int
    source: FromWhat
    school: Said
    urn: Urn | None = None
    establishment: Said | None = None
    first: IsoDate | None = None
    last: IsoDate | None = None
    marks: dict[str, str] = Field(default_factory=dict)
    told: dict[str, int] = Field(default_factory=dict)
    refused: int = 0
    file: Said
    sha256: Said
    line: int | None = None
    proof: Proof | None = None

    @property
    def stream(self) -> str:
        return f"elsewhere/{self.pupil}/{self.number}"

    @classmethod
    def said_by_stream(cls, stream: str) -> dict[str, Any]:
        _, pupil, number = stream.split("/")
        return {"pupil": int(pupil), "number": int(number)}


class TotalsCompared(Event):
    """
    Another system's totals were held to the register of some days, both in. No total is kept.

    ``position`` is the last entry that the register had. ``pupils`` were compared, of whom
    ``differing`` differ, in so many ``differences``; ``absent`` had a mark on those days and no
    line in the file; ``refused`` lines could not be compared.

    Event name: ``totals-compared``. Reference: policy (checking what is returned).
    """

    TOPIC: ClassVar[str] = "totals-compared"

    file: Said
    sha256: Said
    first: IsoDate
    last: IsoDate
    position: int
    pupils: int
    differing: int
    differences: int
    absent: int
    refused: int

    @property
    def stream(self) -> str:
        return "imports"
