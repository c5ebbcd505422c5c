"""Judge evidence: whether the school is satisfied that the pupil was ill."""

from typing import ClassVar

from commands.absence.base import OfAbsence, check_day, may, of
from commands.absence.history import History
from ledger.events import Event, EvidenceJudged
from ledger.kinds import Said
from ledger.refusals import Forbidden
from ledger.school import School


class JudgeEvidence(OfAbsence):
    """Say whether the evidence of an illness is enough, or that none came, and why."""

    NAME: ClassVar[str] = "judge-evidence"

    satisfied: bool
    reason: Said


def decide(command: JudgeEvidence, school: School, known: History) -> list[Event]:
    """
    Record the judgement of evidence asked for or received. The last one stands.

    Reference: policy (unplanned absence).
    """
    pupil, by = may(command, school, known)
    check_day(command.date, school, pupil)
    spell = known.spell
    if not spell.asked and not spell.received:
        raise Forbidden(why="No evidence of this illness was asked for, and none was received")
    judged = EvidenceJudged(
        **of(command, known, pupil, by), satisfied=command.satisfied, reason=command.reason
    )
    last = spell.judged[-1] if spell.judged else None
    if last and (last.satisfied, last.reason) == (judged.satisfied, judged.reason):
        return []
    return [judged]
