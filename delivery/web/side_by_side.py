"""The figures of a trust's schools, each up to its own last day, and added up; no names."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from delivery.cli.asking import day_of
from delivery.render.table import comma_separated
from ledger.reckoning.rates import percent
from projections.patterns import Patterns, patterns
from projections.penalty_questions import penalty_list
from projections.rates import rates
from projections.rates_answers import RatesRow
from projections.registers_not_taken import registers_not_taken
from projections.summed import on_school_days
from projections.views import View

Path = Sequence[tuple[dt.date, Fraction]]
"""Attendance by week: the week's first day, and the share of possible sessions attended."""


@dataclass(frozen=True)
class OfSchool:
    """
    One school's figures this school year. ``threshold`` and ``behind``, pupils at the threshold and
    registers of the last day that lack somebody, are ``None`` for who sees figures alone.
    ``before`` is the share attended a year before.
    """

    urn: int
    name: str
    trust: str | None
    first: dt.date
    last: dt.date
    entry: int
    whole: RatesRow
    weeks: Path
    threshold: int | None
    behind: int | None
    before: Fraction | None
    found: Patterns

    @property
    def share(self) -> Fraction:
        return Fraction(self.whole.attended, self.whole.possible)

    @property
    def moved(self) -> str:
        """How much more or less is attended than a year before, in points; "" if not known."""
        return "" if self.before is None else moved(self.share - self.before)

    @property
    def persist(self) -> str:
        """The share of pupils who are persistently absent, in per cent."""
        whole = self.whole
        return percent(Fraction(whole.persistently_absent, whole.pupils)) or "–"


def moved(by: Fraction) -> str:
    """``up 0.3``, ``down 0.9`` or ``the same``: the direction in a word."""
    told = percent(abs(by)) or "0.0"
    return "the same" if told == "0.0" else f"{'up' if by > 0 else 'down'} {told}"


def of_school(view: View, *, whole: bool) -> Iterator[OfSchool]:
    """The figures of a school up to its last day with an entry; none where nothing was possible."""
    last = day_of(view)
    year = view.school.calendar.period_of(last, "year")
    first = year.starts if year else last
    rows = rates([view], by="school", period="year", first=first, last=last).rows
    found = patterns(view, first, last)
    if rows and rows[-1].possible:
        yield OfSchool(
            urn=view.urn,
            name=view.school.name,
            trust=view.school.trust,
            first=first,
            last=last,
            entry=view.entry,
            whole=rows[-1],
            weeks=[(w.starts, Fraction(w.attended, w.possible)) for w in found.weeks if w.possible],
            threshold=len(penalty_list(view, last).rows) if whole else None,
            behind=len(registers_not_taken(view, last).rows) if whole else None,
            before=_before(view, last),
            found=found,
        )


def _before(view: View, last: dt.date) -> Fraction | None:
    """Attendance a year ago up to the same day of the week; ``None`` where nothing was known."""
    then = last - dt.timedelta(weeks=52)
    year = view.school.calendar.period_of(then, "year")
    if year is None:
        return None
    all_of_it = on_school_days(view, (year.starts, then))
    return Fraction(all_of_it.attended, all_of_it.possible) if all_of_it.possible else None


def all_patterns(each: Sequence[Patterns]) -> Patterns:
    """Bands and reasons of several schools added up; the most sessions first."""
    bands = [
        one.model_copy(update={"pupils": sum(of.bands[place].pupils for of in each)})
        for place, one in enumerate(each[0].bands)
    ]
    reasons = {(one.code, one.counts_as): one for of in reversed(each) for one in of.reasons}
    sessions: Counter[tuple[str, str]] = Counter()
    for of in each:
        sessions.update({(one.code, one.counts_as): one.sessions for one in of.reasons})
    added = [reasons[key].model_copy(update={"sessions": n}) for key, n in sessions.most_common()]
    said = {"bands": tuple(bands), "reasons": tuple(added)}
    return each[0].model_copy(update={**said, "too_few": sum(one.too_few for one in each)})


def together(found: Sequence[OfSchool]) -> Path:
    """The mean of the schools, week by week, each weighing the same: a line to compare with."""
    weeks = sorted({week for one in found for week, _ in one.weeks})
    shares = [[share for one in found for on, share in one.weeks if on == week] for week in weeks]
    return [
        (week, sum(each, Fraction(0)) / len(each)) for week, each in zip(weeks, shares, strict=True)
    ]


def line(path: Path, together: Path) -> str:
    """The points of a small line, on the scale of 85% to 100% and the weeks of all."""
    places = {week: number for number, (week, _) in enumerate(together)}
    step = Fraction(130, max(len(places) - 1, 1))
    return " ".join(
        f"{4 + int(places[week] * step)},"
        f"{4 + int((1 - max(share, Fraction(85, 100))) * 30 / Fraction(15, 100))}"
        for week, share in path
    )


def csv(found: Sequence[OfSchool]) -> str:
    """A row a school."""
    headings = ("school", "name", "from", "to", "entry", "pupils", "possible", "attended",
                "attendance", "persistently_absent", "severely_absent", "at_threshold",
                "registers_not_taken", "attendance_a_year_before")  # fmt: skip
    return comma_separated(headings, [
        (one.urn, one.name, one.first, one.last, one.entry, one.whole.pupils,
         one.whole.possible, one.whole.attended, one.whole.attendance,
         one.whole.persistently_absent, one.whole.severely_absent, one.threshold, one.behind,
         percent(one.before))
        for one in found
    ])  # fmt: skip
