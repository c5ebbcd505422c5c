"""Leave in the current register: a row for each session it is planned for, until one is entered."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy import bindparam as bind

from ledger.kinds import Session
from ledger.layers import covering, effective
from ledger.leave import Planned
from ledger.store import Page
from projections.context import NOT_COUNTED, Context
from projections.current_register import current_register
from projections.steps import Reread, Rows, Statement, Step
from projections.touched import touched

t = current_register.c
_FORGET = delete(current_register).where(
    t.school == bind("of_school"), t.pupil == bind("of_pupil"), t.entered.is_(None)
)


def settle(pages: Sequence[Page], context: Context) -> Iterator[Reread | Step]:
    """
    Plan anew for every pupil whose leave, place on the roll, or closures a stretch moves.

    What is planned counts for nothing in a rate: it becomes an entry when the register is taken.
    A session that has an entry keeps it. What is planned follows from the states and the
    entries alone, so that it does not matter in how many steps they came.
    """
    pupils = _moved(pages, context)
    if not pupils:
        return
    days = [s.date for pupil in pupils for s in context.leaves.sessions(pupil)]
    if not days:
        yield from plan([], sorted(pupils), context)
        return
    entered = select(t.pupil, t.date, t.half).where(
        t.school == context.urn,
        t.pupil.in_(pupils),
        t.date.between(min(days), max(days)),
        t.entered.is_not(None),
    )
    yield Reread(entered, lambda found: plan(found, sorted(pupils), context))


def _moved(pages: Sequence[Page], context: Context) -> set[int]:
    pupils: set[int] = set()
    for page in pages:
        if page.stream.startswith("leave/"):
            number = int(page.stream.removeprefix("leave/"))
            pupils.add(context.leaves.requests[number].pupil)
        elif page.stream.startswith("pupil/"):
            pupils |= {int(page.stream.removeprefix("pupil/"))} & context.leaves.pupils
    if touched(pages).closures:
        pupils |= context.leaves.pupils
    return pupils if context.only is None else pupils & context.only


def plan(entered: Sequence[Row[Any]], pupils: Sequence[int], context: Context) -> Iterator[Step]:
    """The rows of these pupils' leave made anew, but for the sessions that have an entry."""
    has = {(row.pupil, Session(row.date, row.half)) for row in entered}
    yield Statement(_FORGET, [{"of_school": context.urn, "of_pupil": pupil} for pupil in pupils])
    rows = [
        row
        for pupil in pupils
        for session, planned in context.leaves.sessions(pupil).items()
        if (pupil, session) not in has
        for row in _row(pupil, session, planned, context)
    ]
    yield Rows(current_register, rows)


def _row(
    pupil: int, session: Session, planned: tuple[Planned, ...], context: Context
) -> Iterator[tuple[Any, ...]]:
    """The row of a planned session, where it lies inside what is asked about."""
    known = context.roll.pupils[pupil]
    group = known.place_on(session.date).group
    if context.group not in (None, group) or not context.first <= session.date <= context.last:
        return
    over = covering(context.opened.closures.values(), session, group)
    found = effective(None, over, known.on_roll(session.date), planned)
    yield (
        *(context.urn, session.date.isoformat(), session.half, pupil, group),
        *(found.code, found.layer, *NOT_COUNTED),
        *(None, None, None, planned[0].entry, 0, 0, 0),
    )
