"""Which entries do not agree with leave given or withdrawn, or with the roll?"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import CompoundSelect, Row, Select, select

from ledger.kinds import Session
from projections.answers import PupilRef
from projections.contradictions import (
    NEVER_GIVEN,
    NOT_ON_ROLL,
    OTHERWISE,
    PRESENT,
    UNAUTHORISED,
    WITHDRAWN,
    contradictions,
    typed_without_leave,
)
from projections.leave_answers import Contradiction, Contradictions
from projections.views import View, last_day

TAKEN_HERE = "take-register"
"""The act by which marks are entered here first."""

_TO_DO = {
    PRESENT: "the mark counts; withdraw the leave from that day on if the pupil is back",
    UNAUTHORISED: "amend the mark to {leave_code} if the absence was the leave given",
    OTHERWISE: "see which it was: the mark counts until it is amended to {leave_code}",
    NEVER_GIVEN: "{leave_code} is leave, and nobody gave it: see what it was, and amend the mark",
    WITHDRAWN: "amend the mark to what is established: the leave behind it was withdrawn",
}


def listed(view: View, first: dt.date | None = None, last: dt.date | None = None) -> Contradictions:
    """Contradictions of the sessions between two days, both in, in order."""
    found = view.rows(_between(contradictions(), view, first, last))
    typed = view.rows(_between(typed_without_leave(), view, first, last))
    rows = [_told(row, view) for row in (*found, *_entered_here(typed, view))]
    rows.sort(key=lambda one: (one.session, one.pupil.id, one.kind, one.leave or 0))
    days = [one.session.date for one in rows] or [last or first or last_day(view)]
    return Contradictions(header=view.header("contradictions", [max(days)]), rows=tuple(rows))


def _between(
    found: Select[Any] | CompoundSelect[Any],
    view: View,
    first: dt.date | None,
    last: dt.date | None,
) -> Select[Any]:
    those = found.subquery()
    question = select(those).where(those.c.school == view.urn)
    if first is not None:
        question = question.where(those.c.date >= first)
    return question if last is None else question.where(those.c.date <= last)


def _entered_here(rows: Sequence[Row[Any]], view: View) -> Iterator[Row[Any]]:
    """Those whose entry came of a register taken here, and not of another system's file."""
    entries = sorted(row.entry for row in rows)
    if not entries:
        return
    taken = [
        range(act.first, act.first + act.count)
        for act in view.ledger.acts(entries[0], entries[-1])
        if act.command == TAKEN_HERE
    ]
    starts = [one.start for one in taken]
    for row in rows:
        at = bisect_right(starts, row.entry) - 1
        if at >= 0 and row.entry in taken[at]:
            yield row


def _told(row: Row[Any], view: View) -> Contradiction:
    pupil = view.context.roll.pupils[row.pupil]
    if row.kind == NOT_ON_ROLL:
        to_do = f"not on the admission register that day: {pupil.why_off(row.date)}"
    else:
        to_do = _TO_DO[row.kind].format(leave_code=row.leave_code)
    return Contradiction(
        session=Session(row.date, row.half),
        pupil=PupilRef.of(pupil),
        group=str(row._mapping["class"]),
        kind=row.kind,
        code=row.entered,
        entry=row.entry,
        leave=row.leave,
        leave_code=row.leave_code,
        what_to_do=to_do,
    )
