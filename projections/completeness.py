"""Question 8: every amendment with its five particulars, and those that lack one."""

import datetime as dt
from typing import Any

from sqlalchemy import Row, select

from ledger.kinds import Code, Frozen, GroupId, Instant, Session
from projections.amendments import amendments
from projections.answers import Header, PupilRef
from projections.explain_answers import FiveParticulars
from projections.views import View

a = amendments.c


class AmendmentHeld(Frozen):
    """
    One amendment as the register holds it.

    ``kind`` is amended, or vanished where the source let go of the entry; ``source`` native or
    observed; ``lag`` how long after the session it came, at latest.
    """

    entry: int
    recorded_at: Instant
    pupil: PupilRef | None
    session: Session
    group: GroupId
    kind: str
    source: str
    lag: str
    five: FiveParticulars

    @property
    def complete(self) -> bool:
        """Whether all five particulars are there."""
        return not self.five.lacks


class Completeness(Frozen):
    """
    Question 8. ``native_lacking`` counts those made in this ledger that lack something: 0, or
    the ledger is at fault; what another system does not say is beyond it.
    """

    header: Header
    total: int
    complete: int
    lacking: int
    native_lacking: int
    rows: tuple[AmendmentHeld, ...]


def audit_completeness(
    view: View,
    first: dt.date | None = None,
    last: dt.date | None = None,
    *,
    lacking_only: bool = False,
    pupils: frozenset[int] | None = None,
) -> Completeness:
    """
    Every amendment of sessions between two days, with the five particulars the law names.

    Reference: SI 2024/208 reg. 6(1).
    """
    question = select(amendments).where(a.school == view.urn).order_by(a.entry)
    if first is not None:
        question = question.where(a.date >= first)
    if last is not None:
        question = question.where(a.date <= last)
    if pupils is not None:
        question = question.where(a.pupil.in_(pupils))
    rows = [_held(row, view) for row in view.rows(question)]
    lacking = [row for row in rows if not row.complete]
    day = max((row.session.date for row in rows), default=last or dt.date.min)
    return Completeness(
        header=view.header("audit-completeness", [first or day, last or day]),
        total=len(rows),
        complete=len(rows) - len(lacking),
        lacking=len(lacking),
        native_lacking=sum(row.source == "native" for row in lacking),
        rows=tuple(lacking if lacking_only else rows),
    )


def _held(row: Row[Any], view: View) -> AmendmentHeld:
    pupil = view.context.roll.pupils.get(row.pupil)
    original: Code | None = row.original
    return AmendmentHeld(
        entry=row.entry,
        recorded_at=row.recorded_at,
        pupil=PupilRef.of(pupil) if pupil else None,
        session=Session(row.date, row.half),
        group=str(row._mapping["class"]),
        kind=row.kind,
        source=row.source,
        lag=row.lag,
        five=FiveParticulars(
            original=original,
            amended=row.amended,
            reason=row.reason,
            made_on=row.made_on,
            name=row.name,
            position=row.position,
            seen_before=row.seen_before,
            seen_at=row.seen_at,
            lacks=tuple(row.lacks.split(", ")) if row.lacks else (),
        ),
    )
