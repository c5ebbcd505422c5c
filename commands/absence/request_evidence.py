"""Request evidence of an illness, and say why it is asked for."""

import datetime as dt
from collections.abc import Sequence
from typing import ClassVar

from commands.absence.base import OfAbsence, check_day, clause, may, of
from commands.absence.history import History
from ledger.calendar import Unit
from ledger.events import Event, EvidenceRequested
from ledger.events.absence import Channel
from ledger.events.evidence import Why
from ledger.following_up import counted
from ledger.kinds import Said, Session
from ledger.refusals import Forbidden
from ledger.school import School


class RequestEvidence(OfAbsence):
    """
    Ask a parent for evidence of an illness that includes ``date``.

    ``why`` is one of the grounds a policy has: it is not asked for unnecessarily.
    """

    NAME: ClassVar[str] = "request-evidence"

    why: Why
    reason: Said
    parent: Said | None = None
    channel: Channel = "phone"


RefusedLeave = tuple[Session, Session]
"""The first session of leave that was refused, and the session of return."""


def decide(
    command: RequestEvidence, school: School, known: History, refused: Sequence[RefusedLeave] = ()
) -> list[Event]:
    """
    Record that evidence was asked for. ``refused`` is the leave refused to the pupil.

    Reference: policy (unplanned absence).
    """
    pupil, by = may(command, school, known, [command.parent])
    check_day(command.date, school, pupil)
    days, named = _ground(command, school, known, refused)
    requested = EvidenceRequested(
        **of(command, known, pupil, by),
        why=command.why,
        reason=command.reason,
        parent=command.parent,
        channel=command.channel,
        days=days,
        clause=named,
    )
    return [requested]


def _ground(
    command: RequestEvidence, school: School, known: History, refused: Sequence[RefusedLeave]
) -> tuple[int | None, str | None]:
    """The days counted and the clause of the ground; raises ``Forbidden`` where it is none."""
    rules = school.rules_on(command.date)
    asked = rules.get("evidence.asked").value if "evidence.asked" in rules else {}
    named = clause(rules, "evidence.asked")
    if command.why == "long absence":
        after = asked.get("after_days")
        if after is None:
            raise _unnecessary("no policy in force asks for it because of the days alone", named)
        days = _days_absent(known.first, command.date, school, asked.get("unit", "days"))
        if days <= after:
            raise _unnecessary(f"the absence has lasted {days} days, not more than {after}", named)
        return days, named
    if command.why == "standing requirement":
        standing = known.requiring(command.date)
        if standing is None or standing.requirement is None:
            raise _unnecessary("no letter requires it of this pupil on that day", named)
        return None, standing.requirement.clause
    if command.why == "refused leave":
        morning = Session(command.date, "AM")
        may_ask = clause(rules, "evidence.in_refused_leave")
        if may_ask is None or not rules.get("evidence.in_refused_leave").value:
            raise _unnecessary("no policy in force asks for it because leave was refused", named)
        if not any(first.date <= command.date and morning < back for first, back in refused):
            raise _unnecessary("no leave was refused for that day", may_ask)
        return None, may_ask
    return None, named


def _days_absent(first: dt.date, day: dt.date, school: School, unit: Unit) -> int:
    """How long the absence has lasted, its first day counted."""
    return counted(school.meeting, first, day, unit) + 1


def _unnecessary(why: str, reference: str | None) -> Forbidden:
    return Forbidden(why=f"Evidence is not asked for unnecessarily: {why}", reference=reference)
