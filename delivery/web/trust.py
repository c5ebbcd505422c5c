"""The schools of a trust side by side: attendance, who misses much, what is behind; no names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from delivery.cli.asking import view_of
from delivery.cli.calls import Call
from delivery.kept import holding
from delivery.render.table import comma_separated
from delivery.usage import Usage
from delivery.web.asking import csv_file
from delivery.web.door.doorman import Pass, inside
from delivery.web.door.rules import Topic
from delivery.web.door.turned_away import NotYoursToSee
from delivery.web.figures import side_figures
from delivery.web.side_by_side import OfSchool, all_patterns, csv, line, together
from delivery.web.site import AsOf, Its, Site, asked_moment
from delivery.web.strip import Strip
from delivery.web.strip import together as proved
from ledger.reckoning.rates import percent

routes = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Found:
    """The figures of the schools, as at which moments, and the schools that had nothing then."""

    schools: Sequence[OfSchool]
    strips: Sequence[Strip]
    nothing: Sequence[str]


@routes.get("/trust")
def trust(
    site: Its,
    asof: AsOf = None,
    form: Annotated[str, Query(alias="as", max_length=4)] = "",
    of: Annotated[Literal["schools", "bands", "reasons"], Query()] = "schools",
) -> Response:
    """Every school the visitor sees figures of, the lowest attendance first."""
    asked = (asof or "").strip()
    found = _found(site, asked)
    schools = sorted(found.schools, key=lambda one: one.share)
    if not schools:
        if asked and found.strips:
            raise Usage("No session of these schools was possible by then.")
        raise NotYoursToSee
    each = side_figures(all_patterns([one.found for one in schools]))
    figures = dict(zip(("bands", "reasons"), each, strict=True))
    if form == "csv":
        rows = (
            csv(schools) if of == "schools" else comma_separated(figures[of].head, figures[of].rows)
        )
        return csv_file(of, rows)
    return site.page("trust", None, **_said(schools, found, asked), figures=list(figures.values()))


def _said(schools: Sequence[OfSchool], found: Found, asked: str) -> dict[str, Any]:
    """What the page says beside its figures."""
    possible = sum(one.whole.possible for one in schools)
    attended = sum(one.whole.attended for one in schools)
    average = together(schools)
    trusts = {one.trust for one in schools}
    return {
        "strip": _strip(asked, found.strips),
        "trust": trusts.pop() if len(trusts) == 1 else None,
        "schools": schools,
        "nothing": found.nothing,
        "attendance": percent(Fraction(attended, possible)),
        "pupils": sum(one.whole.pupils for one in schools),
        "persistent": sum(one.whole.persistently_absent for one in schools),
        "severe": sum(one.whole.severely_absent for one in schools),
        "lines": {one.urn: line(one.weeks, average) for one in schools},
        "average": [line(average, average)],
        "not_taken": _added(one.behind for one in schools),
        "threshold": _added(one.threshold for one in schools),
        "query": f"?{urlencode({'asof': asked})}" if asked else "",
    }


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
                now = view_of(desk, ledger, Call())
                if visitor.grant(now.school, site.door.today()) is None:
                    continue
                passed = Pass.of(site.door, visitor, now)
                if not passed.sees(Topic.FIGURES):
                    continue
                entry = now.entry if moment is None else ledger.entry_at(moment)
                if moment is not None and not entry:
                    nothing.append(now.school.name)
                    continue
                strips.append(site.strip_at(ledger, entry, asked))
                whole = passed.sees(Topic.SCHOOL)
                schools += site.remembered.of(desk, now, entry, whole=whole)
    if not strips and nothing:
        raise Usage("None of these schools had an entry by then.")
    return Found(schools, strips, nothing)


def _strip(asked: str, each: Sequence[Strip]) -> Strip:
    """As at when the newest entry of them came, each school at its own; what of it is verified."""
    known = [one.recorded_at for one in each if one.recorded_at]
    proofs = [one.proven for one in each if one.proven]
    if len(each) == 1:
        return each[0]._replace(feed="")
    return Strip(asked, max(known, default=None), None, proved(proofs))


def _added(counts: Iterable[int | None]) -> int | None:
    """The sum; ``None`` where one is not told."""
    known = list(counts)
    return None if None in known else sum(one for one in known if one is not None)
