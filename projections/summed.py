"""
What a school's registers come to between two days: of each pupil, and of each half-day.

Rates, bands and weeks rest on the same two sums, so they are asked for once. Each counts the
sessions with an entry of pupils on roll, on whatever day they were entered for.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func

from ledger.calendar import Period, PeriodKind
from ledger.kinds import GroupId, Half, PupilId
from ledger.reckoning import NOTHING, Rates
from projections.by_week import Asked, added_up
from projections.current_register import current_register
from projections.rates_view import sums
from projections.views import View

r = current_register.c
Span = tuple[dt.date, dt.date]


def by_pupil(view: View, span: Span, group: GroupId | None = None) -> dict[PupilId, Rates]:
    """What each pupil's sessions come to between two days, both in; of one class, or of all."""
    found = added_up(view, ("by pupil", group), span, _summed(view, group, (r.pupil,)))
    return {pupil: Rates(*counts) for (pupil,), counts in found.items()}


def by_half(
    view: View, span: Span, group: GroupId | None = None
) -> Mapping[tuple[dt.date, Half], Rates]:
    """What each half-day comes to between two days, both in; of one class, or of all."""
    found = added_up(view, ("by half", group), span, _summed(view, group, (r.date, r.half)))
    return {at: Rates(*counts) for at, counts in found.items()}


def of_period(
    view: View, span: Span, kind: PeriodKind
) -> tuple[Period, dict[PupilId, Rates]] | None:
    """
    What each pupil's sessions on school days come to, where one period of a kind holds them all.

    ``None`` where the school days between the two are of several periods, or of none.
    """
    days = {day: view.school.calendar.period_of(day, kind) for day in _school_days(view, span)}
    known = {period for period in days.values() if period is not None}
    if len(known) != 1:
        return None
    found = by_pupil(view, span)
    beside = sorted({day for day, _ in by_half(view, span)} - {day for day in days if days[day]})
    if beside:
        only = r.date.in_(beside)
        for (pupil,), counts in _summed(view, None, (r.pupil,), only)(*span):
            found[pupil] = _less(found[pupil], Rates(*counts))
    return known.pop(), {one: counts for one, counts in found.items() if counts != NOTHING}


def on_school_days(view: View, span: Span) -> Rates:
    """What all sessions on school days between two days, both in, come to together."""
    days = set(_school_days(view, span))
    return sum((of for (day, _), of in by_half(view, span).items() if day in days), NOTHING)


def here(view: View, group: GroupId | None, first: dt.date, last: dt.date) -> list[Any]:
    """That a row is of the school, or of one class of it, of these days, and of a pupil on roll."""
    where = [r.school == view.urn, r.date.between(first, last), r.layer != "not on roll"]
    return where if group is None else [*where, r["class"] == group]


def _school_days(view: View, span: Span) -> list[dt.date]:
    return view.school.calendar.school_days(*span)


def _summed(view: View, group: GroupId | None, by: tuple[Any, ...], *only: Any) -> Asked:
    """The sums by some columns; what counts on neither side of a rate stands last."""

    def asked(first: dt.date, last: dt.date) -> Iterator[tuple[Any, tuple[int, ...]]]:
        question = sums(*by).add_columns(func.count().label("all"))
        for row in view.rows(question.where(*here(view, group, first, last), *only)):
            *counts, every = row[len(by) :]
            yield tuple(row[: len(by)]), (*counts, every - counts[0])

    return asked


def _less(one: Rates, other: Rates) -> Rates:
    return Rates(
        one.possible - other.possible,
        one.attended - other.attended,
        one.authorised - other.authorised,
        one.unauthorised - other.unauthorised,
        one.late - other.late,
        one.not_possible - other.not_possible,
    )
