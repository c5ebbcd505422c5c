"""The published figures that a school's policy adopts, set beside its own rates."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence, Set
from fractions import Fraction

from ledger.policy.benchmarks import Benchmark
from ledger.reckoning import percent
from projections.rates_answers import Beside, Figure
from projections.views import View

ADOPTED, COMPARED_WITH = "monitor.benchmarks", "monitor.compared_with"


def figures(views: Sequence[View], day: dt.date) -> tuple[Figure, ...]:
    """The figures that the schools' policies adopt on a day, each with the schools that do."""
    found: dict[Figure, list[int]] = {}
    for view in views:
        rules = view.policy.on(day)
        if ADOPTED not in rules:
            continue
        clause = rules.get(ADOPTED).reference
        for value in rules.get(ADOPTED).value:
            one = Benchmark.model_validate(value)
            if one.phase is None or one.phase == view.school.phase:
                figure = Figure(**one.model_dump(), reference=clause, schools=())
                found.setdefault(figure, []).append(view.urn)
    return tuple(one.model_copy(update={"schools": tuple(by)}) for one, by in found.items())


def beside(
    found: Sequence[Figure], schools: Set[int], own: Mapping[str, Fraction | None]
) -> tuple[Beside, ...]:
    """
    The figures beside one row about these schools, and how far its ``own`` measures are from each.

    A figure meant for one phase stands before one for all. Where the row is about several
    schools, only what all of them adopt. A measure that the row has not is left out.
    """
    rows: dict[tuple[str, str], Beside] = {}
    for one in sorted(found, key=lambda figure: figure.phase is None):
        if one.measure not in own or not schools <= set(one.schools):
            continue
        rate = own[one.measure]
        shown = Beside(
            compared_with=one.compared_with,
            measure=one.measure,
            percent=one.percent,
            difference=None if rate is None else _points(rate, one.percent),
        )
        rows.setdefault((one.compared_with, one.measure), shown)
    return tuple(rows.values())


def _points(rate: Fraction, published: str) -> str:
    """Percentage points above or below, to the decimals of the figure published."""
    places = len(published.partition(".")[2]) or 1
    written = percent(rate - Fraction(published) / 100, places) or ""
    return written if written.startswith("-") else f"+{written}"


def national(view: View, day: dt.date) -> Figure | None:
    """The national rate of attendance that the school's policy adopts on a day, if one is."""
    of_all = [one for one in figures([view], day) if one.measure == "attendance"]
    of_all.sort(key=lambda figure: figure.phase is None)
    return next((one for one in of_all if one.compared_with == "national"), None)


def compared(views: Sequence[View], day: dt.date, found: Sequence[Figure]) -> str:
    """What the policies compare with, and for what of it no figure is adopted; else nothing."""
    return " ".join(dict.fromkeys(_sentences(views, day, found)))


def _sentences(views: Sequence[View], day: dt.date, found: Sequence[Figure]) -> Iterator[str]:
    for view in views:
        rules = view.policy.on(day)
        if COMPARED_WITH not in rules:
            continue
        asked = rules.get(COMPARED_WITH)
        have = {one.compared_with for one in found if view.urn in one.schools}
        lacking = [one for one in asked.value if one not in have]
        said = f"The policy compares with {_and(asked.value)} figures ({asked.reference})"
        if lacking:
            said += f"; no {_and(lacking, 'or')} figure is adopted ({ADOPTED}: a school's own pack)"
        yield f"{said}."


def _and(words: Sequence[str], last: str = "and") -> str:
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
