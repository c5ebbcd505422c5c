"""Support with its figures before and after."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from delivery.render.table import Cell, facts
from ledger.reckoning import percent

_FIGURES = (
    "first",
    "last",
    "possible",
    "attended",
    "authorised",
    "unauthorised",
    "late",
    "position",
)


class Support:
    """What was begun, how it went, what came of it."""

    @staticmethod
    def text(found: Any) -> str:
        """A paragraph each."""
        return "\n\n".join(_one(row) for row in found.rows) or "No support has been recorded."

    @staticmethod
    def rows(found: Any) -> tuple[Sequence[str], list[Sequence[Cell]]]:
        """A row each, figures as exact counts."""
        plain = ("support", "kind", "about", "opened_on", "review_on", "closed_on", "outcome")
        counted = [f"{when}_{name}" for when in ("before", "after") for name in _FIGURES]
        return (*plain, "upn", *counted), [
            (
                *(getattr(row, name) for name in plain),
                row.pupil.upn if row.pupil else None,
                *(getattr(row.before, name, None) for name in _FIGURES),
                *(getattr(row.after, name, None) for name in _FIGURES),
            )
            for row in found.rows
        ]


def _one(row: Any) -> str:
    who = f", {row.pupil.name} ({row.pupil.upn})" if row.pupil else ""
    told = facts(
        (
            ("Begun", f"{row.opened_on} by {row.opened_by}"),
            ("With", ", ".join(row.with_whom) or None),
            ("Agenda", "; ".join(row.agenda) or None),
            ("Review", row.review_on),
            *(("Note", note) for note in row.notes),
            ("Closed", f"{row.closed_on}: {row.outcome}" if row.closed_on else None),
            ("Before", _figures(row.before)),
            ("After", _figures(row.after)),
        )
    )
    return f"{row.support}. {row.kind}: {row.about}{who}\n{told}"


def _figures(counted: Any) -> str | None:
    if counted is None:
        return None
    of = f"{counted.attended} of {counted.possible} sessions attended"
    rate = percent(Fraction(counted.attended, counted.possible)) if counted.possible else None
    rest = (
        f"{counted.authorised} authorised, {counted.unauthorised} unauthorised, {counted.late} late"
    )
    span = f"{counted.first} to {counted.last}, as at entry {counted.position:,}"
    return f"{of}{f' ({rate}%)' if rate else ''}, {rest}; {span}"
