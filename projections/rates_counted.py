"""The counts behind rates: of each group and pupil, in each period, kept week by week."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func

from ledger.calendar import Period, PeriodKind
from ledger.kinds import PupilId
from ledger.reckoning import Rates, dfe_published
from projections.by_week import added, added_up
from projections.current_register import current_register
from projections.periods import periods
from projections.pupils import enrolments
from projections.rates_answers import By
from projections.rates_view import ENROLLED, IN_PERIOD, sums
from projections.summed import of_period
from projections.views import Scope, View

r, p, e = current_register.c, periods.c, enrolments.c


_OF_NO_DAY = ("pupil", "school", "trust")
"""Groups that somebody is in whatever the day: of them the sums of each pupil are enough."""


class _Row(NamedTuple):
    """A pupil in a period, as a row of the question says it; ``of``: the group within a school."""

    pupil: PupilId
    label: str
    starts: dt.date
    ends: dt.date
    of: str = ""


@dataclass(frozen=True)
class Asked:
    """What is asked for of each school."""

    by: By
    period: PeriodKind
    published: bool
    span: tuple[dt.date, dt.date]
    pupils: frozenset[PupilId] | None


def counted(view: View, asked: Asked) -> Iterable[tuple[tuple[Any, ...], tuple[int, ...]]]:
    """The counts of each group and pupil: what ``Rates`` is made of, in its order."""

    def between(first: dt.date, last: dt.date) -> Iterator[tuple[Any, tuple[int, ...]]]:
        for row in view.rows(_question(view, replace(asked, span=(first, last)))):
            found = _of(row, view, asked.published)
            if found is not None:
                for key in _row_keys(row, view, asked.by):
                    yield (key, int(row.pupil)), found

    if asked.by in _OF_NO_DAY and not asked.published and asked.pupils is None:
        found = of_period(view, asked.span, asked.period)
        if found is not None:
            period, pupils = found
            return _of_one(view, asked.by, period, pupils)
    if asked.pupils is not None and len(asked.pupils) == 1:
        return added([between(*asked.span)]).items()
    name = ("rates", asked.by, asked.period, asked.published, asked.pupils)
    return added_up(view, name, asked.span, between).items()


def _of_one(
    view: View, by: By, period: Period, pupils: Mapping[PupilId, Rates]
) -> Iterator[tuple[tuple[Any, ...], tuple[int, ...]]]:
    """The counts of each pupil in the one period there is: no row is asked which it lies in."""
    for pupil, of in pupils.items():
        row = _Row(pupil, period.label, period.starts, period.ends)
        counts = (of.possible, of.attended, of.authorised, of.unauthorised, of.late)
        yield (_row_key(row, view, by), pupil), (*counts, of.not_possible)


def _question(view: View, asked: Asked) -> Select[Any]:
    """One row for each pupil, group and period; and half-term, where publication asks for it."""
    by, published, span, pupils = asked.by, asked.published, asked.span, asked.pupils
    columns: list[Any] = [r.pupil, p.label, p.starts, p.ends]
    extra = {"class": r["class"], "year": e.year_group}.get(by)
    if extra is not None:
        columns.append(extra.label("of"))
    if by == "fact":
        columns.append(r.date)
    half = periods.alias("half_terms")
    if published:
        columns.append(half.c.starts.label("half_term"))
    question = sums(*columns).add_columns(func.count().label("all"))
    question = question.join_from(current_register, periods, IN_PERIOD)
    if by == "year":
        question = question.join(enrolments, ENROLLED)
    if published:
        same_day = (half.c.school == r.school) & (half.c.date == r.date)
        question = question.join(half, same_day & (half.c.period == "half-term"))
    if by == "fact":
        told = [pupil.id for pupil in view.context.roll.pupils.values() if pupil.facts]
        question = question.where(r.pupil.in_(told))
    when = r.date.between(*span)
    if pupils is not None:
        days = Scope(*span, pupils=pupils).days
        when = r.date.in_(days) if days else when
        question = question.where(r.pupil.in_(sorted(pupils)), r.half.in_(("AM", "PM")))
    return question.where(
        r.school == view.urn,
        p.period == asked.period,
        when,
        r.layer != "not on roll",
    )


def _of(row: Row[Any], view: View, published: bool) -> tuple[int, ...] | None:
    """The counts of one row; ``None`` where the published figures leave them out."""
    not_possible = row._mapping["all"] - row.possible
    if not published:
        found = (row.possible, row.attended, row.authorised, row.unauthorised, row.late)
        return (*found, not_possible)
    pupil = view.context.roll.pupils[row.pupil]
    admitted = min(spell.starts for spell in pupil.spells)
    scope = dfe_published(pupil.born, row.half_term, view.school.calendar, admitted)
    if scope == "out":
        return None
    if scope == "overall only":
        absent = row.authorised + row.unauthorised
        return (row.possible, row.attended, absent, 0, row.late, not_possible)
    return (*(row.possible, row.attended, row.authorised, row.unauthorised), row.late, not_possible)


def _row_keys(row: Row[Any], view: View, by: By) -> Iterator[tuple[Any, ...]]:
    """
    School, group, name, and the period: what each row of the answer that counts it is about.

    More than one, or none, only by fact.
    """
    if by != "fact":
        yield _row_key(row, view, by)
        return
    pupil = view.context.roll.pupils[row.pupil]
    for fact in sorted({one.fact for one in pupil.facts}):
        if pupil.holds(fact, row.date):
            yield (view.urn, fact, fact, row.label, row.starts, row.ends)


def _row_key(row: "Row[Any] | _Row", view: View, by: By) -> tuple[Any, ...]:
    span = (row.label, row.starts, row.ends)
    if by == "trust":
        trust = view.school.trust or ""
        return (None, trust, trust, *span)
    if by == "school":
        return (view.urn, str(view.urn), view.school.name, *span)
    if by == "pupil":
        pupil = view.context.roll.pupils[row.pupil]
        return (view.urn, pupil.upn, pupil.name, *span)
    return (view.urn, row.of, row.of, *span)
