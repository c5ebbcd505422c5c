"""Patterns of absence as text and rows."""

from collections.abc import Sequence
from typing import Any

from delivery.render.table import Cell, table

HEAD = ("kind", "name", "half", "pupils", "possible", "attended", "missed", "late", "percent")


def band(one: Any) -> str:
    """``10 to 15%``, or ``50% or more``."""
    return f"{one.low}% or more" if one.high is None else f"{one.low} to {one.high}%"


class Patterns:
    """By band, reason, half-day and week."""

    @staticmethod
    def text(found: Any) -> str:
        """A table for each."""
        bands = [(band(one), one.pupils) for one in found.bands]
        reasons = [(r.code, r.meaning, r.counts_as, r.sessions) for r in found.reasons]
        slots = [(s.name, s.half, s.possible, s.missed, s.absence) for s in found.slots]
        weeks = [(w.starts, w.possible, w.attended, w.attendance) for w in found.weeks]
        few = f"{found.too_few} with fewer than {found.least} possible sessions are in no band."
        return "\n\n".join(
            (
                f"From {found.first} to {found.last}. {few}",
                table(("Absence", "Pupils"), bands),
                table(("Code", "Reason", "Counts as", "Sessions"), reasons),
                table(("Day", "Half", "Possible", "Missed", "Absence %"), slots),
                table(("Week of", "Possible", "Attended", "Attendance %"), weeks),
            )
        )

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row a band, a reason, a half-day and a week, told apart by ``kind``."""
        none = None
        rows: list[Sequence[Cell]] = []
        for one in found.bands:
            rows.append(("band", band(one), none, one.pupils, none, none, none, none, none))
        for one in found.reasons:
            late, missed = (one.sessions, none) if one.counts_as == "late" else (none, one.sessions)
            rows.append(("reason", one.code, none, none, none, none, missed, late, none))
        for s in found.slots:
            said = (none, s.possible, none, s.missed, s.late, s.absence)
            rows.append(("half-day", s.name, s.half, *said))
        for w in found.weeks:
            missed = w.authorised + w.unauthorised
            said = (none, w.possible, w.attended, missed, w.late, w.attendance)
            rows.append(("week", w.starts, none, *said))
        return HEAD, rows
