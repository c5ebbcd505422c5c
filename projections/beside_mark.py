"""
What lies beside one mark: the leave asked for and the absence followed up. No database.

The classes of the steps of an absence are imported only for a pupil about whom there are any:
building them would cost a mark explained a fifth of its time.
"""

from collections.abc import Iterator

from ledger.events.leave import (
    ConsultedOnLeave,
    LeaveGranted,
    LeaveRefused,
    LeaveRequested,
    LeaveWithdrawn,
    PartTimeTimetableAgreed,
)
from ledger.kinds import Code, Session
from ledger.leave import Leave, LeaveEvents, Leaves
from ledger.roll import Pupil
from ledger.school import School
from ledger.store import Ledger
from projections.explain_answers import StepTaken


def beside(
    ledger: Ledger,
    pupil: Pupil,
    session: Session,
    standing: Code | None,
    *,
    school: School,
    leaves: Leaves,
    upto: int,
) -> tuple[tuple[StepTaken, ...], tuple[str, ...]]:
    """
    What was done about a session in the order of the entries, and what contradicts its mark.

    ``standing`` is the code that stands in the register.
    """
    steps = list(_about_leave(leaves, pupil, session))
    against: tuple[str, ...] = ()
    streams = f"absence/{pupil.id}/"
    if next(ledger.spans(streams, f"{streams[:-1]}0"), None) is not None:
        from projections.beside_absence import about_absence

        more, against = about_absence(ledger, pupil, session, standing, school=school, upto=upto)
        steps += more
    return tuple(sorted(steps, key=lambda one: one.entry)), against


def _about_leave(leaves: Leaves, pupil: Pupil, session: Session) -> Iterator[StepTaken]:
    """Every entry about leave that was asked for or given for the session."""
    names = {one.id: one.name for one in pupil.parents} | {"pupil": pupil.name}
    for leave in leaves.of_pupil(pupil.id):
        if leave.first <= session <= leave.last or session in leave.ever:
            for entry, event in leave.entries:
                what, who, outcome, said = _told(leave, event, session)
                yield StepTaken(
                    at=event.received_at if isinstance(event, LeaveRequested) else event.made_at,
                    what=what,
                    who=names.get(who, who) if who else None,
                    outcome=outcome,
                    said=said,
                    by=f"{event.made_by.name} ({event.made_by.position})",
                    entry=entry,
                )


def _told(
    leave: Leave, event: LeaveEvents, session: Session
) -> tuple[str, str | None, str | None, str | None]:
    """What was done, with whom, what came of it, what was said."""
    number = f"request {leave.number}"
    match event:
        case LeaveRequested():
            asked = f"leave asked for, {number}: {event.first} to {event.last}"
            return asked, event.asked_by, event.code, event.reason
        case ConsultedOnLeave():
            who = f"{event.consulted.name} ({event.role})"
            return f"consulted on {number}", who, None, event.said
        case LeaveGranted():
            given = event.code if session in event.sessions else "not for this session"
            return f"leave granted, {number}", None, given, event.reason
        case LeaveRefused():
            return f"leave refused, {number}", None, None, event.reason
        case LeaveWithdrawn():
            since = f" from {event.starts}" if event.starts else ""
            return f"leave withdrawn{since}, {number}", None, None, event.reason
        case PartTimeTimetableAgreed():
            given = event.code if session in event.sessions else "not for this session"
            what = f"part-time timetable agreed, number {leave.number}"
            return what, event.parent, given, event.reason
