"""The value of ``penalty.threshold``: so many sessions in so many school weeks, or sessions."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from ledger.calendar import Calendar, monday_of
from ledger.kinds import HALVES, Session

Of = Literal["school weeks", "sessions"]


@dataclass(frozen=True, slots=True)
class Rule:
    """
    ``sessions`` unauthorised within any ``within`` consecutive ``of`` of the school.

    Both shapes count along the school's own calendar: school weeks skip the weeks without a
    session, and sessions are those at which the school met. Absence before ``not_before`` is
    left out of account.
    """

    sessions: int
    within: int
    of: Of
    not_before: dt.date | None = None

    @classmethod
    def read(cls, value: Mapping[str, object]) -> Self:
        """From a policy's value, which ``ledger.policy`` has checked."""
        sessions, within, of = value["sessions"], value["within"], value["of"]
        not_before = value.get("not_before")
        assert isinstance(sessions, int)
        assert isinstance(within, int)
        assert of == "school weeks" or of == "sessions", of  # noqa: PLR1714 (mypy narrows this)
        assert not_before is None or isinstance(not_before, dt.date)
        return cls(sessions, within, of, not_before)

    def __str__(self) -> str:
        return f"{self.sessions} sessions within {self.within} consecutive {self.of}"

    def place_of(self, calendar: Calendar, session: Session) -> int:
        """The number of the school week, or of the session, along the school's calendar."""
        if self.of == "school weeks":
            return calendar.by_week.places[monday_of(session.date)]
        return calendar.by_session.places[session]

    def opens(self, calendar: Calendar, end: Session) -> Session | None:
        """The first session of the window that ends with ``end``; ``None``: no window yet."""
        if self.of == "school weeks":
            week = calendar.by_week.last_by(end.date)
            if week is None:
                return None
            return Session(calendar.by_week.rungs[max(0, week - self.within + 1)], "AM")
        place = calendar.by_session.last_by(end)
        return None if place is None else calendar.by_session.rungs[max(0, place - self.within + 1)]

    def closes(self, end: Session) -> Session:
        """The end of that window: a window of weeks takes in the whole of its last week."""
        if self.of == "school weeks":
            return Session(monday_of(end.date) + dt.timedelta(days=6), "PM")
        return end

    def ends(self, day: dt.date) -> tuple[Session, ...]:
        """The sessions with which a window that ends on a day may end, the latest first."""
        morning, afternoon = (Session(day, half) for half in HALVES)
        return (afternoon,) if self.of == "school weeks" else (afternoon, morning)

    def lapse_day(self, calendar: Calendar, place: int) -> dt.date | None:
        """
        The first whole day from a place on; ``None`` after the end of the calendar as set.

        A count that still stood in the morning stood on that day.
        """
        if self.of == "school weeks":
            weeks = calendar.by_week.rungs
            return weeks[place] if place < len(weeks) else None
        sessions = calendar.by_session.rungs
        if place >= len(sessions):
            return None
        day = sessions[place].date
        return day + dt.timedelta(days=1) if sessions[place - 1].date == day else day
