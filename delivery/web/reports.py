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
from delivery.web.figures import figures_of
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


def lowest(what: str, rows: Sequence[RatesRow]) -> str:
    """What a table of groups states: the one that attends least."""
    known = [one for one in rows if one.possible]
    if len(known) < 2:
        return what
    least = min(known, key=lambda one: Fraction(one.attended, one.possible))
    return f"{what}: lowest is {least.name}, {least.attendance}%"


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
            "reports",
            here,
            report=found,
            group=group,
            lowest=lowest,
            figures=list(figures_of(found.found, group)),
            groups=_groups(here, found.last),
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

    data: dict[str, Any] = {
        "title": f"{here.view.school.name}: attendance",
        "date": {"iso": (at.recorded_at.date() if at.recorded_at else report.last).isoformat()},
        "under": f"{short(report.first)} to {short(report.last)}",
        "asat": f"{at.entry:,}",
        "recorded": moment(at.recorded_at) if at.recorded_at else "",
        "policy": strip.policy,
        "heading": report.heading,
        "whole": of([report.whole] if report.whole else []),
        "figures": [
            {
                "title": one.states,
                "note": one.note,
                "svg": one.svg,
                "head": list(one.head),
                "rows": [["–" if cell is None else _written(cell) for cell in row]
                         for row in one.rows],
            }
            for one in figures_of(report.found)
        ],
        "parts": [
            [lowest("Classes", report.classes), _GROUPS, of(report.classes)],
            [lowest("Year groups", report.years), _GROUPS, of(report.years)],
            [lowest(_FACTS, report.facts), _GROUPS, of(report.facts)],
        ],
    }  # fmt: skip
    return pdf("board", template("board"), data)


_FACTS = "Pupils of whom a recorded fact holds"


def _written(cell: Any) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


_GROUPS = ["", "Pupils", "Attendance %", "Persistently absent", "Severely absent"]
