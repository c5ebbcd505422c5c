"""The spells of absence that were followed up, and what became of each."""

import datetime as dt

from sqlalchemy import select

from ledger.kinds import PupilId
from projections.absence import absences
from projections.absence_answers import Absences, SpellFollowed
from projections.answers import PupilRef
from projections.views import View

a = absences.c


def absences_followed(
    view: View, first: dt.date, last: dt.date, *, pupil: PupilId | None = None
) -> Absences:
    """The spells that began between two days, both in, of everybody or of one pupil."""
    question = select(absences).where(a.school == view.urn, a.first.between(first, last))
    if pupil is not None:
        question = question.where(a.pupil == pupil)
    rows = [
        SpellFollowed(
            pupil=PupilRef.of(view.context.roll.pupils[row.pupil]),
            first=row.first,
            standing=row.standing,
            reason=row.reason,
            told_at=utc(row.told_at),
            in_time=_flag(row.told_in_time),
            back_on=row.back_on,
            attempts=row.attempts,
            reached=bool(row.reached),
            last_attempt=utc(row.last_attempt),
            escalations=row.escalations,
            code=row.code,
            evidence_asked=utc(row.evidence_asked),
            evidence_why=row.evidence_why,
            evidence_received=utc(row.evidence_received),
            evidence_satisfied=_flag(row.evidence_satisfied),
            parent_notified=utc(row.parent_notified),
            entry=row.entry,
        )
        for row in view.rows(question.order_by(a.first, a.pupil))
    ]
    return Absences(
        header=view.header("absences", [first, last]), first=first, last=last, rows=tuple(rows)
    )


def utc(moment: dt.datetime | None) -> dt.datetime | None:
    """A moment as read back: SQLite gives it without its offset, which is UTC."""
    if moment is not None and moment.tzinfo is None:
        return moment.replace(tzinfo=dt.UTC)
    return moment


def _flag(value: int | None) -> bool | None:
    return None if value is None else bool(value)
