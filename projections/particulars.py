"""The five particulars of an amendment, and how long after the session it came. No database."""

import datetime as dt
from typing import Any

from ledger.calendar import Calendar, london
from ledger.events import AmendmentObserved, MarkAmended, MarkVanished, RegisterTimesSet
from ledger.kinds import Session

FIVE = ("original", "amended", "reason", "made_on", "name")
SPOKEN = {
    "original": "original entry",
    "amended": "amended entry",
    "reason": "reason",
    "made_on": "date",
    "name": "name",
}


def particulars(event: MarkAmended | AmendmentObserved | MarkVanished) -> dict[str, Any]:
    """
    The five particulars of an amendment, and the position; ``None`` for what is not known.

    The date of an observed one is known where both snapshots were taken on one London day.

    Reference: SI 2024/208 reg. 6(1).
    """
    if isinstance(event, MarkAmended):
        made = {"made_on": london(event.made_at).date()}
        by = {"name": event.made_by.name, "position": event.made_by.position}
        said: dict[str, Any] = {"amended": event.amended, "reason": event.reason}
        return {"original": event.original} | said | made | by
    before = event.seen_before
    seen = london(event.seen_at).date()
    found: dict[str, Any] = dict.fromkeys((*FIVE, "position"))
    found["original"] = event.original
    if before is not None and london(before).date() == seen:
        found["made_on"] = seen
    if isinstance(event, AmendmentObserved):
        found |= {
            "amended": event.amended,
            "reason": event.source_reason,
            "name": event.source_name,
            "position": event.source_position,
        }
    return found


def lacking(five: dict[str, Any]) -> list[str]:
    """The particulars that are not there, in the Regulations' words and order."""
    return [SPOKEN[name] for name in FIVE if five[name] is None]


def lag(
    session: Session, moment: dt.datetime, calendar: Calendar, times: RegisterTimesSet | None
) -> str:
    """
    How long after a session something was done.

    A morning session lasts until the afternoon register opens (noon where no times are set), an
    afternoon session until the day ends. School days are counted as for the resolving of N:
    the next school day is the first (SI 2024/208 reg. 10(7)).
    """
    local = london(moment)
    if local.date() < session.date:
        return "before the session"
    if local.date() == session.date:
        noon = times.pm_opens if times else dt.time(12)
        same = session.half == "PM" or local.time() < noon
        return "same session" if same else "same day"
    if calendar.school_days_between(session.date, local.date()) <= 5:
        return "within five school days"
    return "later"
