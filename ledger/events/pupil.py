"""What happens to a pupil's place on the roll. Stream ``pupil/{id}``."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import StringConstraints

from ledger.events.base import Event
from ledger.kinds import Frozen, GroupId, IsoDate, PupilId, Said

Upn = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{4,16}$")]
"""Unique pupil number, or the temporary one a school gives."""


def pupil_stream(pupil: PupilId) -> str:
    """The id of one pupil's stream."""
    return f"pupil/{pupil}"


class Parent(Frozen):
    """
    A parent in the sense of Education Act 1996 s. 576.

    ``lives_with``: the pupil normally lives with this parent, who is then an appropriate
    person to ask for leave (SI 2024/208 reg. 11(12)); ``None`` where the source does not say.
    """

    id: Said
    name: Said
    lives_with: bool | None = None
    address: Said | None = None
    telephone: Said | None = None


class PupilEvent(Event):
    """An event in one pupil's stream."""

    STREAM_FIELDS = frozenset({"pupil"})

    pupil: PupilId

    @property
    def stream(self) -> str:
        return pupil_stream(self.pupil)

    @classmethod
    def said_by_stream(cls, stream: str) -> dict[str, Any]:
        return {"pupil": int(stream.removeprefix("pupil/"))}


def _parents_were_names(fields: dict[str, Any]) -> dict[str, Any]:
    """Version 1 held parents' names alone; who the pupil lived with was not asked."""
    names = fields.pop("parent_names", [])
    parents = [{"id": f"parent-{n}", "name": name} for n, name in enumerate(names, start=1)]
    return {**fields, "parents": parents}


class PupilAdmitted(PupilEvent):
    """
    A name was entered in the admission register, with its starting day.

    Version 1 kept ``parent_names``. The Regulations ask which parents the pupil normally
    lives with, so version 2 keeps ``parents``.

    Event name: ``pupil-admitted``. Reference: SI 2024/208 reg. 8.
    """

    TOPIC: ClassVar[str] = "pupil-admitted"
    VERSION: ClassVar[int] = 2
    UPCASTS: ClassVar[dict[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {
        1: _parents_were_names
    }

    upn: Upn
    surname: Said
    forename: Said
    born: IsoDate
    year_group: Said
    group: GroupId
    starts: IsoDate
    parents: tuple[Parent, ...] = ()
    line: int | None = None


class PupilMoved(PupilEvent):
    """
    The pupil belongs to another class or year group from a day on.

    Event name: ``pupil-moved``. Reference: SI 2024/208 reg. 8(7).
    """

    TOPIC: ClassVar[str] = "pupil-moved"

    group: GroupId
    year_group: Said
    starts: IsoDate


class ParticularsChanged(PupilEvent):
    """
    A particular in the admission register was put right; the former one stays beside it.

    Event name: ``particulars-changed``. Reference: SI 2024/208 regs 6(1) and 8(7).
    """

    TOPIC: ClassVar[str] = "particulars-changed"

    particular: Said
    original: str
    amended: str
    reason: Said


class ParentsChanged(PupilEvent):
    """
    Who the pupil's parents are, as known from now on.

    Event name: ``parents-changed``. Reference: SI 2024/208 reg. 8(7).
    """

    TOPIC: ClassVar[str] = "parents-changed"

    original: tuple[Parent, ...]
    amended: tuple[Parent, ...]
    reason: Said


class PupilLeft(PupilEvent):
    """
    A name was deleted from the admission register; ``last_day`` is the last on roll.

    Event name: ``pupil-left``. Reference: SI 2024/208 reg. 9.
    """

    TOPIC: ClassVar[str] = "pupil-left"

    last_day: IsoDate
    ground: Said | None = None


Fact = Literal[
    "EHC plan", "SEN support", "looked after", "social worker", "young carer", "youth justice",
    "boarder",
]  # fmt: skip
"""Facts that a return, a referral or a group of concern turns on, and no other."""


class PupilFactRecorded(PupilEvent):
    """
    A fact about the pupil holds from ``starts`` to ``ends``, both in, or for the time being.

    Said again with the same ``starts`` it takes the place of what was said before.

    Event name: ``pupil-fact-recorded``. Reference: SI 2024/208 reg. 13(7) for boarders; policy.
    """

    TOPIC: ClassVar[str] = "pupil-fact-recorded"

    fact: Fact
    starts: IsoDate
    ends: IsoDate | None = None
