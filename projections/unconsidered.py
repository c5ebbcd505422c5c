"""Pupils at the threshold by sessions that nobody has weighed yet for any of their parents."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select

from ledger.kinds import PupilId, Session
from ledger.reckoning import threshold
from projections.current_register import current_register
from projections.penalties import marked, penalty_thresholds, sparse
from projections.penalty_records import every_record
from projections.views import View

p, t = penalty_thresholds.c, current_register.c


class Unconsidered(NamedTuple):
    """Whom to become aware of: since when, by how many sessions; ``note``: what was withdrawn."""

    pupil: PupilId
    met_on: dt.date
    counted: int
    clause: str
    note: str


def unconsidered(view: View, on: dt.date) -> Iterator[Unconsidered]:
    """
    Pupils at whom the threshold stands on a day even without the sessions weighed already.

    Reference: SI 2007/1867 reg. 9A(1).
    """
    weighed: dict[PupilId, set[Session]] = {}
    gone: dict[PupilId, list[str]] = {}
    for one in every_record(view):
        weighed.setdefault(one.pupil, set()).update(one.record.answered())
        gone.setdefault(one.pupil, []).extend(
            f"notice {notice.number} to {one.parent} was withdrawn: {notice.withdrawn.ground}"
            for notice in one.record.notices.values()
            if notice.withdrawn is not None and notice.open_again
        )
    stands = (p.met_on <= on) & (p.lapses_on.is_(None) | (p.lapses_on > on))
    question = select(p.pupil, p.clause).where(p.school == view.urn, stands)
    for row in view.rows(question.order_by(p.met_on, p.pupil)):
        pupil = view.context.roll.pupils[row.pupil]
        known = weighed.get(pupil.id, set())
        marks = marked(view.rows(sparse(view.urn).where(t.pupil == pupil.id, t.date <= on)))
        found = threshold(
            [mark for mark in marks if mark.session not in known],
            view.school.meeting,
            view.policy.on(on).get("penalty.threshold").value,
            view.policy,
            born=pupil.born,
            on=on,
        )
        if found.met:
            window = found.windows[-1]
            counted = len(window.sessions) + len(window.further)
            note = "; ".join(gone.get(pupil.id, ()))
            yield Unconsidered(pupil.id, window.met_on, counted, row.clause, note)
