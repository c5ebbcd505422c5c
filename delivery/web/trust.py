"""The schools of a trust side by side: attendance, who misses much, what is behind; no names."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from delivery.cli.asking import day_of, view_of
from delivery.cli.calls import Call
from delivery.kept import holding
from delivery.render.table import comma_separated
from delivery.usage import Usage
from delivery.web.asking import csv_file
from delivery.web.door.doorman import Pass, inside
from delivery.web.door.rules import Topic
from delivery.web.door.turned_away import NotYoursToSee
from delivery.web.site import AsOf, Its, Site, asked_moment
from delivery.web.strip import Strip, together
from ledger.reckoning.rates import percent
from projections.penalty_questions import penalty_list
from projections.rates import rates
from projections.rates_answers import RatesRow
from projections.registers_not_taken import registers_not_taken
from projections.views import View

routes = APIRouter(include_in_schema=False)
Path = Sequence[tuple[dt.date, Fraction]]
"""Attendance by week: the week's first day, and the share of possible sessions attended."""


@dataclass(frozen=True)
class OfSchool:
    """
    One school's figures this school year. ``threshold`` and ``behind``, pupils at the threshold and
    registers of the last day that lack somebody, are ``None`` for who sees figures alone.
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

    @property
    def share(self) -> Fraction:
        return Fraction(self.whole.attended, self.whole.possible)


@dataclass(frozen=True)
class Found:
    """The figures of the schools, as at which moments, and the schools that had nothing then."""

    schools: Sequence[OfSchool]
    strips: Sequence[Strip]
    nothing: Sequence[str]


@routes.get("/trust")
def trust(
    site: Its, asof: AsOf = None, form: Annotated[str, Query(alias="as", max_length=4)] = ""
) -> Response:
    """Every school the visitor sees figures of, the lowest attendance first."""
    asked = (asof or "").strip()
    found = _found(site, asked)
    schools = sorted(found.schools, key=lambda one: one.share)
    if not schools:
        if asked and found.strips:
            raise Usage("No session of these schools was possible by then.")
        raise NotYoursToSee
    if form == "csv":
        return csv_file("schools", _csv(schools))
    possible = sum(one.whole.possible for one in schools)
    attended = sum(one.whole.attended for one in schools)
    together = _together(schools)
    trusts = {one.trust for one in schools}
    return site.page(
        "trust",
        None,
        strip=_strip(asked, found.strips),
        trust=trusts.pop() if len(trusts) == 1 else None,
        schools=schools,
        nothing=found.nothing,
        attendance=percent(Fraction(attended, possible)),
        pupils=sum(one.whole.pupils for one in schools),
        persistent=sum(one.whole.persistently_absent for one in schools),
        severe=sum(one.whole.severely_absent for one in schools),
        lines={one.urn: _line(one.weeks, together) for one in schools},
        average=[_line(together, together)],
        query=f"?{urlencode({'asof': asked})}" if asked else "",
    )


def _found(site: Site, asked: str) -> Found:
    """
    Each school as at its last entry, or as at a moment: an entry number is of one school alone.

    What the visitor sees of a school goes by what it is now.
    """
    moment = asked_moment(asked)
    if isinstance(moment, int):
        raise Usage("Say a day and time: an entry number is of one school alone.")
    visitor, desk = site.visitor, site.desk
    schools: list[OfSchool] = []
    strips, nothing = [], []
    with holding(desk):
        for ledger in desk.ledgers(None):
            if not visitor.may_enter(ledger.school):
                continue
            with inside(desk, visitor, ledger.school):
                view = view_of(desk, ledger, Call())
                if visitor.grant(view.school, site.door.today()) is None:
                    continue
                passed = Pass.of(site.door, visitor, view)
                if not passed.sees(Topic.FIGURES):
                    continue
                if moment is not None and not ledger.entry_at(moment):
                    nothing.append(view.school.name)
                    continue
                if moment is not None:
                    view = view_of(desk, ledger, Call(asof=moment))
                strips.append(site.strip_of(view, asked))
                schools += _figures(view, whole=passed.sees(Topic.SCHOOL))
    if not strips and nothing:
        raise Usage("None of these schools had an entry by then.")
    return Found(schools, strips, nothing)


def _strip(asked: str, each: Sequence[Strip]) -> Strip:
    """As at when the newest entry of them came, each school at its own; what of it is verified."""
    known = [one.recorded_at for one in each if one.recorded_at]
    proofs = [one.proven for one in each if one.proven]
    if len(each) == 1:
        return each[0]._replace(feed="")
    return Strip(asked, max(known, default=None), None, together(proofs))


def _figures(view: View, *, whole: bool) -> Iterator[OfSchool]:
    last = day_of(view)
    year = view.school.calendar.period_of(last, "year")
    first = year.starts if year else last
    rows = rates([view], by="school", period="year", first=first, last=last).rows
    weeks = rates([view], by="school", period="week", first=first, last=last).rows
    if rows and rows[-1].possible:
        yield OfSchool(
            urn=view.urn,
            name=view.school.name,
            trust=view.school.trust,
            first=first,
            last=last,
            entry=view.entry,
            whole=rows[-1],
            weeks=[(w.starts, Fraction(w.attended, w.possible)) for w in weeks if w.possible],
            threshold=len(penalty_list(view, last).rows) if whole else None,
            behind=len(registers_not_taken(view, last).rows) if whole else None,
        )


def _together(found: Sequence[OfSchool]) -> Path:
    """The mean of the schools, week by week, each weighing the same: a line to compare with."""
    weeks = sorted({week for one in found for week, _ in one.weeks})
    shares = [[share for one in found for on, share in one.weeks if on == week] for week in weeks]
    return [
        (week, sum(each, Fraction(0)) / len(each)) for week, each in zip(weeks, shares, strict=True)
    ]


def _line(path: Path, together: Path) -> str:
    """The points of a small line, on the scale of 85% to 100% and the weeks of all."""
    places = {week: number for number, (week, _) in enumerate(together)}
    step = Fraction(130, max(len(places) - 1, 1))
    return " ".join(
        f"{4 + int(places[week] * step)},"
        f"{4 + int((1 - max(share, Fraction(85, 100))) * 30 / Fraction(15, 100))}"
        for week, share in path
    )


def _csv(found: Sequence[OfSchool]) -> str:
    headings = ("school", "name", "from", "to", "entry", "pupils", "possible", "attended",
                "attendance", "persistently_absent", "severely_absent", "at_threshold",
                "registers_not_taken")  # fmt: skip
    return comma_separated(headings, [
        (one.urn, one.name, one.first, one.last, one.entry, one.whole.pupils,
         one.whole.possible, one.whole.attended, one.whole.attendance,
         one.whole.persistently_absent, one.whole.severely_absent, one.threshold, one.behind)
        for one in found
    ])  # fmt: skip
