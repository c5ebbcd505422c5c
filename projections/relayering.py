"""
Layers over entries already made: closures, enrolment and rules give and take marks back.

What is layered again is read; what comes out as it was is not written: of the years of a pupil who
leaves in July nothing changes.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, exists, select

from ledger.events.register import register_stream
from ledger.kinds import Session
from ledger.store import Page
from projections.closures import closures
from projections.context import Context, SheetContext
from projections.current_register import LAYERED, RELAYER, current_register, keyed, layered
from projections.steps import Reread, Statement
from projections.touched import touched

t, c = current_register.c, closures.c
ROWS = select(t.date, t.half, t.pupil, t["class"], t.entered, *(t[name] for name in LAYERED))
"""What layering again reads of a row: which it is, what was entered, and how it stands."""


def settle(pages: Sequence[Page], context: Context) -> Iterator[Reread]:
    """What a batch changes in rows already there: each is layered again from its entry."""
    rows = ROWS.where(t.school == context.urn, t.entered.is_not(None))
    moved = touched(pages)
    if moved.policy:
        yield Reread(rows, lambda found: again(found, context))
        return
    if moved.closures:
        covered = exists().where(
            c.school == context.urn,
            c.closure.in_(moved.closures),
            t.date.between(c.first_date, c.last_date),
        )
        yield Reread(rows.where(covered), lambda found: again(found, context))
    if moved.pupils:
        theirs = rows.where(t.pupil.in_(moved.pupils))
        yield Reread(theirs, lambda found: again(found, context))


def again(rows: Sequence[Row[Any]], context: Context) -> Iterator[Statement]:
    """Rows already there, each layered again from its entry, where that makes another of it."""
    sheets: dict[tuple[Session, str], SheetContext] = {}
    changed = []
    for row in rows:
        key = (Session(row.date, row.half), str(row._mapping["class"]))
        sheet = sheets.get(key)
        if sheet is None:
            sheet = sheets[key] = context.sheet(register_stream(*key))
        if sheet.says(row.entered, row.pupil in sheet.on_roll) != tuple(row[-len(LAYERED) :]):
            changed.append(keyed(sheet, row.pupil) | layered(sheet, row.pupil, row.entered))
    if changed:
        yield Statement(RELAYER, changed)
