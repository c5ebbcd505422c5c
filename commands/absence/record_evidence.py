"""Record evidence: what a parent brought or sent for an illness."""

from typing import ClassVar

from commands.absence.base import OfAbsence, check_day, check_not_later, clause, may, of
from commands.absence.history import History
from ledger.events import Event, EvidenceReceived
from ledger.kinds import Instant, Said
from ledger.refusals import Forbidden
from ledger.school import School


class RecordEvidence(OfAbsence):
    """Record that evidence came in. ``kind`` is one the policy names; ``note`` what it is."""

    NAME: ClassVar[str] = "record-evidence"

    kind: Said
    note: Said | None = None
    parent: Said | None = None
    received_at: Instant | None = None


def decide(command: RecordEvidence, school: School, known: History) -> list[Event]:
    """
    Record evidence, asked for or not; whether it is enough is judged apart.

    Reference: policy (unplanned absence).
    """
    pupil, by = may(command, school, known, [command.parent])
    check_day(command.date, school, pupil)
    received = command.received_at or command.at
    check_not_later(received, command.at, "Evidence received")
    rules = school.rules_on(command.date)
    kinds = rules.get("evidence.kinds").value if "evidence.kinds" in rules else []
    if kinds and command.kind not in kinds:
        why = f"{command.kind} is not a kind of evidence the policy names: {', '.join(kinds)}"
        raise Forbidden(why=why, reference=clause(rules, "evidence.kinds"))
    came = EvidenceReceived(
        **of(command, known, pupil, by),
        kind=command.kind,
        note=command.note,
        parent=command.parent,
        received_at=received,
    )
    return [came]
