"""The figures that go into a letter: one pupil's sessions between two days, and their marks."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select

from ledger.kinds import Code, Frozen, Session
from ledger.reckoning import Rates, percent
from projections.current_register import current_register
from projections.rates_view import sums
from projections.views import View

t = current_register.c


class LetterFigures(Frozen):
    """
    One pupil's sessions from ``starts`` to ``ends``, both in, as at ledger entry ``entry``.

    ``attendance`` is a percentage as text, rounded once; ``None`` where nothing was possible.
    """

    label: str
    starts: dt.date
    ends: dt.date
    possible: int
    attended: int
    authorised: int
    unauthorised: int
    late: int
    attendance: str | None
    entry: int


class Mark(Frozen):
    """The code that counts for a session."""

    session: Session
    code: Code


def figures(view: View, pupil: int, first: dt.date, last: dt.date, label: str) -> LetterFigures:
    """The sums of a pupil's sessions between two days, both in; to the last with an entry."""
    inside = (
        (t.school == view.urn)
        & (t.pupil == pupil)
        & t.date.between(first, last)
        & (t.layer != "not on roll")
    )
    question = sums().add_columns(func.max(t.date).label("ends")).where(inside)
    row = view.rows(question)[0]
    counts = {
        name: int(getattr(row, name) or 0)
        for name in ("possible", "attended", "authorised", "unauthorised", "late")
    }
    return LetterFigures(
        label=label,
        starts=first,
        ends=row.ends or last,
        **counts,
        attendance=percent(Rates(**counts).attendance),
        entry=view.entry,
    )


def year_figures(view: View, pupil: int, on: dt.date) -> tuple[LetterFigures | None, ...]:
    """The figures of the school year that a day is in, up to it, and of the year before."""
    years = [year for year in view.school.calendar.years if year.starts <= on]
    found: list[LetterFigures | None] = [None, None]
    for place, year in enumerate(reversed(years[-2:])):
        sums_ = figures(view, pupil, year.starts, min(on, year.half_terms[-1].ends), year.label)
        found[place] = sums_ if sums_.possible else None
    return tuple(found)


def marks_with(
    view: View, pupil: int, codes: Sequence[Code], first: dt.date, last: dt.date
) -> list[Mark]:
    """A pupil's sessions with one of some codes between two days, both in, in time order."""
    question = (
        select(t.date, t.half, t.code)
        .where(t.school == view.urn, t.pupil == pupil, t.code.in_(codes))
        .where(t.date.between(first, last))
        .order_by(t.date, t.half)
    )
    return [Mark(session=Session(r.date, r.half), code=r.code) for r in view.rows(question)]
