"""Leave of absence as it stands: what was asked, decided, and which sessions it covers."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import Literal, NamedTuple, assert_never

from ledger.events.leave import (
    ConsultedOnLeave,
    LeaveGranted,
    LeaveRefused,
    LeaveRequested,
    LeaveWithdrawn,
    PartTimeTimetableAgreed,
)
from ledger.kinds import Code, PupilId, Session

LeaveEvents = (
    LeaveRequested
    | ConsultedOnLeave
    | LeaveGranted
    | LeaveRefused
    | LeaveWithdrawn
    | PartTimeTimetableAgreed
)
LEAVE_EVENTS = (
    LeaveRequested,
    ConsultedOnLeave,
    LeaveGranted,
    LeaveRefused,
    LeaveWithdrawn,
    PartTimeTimetableAgreed,
)
Standing = Literal["undecided", "granted", "granted in part", "refused", "withdrawn", "agreed"]
Giving = LeaveGranted | PartTimeTimetableAgreed


class Planned(NamedTuple):
    """The code that leave enters for a session, beneath whatever the register says."""

    leave: int
    code: Code
    why: str
    nature: str
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """
    One request, or one part-time timetable, with all that became of it in order.

    ``stands`` are the sessions it covers now, ``ever`` those it covered at any time.
    ``granting`` is the last event that gave leave, ``turn`` its place among all that did, and
    ``entry`` its entry number where that is known.
    """

    number: int
    pupil: PupilId
    requested: LeaveRequested | None = None
    consulted: tuple[ConsultedOnLeave, ...] = ()
    granting: Giving | None = None
    refused: LeaveRefused | None = None
    withdrawn: LeaveWithdrawn | None = None
    stands: Mapping[Session, Code] = field(default_factory=dict)
    ever: Mapping[Session, Code] = field(default_factory=dict)
    turn: int = 0
    entry: int | None = None
    entries: tuple[tuple[int, LeaveEvents], ...] = ()

    @property
    def first(self) -> Session:
        """The first session asked for, or given by a timetable."""
        if self.requested is not None:
            return self.requested.first
        assert self.granting is not None, "leave was neither asked for nor given"
        return self.granting.sessions[0]

    @property
    def last(self) -> Session:
        """The last half-day asked for, or the last session given by a timetable."""
        if self.requested is not None:
            return self.requested.last
        assert self.granting is not None, "leave was neither asked for nor given"
        return self.granting.sessions[-1]

    @property
    def code(self) -> Code:
        """The code given last, or else asked under."""
        given = self.granting or self.requested
        assert given is not None, "leave was neither asked for nor given"
        return given.code

    @property
    def standing(self) -> Standing:
        """Where it stands, in a word or three."""
        if self.withdrawn is not None and not self.stands:
            return "withdrawn"
        if isinstance(self.granting, PartTimeTimetableAgreed):
            return "agreed"
        if self.granting is not None:
            asked = self.requested.arithmetic.sessions if self.requested else 0
            return "granted in part" if len(self.granting.sessions) < asked else "granted"
        return "refused" if self.refused is not None else "undecided"


@dataclass(frozen=True)
class Leaves:
    """Every request for leave of one school, by number."""

    requests: Mapping[int, Leave] = field(default_factory=dict)
    turns: int = 0
    gone: int = 0
    """The highest number of a request that is gone: no number is given twice."""

    @classmethod
    def fold(cls, events: Iterable[LeaveEvents]) -> "Leaves":
        leaves = cls()
        for event in events:
            leaves = evolve(leaves, event)
        return leaves

    @property
    def next_number(self) -> int:
        return max(self.gone, *self.requests, 0) + 1

    def of_pupil(self, pupil: PupilId) -> tuple[Leave, ...]:
        """A pupil's requests in the order of their numbers."""
        return tuple(one for _, one in sorted(self.requests.items()) if one.pupil == pupil)

    def sessions(self, pupil: PupilId) -> Mapping[Session, tuple[Planned, ...]]:
        """The sessions for which a pupil has leave: what was given last first."""
        return self._planned.get(pupil, {})

    def planned(self, pupil: PupilId, session: Session) -> tuple[Planned, ...]:
        """The leave that covers one session of a pupil, what was given last first."""
        return self.sessions(pupil).get(session, ())

    @property
    def pupils(self) -> frozenset[PupilId]:
        """Whoever has leave that stands."""
        return frozenset(self._planned)

    @cached_property
    def _planned(self) -> dict[PupilId, dict[Session, tuple[Planned, ...]]]:
        found: dict[PupilId, dict[Session, tuple[Planned, ...]]] = {}
        for leave in sorted(self.requests.values(), key=lambda one: one.turn, reverse=True):
            for session, code in leave.stands.items():
                theirs = found.setdefault(leave.pupil, {})
                one = Planned(leave.number, code, _why(leave), _nature(leave), leave.entry)
                theirs[session] = (*theirs.get(session, ()), one)
        return found


def evolve(leaves: Leaves, event: LeaveEvents, number: int | None = None) -> Leaves:
    """
    Fold one event, with its entry number where that is known, into the school's leave.

    It takes events in the ledger's order, never the clock's, and refuses nothing.
    """
    before = leaves.requests.get(event.leave) or Leave(event.leave, event.pupil)
    if number is not None:
        before = replace(before, entries=(*before.entries, (number, event)))
    turns = leaves.turns + isinstance(event, Giving)
    after = _evolved(before, event, turns, number)
    return Leaves({**leaves.requests, event.leave: after}, turns, leaves.gone)


def _evolved(leave: Leave, event: LeaveEvents, turn: int, number: int | None) -> Leave:
    match event:
        case LeaveRequested():
            return replace(leave, requested=event)
        case ConsultedOnLeave():
            return replace(leave, consulted=(*leave.consulted, event))
        case LeaveGranted() | PartTimeTimetableAgreed():
            given = dict.fromkeys(event.sessions, event.code)
            return replace(
                leave,
                granting=event,
                refused=None,
                withdrawn=None,
                stands=given,
                ever={**leave.ever, **given},
                turn=leave.turn if leave.stands == given else turn,  # said again: as it lay
                entry=number,
            )
        case LeaveRefused():
            return replace(leave, refused=event)
        case LeaveWithdrawn():
            return replace(leave, withdrawn=event, stands=_left(leave.stands, event.starts))
        case _:
            assert_never(event)


def _left(stands: Mapping[Session, Code], starts: dt.date | None) -> dict[Session, Code]:
    """What stands once leave is withdrawn from a day on."""
    if starts is None:
        return {}
    return {session: code for session, code in stands.items() if session.date < starts}


def _why(leave: Leave) -> str:
    if isinstance(leave.granting, PartTimeTimetableAgreed):
        return f"part-time timetable agreed, number {leave.number}"
    return f"leave granted, request {leave.number}"


def _nature(leave: Leave) -> str:
    """What the leave is for, where a code or a policy asks for the nature."""
    if isinstance(leave.granting, LeaveGranted) and leave.granting.purpose:
        return leave.granting.purpose
    asked = leave.requested or leave.granting
    assert isinstance(asked, LeaveRequested | PartTimeTimetableAgreed)
    return asked.reason


def spans(sessions: Sequence[Session]) -> list[tuple[Session, Session]]:
    """
    Sessions as first and last of each unbroken stretch of half-days, weekends not bridged.

    ``2024-09-05 AM`` to ``2024-09-06 PM`` is one stretch.
    """
    ordered = sorted(sessions)
    numbered = enumerate(ordered)
    together = groupby(numbered, key=lambda pair: _half_days(pair[1]) - pair[0])
    stretches = [[session for _, session in group] for _, group in together]
    return [(stretch[0], stretch[-1]) for stretch in stretches]


def _half_days(session: Session) -> int:
    return session.date.toordinal() * 2 + (session.half == "PM")
