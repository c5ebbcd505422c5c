"""Rates: attendance and absence by pupil, class, year group, school and trust, by period."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, func

from ledger.calendar import PeriodKind
from ledger.reckoning import NOTHING, Rates, dfe_published, percent, persistent, severe
from projections.benchmarks import beside, compared, figures
from projections.current_register import current_register
from projections.periods import periods
from projections.pupils import enrolments
from projections.rates_answers import PUBLISHED, By, Figure, RatesAnswer, RatesRow
from projections.rates_view import ENROLLED, IN_PERIOD, sums
from projections.views import View

r, p, e = current_register.c, periods.c, enrolments.c


@dataclass
class _Group:
    """What is added up under one row of the answer."""

    row: tuple[int | None, str, str, str, dt.date, dt.date]
    rates: Rates = NOTHING
    pupils: dict[tuple[int, int], Rates] = field(default_factory=dict)


def rates(
    views: Sequence[View],
    *,
    by: By = "pupil",
    period: PeriodKind = "year",
    first: dt.date,
    last: dt.date,
    published: bool = False,
) -> RatesAnswer:
    """
    Possible, attended, authorised, unauthorised and late sessions, and the rates they give.

    Sessions of school days from ``first`` to ``last``, both in, fall into the periods that
    hold them. Persistent (10%) and severe (50%) absence are judged for each pupil within the
    row's period, in whole numbers. By fact: the pupils of whom a recorded fact holds, on the days
    on which it does; a pupil of whom two hold counts under both, one of whom none does under none.

    Reference: rules.md I; DfE, Pupil absence statistics: methodology.
    """
    groups: dict[tuple[Any, ...], _Group] = {}
    for view in views:
        for row in view.rows(_question(view, by, period, (first, last), published)):
            found = _of(row, view, published)
            if found is not None:
                for key in _row_keys(row, view, by):
                    _add(groups, key, (view.urn, int(row.pupil)), found)
    judging = _judging(views, by, period, last)
    rows = [_row(group, judging) for group in groups.values()]
    rows.sort(key=lambda one: (one.school or 0, one.starts, one.name, one.group))
    return RatesAnswer(
        headers=tuple(view.header("rates", [first, last]) for view in views),
        by=by,
        period=period,
        first=first,
        last=last,
        dfe_published=published,
        note=PUBLISHED if published else "",
        compared=compared(views, last, judging.figures),
        figures=judging.figures,
        rows=tuple(rows),
    )


_TENTH = {"numerator": 1, "denominator": 10}
_HALF = {"numerator": 1, "denominator": 2}


@dataclass(frozen=True)
class _Judging:
    """By what each row is judged, and compared."""

    by: By
    period: PeriodKind
    tests: tuple[dict[str, int], dict[str, int]]
    figures: tuple[Figure, ...]


def _judging(views: Sequence[View], by: By, period: PeriodKind, last: dt.date) -> _Judging:
    rules = views[0].policy.on(last).values if views else {}
    tenth, half = rules.get("absence.persistent"), rules.get("absence.severe")
    return _Judging(
        by,
        period,
        (tenth.value if tenth else _TENTH, half.value if half else _HALF),
        figures(views, last),
    )


def _question(
    view: View, by: By, period: PeriodKind, span: tuple[dt.date, dt.date], published: bool
) -> Select[Any]:
    """One row for each pupil, group and period; and half-term, where publication asks for it."""
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
    return question.where(
        r.school == view.urn, p.period == period, r.date.between(*span), r.layer != "not on roll"
    )


def _of(row: Row[Any], view: View, published: bool) -> Rates | None:
    """The counts of one row; ``None`` where the published figures leave them out."""
    found = Rates(
        possible=int(row.possible),
        attended=int(row.attended),
        authorised=int(row.authorised),
        unauthorised=int(row.unauthorised),
        late=int(row.late),
        not_possible=int(row._mapping["all"]) - int(row.possible),
    )
    if not published:
        return found
    pupil = view.context.roll.pupils[row.pupil]
    admitted = min(spell.starts for spell in pupil.spells)
    scope = dfe_published(pupil.born, row.half_term, view.school.calendar, admitted)
    if scope == "out":
        return None
    if scope == "overall only":
        return Rates(
            possible=found.possible,
            attended=found.attended,
            authorised=found.absent,
            late=found.late,
            not_possible=found.not_possible,
        )
    return found


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


def _row_key(row: Row[Any], view: View, by: By) -> tuple[Any, ...]:
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


def _add(
    groups: dict[tuple[Any, ...], _Group], key: tuple[Any, ...], pupil: tuple[int, int], new: Rates
) -> None:
    group = groups.setdefault(key, _Group(key))
    group.rates += new
    group.pupils[pupil] = group.pupils.get(pupil, NOTHING) + new


def _row(group: _Group, judging: _Judging) -> RatesRow:
    school, code, name, label, starts, ends = group.row
    found, of_pupil = group.rates, judging.by == "pupil"
    persists = sum(persistent(one, judging.tests[0]) for one in group.pupils.values())
    severely = sum(severe(one, judging.tests[1]) for one in group.pupils.values())
    own = {"attendance": found.attendance, "absence": found.absence}
    if not of_pupil:
        counted = sum(one.possible > 0 for one in group.pupils.values())
        own["persistently absent"] = Fraction(persists, counted) if counted else None
        own["severely absent"] = Fraction(severely, counted) if counted else None
    return RatesRow(
        school=school,
        group=code,
        name=name,
        period=judging.period,
        label=label,
        starts=starts,
        ends=ends,
        pupils=len(group.pupils),
        possible=found.possible,
        attended=found.attended,
        authorised=found.authorised,
        unauthorised=found.unauthorised,
        late=found.late,
        not_counted=found.not_possible,
        attendance=percent(found.attendance),
        absence=percent(found.absence),
        persistent=bool(persists) if of_pupil else None,
        severe=bool(severely) if of_pupil else None,
        persistently_absent=persists,
        severely_absent=severely,
        beside=beside(judging.figures, {urn for urn, _ in group.pupils}, own),
    )


def pupils_persistently_absent(rows: Iterable[RatesRow]) -> Iterator[RatesRow]:
    """The rows of pupils whose overall absence is a tenth or more, worst first."""
    found = [row for row in rows if row.persistent]
    found.sort(key=lambda row: (-(row.authorised + row.unauthorised), row.name))
    return iter(found)
