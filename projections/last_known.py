"""The last session of pupils that they attended, or for whose absence there is a reason."""

import datetime as dt
from collections.abc import Collection, Iterable

from sqlalchemy import func, select

from ledger.kinds import Code, PupilId, Session
from projections.current_register import current_register
from projections.views import View

t = current_register.c
_AT_FIRST, _AT_MOST = 8, 256
"""Days looked back at in one go: most pupils were here last week, so few at first."""


def last_known(
    view: View,
    pupils: Iterable[PupilId],
    on: dt.date,
    without: Collection[Code],
    *,
    since: dt.date | None = None,
) -> dict[PupilId, Session]:
    """
    The last possible session of each pupil up to a day whose code is none of ``without``.

    Not before ``since``. Who has none is left out.
    """
    begins = since or view.rows(select(func.min(t.date)).where(t.school == view.urn))[0][0] or on
    found: dict[PupilId, Session] = {}
    wanted, high, step = set(pupils), on, _AT_FIRST
    while wanted and high >= begins:
        low = max(begins, high - dt.timedelta(days=step - 1))
        days = [low + dt.timedelta(days=n) for n in range((high - low).days + 1)]
        question = select(t.pupil, t.half, func.max(t.date).label("date")).where(
            t.school == view.urn,
            t.date.in_(days),  # day by day: each row is looked up by its key
            t.half.in_(("AM", "PM")),
            t.pupil.in_(sorted(wanted)),
            t.possible == 1,
            t.code.not_in(list(without)),
        )
        for row in view.rows(question.group_by(t.pupil, t.half)):
            session = Session(row.date, row.half)
            found[row.pupil] = max(session, found.get(row.pupil, session))
        wanted -= found.keys()
        high, step = low - dt.timedelta(days=1), min(2 * step, _AT_MOST)
    return found
