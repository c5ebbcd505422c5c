"""Periods: which half-term, term and year each school day lies in, for sums by period."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Date, Text, delete
from sqlalchemy import bindparam as bind

from ledger.calendar import PERIODS, Calendar
from ledger.events import CalendarSet
from ledger.store import Page
from projections.context import Context
from projections.cutting import topics_of
from projections.schema import column, date_key, key, school_key, table
from projections.steps import Rows, Statement, Step

periods = table(
    "periods",
    "The periods of each planned school day: five rows a day, one for each kind of period.",
    school_key(),
    key("period", Text(), "The kind: day, week, half-term, term or year."),
    date_key(),
    column("label", Text(), "The name of the period, such as 2024/25 Autumn 1."),
    column("starts", Date(), "The first day of the period."),
    column("ends", Date(), "The last day of the period."),
)

_FORGET = delete(periods).where(periods.c.school == bind("of_school"))


def project(pages: Sequence[Page], context: Context) -> Iterator[Step]:
    """All periods anew whenever a calendar is set."""
    if CalendarSet.TOPIC not in topics_of(pages, "school"):
        return
    yield Statement(_FORGET, [{"of_school": context.urn}])
    yield Rows(periods, list(_rows(context.urn, context.opened.calendar)))


def _rows(urn: int, calendar: Calendar) -> Iterator[tuple[Any, ...]]:
    for day in calendar.by_day.rungs:
        for kind in PERIODS:
            found = calendar.period_of(day, kind)
            if found is not None:
                span = (found.starts.isoformat(), found.ends.isoformat())
                yield urn, kind, day.isoformat(), found.label, *span
