"""One school year of one school: its half-terms, and the days off inside them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from ledger.calendar.periods import Period
from ledger.events import CalendarSet, Term


@dataclass(frozen=True)
class SchoolYear:
    """One school year: its half-terms in date order, and the days inside without a session."""

    label: str
    half_terms: tuple[Term, ...]
    inset: frozenset[dt.date] = frozenset()
    closed: frozenset[dt.date] = frozenset()

    @classmethod
    def of(cls, event: CalendarSet) -> Self:
        half_terms = tuple(sorted(event.half_terms, key=lambda half: half.starts))
        return cls(event.school_year, half_terms, frozenset(event.inset), frozenset(event.closed))

    @property
    def starts(self) -> dt.date:
        return self.half_terms[0].starts

    def school_days(self) -> Iterator[dt.date]:
        """The weekdays of its half-terms, without INSET and closed days."""
        off = self.inset | self.closed
        for half in self.half_terms:
            for ordinal in range(half.starts.toordinal(), half.ends.toordinal() + 1):
                day = dt.date.fromordinal(ordinal)
                if day.weekday() < 5 and day not in off:
                    yield day

    def half_term_periods(self) -> Iterator[Period]:
        for half in self.half_terms:
            yield Period(f"{self.label} {half.term} {half.half}", half.starts, half.ends)

    def term_periods(self) -> Iterator[Period]:
        """Each term, from its first half-term to its last, the days between them too."""
        for term in dict.fromkeys(half.term for half in self.half_terms):
            halves = [half for half in self.half_terms if half.term == term]
            yield Period(
                f"{self.label} {term}", halves[0].starts, max(half.ends for half in halves)
            )


def year_periods(years: Sequence[SchoolYear]) -> Iterator[Period]:
    """
    The school years, each from its first term until the first term of the next.

    Where the next has not been set, until 31 August (DERIVED: the law waits for the term).

    Reference: Education Act 1996 s. 579(1).
    """
    for year, following in pairwise([*years, None]):
        assert year is not None
        autumn = year.starts.year + (year.starts.month >= 8)
        ends = max(dt.date(autumn, 8, 31), year.half_terms[-1].ends)
        if following is not None and following.starts.year == autumn:
            ends = following.starts - dt.timedelta(days=1)
        yield Period(year.label, year.starts, ends)
