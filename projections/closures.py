"""Closures: layers over the marks, kept with those withdrawn."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Date, Integer, Text, update
from sqlalchemy import bindparam as bind

from ledger.events import ClosureDeclared, ClosureWithdrawn
from ledger.store import Page
from projections.context import Context
from projections.cutting import events_of
from projections.schema import column, key, perhaps, school_key, table
from projections.steps import Rows, Statement, Step

EVERY_CLASS = "*"

closures = table(
    "closures",
    "Closures of the school or of classes: one row for each closure and class.",
    school_key(),
    key("closure", Integer(), "The number of the closure within the school."),
    key("class", Text(), "The class closed; * for the whole school."),
    column("first_date", Date(), "The day of the first session closed."),
    column("first_half", Text(), "The half-day of the first session closed."),
    column("last_date", Date(), "The day of the last session closed."),
    column("last_half", Text(), "The half-day of the last session closed."),
    column("code", Text(), "The code that counts for the sessions: # planned, Y4 cancelled."),
    column("reason", Text(), "The reason given."),
    column("declared", Integer(), "The entry that declared it."),
    perhaps("withdrawn", Integer(), "The entry that withdrew it; empty while it stands."),
)

_WITHDRAW = (
    update(closures)
    .where(closures.c.school == bind("of_school"), closures.c.closure == bind("of_closure"))
    .values(withdrawn=bind("by_entry"))
)


def project(pages: Sequence[Page], context: Context) -> Iterator[Step]:
    """Closures declared and withdrawn in the school's stream."""
    for recorded in events_of(pages, "school"):
        match recorded.event:
            case ClosureDeclared() as event:
                yield Rows(closures, _rows(event, context.urn, recorded.entry))
            case ClosureWithdrawn(closure=closure):
                of = {"of_school": context.urn, "of_closure": closure}
                yield Statement(_WITHDRAW, [of | {"by_entry": recorded.entry}])
            case _:
                pass


def _rows(event: ClosureDeclared, urn: int, entry: int) -> list[tuple[Any, ...]]:
    span = (
        event.first.date.isoformat(),
        event.first.half,
        event.last.date.isoformat(),
        event.last.half,
    )
    return [
        (urn, event.closure, group, *span, event.code, event.reason, entry, None)
        for group in event.groups or (EVERY_CLASS,)
    ]
