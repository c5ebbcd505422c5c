"""The weeks of a window, each with why it counts or does not."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.calendar import Calendar, monday_of
from ledger.kinds import Session

_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """
    Seven days from a Monday, inside a window.

    ``counts``: whether it is one of the window's weeks, which it is if the school ``met`` for
    at least one session; ``unauthorised`` of the pupil's sessions in it were counted.
    """

    starts: dt.date
    counts: bool
    met: int
    unauthorised: int
    why: str


def weeks_of(
    calendar: Calendar,
    opens: Session,
    closes: Session,
    counted: Iterable[Session],
    not_before: dt.date | None,
) -> tuple[Week, ...]:
    """Every week from ``opens`` to ``closes``, those in which the school did not meet too."""
    unauthorised = Counter(monday_of(session.date) for session in counted)
    found: list[Week] = []
    monday = monday_of(opens.date)
    while monday <= closes.date:
        first = max(opens, Session(monday, "AM"))
        last = min(closes, Session(monday + dt.timedelta(days=6), "PM"))
        met = len(calendar.by_session.within(first, last))
        why = _why(calendar, monday, met, not_before)
        found.append(Week(monday, met > 0, met, unauthorised[monday], why))
        monday += _WEEK
    return tuple(found)


def _why(calendar: Calendar, monday: dt.date, met: int, not_before: dt.date | None) -> str:
    if met == 0:
        return f"not counted, the school did not meet: {calendar.why_not(monday)}"
    why = f"the school met for {met} session{'s' if met > 1 else ''}"
    if not_before and monday < not_before:
        return f"{why}; absence before {said(not_before)} is not taken into account"
    return why


def said(day: dt.date) -> str:
    """A day in words, such as 19 August 2024."""
    return f"{day.day} {day:%B %Y}"
