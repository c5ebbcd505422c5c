"""
Pages into rows: every read model's handler, in the order in which they are run.

Whoever imports this has every table; a question about read models that are up to date does not.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from sqlalchemy import Connection

from ledger.store import Page
from projections import (
    absence,
    amendments,
    closures,
    codes,
    current_register,
    leave,
    letters,
    penalties,
    penalty_notices,
    periods,
    planned,
    pupils,
    relayering,
    returns_tables,
    schools,
    sheets_gone,
    support_tables,
)
from projections.context import Context
from projections.steps import Reread, Step, carry_out

Handler = Callable[[Sequence[Page], Context], Iterable[Step | Reread]]
PROJECT_SCHOOL: tuple[Handler, ...] = (
    schools.project,
    codes.project,
    periods.project,
    closures.project,
    pupils.project,
    absence.project,
    leave.project,
    letters.project,
    penalty_notices.project,
    returns_tables.project,
    support_tables.project,
)
PROJECT_SHEETS: tuple[Handler, ...] = (
    current_register.project,
    amendments.project,
)


def take_in(connection: Connection, pages: Sequence[Page], context: Context) -> Context:
    """
    Run every handler over pages in entry order; the school's states after them.

    Marks are laid into rows as things stand when they come. Where the school or the roll
    moves, the rows already there are layered again, before later marks come in.
    """
    carry_out(connection, sheets_gone.project(pages, context))
    pages = [page for page in pages if not page.gone]
    for on_sheets, stretch in groupby(pages, lambda page: page.stream.startswith("register/")):
        some = list(stretch)
        if not on_sheets:
            context = context.after(some)
        for project in PROJECT_SHEETS if on_sheets else PROJECT_SCHOOL:
            carry_out(connection, project(some, context))
        if not on_sheets:
            carry_out(connection, relayering.settle(some, context))
            carry_out(connection, planned.settle(some, context))
    carry_out(connection, penalties.settle(pages, context))
    return context
