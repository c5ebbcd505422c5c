"""Record a meeting with parents about lateness: asked for, held, or not attended."""

import datetime as dt
from typing import ClassVar, Literal

from commands.absence.base import OfAbsence, check_day, may
from commands.absence.history import History
from commands.base import made
from ledger.calendar import Calendar
from ledger.events import Event, LatenessMeetingRecorded
from ledger.kinds import Said, Session
from ledger.policy import PolicyDay
from ledger.reckoning.rule import Rule
from ledger.refusals import Forbidden
from ledger.school import School


class RecordLatenessMeeting(OfAbsence):
    """Record the meeting of ``date`` with the parents named by their ids."""

    NAME: ClassVar[str] = "record-lateness-meeting"

    stage: Literal["asked", "held", "not attended"]
    parents: tuple[Said, ...] = ()
    agreed: Said | None = None


def decide(command: RecordLatenessMeeting, school: School, known: History) -> list[Event]:
    """
    Record it with the lateness as it stands: how many late sessions in the policy's window.

    The window is advice: a meeting may be asked for at any figure.

    Reference: policy (lateness and punctuality).
    """
    pupil, by = may(command, school, known, command.parents)
    check_day(command.date, school, pupil)
    if command.date > command.day and command.stage != "asked":
        raise Forbidden(why="A meeting to come can be asked for, and not held yet")
    last = min(command.date, command.day)
    since = window_opens(school.meeting, school.rules_on(last), last)
    late = sum(
        1
        for session, entry in known.entries.items()
        if since <= session.date <= last and _is_late(session, entry.code, school)
    )
    meeting = LatenessMeetingRecorded(
        pupil=pupil.id,
        first=command.date,
        stage=command.stage,
        parents=command.parents,
        agreed=command.agreed,
        late=late,
        since=since,
        **made(by, command.at),
    )
    spell = known.spells.get(command.date)
    if spell and any(_same(one, meeting) for one in spell.meetings):
        return []
    return [meeting]


def window_opens(calendar: Calendar, rules: PolicyDay, day: dt.date) -> dt.date:
    """The first day of the window in which lateness is counted, up to a day."""
    rule = Rule.read(rules.get("lateness.persistent").value)
    opens = rule.opens(calendar, Session(day, "PM"))
    return opens.date if opens else day


def _is_late(session: Session, code: str, school: School) -> bool:
    row = school.rules_on(session.date).codes.known(code)
    return row is not None and row.late


def _same(one: LatenessMeetingRecorded, other: LatenessMeetingRecorded) -> bool:
    return (one.stage, one.parents, one.agreed) == (other.stage, other.parents, other.agreed)
