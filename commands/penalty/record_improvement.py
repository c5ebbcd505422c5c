"""Record how attendance goes while a notice to improve runs."""

from collections.abc import Sequence
from typing import ClassVar

from commands.base import made
from commands.penalty.knowing import AboutParent, Known, may
from commands.penalty.marks import figures
from commands.penalty.watch_improvement import improvement_of, until
from ledger.events import Event, ImprovementRecorded
from ledger.kinds import Said
from ledger.reckoning import Marked
from ledger.refusals import Forbidden


class RecordImprovement(AboutParent):
    """Freeze the figures so far of notice to improve ``number`` (the last), with a ``note``."""

    NAME: ClassVar[str] = "record-improvement"

    number: int | None = None
    note: Said | None = None


def decide(command: RecordImprovement, known: Known, marks: Sequence[Marked]) -> list[Event]:
    """
    Record attendance from the start of the period to today.

    Reference: DfE, Working together to improve school attendance (2024), ch. 6.
    """
    one = improvement_of(known, command.number)
    by = may(command, known.school)
    if not one.open:
        raise Forbidden(why=f"Notice to improve {one.number} is concluded")
    first, last = one.issued.starts, until(one, command.day)
    return [
        ImprovementRecorded(
            **known.who,
            improvement=one.number,
            figures=figures(known.school, marks, first, last, known.position),
            note=command.note,
            **made(by, command.at),
        )
    ]
