"""What every act says of itself: who, when, and under which key."""

import datetime as dt
from typing import Any, ClassVar

from ledger.calendar import london
from ledger.kinds import Frozen, Instant, Person, StaffId


class Command(Frozen):
    """
    Something a member of staff asks for.

    ``by`` is who, ``at`` when: no clock is read below delivery. ``key`` makes the act safe to
    repeat: the ledger records one act under one key.
    """

    NAME: ClassVar[str]

    by: StaffId
    at: Instant
    key: str

    @property
    def day(self) -> dt.date:
        """The London day on which the act is done."""
        return london(self.at).date()


def made(by: Person, at: Instant) -> dict[str, Any]:
    """Who made an event and when: the two fields every event of one act shares."""
    return {"made_by": by, "made_at": at}


def in_words(day: dt.date) -> str:
    """A day as an officer writes it: ``9 September 2024``."""
    return f"{day.day} {day:%B %Y}"


def on_the_clock(moment: Instant) -> str:
    """A moment as London's clocks showed it, to the minute."""
    return f"{london(moment):%Y-%m-%d %H:%M}"


def utc(moment: Instant) -> str:
    """A moment as a column of entries holds it."""
    return moment.astimezone(dt.UTC).isoformat()
