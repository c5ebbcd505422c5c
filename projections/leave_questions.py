"""Question 10: why was our request refused? And the lists of requests and contradictions."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select

from ledger.kinds import Session
from ledger.leave import Leave, Leaves
from ledger.notice import missed
from ledger.refusals import UnknownLeave
from projections.answers import PupilRef
from projections.current_register import current_register
from projections.leave import leave_requests
from projections.leave_answers import (
    EarlierLeave,
    ExplainedLeave,
    LeaveList,
    LeaveRow,
    MarkAfter,
)
from projections.leave_figures import figures_for
from projections.leave_told import (
    asked_of,
    consulted_of,
    decisions_of,
    notice_of,
    policy_says,
    shown,
    tests_of,
    timetable_of,
)
from projections.views import View, last_day

r, q = current_register.c, leave_requests.c
BEYOND_DAYS = 28
"""How far after a request its unexplained continuation is looked for, in days."""


def explain_leave(view: View, number: int, today: dt.date) -> ExplainedLeave:
    """
    A request as received, what was shown to the decider, the decision, and the marks after it.

    ``today`` is the day up to which the attendance of an undecided request is counted. Raises
    ``UnknownLeave``.

    Reference: SI 2024/208 reg. 11.
    """
    leaves = view.context.leaves
    leave = leaves.requests.get(number)
    if leave is None:
        known = ", ".join(map(str, sorted(leaves.requests))) or "none"
        raise UnknownLeave(leave=number, known=known)
    pupil, school = view.context.roll.pupils[leave.pupil], view.school
    rules = view.policy.on(leave.first.date)
    figures = figures_for(view, leave, today) if leave.standing == "undecided" else None
    return ExplainedLeave(
        header=view.header("explain-leave", [leave.first.date]),
        leave=number,
        pupil=PupilRef.of(pupil),
        standing=leave.standing,
        asked=asked_of(leave, pupil),
        timetable=timetable_of(leave, pupil),
        notice=tuple(notice_of(leave.requested, school)),
        policy_says=tuple(policy_says(rules)),
        consulted=tuple(consulted_of(leave)),
        figures_now=tuple(shown(figures)) if figures else (),
        tests_now=tests_of(figures) if figures else None,
        earlier=tuple(_earlier(leave, leaves)),
        decisions=tuple(decisions_of(leave, _recorded(view, leave))),
        letters=tuple(_letters(view, number)),
        marks=tuple(_marks(view, leave)),
    )


def _earlier(leave: Leave, leaves: Leaves) -> Iterator[EarlierLeave]:
    for one in leaves.of_pupil(leave.pupil):
        given = one.requested or one.granting
        if one.number < leave.number and given is not None:
            reason = given.reason or ""
            yield EarlierLeave(
                leave=one.number,
                first=one.first,
                last=one.last,
                code=one.code,
                reason=reason,
                standing=one.standing,
            )


def _recorded(view: View, leave: Leave) -> dict[int, dt.datetime]:
    """When each entry about a request was recorded."""
    acts = ((entry, next(view.ledger.acts(entry, entry))) for entry, _ in leave.entries)
    return {entry: act.recorded_at for entry, act in acts}


def _letters(view: View, number: int) -> Iterator[int]:
    """The letters sent about a request, by number."""
    for page in view.ledger.pages("letter/", upto=view.entry):
        for run in page.runs:
            if f"leave/{number}" in run.column("about"):
                yield int(page.stream.removeprefix("letter/"))


def _marks(view: View, leave: Leave) -> Iterator[MarkAfter]:
    """The sessions asked for, then those after them while the absence goes on unauthorised."""
    asked = leave.requested
    first, last = leave.first, leave.last
    calendar = view.school.calendar
    inside = missed(calendar, asked.first, asked.back) if asked else sorted(leave.ever)
    rows = _rows(view, leave.pupil, first.date, last.date + dt.timedelta(days=BEYOND_DAYS))
    for session in inside:
        yield _mark(session, rows.get(session), leave, asked=True)
    for session, row in rows.items():
        if session > last:
            if not row.unauthorised:
                return
            yield _mark(session, row, leave, asked=False)


def _rows(view: View, pupil: int, first: dt.date, last: dt.date) -> dict[Session, Row[Any]]:
    where = (r.school == view.urn, r.pupil == pupil, r.date.between(first, last))
    found = view.rows(select(current_register).where(*where).order_by(r.date, r.half))
    return {Session(row.date, row.half): row for row in found}


def _mark(session: Session, row: Row[Any] | None, leave: Leave, *, asked: bool) -> MarkAfter:
    given = leave.stands.get(session)
    proposed, note = _proposal(session, row, leave, asked=asked)
    return MarkAfter(
        session=session,
        asked=asked,
        given=given,
        code=row.code if row else None,
        layer=row.layer if row else None,
        entry=row.entry if row else None,
        proposed=proposed,
        note=note,
    )


def _proposal(
    session: Session, row: Row[Any] | None, leave: Leave, *, asked: bool
) -> tuple[str | None, str]:
    """What a person may make of a session without leave, or of a mark against leave."""
    if row is None or row.entered is None or leave.standing == "undecided":
        return None, ""
    given = leave.stands.get(session)
    if given is not None:
        return (None, "") if row.entered == given else (None, "contradicts the leave given")
    if row.entered == "N":
        where = "leave was not given for this session" if asked else "beyond what was asked"
        return "G", f"{where}: G if it was the holiday, O if nothing else is established"
    if row.entered == "I" and asked:
        return None, "illness in dates for which leave was not given: evidence may be asked"
    return None, ""


def leave_list(
    view: View,
    *,
    pupil: int | None = None,
    standing: str | None = None,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> LeaveList:
    """Requests by number: of one pupil, of one standing, of absences reaching into a span."""
    question = select(leave_requests).where(q.school == view.urn).order_by(q.leave)
    if pupil is not None:
        question = question.where(q.pupil == pupil)
    if standing is not None:
        question = question.where(q.standing == standing)
    if first is not None:
        question = question.where(q.last_date >= first)
    if last is not None:
        question = question.where(q.first_date <= last)
    rows = view.rows(question)
    days = [row.first_date for row in rows] or [last or first or last_day(view)]
    return LeaveList(header=view.header("leave-list", [max(days)]), rows=tuple(_listed(rows, view)))


def _listed(rows: Sequence[Row[Any]], view: View) -> Iterator[LeaveRow]:
    for row in rows:
        yield LeaveRow(
            leave=row.leave,
            pupil=PupilRef.of(view.context.roll.pupils[row.pupil]),
            standing=row.standing,
            code=row.code,
            first=Session(row.first_date, row.first_half),
            last=Session(row.last_date, row.last_half),
            received_on=row.received_on,
            sessions_asked=row.sessions_asked,
            sessions_given=row.sessions_given,
            notice_school_days=row.notice_school_days,
            notice_kept=None if row.notice_kept is None else bool(row.notice_kept),
            decided_on=row.decided_on,
            review_on=row.review_on,
        )
