"""Attendance day by day in the columns in which the Department publishes it."""

from collections.abc import Iterator
from fractions import Fraction

from delivery.exports.made import Export, table
from delivery.render.table import Cell
from ledger.reckoning import percent
from projections.daily import Daily, DayCounted
from projections.views import View

COLUMNS = (
    *("time_period", "time_identifier", "time_frame", "geographic_level", "country_code"),
    *("country_name", "la_name", "school_urn", "school_name", "reference_date"),
    *("education_phase", "attendance_status", "attendance_type", "attendance_reason"),
    *("session_count", "session_percent", "code"),
)
_ENGLAND = ("E92000001", "England")
_NOT_APPLICABLE = "z"
_NOT_POSSIBLE = ("Not a possible session", "Not a possible session")
_KINDS = {
    "present": ("Attendance", "Present"),
    "attending elsewhere": ("Attendance", "Approved educational activity"),
    "authorised": ("Absence", "Authorised absence"),
    "unauthorised": ("Absence", "Unauthorised absence"),
    "not possible": _NOT_POSSIBLE,
    "administrative": _NOT_POSSIBLE,
}
_TOTALS = (
    ("Attendance", "Present", "All present"),
    ("Attendance", "Approved educational activity", "All approved educational activity"),
    ("Attendance", "Overall attendance", "Overall attendance"),
    ("Absence", "Authorised absence", "All authorised absence"),
    ("Absence", "Unauthorised absence", "All unauthorised absence"),
    ("Absence", "Overall absence", "Overall absence"),
    ("Late", "Late", "All late"),
    ("Possible sessions", "Possible sessions", "Possible sessions"),
)


def daily(view: View, found: Daily) -> Export:
    """The totals of each day and then each code, also at nought: every day has the same lines."""
    lines = (line for day in found.rows for line in _lines(view, day))
    notes = ("As the Department publishes it: by age, and without what it leaves out.",)
    return table("daily", view, COLUMNS, lines, notes if found.dfe_published else ())


def _lines(view: View, day: DayCounted) -> Iterator[tuple[Cell, ...]]:
    iso = day.date.isocalendar()
    when = (iso.year, f"Week {iso.week}", f"{day.date:%A}")
    where = (view.school.local_authority, view.urn, view.school.name)
    head = (*when, "School", *_ENGLAND, *where, day.date, view.school.phase)
    for kind, count in zip(_TOTALS, _totals(view, day), strict=True):
        yield (*head, *kind, count, _percent(count, day.possible), None)
    codes = view.school.rules_on(day.date).codes
    for code, count in day.codes.items():
        row = codes.known(code)
        assert row is not None, "a code that is counted is known"
        of = _KINDS[row.statistical]
        share = _NOT_APPLICABLE if of == _NOT_POSSIBLE else _percent(count, day.possible)
        yield (*head, *of, row.meaning, count, share, code)


def _totals(view: View, day: DayCounted) -> tuple[int, ...]:
    codes = view.school.rules_on(day.date).codes
    elsewhere = sum(
        count
        for code, count in day.codes.items()
        if (row := codes.known(code)) and row.statistical == "attending elsewhere"
    )
    return (
        day.attended - elsewhere,
        elsewhere,
        day.attended,
        day.authorised,
        day.unauthorised,
        day.authorised + day.unauthorised,
        day.late,
        day.possible,
    )


def _percent(count: int, possible: int) -> str:
    """Of the possible sessions, to two places."""
    return percent(Fraction(count, possible), 2) or "" if possible else _NOT_APPLICABLE
