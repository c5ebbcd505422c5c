"""The pages that read: what is due, registers, pupils, marks, the threshold, amendments."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from delivery.registers import register_shown
from delivery.render.table import count_of
from delivery.web.here import Here
from delivery.web.looks import cells, look
from delivery.web.offers import school_s_own, step_in_words
from delivery.web.site import AsOf, Day, Its, Site, short
from delivery.web.todo import of_the_day
from delivery.web.whereabouts import where_now
from ledger.calendar import monday_of
from ledger.roll import Pupil
from projections.completeness import audit_completeness
from projections.last_seen import last_seen
from projections.penalty_questions import penalty_explain, penalty_list
from projections.rates import rates

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")


routes = APIRouter(include_in_schema=False)
"""The addresses of the pages, each about one school as at one moment."""


@routes.get("/")
def schools(site: Its, chosen: Annotated[str, Query(alias="list", max_length=4)] = "") -> Response:
    """The schools there are for whoever asks; the only one, or those of a trust, straight away."""
    urns = [one.school for one in site.desk.ledgers(None) if site.visitor.may_enter(one.school)]
    if len(urns) == 1:
        return RedirectResponse(f"/{urns[0]}/{site.first_page(urns[0])}")
    if {"trust", "board"}.intersection(site.visitor.roles) and not chosen:
        return RedirectResponse("/trust")
    held = [(urn, site.desk.name_of(urn)) for urn in urns]
    beside = len(urns) > 1 and any(map(site.sees_figures, urns))
    return site.page("schools", schools=held, beside=beside)


@routes.get("/{school:int}")
def school(site: Its, school: int) -> Response:
    """A school's page that the visitor sees first."""
    return RedirectResponse(f"/{school}/{site.first_page(school)}")


@routes.get("/{school}/today")
def today(site: Its, school: int, asof: AsOf = None, on: Day = None) -> Response:
    """What is due, and what to do first."""
    with site.at(school, asof) as here:
        return site.page("today", here, **of_the_day(here, on))


@routes.get("/{school}/pupils")
def pupils(site: Its, school: int, asof: AsOf = None) -> Response:
    """Pupils to choose from."""
    return _pupils(site, school, asof, "")


@routes.post("/{school}/pupils")
def find(
    site: Its, school: int, asof: AsOf = None, q: Annotated[str, Form(max_length=80)] = ""
) -> Response:
    """Those whose name or UPN was typed; sent as a form, so that it stands in no address."""
    return _pupils(site, school, asof, q)


def _pupils(site: Site, school: int, asof: str | None, q: str) -> Response:
    with site.at(school, asof) as here:
        found = _search(here, q)
        named = not here.sees_school() and found[:1]  # to an authority: its cases, a few
        cases = bool(named) and here.sees_case(found[0][0])
        return site.page("pupils", here, q=q.strip(), found=found, cases=cases)


@routes.get("/{school}/pupils/{pupil}")
def pupil(site: Its, school: int, pupil: str, asof: AsOf = None) -> Response:
    """One pupil, this school year."""
    with site.at(school, asof) as here:
        return site.page("pupil", here, **_pupil(here, here.pupil(pupil)))


@routes.get("/{school}/penalties")
def penalties(site: Its, school: int, asof: AsOf = None, on: Day = None) -> Response:
    """Who is at the threshold."""
    with site.at(school, asof) as here:
        found = penalty_list(here.view, on or here.last_day)
        return site.page(
            "penalties",
            here,
            found=found,
            step_in_words=step_in_words,
            school_s_own=school_s_own,
        )


@routes.get("/{school}/amendments")
def amendments(site: Its, school: int, asof: AsOf = None) -> Response:
    """The newest amendments."""
    with site.at(school, asof) as here:
        found = audit_completeness(here.view)
        newest = sorted(found.rows, key=lambda one: -one.entry)[:200]
        rules = cache(here.view.school.rules_on)
        return site.page("amendments", here, found=found, rows=newest, looked=look, rules_on=rules)


def _search(here: Here, q: str) -> list[tuple[Pupil, str | None]]:
    """Pupils whose name or UPN holds what was typed; without it everybody on roll."""
    on, words = here.last_day, q.casefold().split()
    found = [
        (one, one.group_on(on))
        for one in here.view.context.roll.pupils.values()
        if here.sees(one)
        and all(word in f"{one.name} {one.upn}".casefold() for word in words)
        and (words or one.on_roll(on))
    ]
    return sorted(found, key=lambda one: (one[0].surname, one[0].forename))[:300]


def _pupil(here: Here, pupil: Pupil) -> dict[str, Any]:
    """One pupil this school year: figures, the year, every amendment, the threshold."""
    view, last = here.view, here.last_day
    year = view.school.calendar.period_of(last, "year")
    first = year.starts if year else last
    found = register_shown(view, first, last, pupil=pupil, asof=here.asof_entry)
    marks = cells(found.lines, cache(view.school.rules_on))
    totals = found.then_totals
    standing = penalty_explain(view, pupil, last)
    seen = last_seen(view.ledger, pupil, here.desk.clock(), here.asof_entry)
    mine = rates([view], period="year", first=first, last=last, pupils=[pupil.id]).rows
    return {
        "pupil": pupil,
        "group": pupil.group_on(last),
        "first": first,
        "last": last,
        "totals": totals,
        "rates": mine[0] if mine else None,
        "weeks": list(_weeks(first, last)),
        "weekdays": _WEEKDAYS,
        "marks": marks,
        "apart": _apart(marks),
        "finding": _finding(pupil, marks),
        "amendments": sorted(found.amendments, key=lambda one: -one.entry),
        "standing": standing,
        "step_in_words": step_in_words,
        "school_s_own": school_s_own,
        "seen": seen,
        "rules_on": view.school.rules_on,
        "looked": look,
        "where": where_now(here, pupil, marks),
    }


def _apart(marks: Any) -> list[tuple[dt.date, str, Any]]:
    """The sessions of one pupil that were not simply attended, in order: what a strip shows."""
    found = ((day, half, cell) for (_, day, half), cell in marks.items())
    return sorted(one for one in found if one[2].code and one[2].look != "present")


def _weeks(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    week = monday_of(first)
    while week <= last:
        yield week
        week += dt.timedelta(days=7)


def _finding(pupil: Pupil, marks: Any) -> str:
    """The weekday or the week in which a pupil misses most, as a sentence; else how many."""
    absent = {"authorised", "unauthorised", "open"}
    days = [day for (_, day, _), cell in marks.items() if cell.look in absent]
    missed, weeks, total = (
        Counter(map(dt.date.weekday, days)),
        Counter(map(monday_of, days)),
        len(days),
    )
    if not total:
        return f"{pupil.forename} has missed no session this school year"
    weekday, count = missed.most_common(1)[0]
    named = (dt.date(2024, 1, 1) + dt.timedelta(days=weekday)).strftime("%A")
    if total >= 10 and count * 2 >= total:  # a layout choice: when a pattern is worth a heading
        return f"{count} of the {total} sessions {pupil.forename} missed were on a {named}"
    week, count = weeks.most_common(1)[0]
    if total >= 6 and count * 2 >= total:  # the same choice: a holiday, or an illness, in one piece
        told = f"{count} of the {total}" if count < total else f"All {total}"
        return f"{told} sessions {pupil.forename} missed were in the week of {short(week)}"
    return f"{pupil.forename} has missed {count_of(total, 'session')} this school year"
