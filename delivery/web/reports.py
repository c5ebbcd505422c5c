"""Reports: what attendance is, who misses how much, why, when; each figure with its table."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from delivery.documents.pdf import pdf
from delivery.documents.templates import template
from delivery.render.patterns import band
from delivery.render.table import count_of
from delivery.web.here import Here
from delivery.web.letters import pdf_file
from delivery.web.site import AsOf, Day, Its, moment, short
from projections.patterns import Patterns, patterns
from projections.rates import rates
from projections.rates_answers import By, RatesRow

routes = APIRouter(include_in_schema=False)
Group = Annotated[str | None, Query(max_length=20, alias="class")]


@dataclass(frozen=True)
class Report:
    """The figures of a school between two days, and the sentences that state what they show."""

    first: dt.date
    last: dt.date
    whole: RatesRow | None
    found: Patterns
    classes: Sequence[RatesRow]
    years: Sequence[RatesRow]
    facts: Sequence[RatesRow]

    @property
    def heading(self) -> str:
        if self.whole is None or self.whole.attendance is None:
            return "No session was possible between these days"
        return f"Attendance is {self.whole.attendance}%"

    @property
    def of_bands(self) -> str:
        many = sum(one.pupils for one in self.found.bands if one.low >= 10)
        severe = sum(one.pupils for one in self.found.bands if one.high is None)
        more = f"; {severe} half or more" if severe else ""
        return f"{count_of(many, 'pupil')} miss 10% or more{more}"

    @property
    def of_reasons(self) -> str:
        missed = [one for one in self.found.reasons if one.counts_as != "late"]
        if not missed:
            return "No session was missed"
        most, total = missed[0], sum(one.sessions for one in missed)
        return f"{most.meaning} ({most.code}): {most.sessions:,} of {total:,} sessions missed"

    @property
    def of_days(self) -> str:
        known = [one for one in self.found.slots if one.possible]
        if not known:
            return "No half-day was possible"
        most = max(known, key=lambda one: (Fraction(one.missed, one.possible), -one.weekday))
        half = "morning" if most.half == "AM" else "afternoon"
        return f"Most is missed on {most.name} {half}s: {most.absence}%"

    @property
    def of_lateness(self) -> str:
        late = sum(one.late for one in self.found.weeks)
        attended = sum(one.attended for one in self.found.weeks)
        return f"{late:,} late arrivals in {attended:,} sessions attended"

    @property
    def of_weeks(self) -> str:
        known = [one for one in self.found.weeks if one.possible]
        if not known:
            return "There is no week to show"
        least = min(known, key=lambda one: Fraction(one.attended, one.possible))
        return f"Lowest in the week of {short(least.starts)}: {least.attendance}%"


@routes.get("/{school}/reports")
def reports(
    *,
    site: Its,
    school: int,
    asof: AsOf = None,
    start: Annotated[Day, Query(alias="from")] = None,
    to: Day = None,
    group: Group = None,
) -> Response:
    """The report of the school year so far, or of the days asked about."""
    with site.at(school, asof) as here:
        found = _report(here, start, to, group)
        return site.page(
            "reports", here, report=found, group=group, band=band, groups=_groups(here, found.last)
        )


@routes.get("/{school}/reports/board")
def board(
    *,
    site: Its,
    school: int,
    asof: AsOf = None,
    start: Annotated[Day, Query(alias="from")] = None,
    to: Day = None,
) -> Response:
    """The same on paper, for the board: a PDF without any pupil's name."""
    with site.at(school, asof) as here:
        made = _paper(here, _report(here, start, to, None))
        return pdf_file(f"board-{school}", made)


def _report(here: Here, start: dt.date | None, to: dt.date | None, group: str | None) -> Report:
    last = to or here.last_day
    year = here.view.school.calendar.period_of(last, "year")
    first = min(start or (year.starts if year else last), last)

    def by(what: By) -> Sequence[RatesRow]:
        return rates([here.view], by=what, period="year", first=first, last=last).rows

    whole = by("school") if group is None else [r for r in by("class") if r.group == group]
    return Report(
        first=first,
        last=last,
        whole=whole[-1] if whole else None,
        found=patterns(here.view, first, last, group=group),
        classes=by("class"),
        years=by("year"),
        facts=by("fact"),
    )


def _groups(here: Here, day: dt.date) -> Sequence[str]:
    return here.view.context.roll.groups(day)


def _paper(here: Here, report: Report) -> bytes:
    strip = here.view.header("board report", [report.last])
    at = strip.asof

    def of(rows: Sequence[RatesRow]) -> list[list[str]]:
        return [
            [r.name, f"{r.pupils:,}", r.attendance or "–", f"{r.persistently_absent:,}",
             f"{r.severely_absent:,}"]
            for r in rows
        ]  # fmt: skip

    found = report.found
    data: dict[str, Any] = {
        "title": f"{here.view.school.name}: attendance",
        "date": {"iso": (at.recorded_at.date() if at.recorded_at else report.last).isoformat()},
        "under": f"{short(report.first)} to {short(report.last)}",
        "asat": f"{at.entry:,}",
        "recorded": moment(at.recorded_at) if at.recorded_at else "",
        "policy": strip.policy,
        "heading": report.heading,
        "whole": of([report.whole] if report.whole else []),
        "parts": [
            [report.of_bands, ["Absence", "Pupils"],
             [[band(one), f"{one.pupils:,}"] for one in found.bands]],
            [report.of_reasons, ["Code", "Reason", "Sessions"],
             [[one.code, one.meaning, f"{one.sessions:,}"] for one in found.reasons]],
            [report.of_days, ["Half-day", "Possible", "Missed", "Absence %"],
             [[f"{s.name} {s.half}", f"{s.possible:,}", f"{s.missed:,}", s.absence or "–"]
              for s in found.slots]],
            ["Classes", _GROUPS, of(report.classes)],
            ["Year groups", _GROUPS, of(report.years)],
            ["Pupils of whom a recorded fact holds", _GROUPS, of(report.facts)],
        ],
    }  # fmt: skip
    return pdf("board", template("board"), data)


_GROUPS = ["", "Pupils", "Attendance %", "Persistently absent", "Severely absent"]
