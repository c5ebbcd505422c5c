"""Registers: every class on a day, one class and a week, and those not taken between two days."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query
from fastapi.responses import Response

from commands.windows import Window, still_taken
from delivery.registers import register_shown
from delivery.web.here import Here
from delivery.web.looks import cells
from delivery.web.problems import check_span
from delivery.web.site import AsOf, Day, Its
from ledger.calendar import london, monday_of
from ledger.kinds import Half, Session
from ledger.refusals import UnknownGroup
from ledger.roll import Pupil
from ledger.store import ActRow
from projections.gone import sheets_gone
from projections.rates import rates
from projections.rates_answers import RatesRow
from projections.registers_not_taken import NotTaken, registers_not_taken
from projections.sheets_of_day import SheetOfDay, sheets_of_day

SHOWN = 300
"""Sheets not taken that are on the page; all of them are in the CSV."""
routes = APIRouter(include_in_schema=False)
Group = Annotated[str | None, Query(max_length=20, alias="class")]


class Taken(NamedTuple):
    """A sheet on which everybody, or somebody, is marked: its counts, and the act that made it."""

    sheet: SheetOfDay
    act: ActRow


@routes.get("/{school}/registers")
def registers(site: Its, school: int, asof: AsOf = None, on: Day = None) -> Response:
    """Each class on a day."""
    with site.at(school, asof) as here:
        return site.page("registers", here, **_registers(here, on or here.work_day))


@routes.get("/{school}/registers/{group}")
def register(site: Its, school: int, group: str, asof: AsOf = None, week: Day = None) -> Response:
    """One class and a week."""
    with site.at(school, asof) as here:
        found = _register(here, group, week or here.work_day)
        here.reads_class(group, found["days"][0], found["days"][-1], site.path)
        return site.page("register", here, **found)


@routes.get("/{school}/not-taken")
def not_taken(
    *,
    site: Its,
    school: int,
    asof: AsOf = None,
    start: Annotated[Day, Query(alias="from")] = None,
    to: Day = None,
    group: Group = None,
) -> Response:
    """The registers not taken, or not for everybody, between two days."""
    with site.at(school, asof) as here:
        last = to or here.last_day
        term = here.view.school.calendar.period_of(last, "term")
        first = start or min(term.starts if term else last, last)
        check_span(first, last)
        found = registers_not_taken(here.view, first, last, group=group or None)
        rows = sorted(found.rows, key=lambda one: one.session, reverse=True)
        return site.page(
            "not_taken",
            here,
            found=found,
            rows=rows[:SHOWN],
            worst=_worst(found.rows),
            group=group or "",
            groups=here.view.context.roll.groups(last),
        )


def _worst(rows: tuple[NotTaken, ...]) -> list[tuple[str, int, int]]:
    """By class: sheets not taken at all, and those that lack somebody; the most first."""
    none = Counter(one.group for one in rows if not one.at_all)
    some = Counter(one.group for one in rows if one.at_all)
    found = [(group, none[group], some[group]) for group in {*none, *some}]
    return sorted(found, key=lambda one: (-one[1] - one[2], one[0]))


def _registers(here: Here, on: dt.date) -> dict[str, Any]:
    """Each class on a day: who took it and when, how many are in, and which lack whom."""
    missing = {
        (row.group, row.session.half): row for row in registers_not_taken(here.view, on).rows
    }
    calendar = here.view.school.calendar
    halves = [one.half for one in calendar.sessions(on, on)]
    to_come = {half: opens for half in halves if (opens := _opens_later(here, on, half))}
    groups = [
        (group, len(here.view.context.roll.in_group(group, on)))
        for group in here.view.context.roll.groups(on)
        if here.sees_class(group)
    ]
    return {
        "on": on,
        "groups": groups,
        "halves": halves,
        "missing": [
            one
            for (group, half), one in missing.items()
            if here.sees_class(group) and half and half not in to_come
        ],
        "to_come": to_come,
        "lacking": missing,
        "gone": {(group, half) for _, half, group in sheets_gone(here.view.ledger, on, on)},
        "taken": _taken(here, on),
        "takes": partial(_takes, here, on),
        "why": "" if halves else calendar.why_not(on),
        "before": _school_day_before(here, on),
        "after": _school_day_after(here, on),
    }


def _opens_later(here: Here, on: dt.date, half: Half) -> str:
    """When a register opens that is still to open, by the school's clock; else nothing."""
    window = Window.of(here.view.school, Session(on, half))
    later = window is not None and not here.asked and here.desk.clock() < window.opens
    return f"{london(window.opens):%H:%M}" if window and later else ""


def _takes(here: Here, on: dt.date, group: str, half: Half) -> bool:
    """Whether the visitor may take the register of a class now."""
    window = Window.of(here.view.school, Session(on, half))
    inside = still_taken(window, here.desk.clock())
    return here.may("take-register", group, inside=inside)


def _taken(here: Here, on: dt.date) -> Mapping[tuple[str, str], Taken]:
    """The sheets with an entry, each with the act that made its last first entry."""
    ledger = here.view.ledger
    act_at = cache(lambda entry: next(ledger.acts(entry, entry)))
    return {
        key: Taken(sheet, act_at(sheet.entry))
        for key, sheet in sheets_of_day(here.view, on).items()
        if here.sees_class(sheet.group)
    }


def _school_day_after(here: Here, day: dt.date) -> dt.date | None:
    """The next school day; ``None`` where it is still to come."""
    days = here.view.school.calendar.school_days(day, here.work_day)
    return min((one for one in days if one > day), default=None)


def _school_day_before(here: Here, day: dt.date) -> dt.date:
    """The last school day before a day, within a term's length; else the day before."""
    days = here.view.school.calendar.school_days(day - dt.timedelta(days=100), day)
    return max((one for one in days if one < day), default=day - dt.timedelta(days=1))


class SoFar(NamedTuple):
    """The school year up to a day, and what of it each of some pupils attended, by number."""

    first: dt.date
    last: dt.date
    of: Mapping[int, RatesRow]


def _so_far(here: Here, pupils: Sequence[Pupil], friday: dt.date) -> SoFar | None:
    """By the end of a week, or the last day with an entry before; ``None`` outside of a year."""
    last = min(friday, here.last_day)
    year = here.view.school.calendar.period_of(last, "year")
    if year is None or not pupils:
        return None
    numbers = {one.upn: one.id for one in pupils}
    first = year.starts
    found = rates([here.view], period="year", first=first, last=last, pupils=numbers.values())
    return SoFar(first, last, {numbers[row.group]: row for row in found.rows})


def _register(here: Here, group: str, day: dt.date) -> dict[str, Any]:
    """A class and a week as known at the moment asked."""
    roll, monday = here.view.context.roll, monday_of(day)
    calendar = here.view.school.calendar
    days = [monday + dt.timedelta(days=n) for n in range(5)]
    theirs = {one.id: one for each in days for one in roll.in_group(group, each)}
    if not theirs and group not in roll.groups(day):
        raise UnknownGroup(group=group, known=", ".join(roll.groups(day)))
    found = register_shown(here.view, days[0], days[-1], group=group, asof=here.asof_entry)
    marks = cells(found.lines, cache(here.view.school.rules_on))
    amended = {(one.pupil.id, one.session) for one in found.amendments if one.pupil}
    listed = sorted(theirs.values(), key=lambda one: (one.surname, one.forename))
    totals = {
        (each, half): Counter(
            cell.look for (_, on, at), cell in marks.items() if (on, at) == (each, half)
        )
        for each in days
        for half in ("AM", "PM")
    }
    return {
        "group": group,
        "so_far": _so_far(here, listed, days[-1]),
        "days": days,
        "pupils": listed,
        "marks": marks,
        "amended": amended,
        "totals": totals,
        "sessions": {(one.date, one.half) for one in calendar.sessions(days[0], days[-1])},
        "closed": {one for one in days if not calendar.is_school_day(one)},
        "gone": {(one.session.date, one.session.half) for one in found.gone},
        "found": found,
        "before": monday - dt.timedelta(days=7),
        "after": monday + dt.timedelta(days=7),
    }
