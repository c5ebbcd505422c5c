"""Escalate an absence: a home visit, the safeguarding hub, the police, a referral, support."""

from typing import ClassVar

from commands.absence.base import OfAbsence, check_day, check_not_later, may, of
from commands.absence.history import History
from ledger.events import AbsenceEscalated, Event
from ledger.events.absence import EscalationKind, Ground
from ledger.kinds import Instant, Said
from ledger.refusals import Forbidden
from ledger.school import School


class EscalateAbsence(OfAbsence):
    """
    Record whom or what the school turned to, why, and what came of it.

    ``ground`` says, for legal action, why support is not the way.
    """

    NAME: ClassVar[str] = "escalate-absence"

    kind: EscalationKind
    reason: Said
    to: Said | None = None
    outcome: Said | None = None
    ground: Ground | None = None
    their_reference: Said | None = None
    done_at: Instant | None = None


def decide(command: EscalateAbsence, school: School, known: History) -> list[Event]:
    """
    Record the step. None is ever refused for coming too soon: a child's safety comes first,
    and which contacts had been tried by then is in the entries.

    Reference: policy (following up unexplained absence).
    """
    pupil, by = may(command, school, known)
    check_day(command.date, school, pupil)
    done = command.done_at or command.at
    check_not_later(done, command.at, "A step taken")
    if command.kind == "legal action" and command.ground is None:
        why = "Legal action needs its ground: support is not appropriate, not successful, or not"
        raise Forbidden(why=f"{why} engaged with")
    escalated = AbsenceEscalated(
        **of(command, known, pupil, by),
        kind=command.kind,
        reason=command.reason,
        to=command.to,
        outcome=command.outcome,
        ground=command.ground,
        their_reference=command.their_reference,
        done_at=done,
    )
    return [escalated]
