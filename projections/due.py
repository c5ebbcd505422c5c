"""What is due at a school: every clock, with what was done and what is overdue."""

import datetime as dt

from ledger.calendar import instant, london
from ledger.due import Clock, Kind, State, in_order
from ledger.kinds import Frozen, Instant
from projections.answers import Header, PupilRef
from projections.due_sources import clocks_of
from projections.views import View


class DueRow(Frozen):
    """
    One thing to do, or done.

    ``left`` counts plain days to ``due``: 0 on the last day, negative after. ``by`` is the
    moment on that day where the hour counts. ``owner`` is the role it falls to first.
    """

    kind: Kind
    state: State
    what: str
    about: str
    pupil: PupilRef | None
    since: dt.date
    due: dt.date | None
    by: Instant | None
    left: int | None
    done: dt.date | None
    owner: str
    reference: str
    note: str


class Due(Frozen):
    """What is due on a day, in the order of what to do first; ``overdue`` counts those over."""

    header: Header
    on: dt.date
    overdue: int
    open: int
    rows: tuple[DueRow, ...]


def due(view: View, on: dt.date, now: Instant, *, done: bool = False) -> Due:
    """
    Every clock of the school as at the moment ``now`` of the day ``on``.

    ``done``: those that were done too.

    Reference: SI 2024/208 regs 5, 10, 11 and 13; SI 2007/1867; the school's policies.
    """
    rows = [
        _row(view, clock, on, now)
        for clock in in_order(clocks_of(view, on, now))
        if clock.since <= on and (done or clock.done is None or clock.done > on)
    ]
    return Due(
        header=view.header("due", [on]),
        on=on,
        overdue=sum(row.state == "overdue" for row in rows),
        open=sum(row.state != "done" for row in rows),
        rows=tuple(rows),
    )


def _row(view: View, clock: Clock, on: dt.date, now: Instant) -> DueRow:
    pupil = view.context.roll.pupils.get(clock.pupil) if clock.pupil is not None else None
    return DueRow(
        kind=clock.kind,
        state=clock.state(now),
        what=clock.what,
        about=clock.about,
        pupil=PupilRef.of(pupil) if pupil else None,
        since=clock.since,
        due=clock.due,
        by=clock.by,
        left=(clock.due - on).days if clock.due and clock.done is None else None,
        done=clock.done,
        owner=clock.owner,
        reference=clock.reference,
        note=clock.note,
    )


def day_and_moment(on: dt.date | None, now: Instant) -> tuple[dt.date, Instant]:
    """The day asked about, and the moment of it: now, or the end of another day."""
    today = london(now).date()
    if on is None or on == today:
        return today, now
    return on, instant(on, dt.time(23, 59))
