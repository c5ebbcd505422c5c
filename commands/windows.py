"""The window in which a register is taken, and what an arrival in or after it becomes."""

import datetime as dt
from dataclasses import dataclass

from commands.marks import present_code
from ledger.calendar import instant, london
from ledger.kinds import Code, Instant, Session
from ledger.refusals import CodeNotAllowed
from ledger.school import School, window


@dataclass(frozen=True, slots=True)
class Window:
    """
    When the taking of one register begins and ends, as moments.

    ``due`` is the moment lateness is counted from: the policy's deadline for arriving in the
    morning, where it sets one, else the opening of the register. ``over`` is the end of the
    session: when the afternoon's register opens, or midnight.
    """

    session: Session
    opens: Instant
    closes: Instant
    due: Instant
    over: Instant

    @classmethod
    def of(cls, school: School, session: Session) -> "Window | None":
        """The window of a session; ``None`` where the school has set no register times."""
        times = school.times_on(session.date)
        if times is None:
            return None
        opens, closes = (instant(session.date, time) for time in window(times, session.half))
        midnight = instant(session.date + dt.timedelta(days=1), dt.time(0))
        if session.half == "PM":
            return cls(session, opens, closes, opens, midnight)
        due = instant(session.date, times.arrive_by) if times.arrive_by else opens
        return cls(session, opens, closes, due, instant(session.date, times.pm_opens))

    def ended(self, closed_at: Instant | None) -> Instant:
        """When the taking ended: at closing time, or before if it was closed early."""
        return min(self.closes, closed_at) if closed_at else self.closes

    def minutes_late(self, arrived: Instant) -> int | None:
        """Whole minutes after the pupil was due; ``None`` for less than one."""
        return (
            int((arrived - self.due).total_seconds()) // 60 or None if arrived > self.due else None
        )


def still_taken(window: Window | None, at: Instant) -> bool:
    """Whether those may take a register who may not once it has closed."""
    return window is None or at < window.closes


def still_amended(window: Window | None, at: Instant) -> bool:
    """Whether those may amend an entry who may only while its register is taken."""
    return window is not None and window.opens <= at < window.closes


@dataclass(frozen=True, slots=True)
class Judged:
    """What is entered first, and what that is then amended to."""

    first: Code
    then: Code | None = None
    minutes_late: int | None = None
    reason: str = ""

    @property
    def code(self) -> Code:
        """The code that stands in the end."""
        return self.then or self.first


def judge_arrival(window: Window, arrived: Instant, closed_at: Instant | None) -> Judged:
    """
    The mark of a pupil who arrived at a moment.

    At or before the opening: present. Before the taking ended: L. Then, until the end of the
    session: the closed register keeps N, and N is amended to U.
    Raises ``CodeNotAllowed`` for an arrival after the session.

    Reference: SI 2024/208 reg. 10(2), 10(8).
    """
    ended = window.ended(closed_at)
    minutes = window.minutes_late(arrived)
    if arrived <= window.opens:
        return Judged(present_code(window.session), minutes_late=minutes)
    if arrived < ended:
        return Judged("L", minutes_late=minutes)
    if arrived < window.over:
        reason = f"Arrived at {clock(arrived)}, after the register closed at {clock(ended)}"
        return Judged("N", "U", minutes, reason)
    half = "morning" if window.session.half == "AM" else "afternoon"
    raise CodeNotAllowed(
        asked=f"An arrival at {clock(arrived)}", why=f"the {half} session was over by then"
    )


def clock(moment: Instant) -> str:
    """A moment as the school's wall clock showed it: ``08:55``."""
    return f"{london(moment):%H:%M}"
