"""Conclude a notice to improve, with what came of it."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from commands.base import in_words, made
from commands.penalty.asking import step_missing
from commands.penalty.knowing import AboutParent, Known, may
from commands.penalty.marks import figures
from commands.penalty.watch_improvement import improvement_of, until
from ledger.events import Event, NoticeToImproveConcluded
from ledger.kinds import Said
from ledger.reckoning import Marked
from ledger.refusals import Forbidden


class ConcludeNoticeToImprove(AboutParent):
    """
    Say what came of notice to improve ``number`` (the last).

    ``ended early`` is for before the end of its period, and wants as ``reason`` which of the
    grounds it gave was met.
    """

    NAME: ClassVar[str] = "conclude-notice-to-improve"

    outcome: Literal["improved", "not improved", "ended early"]
    number: int | None = None
    reason: Said | None = None


def decide(command: ConcludeNoticeToImprove, known: Known, marks: Sequence[Marked]) -> list[Event]:
    """
    Record the outcome with the figures of the period. Concluded alike already is nothing.

    Reference: DfE, Working together to improve school attendance (2024), ch. 6.
    """
    one = improvement_of(known, command.number)
    by = may(command, known.school)
    clause = known.school.rules_on(one.issued.starts).get("notice_to_improve.contents").reference
    if one.concluded is not None and one.concluded.outcome == command.outcome:
        return []
    if command.outcome == "ended early" and command.reason is None:
        raise step_missing(
            "Say which of the grounds in the notice was met before its end: give --reason", clause
        )
    if one.concluded is not None:
        raise Forbidden(
            why=f"Notice to improve {one.number} was concluded: {one.concluded.outcome}",
            reference=clause,
        )
    if (command.outcome == "ended early") != (command.day <= one.issued.ends):
        why = f"Its period runs until {in_words(one.issued.ends)}"
        if command.outcome == "ended early":
            why = f"Its period ended on {in_words(one.issued.ends)}: say improved or not improved"
        else:
            why += ": before then it can only be ended early, on a ground it gives"
        raise Forbidden(why=why, reference=clause)
    first, last = one.issued.starts, until(one, command.day)
    return [
        NoticeToImproveConcluded(
            **known.who,
            improvement=one.number,
            outcome=command.outcome,
            concluded_on=command.day,
            figures=figures(known.school, marks, first, last, known.position),
            reason=command.reason,
            **made(by, command.at),
        )
    ]
