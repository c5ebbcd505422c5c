"""Marks as the long file of marks that ``import marks`` reads, a line a mark."""

from collections.abc import Iterator

from delivery.exports.made import Export, table
from delivery.importers.marks import EXTRAS
from delivery.render.table import Cell, count_of
from ledger.kinds import Code, PupilId, Session
from projections.marks_held import MarkHeld, marks_held
from projections.views import Scope, View

COLUMNS = ("school_urn", "upn", "date", "session", "code", *EXTRAS, "class", "entry", "layer")
"""Those that an import reads, then what it passes over."""


def marks(view: View, scope: Scope) -> Export:
    """
    The entries that stand, each with its number, those that count for nothing too.

    ``source_id`` is the school and the entry, so that whoever takes the file in can name it.
    """
    held = marks_held(view, scope)
    return table("marks", view, COLUMNS, _rows(view, held), _notes(held))


def across(view: View, scope: Scope) -> Export:
    """The same marks with a line a pupil and a column a session, as ``import marks`` reads too."""
    held = marks_held(view, scope)
    sessions = sorted({one.session for one in held})
    by_pupil: dict[PupilId, dict[Session, Code]] = {}
    for one in held:
        by_pupil.setdefault(one.pupil, {})[one.session] = one.code
    pupils = view.context.roll.pupils
    lines = (
        (view.urn, pupils[number].upn, *(marks.get(session) for session in sessions))
        for number, marks in sorted(by_pupil.items())
    )
    headings = ("school_urn", "upn", *map(str, sessions))
    return table("marks-across", view, headings, lines, _notes(held))


def _rows(view: View, held: list[MarkHeld]) -> Iterator[tuple[Cell, ...]]:
    pupils = view.context.roll.pupils
    for one in held:
        yield (
            view.urn,
            pupils[one.pupil].upn,
            one.session.date,
            one.session.half,
            one.code,
            one.minutes_late,
            one.comment,
            one.taken_at,
            one.taken_by_name,
            one.taken_by_position,
            one.reason,
            f"{view.urn}-{one.entry}",
            one.group,
            one.entry,
            one.layer,
        )


def _notes(held: list[MarkHeld]) -> Iterator[str]:
    """What whoever takes the file in should know of some of its lines."""
    off = sum(one.layer == "not on roll" for one in held)
    closed = sum(one.layer == "closure" for one in held)
    gone = sum(one.vanished for one in held)
    if off:
        yield f"{count_of(off, 'mark')} of pupils not on roll that day: an import refuses them."
    if closed:
        yield f"{count_of(closed, 'mark')} beneath a closure: what counts is the closure's code."
    if gone:
        yield f"{count_of(gone, 'mark')} that the other system no longer shows."
