"""Which entries do not agree with leave given or withdrawn, or with the roll?"""

import datetime as dt
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
)
from projections.leave_answers import Contradiction, Contradictions
from projections.views import View, last_day

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
    rows = [_told(row, view) for row in found]
    rows.sort(key=lambda one: (one.session, one.pupil.id, one.kind, one.leave or 0))
    days = [one.session.date for one in rows] or [last or first or last_day(view)]
    return Contradictions(header=view.header("contradictions", [max(days)]), rows=tuple(rows))


def _between(
    found: CompoundSelect[Any],
    view: View,
    first: dt.date | None,
    last: dt.date | None,
) -> Select[Any]:
    those = found.subquery()
    question = select(those).where(those.c.school == view.urn)
    if first is not None:
        question = question.where(those.c.date >= first)
    return question if last is None else question.where(those.c.date <= last)


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
