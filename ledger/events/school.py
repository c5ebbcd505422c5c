"""What a school decides for itself. Streams ``school`` and ``imports``."""

import datetime as dt
from typing import ClassVar, NamedTuple

from pydantic import Field

from ledger.events.base import Event
from ledger.kinds import Code, Frozen, GroupId, Instant, IsoDate, Said, Session, StaffId, Urn


class SchoolEvent(Event):
    """An event in the school's own stream."""

    @property
    def stream(self) -> str:
        return "school"


class SchoolOpened(SchoolEvent):
    """
    The register of a school was opened in this ledger.

    Event name: ``school-opened``.
    """

    TOPIC: ClassVar[str] = "school-opened"

    urn: Urn
    name: Said
    phase: Said
    local_authority: Said
    trust: Said | None = None


class PolicyAdopted(SchoolEvent):
    """
    The school works under a policy pack from a day on.

    ``sha256`` is the hash of the pack's bytes, so that "under which rules?" has one answer;
    ``text`` holds a school's own file whole, ``None`` for a pack this software ships.

    Event name: ``policy-adopted``.
    """

    TOPIC: ClassVar[str] = "policy-adopted"

    pack: Said
    starts: IsoDate
    sha256: Said
    text: str | None = None


class Term(Frozen):
    """A half-term: the unbroken days between two holidays, both ends in."""

    term: Said
    half: int
    starts: IsoDate
    ends: IsoDate


class CalendarSet(SchoolEvent):
    """
    The days on which the school meets in one school year.

    ``inset`` and ``closed`` are days inside the half-terms with no session. A later
    calendar for the same ``school_year`` takes the place of the earlier one; both stay.

    Event name: ``calendar-set``. Reference: Education Act 1996 s. 579(1).
    """

    TOPIC: ClassVar[str] = "calendar-set"

    school_year: Said
    half_terms: tuple[Term, ...]
    inset: tuple[IsoDate, ...] = ()
    closed: tuple[IsoDate, ...] = ()


class RegisterTimesSet(SchoolEvent):
    """
    When the taking of each register begins and ends, from a day on (Europe/London times).

    ``arrive_by`` is the policy's deadline for arriving, a separate fact: a pupil may break
    it and still be present when the register is taken.

    Event name: ``register-times-set``. Reference: SI 2024/208 reg. 10(1).
    """

    TOPIC: ClassVar[str] = "register-times-set"

    starts: IsoDate
    arrive_by: dt.time | None = None
    am_opens: dt.time
    am_closes: dt.time
    pm_opens: dt.time
    pm_closes: dt.time


class StaffAppointed(SchoolEvent):
    """
    Somebody holds a position, with its roles and classes, from a day on.

    Event name: ``staff-appointed``.
    """

    TOPIC: ClassVar[str] = "staff-appointed"

    staff: StaffId
    name: Said
    position: Said
    roles: tuple[Said, ...]
    groups: tuple[GroupId, ...] = ()
    starts: IsoDate


class StaffLeft(SchoolEvent):
    """
    Somebody no longer works at the school; ``last_day`` is the last.

    Event name: ``staff-left``.
    """

    TOPIC: ClassVar[str] = "staff-left"

    staff: StaffId
    last_day: IsoDate


class Delegated(SchoolEvent):
    """
    A person who may do an act lets another do it, between two days, both in.

    Event name: ``delegated``. Reference: SI 2007/1867 reg. 10 for penalty notices; policy
    for the rest.
    """

    TOPIC: ClassVar[str] = "delegated"

    act: Said
    delegate: StaffId
    starts: IsoDate
    ends: IsoDate | None = None
    reason: Said | None = None


class ClosureDeclared(SchoolEvent):
    """
    The school, or some of its classes, did not or will not meet.

    A layer over the marks, never in their place: the marks already taken come back when the
    closure is withdrawn. ``first`` and ``last`` are sessions, both in; ``groups`` is ``None``
    for the whole school.

    Event name: ``closure-declared``. Reference: SI 2024/208 reg. 10(10) for Y4.
    """

    TOPIC: ClassVar[str] = "closure-declared"

    closure: int
    first: Session
    last: Session
    code: Code
    reason: Said
    groups: tuple[GroupId, ...] | None = None


class ClosureWithdrawn(SchoolEvent):
    """
    A closure was withdrawn: the marks beneath it count again.

    Event name: ``closure-withdrawn``.
    """

    TOPIC: ClassVar[str] = "closure-withdrawn"

    closure: int
    reason: Said


class Stretch(NamedTuple):
    """
    Rows of one session that stood together in a file: a digest of their bytes, how many bytes
    and rows, and how many marks they showed.
    """

    digest: Said
    size: int
    rows: int
    marks: int


class SnapshotImported(Event):
    """
    A file of marks from the school's present system was taken in.

    ``first`` to ``last`` is the span of session dates the file speaks for at this school.
    ``showed`` is a digest of what it showed of each session, so that the next file need be
    compared only where it shows something else. ``stretches`` holds each session whose rows
    stood together and were all good: where the next file has the very same bytes, and still
    reads them by the same roll, calendar and codes (``read_by``, a digest of those), it shows
    the same and need not be read.

    Event name: ``snapshot-imported``.
    """

    TOPIC: ClassVar[str] = "snapshot-imported"

    file: Said
    sha256: Said
    seen_at: Instant
    first: IsoDate
    last: IsoDate
    rows: int
    recorded: int
    amended: int
    vanished: int
    refused: int
    showed: dict[str, str] = Field(default_factory=dict)
    read_by: Said | None = None
    stretches: dict[str, Stretch] = Field(default_factory=dict)

    @property
    def stream(self) -> str:
        return "imports"


class RollImported(Event):
    """
    A file of pupils was taken in that showed the roll as it stood.

    One that differs from it is remembered by what became of it; this one only so, and an older
    file after it is noticed. ``refused`` counts its lines that could not be read.

    Event name: ``roll-imported``.
    """

    TOPIC: ClassVar[str] = "roll-imported"

    file: Said
    sha256: Said
    seen_at: Instant
    unchanged: int
    refused: int

    @property
    def stream(self) -> str:
        return "imports"
