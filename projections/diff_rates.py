"""
Question 6: your figure was this and now it is that; why?

Entries are taken in one by one, in entry order. The share of an entry is the rate after it less
the rate before it, an exact fraction; so the shares add up to the difference, whatever came
between. Where several entries act on one mark, each has the share it had when it came: that is
how the figure moved in fact, and no order but the entry number is needed to say so.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, select

from ledger.events import Recorded
from ledger.kinds import Session
from ledger.reckoning import NOTHING, Rates, percent
from ledger.store import ActRow, Ledger, Page
from projections.answers import AsOf
from projections.counted_marks import CountedMarks, Key
from projections.current_register import current_register
from projections.diff_answers import DiffBy, Figure, FigureMoved, Measure, RatesDiff, Share
from projections.diff_told import told
from projections.views import Scope, View

t = current_register.c
_NONE = Fraction()
_PLACES = 4


def diff_rates(
    before: View,
    after: View,
    *,
    first: dt.date,
    last: dt.date,
    by: DiffBy = "school",
    measure: Measure = "attendance",
) -> RatesDiff:
    """
    A rate at two entries, and each entry between them with its share of the difference.

    Of the sessions from ``first`` to ``last``, both in. Where nothing was possible the rate
    counts as 0. Both views are of one school.
    """
    sums = _Sums(_marks_of(before, first, last), by, measure, before.urn)
    for page in _between(before.ledger, before.entry, after.entry, Scope(first, last)):
        for recorded in page.events():
            if before.entry < recorded.entry <= after.entry:
                sums.take(recorded, page.act)
    names = _names(after, by)
    return RatesDiff(
        header=after.header("diff-rates", [first, last]),
        school=after.urn,
        by=by,
        measure=measure,
        first=first,
        last=last,
        before=_as_of(before),
        after=_as_of(after),
        read=sums.read,
        without_effect=sums.idle,
        unmoved=len(sums.figures.keys() - sums.shares.keys()),
        rows=tuple(sums.moved(group, names.get(group, group)) for group in sorted(sums.shares)),
    )


def rate_of(found: Rates, measure: Measure) -> Fraction:
    """The sessions of the measure of those possible; 0 where nothing was possible."""
    exact = {
        "attendance": found.attendance,
        "absence": found.absence,
        "authorised": found.authorised_absence,
        "unauthorised": found.unauthorised_absence,
    }
    return exact[measure] or _NONE


class _Sums:
    """Each figure as at a moving entry, and the shares of the entries so far."""

    def __init__(self, marks: CountedMarks, by: DiffBy, measure: Measure, urn: int) -> None:
        self.marks, self.by, self.measure, self.urn = marks, by, measure, urn
        self.figures: dict[str, Rates] = defaultdict(lambda: NOTHING)
        for key, (group, _) in marks.marks.items():
            self.figures[self._of(key, group)] += marks.counts(key)
        self.begun = dict(self.figures)
        self.shares: dict[str, list[Share]] = defaultdict(list)
        self.total: dict[str, Fraction] = defaultdict(lambda: _NONE)
        self.read = self.idle = 0

    def take(self, recorded: Recorded, act: ActRow) -> None:
        """Take in one entry."""
        said = told(recorded.event, self.marks)
        days = (self.marks.first, self.marks.last)
        if said is None or (said.session and not days[0] <= said.session.date <= days[1]):
            return
        moved: dict[str, Rates] = defaultdict(lambda: NOTHING)
        for key, group, was, now in self.marks.follow(recorded):
            moved[self._of(key, group)] += now + _less(was)
        self.read += 1
        self.idle += all(counts == NOTHING for counts in moved.values())
        for group, counts in moved.items():
            if counts != NOTHING:
                before = rate_of(self.figures[group], self.measure)
                self.figures[group] += counts
                share = rate_of(self.figures[group], self.measure) - before
                self.total[group] += share
                self.shares[group].append(_share(recorded.entry, act, said, counts, share))

    def moved(self, group: str, name: str) -> FigureMoved:
        """One figure at both ends, with all that moved it."""
        before, after = self.begun.get(group, NOTHING), self.figures[group]
        difference = rate_of(after, self.measure) - rate_of(before, self.measure)
        return FigureMoved(
            group=group,
            name=name,
            before=self._figure(before),
            after=self._figure(after),
            difference=str(difference),
            points=str(percent(difference, _PLACES)),
            shares_sum=str(self.total[group]),
            adds_up=self.total[group] == difference,
            shares=tuple(self.shares[group]),
        )

    def _figure(self, found: Rates) -> Figure:
        rate = rate_of(found, self.measure)
        shown = percent(rate, 2) if found.possible else None
        return Figure(**_counts(found), rate=str(rate), shown=shown)

    def _of(self, key: Key, group: str) -> str:
        return {"pupil": str(key[1]), "class": group, "school": str(self.urn)}[self.by]


def _marks_of(view: View, first: dt.date, last: dt.date) -> CountedMarks:
    marks = CountedMarks(first, last, view.context, view.asked)
    question: Select[Any] = select(t.date, t.half, t.pupil, t["class"], t.entered).where(
        t.school == view.urn, t.date.between(first, last), t.entered.is_not(None)
    )
    for row in view.rows(question):
        key = (Session(row.date, row.half), int(row.pupil))
        marks.put(key, str(row._mapping["class"]), row.entered)
    return marks


def _between(ledger: Ledger, after: int, upto: int, scope: Scope) -> Iterator[Page]:
    """The pages of these sheets, of the school and of the roll, that came between."""
    spans = (scope.streams(), ("pupil/", "pupil0"), ("school", "school0"))
    found = [
        page for low, high in spans for page in ledger.pages_between(low, high, upto, after=after)
    ]
    cut_by_the_first = next(ledger.pages_from(after + 1, upto, limit=1), None)
    if cut_by_the_first is not None and cut_by_the_first.first <= after:
        found.append(cut_by_the_first)
    return iter(sorted(found, key=lambda page: page.first))


def _names(view: View, by: DiffBy) -> dict[str, str]:
    if by == "pupil":
        return {str(n): f"{p.name} ({p.upn})" for n, p in view.context.roll.pupils.items()}
    return {str(view.urn): view.school.name} if by == "school" else {}


def _less(found: Rates) -> Rates:
    return Rates(
        -found.possible, -found.attended, -found.authorised, -found.unauthorised, -found.late
    )


def _share(entry: int, act: ActRow, said: Any, counts: Rates, share: Fraction) -> Share:
    return Share(
        entry=entry,
        recorded_at=act.recorded_at,
        kind=said.kind,
        what=said.what,
        pupil=said.pupil,
        session=said.session,
        name=said.name or act.made_by.name,
        position=said.position if said.name else act.made_by.position,
        **_counts(counts),
        share=str(share),
        points=str(percent(share, _PLACES)),
    )


def _counts(found: Rates) -> dict[str, int]:
    names = ("possible", "attended", "authorised", "unauthorised", "late")
    return {name: getattr(found, name) for name in names}


def _as_of(view: View) -> AsOf:
    return view.header("diff-rates", []).asof
