"""The attendance shown to whoever decides on leave: this school year and the last, as counts."""

import datetime as dt
from typing import Any

from sqlalchemy import func, select

from ledger.calendar import Period
from ledger.events.leave import Counted, FiguresShown
from ledger.kinds import PupilId
from ledger.leave import Leave
from ledger.notice import missed
from ledger.statutory_tests import missed_tests, windows_known
from projections.current_register import current_register
from projections.views import View

_SUMS = ("possible", "attended", "authorised", "unauthorised", "late")
r = current_register.c


def figures_for(view: View, leave: Leave, today: dt.date) -> FiguresShown:
    """
    What is shown to whoever decides a request ``today``.

    Where no calendar has been set for today, it is the year of the absence that is shown. With
    the statutory tests that the sessions asked for would miss.
    """
    known = view.school.calendar.period_of(today, "year") is not None
    found = figures(view, leave.pupil, today if known else leave.first.date)
    asked, school = leave.requested, view.school
    if asked is None:
        return found
    pupil = view.context.roll.pupils[leave.pupil]
    sessions = missed(school.calendar, asked.first, asked.back)
    return found.model_copy(
        update={
            "tests": tuple(missed_tests(pupil, sessions, school)),
            "tests_known": windows_known(pupil, sessions, school),
        }
    )


def figures(view: View, pupil: PupilId, day: dt.date) -> FiguresShown:
    """A pupil's sessions of the school year of ``day``, up to that day, and of the year before."""
    years = view.school.calendar.periods("year")
    this = view.school.calendar.period_of(day, "year")
    before = [year for year in years if this is not None and year.ends < this.starts]
    return FiguresShown(
        entry=view.entry,
        current=_counted(view, pupil, this, day) if this else None,
        last_year=_counted(view, pupil, before[-1], before[-1].ends) if before else None,
    )


def _counted(view: View, pupil: PupilId, year: Period, upto: dt.date) -> Counted | None:
    last = min(year.ends, upto)
    columns: list[Any] = [func.count(), *(func.sum(r[name]).label(name) for name in _SUMS)]
    question = select(*columns).where(
        r.school == view.urn,
        r.pupil == pupil,
        r.date.between(year.starts, last),
        r.entered.is_not(None),
    )
    row = view.rows(question)[0]
    if not row[0]:
        return None
    sums = {name: int(row._mapping[name]) for name in _SUMS}
    return Counted(first=year.starts, last=last, **sums)
