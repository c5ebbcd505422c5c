"""The arithmetic of a request for leave: days missed and notice given, against the calendar."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.calendar import Calendar, Unit, working_days_between
from ledger.events.leave import Arithmetic
from ledger.kinds import Session
from ledger.policy import Value

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Notice:
    """
    Notice as given and as asked, both in ``unit``; ``kept`` is ``None`` where the calendar as
    set begins too late to tell.
    """

    given: int
    asked: int
    unit: str
    kept: bool | None


def missed(calendar: Calendar, first: Session, back: Session) -> list[Session]:
    """The sessions of the school from ``first`` to the one before ``back``."""
    return [s for s in calendar.sessions(first.date, back.date) if first <= s < back]


def school_days_before(calendar: Calendar, received: dt.date, first: dt.date) -> int:
    """
    The school days from the day of receipt to the first day of absence, that day not counted.

    Received on a Friday for the Monday: one. Received on the Sunday: none.
    """
    return max(0, calendar.school_days_between(received - _DAY, first - _DAY))


def notice(
    calendar: Calendar, received: dt.date, first: dt.date, asked: Mapping[str, Any]
) -> Notice:
    """
    Notice of an absence from ``first`` on, received on a day, against what is asked.

    ``asked`` is a duration: ``length`` and ``unit``. "At least 15 days before" is kept up to and
    with the fifteenth day before.
    """
    length, unit = int(asked["length"]), str(asked["unit"])
    latest = calendar.deadline(first, -length, unit)  # type: ignore[arg-type]
    kept = received <= latest if latest is not None else None
    return Notice(_given(calendar, received, first, unit), length, unit, kept)  # type: ignore[arg-type]


def arithmetic(
    calendar: Calendar, first: Session, back: Session, received: dt.date, asked: Value | None
) -> Arithmetic:
    """What the calendar and the policy's clause on notice come to for a request."""
    sessions = missed(calendar, first, back)
    said: dict[str, Any] = {
        "sessions": len(sessions),
        "school_days": len({session.date for session in sessions}),
        "notice_school_days": school_days_before(calendar, received, first.date),
    }
    if asked is not None:
        found = notice(calendar, received, first.date, asked.value)
        said |= {"notice": found.given, "asked": found.asked, "unit": found.unit}
        said |= {"kept": found.kept, "clause": asked.reference}
    return Arithmetic(**said)


def _given(calendar: Calendar, received: dt.date, first: dt.date, unit: Unit) -> int:
    days = (first - received).days
    match unit:
        case "weeks":
            return max(0, days // 7)
        case "school days":
            return school_days_before(calendar, received, first)
        case "school weeks":
            return max(0, calendar.school_weeks_between(received, first))
        case "working days":
            return working_days_between(received - _DAY, first - _DAY)
        case _:
            return max(0, days)
