"""Leave of absence: each request with what became of it, and the sessions it was given for."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Date, Index, Integer, Text

from ledger.calendar import london
from ledger.events import LeaveGranted
from ledger.leave import Leave
from ledger.store import Page
from projections.context import Context
from projections.schema import column, date_key, flag, half_key, key, perhaps, school_key, table
from projections.schema import pupil_key as pupil_
from projections.steps import Rows, Step

leave_requests = table(
    "leave_requests",
    "Requests for leave, and part-time timetables agreed: one row each.",
    school_key(),
    key("leave", Integer(), "The number of the request within the school."),
    column("pupil", Integer(), "The pupil's number within the school's ledger; no name."),
    column(
        "standing",
        Text(),
        "undecided, granted, granted in part, refused, withdrawn; agreed for a timetable.",
    ),
    column("code", Text(), "The code of leave given last, or else asked under."),
    perhaps("asked_by", Text(), "The id of the parent who asked, or pupil; or who agreed."),
    column("first_date", Date(), "The day of the first session asked for, or agreed."),
    column("first_half", Text(), "The half-day of that session: AM or PM."),
    column("last_date", Date(), "The day before the return asked for, or the last agreed."),
    column("last_half", Text(), "The last half-day of that day: AM or PM."),
    perhaps("received_on", Date(), "The day the request was received; empty for a timetable."),
    perhaps("sessions_asked", Integer(), "Sessions of the school that would be missed."),
    perhaps("notice_school_days", Integer(), "School days of notice, from the day of receipt."),
    perhaps("notice_kept", Integer(), "1 if the notice the policy asks for was given, 0 if not."),
    column("sessions_given", Integer(), "Sessions for which leave stands now."),
    perhaps("decided_on", Date(), "The day of the last decision."),
    perhaps("decided_by", Text(), "The staff id of whoever decided."),
    perhaps("review_on", Date(), "The day a part-time timetable is reviewed."),
    column("entry", Integer(), "The number of the last entry about it."),
)

leave_sessions = table(
    "leave_sessions",
    "The sessions for which leave was ever given: one row for each session and request.",
    school_key(),
    date_key(),
    half_key(),
    pupil_(),
    key("leave", Integer(), "The number of the request within the school."),
    column("code", Text(), "The code of leave, such as C, M or C2."),
    flag("stands", "1 if it stands; 0 once it was withdrawn."),
)

by_number = Index("leave_sessions_leave", leave_sessions.c.school, leave_sessions.c.leave)


def project(pages: Sequence[Page], context: Context) -> Iterator[Step]:
    """The rows of every request that something happened to, made anew."""
    numbers = {
        int(page.stream.removeprefix("leave/"))
        for page in pages
        if page.stream.startswith("leave/")
    }
    moved = [context.leaves.requests[number] for number in sorted(numbers)]
    if context.only is not None:
        moved = [leave for leave in moved if leave.pupil in context.only]
    if moved:
        yield Rows(leave_requests, [_request(context.urn, leave) for leave in moved])
        rows = [row for leave in moved for row in _sessions(context.urn, leave)]
        yield Rows(leave_sessions, rows)


def _sessions(urn: int, leave: Leave) -> Iterator[tuple[Any, ...]]:
    for session, code in leave.ever.items():
        stands = int(session in leave.stands)
        yield (
            *(urn, session.date.isoformat(), session.half, leave.pupil, leave.number),
            *(leave.stands.get(session, code), stands),
        )


def _request(urn: int, leave: Leave) -> tuple[Any, ...]:
    asked, given = leave.requested, leave.granting
    entry, _ = leave.entries[-1]
    received = notice = sessions = kept = None
    if asked is not None:
        received = london(asked.received_at).date().isoformat()
        sessions, notice = asked.arithmetic.sessions, asked.arithmetic.notice_school_days
        kept = None if asked.arithmetic.kept is None else int(asked.arithmetic.kept)
    decision = leave.refused or given
    return (
        *(urn, leave.number, leave.pupil, leave.standing, leave.code),
        asked.asked_by if asked else getattr(given, "parent", None),
        *(
            leave.first.date.isoformat(),
            leave.first.half,
            leave.last.date.isoformat(),
            leave.last.half,
        ),
        *(received, sessions, notice, kept, len(leave.stands)),
        london(decision.made_at).date().isoformat() if decision else None,
        decision.made_by.id if decision else None,
        None if given is None or isinstance(given, LeaveGranted) else given.review_on.isoformat(),
        entry,
    )
