"""Consider a penalty notice, and decide on anything but issuing one."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from commands.base import made
from commands.penalty.asking import considered, step_missing
from commands.penalty.knowing import AboutParent, Known, check_on_roll, may
from ledger.events import Event, NoDiscretionFound, PenaltyNoticeNotIssued, PenaltyReferred
from ledger.kinds import Person, Said


class ConsiderPenaltyNotice(AboutParent):
    """
    Decide the open case: ``no discretion``, ``not issued`` or ``referred``.

    ``answers`` to the policy's questions, by number from 1; ``reason`` for the decision;
    ``instead``, what is done in its place; ``to``, whom it is referred to (without it, the
    school's local authority). A referral with a ``reason`` needs no case: below the threshold
    the discretion is untouched.
    """

    NAME: ClassVar[str] = "consider-penalty-notice"

    outcome: Literal["no discretion", "not issued", "referred"]
    answers: Mapping[int, Said] = {}
    reason: str = ""
    instead: Said | None = None
    to: Said | None = None


def decide(command: ConsiderPenaltyNotice, known: Known) -> list[Event]:
    """
    Record the decision that ends a case; issuing is an act of its own.

    Reference: SI 2007/1867 reg. 9A(2)-(4) and (7).
    """
    by = may(command, known.school)
    check_on_roll(known.pupil, command.day)
    case = known.record.open_case
    reason = command.reason.strip()
    below = command.outcome == "referred" and reason
    if case is None and not below:
        raise step_missing(
            "No case is open: record-awareness comes first, once the threshold stands",
            "SI 2007/1867 reg. 9A(1)",
        )
    if command.outcome != "referred" and not reason:
        raise step_missing("Say why: give --reason", "SI 2007/1867 reg. 9A(2)-(3)")
    return [_decision(command, known, case.number if case else None, by)]


def _decision(command: ConsiderPenaltyNotice, known: Known, case: int | None, by: Person) -> Event:
    reason = command.reason.strip()
    signed = {**known.who, **made(by, command.at)}
    if command.outcome == "no discretion":
        assert case is not None  # decide() looked
        return NoDiscretionFound(case=case, reason=reason, **signed)
    answered = considered(known.school, command.day, command.answers)
    if command.outcome == "not issued":
        assert case is not None
        return PenaltyNoticeNotIssued(
            case=case, considered=answered, reason=reason, instead=command.instead, **signed
        )
    to = command.to or known.school.local_authority
    return PenaltyReferred(case=case, considered=answered, to=to, reason=reason or None, **signed)
