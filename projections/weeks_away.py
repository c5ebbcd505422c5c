"""Who may have been away for long: pupils with a week in which they attended nothing."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, select

from ledger.kinds import PupilId
from projections.by_week import Sums
from projections.current_register import current_register
from projections.views import View

t = current_register.c


def _weeks(view: View, span: tuple[dt.date, dt.date]) -> list[Sums] | None:
    """Of each week and pupil the sessions attended, and the last entry about any of them."""

    def asked(first: dt.date, last: dt.date) -> Iterator[tuple[Any, tuple[int, ...]]]:
        what = func.sum(t.attended).label("attended"), func.max(t.entry).label("entry")
        question = select(t.pupil, *what).where(t.school == view.urn, t.date.between(first, last))
        for row in view.rows(question.group_by(t.pupil)):
            yield row.pupil, (row.attended, row.entry)

    return view.weeks.each(view, "attended", span, asked) if view.weeks else None


def last_entries(
    view: View, pupils: Iterable[PupilId], span: tuple[dt.date, dt.date]
) -> dict[PupilId, int]:
    """The last entry about each of some pupils' sessions between two days, where it is kept."""
    held = _weeks(view, span) or ()
    nothing = (0, 0)
    return {one: max(week.get(one, nothing)[1] for week in held) for one in pupils} if held else {}


def may_be_long(
    view: View, pupils: Iterable[PupilId], span: tuple[dt.date, dt.date], days: int
) -> set[PupilId]:
    """
    Those of some pupils who may have an unbroken absence of so many school days between two days.

    A row of days without attendance that holds no week whole reaches into two weeks, and leaves a
    day of each: so one of twice a week's days, less one, holds a week of which nothing was
    attended. Where that cannot be said, or it is not kept who attended when, all of them may.
    """
    wanted = set(pupils)
    meets = {day.weekday() for day in view.school.calendar.by_day.rungs}
    held = _weeks(view, span)
    if held is None or days < 2 * len(meets) - 1:
        return wanted
    found: set[PupilId] = set()
    for week in filter(None, held):
        found |= {pupil for pupil in wanted - found if not week.get(pupil, (0,))[0]}
    return found
