"""What happens to one request for leave, or one part-time timetable. Stream ``leave/{n}``."""

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ledger.events.base import Event
from ledger.kinds import Code, Frozen, Half, Instant, IsoDate, Person, PupilId, Said, Session

Channel = Literal["form", "letter", "e-mail", "phone call", "in person", "other"]
Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
WEEKDAYS: tuple[Weekday, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HalfDays = Annotated[int, Field(ge=0)]


def leave_stream(leave: int) -> str:
    """The id of the stream of one request."""
    return f"leave/{leave}"


class Arithmetic(Frozen):
    """
    What the calendar said of a request on the day it was received.

    ``school_days`` and ``sessions`` would be missed. ``notice_school_days`` are the school days
    from the day of receipt to the first day of absence, that day not counted. ``notice`` is the
    same in the policy's unit, ``asked`` what the policy asks for "where possible"; all three
    are ``None`` where no policy asks.
    """

    school_days: int
    sessions: int
    notice_school_days: int
    notice: int | None = None
    asked: int | None = None
    unit: Said | None = None
    kept: bool | None = None
    clause: Said | None = None


class Counted(Frozen):
    """Sessions between two days, both in, as exact counts; rates are made when shown."""

    first: IsoDate
    last: IsoDate
    possible: int
    attended: int
    authorised: int
    unauthorised: int
    late: int


class MissedTest(Frozen):
    """A statutory test in whose window, ``first`` to ``last``, so many sessions asked for lie."""

    test: Said
    first: IsoDate
    last: IsoDate
    sessions: int


class FiguresShown(Frozen):
    """
    The attendance that was shown to whoever decided, as at ledger entry ``entry``.

    ``None`` for a year in which the pupil had no session at the school. ``tests`` are the
    statutory tests that would be missed; ``tests_known`` says whether their windows were known.
    """

    entry: int
    current: Counted | None = None
    last_year: Counted | None = None
    tests: tuple[MissedTest, ...] = ()
    tests_known: bool = True


class Weighed(Frozen):
    """A factor that was weighed, in the policy's words where it names it, and what was found."""

    factor: Said
    note: Said | None = None


class Attends(Frozen):
    """A half-day of the week that the pupil attends, and its times where they are agreed."""

    weekday: Weekday
    half: Half
    arrives: dt.time | None = None
    leaves: dt.time | None = None


class LeaveEvent(Event):
    """An event about one request for leave."""

    STREAM_FIELDS = frozenset({"leave"})

    leave: int
    pupil: PupilId

    @property
    def stream(self) -> str:
        return leave_stream(self.leave)

    @classmethod
    def said_by_stream(cls, stream: str) -> dict[str, Any]:
        return {"leave": int(stream.removeprefix("leave/"))}


class LeaveRequested(LeaveEvent):
    """
    Leave of absence was asked for, as the form has it.

    ``asked_by`` is the id of a parent of the pupil, or ``pupil``. The absence lasts from the
    session ``first`` to the one before ``back``, the session of return. ``half_days_stated`` is
    the applicant's own count, in half-days. ``code`` is the ground asked under, ``purpose`` what
    the policy's own lists call it. ``received_at`` is when it reached the school.

    Event name: ``leave-requested``. Reference: SI 2024/208 reg. 11.
    """

    TOPIC: ClassVar[str] = "leave-requested"

    asked_by: Said
    first: Session
    back: Session
    leaves_home_on: IsoDate | None = None
    half_days_stated: HalfDays | None = None
    reason: Said
    code: Code
    purpose: Said | None = None
    evidence: tuple[Said, ...] = ()
    channel: Channel = "form"
    signed_on: IsoDate | None = None
    received_at: Instant
    arithmetic: Arithmetic

    @property
    def last(self) -> Session:
        """The last half-day of the absence asked for: the one before ``back``."""
        if self.back.half == "PM":
            return Session(self.back.date, "AM")
        return Session(self.back.date - dt.timedelta(days=1), "PM")


class ConsultedOnLeave(LeaveEvent):
    """
    Somebody whom the policy names was consulted before the decision.

    ``role`` is the role held that counts for the policy's clause.

    Event name: ``consulted-on-leave``. Reference: the policy's own clause.
    """

    TOPIC: ClassVar[str] = "consulted-on-leave"

    consulted: Person
    role: Said
    consulted_on: IsoDate
    said: Said


class LeaveDecided(LeaveEvent):
    """What both decisions hold: the facts shown, what was weighed, how it was answered."""

    purpose: Said | None = None
    factors: tuple[Weighed, ...] = ()
    evidence: tuple[Said, ...] = ()
    figures: FiguresShown
    earlier: tuple[int, ...] = ()
    answered: Channel | None = None
    policy: Said


class LeaveGranted(LeaveDecided):
    """
    Leave was granted for certain sessions only.

    ``code`` is entered for ``sessions`` as a layer under the register. ``figures`` are those
    the decider was shown, ``earlier`` the pupil's earlier requests, ``policy`` the packs in
    force on the first day granted. ``licence``, ``examination`` and ``agreed`` (times and dates
    of attendance) are what the ground wants.

    Event name: ``leave-granted``. Reference: SI 2024/208 reg. 11; SI 2006/1751 reg. 7 before.
    """

    TOPIC: ClassVar[str] = "leave-granted"

    code: Code
    sessions: tuple[Session, ...]
    reason: Said | None = None
    conditions: tuple[Said, ...] = ()
    licence: Said | None = None
    examination: Said | None = None
    agreed: Said | None = None


class LeaveRefused(LeaveDecided):
    """
    Leave was refused. ``penalty_notice``: if it is taken all the same, the decider asks that a
    penalty notice be considered.

    Event name: ``leave-refused``. Reference: SI 2024/208 reg. 11(3).
    """

    TOPIC: ClassVar[str] = "leave-refused"

    reason: Said
    penalty_notice: bool = False


class LeaveWithdrawn(LeaveEvent):
    """
    Leave no longer holds: all of it, or from the day ``starts`` on.

    Only its own layer goes; entries already made stay as they are.

    Event name: ``leave-withdrawn``.
    """

    TOPIC: ClassVar[str] = "leave-withdrawn"

    starts: IsoDate | None = None
    reason: Said


class PartTimeTimetableAgreed(LeaveEvent):
    """
    A temporary part-time timetable was agreed with a parent the pupil normally lives with.

    The pupil attends the half-days in ``attends`` each week from ``starts`` to ``ends``;
    ``sessions`` are the others, for which leave (``code``, C2) is given. ``parent`` is a
    parent's id; ``reason`` the exceptional circumstances.

    Event name: ``part-time-timetable-agreed``. Reference: SI 2024/208 reg. 11(6).
    """

    TOPIC: ClassVar[str] = "part-time-timetable-agreed"

    parent: Said
    starts: IsoDate
    ends: IsoDate
    review_on: IsoDate
    attends: tuple[Attends, ...]
    sessions: tuple[Session, ...]
    code: Code
    reason: Said
    agreed_on: IsoDate
