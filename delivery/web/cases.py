"""The pages of the work of a case: leave, absence followed up, a pupil's penalty position."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from delivery.cli.asking import others_of
from delivery.cli.calls import Call
from delivery.render.table import count_of
from delivery.web.facts import Telling
from delivery.web.field_words import title
from delivery.web.here import Here
from delivery.web.looks import look
from delivery.web.offers import due, offers, step_in_words
from delivery.web.site import AsOf, Day, Its
from ledger.calendar import london
from ledger.events.register import SheetEvent
from ledger.roll import Pupil
from projections.absence_answers import UnexplainedDay
from projections.absences import absences_followed
from projections.due import day_and_moment
from projections.evidence import evidence_wanting
from projections.leave_questions import explain_leave, leave_list
from projections.penalty_questions import penalty_explain
from projections.pupil_entries import Held, entries_about, from_elsewhere
from projections.unexplained import unexplained
from projections.whose_sheets import sheets_of

routes = APIRouter(include_in_schema=False)


@routes.get("/{school}/leave")
def leave(site: Its, school: int, asof: AsOf = None) -> Response:
    """Requests to decide, and those decided."""
    with site.at(school, asof) as here:
        rows = leave_list(here.view).rows
        open_ = [row for row in rows if row.standing == "undecided"]
        done = sorted(
            (row for row in rows if row.standing != "undecided"), key=lambda row: -row.leave
        )
        return site.page(
            "leave",
            here,
            undecided=open_,
            decided=done,
            rules_on=here.view.school.rules_on,
            looked=look,
        )


@routes.get("/{school}/leave/{request}")
def request(site: Its, school: int, request: int, asof: AsOf = None) -> Response:
    """One request: as received, the figures shown, the decision, the marks after it."""
    with site.at(school, asof) as here:
        found = explain_leave(here.view, request, moment_of(here).date())
        here.reads(found.pupil.id, "/{school}/leave/{request}")
        back = f"/{school}/leave/{request}"
        days = [one for one in found.marks if one.asked]
        return site.page(
            "leave_request",
            here,
            found=found,
            back=back,
            days=days,
            rules_on=here.view.school.rules_on,
            looked=look,
        )


@routes.get("/{school}/absences")
def absences(site: Its, school: int, asof: AsOf = None, on: Day = None) -> Response:
    """Absences to follow up: without a reason, evidence wanting, and what was done."""
    with site.at(school, asof) as here:
        day, now = day_and_moment(on, moment_of(here))
        year = here.view.school.calendar.period_of(here.last_day, "year")
        first = year.starts if year else day
        spells = absences_followed(here.view, first, max(day, first)).rows
        return site.page(
            "absences",
            here,
            on=day,
            found=unexplained(here.view, day, now),
            evidence=evidence_wanting(here.view, day).rows,
            spells=sorted(spells, key=lambda one: one.first, reverse=True)[:200],
            people=here.view.context.roll.pupils,
            in_units=partial(_in_units, here),
            back=f"/{school}/absences",
        )


def _in_units(here: Here, row: UnexplainedDay, count: int) -> str:
    """So many of the days that the clock of an N counts: school or working days, by its rule."""
    unit = here.view.policy.on(row.day).get("unexplained.resolve_by").value["unit"]
    return count_of(count, unit.removesuffix("s"), unit)


@routes.get("/{school}/pupils/{pupil}/penalty")
def penalty(site: Its, school: int, pupil: str, asof: AsOf = None, on: Day = None) -> Response:
    """One pupil and penalty notices: the position, each parent, what was done, the next step."""
    with site.at(school, asof) as here:
        theirs = here.pupil(pupil)
        last, today = on or here.last_day, moment_of(here).date()
        others = others_of(here.desk, here.view, Call())
        found = penalty_explain(here.view, theirs, last, others, as_on=on or today)
        kinds = ("penalty/", "improvement/")
        beside = entries_about(here.view.ledger, theirs.id, _days(here), here.view.entry, ())[0]
        done = [one for one in beside if one.recorded.stream.startswith(kinds)]
        return site.page(
            "penalty",
            here,
            pupil=theirs,
            found=found,
            standing=found.standing,
            offers=offers(here, theirs, found.standing.parents if found.standing else (), last),
            due=partial(due, today=on or today),
            step_in_words=step_in_words,
            done=[told(here, one) for one in reversed(done)],
            back=f"/{school}/pupils/{theirs.id}/penalty",
        )


@routes.get("/{school}/pupils/{pupil}/history")
def entries(
    site: Its,
    school: int,
    pupil: str,
    asof: AsOf = None,
    kind: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Every entry about a pupil this school year, the newest first."""
    with site.at(school, asof) as here:
        theirs = here.pupil(pupil)
        found = [told(here, one) for one in reversed(history(here, theirs))]
        kinds = sorted(Counter(one["kind"] for one in found).items())
        first = "mark-recorded"  # a mark first entered says no more than the register does
        shown = [one for one in found if (one["kind"] == kind if kind else one["kind"] != first)]
        if kind == "all":
            shown = found
        return site.page(
            "history",
            here,
            pupil=theirs,
            found=shown[:500],
            kinds=kinds,
            kind=kind,
            total=len(found),
        )


def moment_of(here: Here) -> dt.datetime:
    """Now; or the moment of the last entry, where the page is asked for as it stood."""
    known = here.view.header("page", []).asof.recorded_at
    return london(known if here.asked and known else here.desk.clock())


def history(here: Here, pupil: Pupil) -> Sequence[Held]:
    """
    Every entry about a pupil in the school year of the last day with an entry.

    With them whatever was taken in from other schools, which is about the days before.
    """
    days, view = _days(here), here.view
    sheets = sheets_of(view, pupil.id, *days)
    found = entries_about(view.ledger, pupil.id, days, view.entry, sheets)[0]
    others = from_elsewhere(view.ledger, pupil.id, view.entry)
    return sorted((*found, *others), key=lambda one: one.entry)


def _days(here: Here) -> tuple[dt.date, dt.date]:
    year = here.view.school.calendar.period_of(here.last_day, "year")
    first = year.starts if year else here.last_day
    return first, here.last_day + dt.timedelta(days=400)  # leave and letters of days to come


_KNOWN = frozenset({"pupil", "session", "group", "line"})
"""What a pupil's own timeline says already."""


def told(here: Here, one: Held) -> dict[str, Any]:
    """An entry for a timeline: what it is, who made it, and what it says field by field."""
    event, telling = one.event, Telling(here, one.event)
    at = event.session if isinstance(event, SheetEvent) else None
    facts = telling.facts(_KNOWN)
    parent = next((one.parts[0].words for one in facts if one.label == "Parent"), "")
    return {
        "entry": one.entry,
        "kind": event.TOPIC,
        "title": f"{title(event)}: {parent}" if parent else title(event),
        "by": event.made_by,
        "at": event.made_at,
        "session": (at.date, at.half) if at else None,
        "facts": facts,
    }
