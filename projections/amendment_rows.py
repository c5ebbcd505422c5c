"""Amendments as an audit looks at them, read from the read model."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from ledger.calendar import london
from ledger.kinds import Code, Half
from projections.amendments import amendments
from projections.answers import NOT_PROVIDED
from projections.views import View

a = amendments.c
AFTER_THE_DAY = ("within five school days", "later")
_ABSENT = ("authorised", "unauthorised")
_ATTENDING = ("present", "attending elsewhere")


@dataclass(frozen=True)
class Change:
    """
    One amendment. ``made_on`` is its day, or for one only observed the day it was seen.

    ``absence``: what was amended was an absence; ``late``: after the day of the session;
    ``to_attending``: it became attendance.
    """

    entry: int
    date: dt.date
    half: Half
    group: str
    pupil: int
    original: Code | None
    amended: Code | None
    reason: str | None
    person: str
    made_on: dt.date
    lag: str
    absence: bool
    to_attending: bool

    @property
    def late(self) -> bool:
        return self.absence and self.lag in AFTER_THE_DAY

    @property
    def register(self) -> tuple[dt.date, str, str]:
        return self.date, self.half, self.group


def changes(view: View, first: dt.date, last: dt.date) -> list[Change]:
    """The amendments of sessions between two days, both in, in the order of entries."""
    question = select(amendments).where(a.school == view.urn, a.date.between(first, last))
    return [_change(row, view) for row in view.rows(question.order_by(a.entry))]


def _change(row: Row[Any], view: View) -> Change:
    codes = view.school.rules_on(row.date).codes
    before, after = (codes.known(code) if code else None for code in (row.original, row.amended))
    absent = before is not None and before.statistical in _ABSENT
    attends = after is not None and after.statistical in _ATTENDING
    seen = row.made_on or london(row.seen_at or row.recorded_at).date()
    name = f"{row.name}, {row.position}" if row.name and row.position else row.name or row.position
    return Change(
        entry=row.entry,
        date=row.date,
        half=row.half,
        group=str(row._mapping["class"]),
        pupil=row.pupil,
        original=row.original,
        amended=row.amended,
        reason=row.reason,
        person=name or NOT_PROVIDED,
        made_on=seen,
        lag=row.lag,
        absence=absent,
        to_attending=absent and attends,
    )
