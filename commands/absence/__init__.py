"""Acts about absence: told, followed up, decided, evidenced; and how each is decided."""

from collections.abc import Callable
from typing import Any

from commands.absence import (
    decide_absence,
    escalate_absence,
    judge_evidence,
    notify_parent,
    record_contact,
    record_evidence,
    record_lateness_meeting,
    refuse_illness,
    report_absence,
    request_evidence,
    require_evidence,
    resolve_unexplained,
)
from commands.absence.decide_absence import DecideAbsence
from commands.absence.escalate_absence import EscalateAbsence
from commands.absence.history import History, history
from commands.absence.judge_evidence import JudgeEvidence
from commands.absence.notify_parent import NotifyParent
from commands.absence.record_contact import RecordContact
from commands.absence.record_evidence import RecordEvidence
from commands.absence.record_lateness_meeting import RecordLatenessMeeting
from commands.absence.refuse_illness import RefuseIllness
from commands.absence.report_absence import ReportAbsence
from commands.absence.request_evidence import RequestEvidence
from commands.absence.require_evidence import LiftEvidenceRequirement, RequireEvidence
from commands.absence.resolve_unexplained import ResolveUnexplained
from commands.base import Command
from commands.states import Decided, States
from ledger.events import Event
from ledger.leave import Leaves
from ledger.school import School

Way = Callable[[Any, States], Decided]
Decide = Callable[[Any, School, History], list[Event]]


def _way(decide: Decide) -> Way:
    """Decided on the pupil's absence around the day of the command."""

    def way(command: Any, states: States) -> Decided:
        known = history(states, command.pupil, command.date)
        events = decide(command, states.school, known)
        return events, known.expect(events)

    return way


def _decide_absence(command: DecideAbsence, states: States) -> Decided:
    known = history(states, command.pupil, command.date, command.to or command.date)
    events = decide_absence.decide(command, states.school, known, states.leaves)
    return events, known.expect(events)


def _request_evidence(command: RequestEvidence, states: States) -> Decided:
    known = history(states, command.pupil, command.date)
    asked = states.under("leave/").values()
    leaves = Leaves.fold(event for events in asked for event in events)  # type: ignore[misc]
    theirs = leaves.of_pupil(known.pupil.id) if known.pupil else ()
    refused = [
        (one.requested.first, one.requested.back)
        for one in theirs
        if one.requested is not None and one.standing == "refused"
    ]
    events = request_evidence.decide(command, states.school, known, refused)
    return events, known.expect(events)


def _refuse_illness(command: RefuseIllness, states: States) -> Decided:
    named = [session.date for session in command.sessions]
    known = history(states, command.pupil, command.date, max([command.day, *named]))
    events = refuse_illness.decide(command, states.school, known)
    return events, known.expect(events)


def _record_lateness_meeting(command: RecordLatenessMeeting, states: States) -> Decided:
    """With the entries since the window in which lateness is counted opened."""
    school, last = states.school, min(command.date, command.day)
    opens = record_lateness_meeting.window_opens(school.meeting, school.rules_on(last), last)
    known = history(states, command.pupil, opens, last)
    events = record_lateness_meeting.decide(command, school, known)
    return events, known.expect(events)


WAYS: dict[type[Command], Way] = {
    ReportAbsence: _way(report_absence.decide),
    RecordContact: _way(record_contact.decide),
    EscalateAbsence: _way(escalate_absence.decide),
    DecideAbsence: _decide_absence,
    ResolveUnexplained: _way(resolve_unexplained.decide),
    RequestEvidence: _request_evidence,
    RecordEvidence: _way(record_evidence.decide),
    JudgeEvidence: _way(judge_evidence.decide),
    NotifyParent: _way(notify_parent.decide),
    RefuseIllness: _refuse_illness,
    RequireEvidence: _way(require_evidence.decide),
    LiftEvidenceRequirement: _way(require_evidence.decide_lifted),
    RecordLatenessMeeting: _record_lateness_meeting,
}
"""How each act about an absence is decided: the states it reads, and their versions."""
