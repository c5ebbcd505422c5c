"""The charts of a report, each with what it states, its table, and where its rows are as CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from delivery.render import charts
from delivery.render.patterns import band
from delivery.render.table import count_of
from delivery.web.site import short
from projections.patterns import Patterns

LOWEST = 800
"""The thousandths at the foot of the chart of weeks, unless a week is lower."""
_LOOKS = {"authorised": charts.TEAL, "unauthorised": charts.PLUM, "late": charts.LATE}


@dataclass(frozen=True)
class Figure:
    """
    One chart. ``csv`` is the question that gives its rows, ``said`` what is said with it.

    ``rows`` are what the chart draws, as a table under ``head``.
    """

    states: str
    note: str
    svg: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    csv: str
    said: dict[str, str]


def figures_of(found: Patterns, group: str | None = None) -> Iterator[Figure]:
    """Every chart of a report, in the order in which they are read."""
    of = {"class": group} if group else {}
    yield _bands(found, of)
    yield _reasons(found, of)
    yield _weeks(found, group)
    yield _days(found, of)
    yield _lateness(found, group)


def side_figures(found: Patterns) -> Iterator[Figure]:
    """Those of several schools together: who misses how much, and why."""
    yield _bands(found, {})
    yield _reasons(found, {})


def _bands(found: Patterns, of: dict[str, str]) -> Figure:
    many = sum(one.pupils for one in found.bands if one.low >= 10)
    severe = sum(one.pupils for one in found.bands if one.high is None)
    states = f"{count_of(many, 'pupil')} miss{'es' if many == 1 else ''} 10% or more" + (
        f"; {severe} half or more" if severe else ""
    )
    rows = [
        charts.Bar(
            band(one),
            one.pupils,
            f"{one.pupils:,}",
            charts.SOFT if one.low < 10 else charts.PLUM if one.high is None else charts.NAVY,
        )
        for one in found.bands
    ]
    note = "Pupils by the share of possible sessions missed; from 10% on, persistent absence."
    if found.too_few:
        note += f" {found.too_few} with fewer than {found.least} possible sessions are in no band."
    table = [(band(one), one.pupils) for one in found.bands]
    head = ("Absence", "Pupils")
    return Figure(states, note, charts.bars(states, rows), head, table, "patterns", of)


def _reasons(found: Patterns, of: dict[str, str]) -> Figure:
    missed = [one for one in found.reasons if one.counts_as != "late"]
    total = sum(one.sessions for one in missed)
    states = "No session was missed"
    if missed:
        most = missed[0]
        states = f"{most.meaning} ({most.code}): {most.sessions:,} of {total:,} sessions missed"
    rows = [
        charts.Bar(
            f"{one.code} {one.meaning}",
            one.sessions,
            f"{one.sessions:,} {one.counts_as}",
            _LOOKS.get(one.counts_as, charts.NONE),
        )
        for one in found.reasons[:12]
    ]
    table = [(one.code, one.meaning, one.counts_as, one.sessions) for one in found.reasons]
    head = ("Code", "Reason", "Counts as", "Sessions")
    note = "Sessions by code, and how each counts."
    drawn = charts.bars(states, rows, above=True)
    return Figure(states, note, drawn, head, table, "patterns", of)


def _weeks(found: Patterns, group: str | None) -> Figure:
    known = [one for one in found.weeks if one.possible]
    states = "There is no week to show"
    if known:
        least = min(known, key=lambda one: Fraction(one.attended, one.possible))
        states = f"Lowest in the week of {short(least.starts)}: {least.attendance}%"
    dots = [
        charts.Dot(
            f"{one.starts.day} {one.starts:%b}",
            one.attended * 1000 // one.possible,
            f"{one.attendance}%",
        )
        for one in known
    ]
    lowest = min([LOWEST, *(one.height // 100 * 100 for one in dots)])
    table = [
        (short(w.starts), w.possible, w.attended, w.authorised, w.unauthorised, w.late,
         w.attendance)
        for w in found.weeks
    ]  # fmt: skip
    head = ("Week of", "Possible", "Attended", "Authorised", "Unauthorised", "Late", "%")
    drawn = charts.line(states, dots, lowest, 50 if lowest >= LOWEST else 100)
    note = f"Attendance by week, from {lowest // 10}% to 100%."
    return Figure(states, note, drawn, head, table, "rates", _by_week(group))


def _days(found: Patterns, of: dict[str, str]) -> Figure:
    known = [one for one in found.slots if one.possible]
    states, most = "No half-day was possible", None
    if known:
        most = max(known, key=lambda one: (Fraction(one.missed, one.possible), -one.weekday))
        half = "morning" if most.half == "AM" else "afternoon"
        states = f"Most is missed on {most.name} {half}s: {most.absence}%"
    rows = [
        charts.Bar(
            f"{one.name[:3]} {one.half}",
            one.missed * 10_000 // one.possible if one.possible else 0,
            f"{one.absence or '–'}%",
            charts.NAVY if one is most else charts.SOFT,
        )
        for one in found.slots
    ]
    table = [(f"{s.name} {s.half}", s.possible, s.missed, s.late, s.absence) for s in found.slots]
    head = ("Half-day", "Possible", "Missed", "Late", "Absence %")
    note = "Share of possible sessions missed, by half-day."
    return Figure(states, note, charts.bars(states, rows), head, table, "patterns", of)


def _lateness(found: Patterns, group: str | None) -> Figure:
    late = sum(one.late for one in found.weeks)
    attended = sum(one.attended for one in found.weeks)
    states = f"{late:,} late {'arrival' if late == 1 else 'arrivals'} in {attended:,} sessions"
    rows = [
        charts.Bar(f"{one.starts.day} {one.starts:%b}", one.late, f"{one.late}", charts.LATE)
        for one in found.weeks
    ]
    table = [(short(one.starts), one.late, one.attended) for one in found.weeks]
    head = ("Week of", "Late arrivals", "Attended")
    note = "Punctuality: late arrivals by week (L and U)."
    drawn = charts.columns(states, rows)
    return Figure(states, note, drawn, head, table, "rates", _by_week(group))


def _by_week(group: str | None) -> dict[str, str]:
    return {"by": "class" if group else "school", "period": "week"}
