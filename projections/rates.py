"""Rates: attendance and absence by pupil, class, year group, school and trust, by period."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ledger.calendar import PeriodKind
from ledger.kinds import PupilId
from ledger.reckoning import NOTHING, Rates, percent, persistent, severe
from projections.benchmarks import beside, compared, figures
from projections.current_register import current_register
from projections.periods import periods
from projections.pupils import enrolments
from projections.rates_answers import PUBLISHED, By, Figure, RatesAnswer, RatesRow
from projections.rates_counted import Asked, counted
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
    pupils: Collection[PupilId] | None = None,
) -> RatesAnswer:
    """
    Possible, attended, authorised, unauthorised and late sessions, and the rates they give.

    Sessions of school days from ``first`` to ``last``, both in, fall into the periods that
    hold them. Persistent (10%) and severe (50%) absence are judged for each pupil within the
    row's period, in whole numbers. By fact: the pupils of whom a recorded fact holds, on the days
    on which it does; a pupil of whom two hold counts under both, one of whom none does under none.
    ``pupils``: of those alone.

    Reference: rules.md I; DfE, Pupil absence statistics: methodology.
    """
    groups: dict[tuple[Any, ...], _Group] = {}
    alone = None if pupils is None else frozenset(pupils)
    asked = Asked(by, period, published, (first, last), alone)
    for view in views:
        for (key, whose), counts in counted(view, asked):
            _add(groups, key, (view.urn, whose), Rates(*counts))
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
