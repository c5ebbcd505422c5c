"""
What is due: one shape for every clock, and the order in which to look at them.

Each source is a pure function that gives clocks; no clock is read here, the moment comes in.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from ledger.calendar import london
from ledger.kinds import Instant, PupilId
from ledger.policy import PolicyDay

State = Literal["overdue", "due", "done"]
Kind = Literal[
    "unexplained absence",
    "register not taken",
    "unexplained mark",
    "evidence",
    "leave",
    "threshold",
    "penalty notice",
    "notice to improve",
    "lateness",
    "part-time timetable",
    "support",
    "return",
    "back-up",
    "retention",
    "policy review",
]
ORDER: tuple[Kind, ...] = (
    "unexplained absence",
    "register not taken",
    "unexplained mark",
    "evidence",
    "leave",
    "threshold",
    "penalty notice",
    "notice to improve",
    "lateness",
    "part-time timetable",
    "support",
    "return",
    "back-up",
    "retention",
    "policy review",
)
"""What to do first: where a child may be, then what the register lacks, then the rest."""

LONGEST_FIRST: frozenset[str] = frozenset({"unexplained absence"})


@dataclass(frozen=True, slots=True)
class Clock:
    """
    Something somebody has to do.

    ``since`` is the day it began, ``due`` its last day (``None``: no rule sets one, or the
    calendar as set ends first), ``by`` the moment on that day where the hour counts, ``done``
    the day it was done. ``owner`` names the role, ``reference`` the law or the clause.
    """

    kind: Kind
    what: str
    about: str
    since: dt.date
    due: dt.date | None
    owner: str
    reference: str
    pupil: PupilId | None = None
    by: Instant | None = None
    done: dt.date | None = None
    note: str = ""

    def state(self, now: Instant) -> State:
        """Where it stands at a moment: its last day, and its hour, are still in time."""
        if self.done is not None:
            return "done"
        if self.by is not None:
            return "overdue" if self.by < now else "due"
        return "overdue" if self.due is not None and self.due < london(now).date() else "due"


def in_order(clocks: Iterable[Clock]) -> list[Clock]:
    """What to do first, first: by kind; within one what is open by its last day, then the done."""
    return sorted(clocks, key=_urgency)


def _urgency(clock: Clock) -> tuple[Any, ...]:
    last = clock.since if clock.kind in LONGEST_FIRST else clock.due or dt.date.max
    done = clock.done is not None
    return (ORDER.index(clock.kind), done, last, clock.by or _NEVER, clock.about, clock.what)


_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def owner(rules: PolicyDay, act: str) -> str:
    """The role to which what waits for an act falls first: the one the policy names first."""
    name = f"may.{act}"
    return next(iter(rules.get(name).value), "") if name in rules else ""
