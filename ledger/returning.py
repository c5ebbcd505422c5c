"""Back after a long absence: when a pupil came back, so that a meeting can be held."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.returns.absence import Marks, by_day
from ledger.school import School
from ledger.support import Supports

MEETINGS = frozenset({"meeting", "reintegration plan"})
"""The kinds of support that are such a meeting, or come of one."""


@dataclass(frozen=True, slots=True)
class Back:
    """An unbroken absence of so many school days, and the first day attended after it."""

    first: dt.date
    last: dt.date
    days: int
    back_on: dt.date


def returned(marks: Marks, school: School, least: int, until: dt.date) -> Iterator[Back]:
    """
    Each return after an absence of ``least`` school days or more, for whatever reason.

    A day counts on which no session was attended, also where attending was not possible; a
    school day with no entry neither counts nor breaks the row.

    Reference: policy (returning after a lengthy or unavoidable absence).
    """
    away: list[dt.date] = []
    for day, codes in by_day(marks, school, until):
        rows = [school.rules_on(day).codes.known(code) for code in codes]
        attended = any(row is not None and (row.statistical in _THERE or row.late) for row in rows)
        if not attended:
            away.append(day)
            continue
        if len(away) >= least:
            yield Back(away[0], away[-1], len(away), day)
        away = []


_THERE = ("present", "attending elsewhere")


def met_on(back: Back, pupil: int, supports: Supports) -> dt.date | None:
    """The day of the first meeting or plan of reintegration since the absence began."""
    days = [
        one.opened.opened_on
        for one in supports.by_number.values()
        if one.opened.pupil == pupil
        and one.opened.kind in MEETINGS
        and one.opened.opened_on >= back.first
    ]
    return min(days, default=None)
