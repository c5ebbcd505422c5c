"""Record what a parent paid to the local authority."""

import datetime as dt
from typing import ClassVar

from pydantic import PositiveInt

from commands.base import in_words, made
from commands.penalty.asking import step_missing
from commands.penalty.knowing import AboutParent, Known, check_past, may
from ledger.events import Event, PenaltyPaid
from ledger.penalty import Notice, days_from, due_for
from ledger.penalty.clocks import asked_by
from ledger.refusals import Forbidden

_CLAUSE = "SI 2007/1867 regs 5 and 9; Education Act 1996 s. 444A(4)"


class RecordPayment(AboutParent):
    """Say that ``amount`` pounds were paid for ``notice`` ``on`` a day (today)."""

    NAME: ClassVar[str] = "record-payment"

    notice: int
    amount: PositiveInt
    on: dt.date | None = None


def decide(command: RecordPayment, known: Known) -> list[Event]:
    """
    Record the payment; only all that is asked by that day pays the notice.

    Part of it leaves the notice unpaid, and what comes after the last day to pay is recorded
    but does not pay it. Paid already is nothing.

    Reference: SI 2007/1867 regs 5 and 9; Education Act 1996 s. 444A(3)-(4).
    """
    notice = known.notice(command.notice)
    by = may(command, known.school)
    day = command.on or command.day
    if notice.paid_on == day and notice.paid == command.amount:
        return []
    if notice.received_on is None:
        raise step_missing(
            f"What is to be paid by when runs from receipt: record-service of notice "
            f"{notice.number} comes first",
            _CLAUSE,
        )
    check_past(command, day, "A payment")
    _check_open(notice)
    early, full = asked_by(notice, known.record, known.school.policy)
    days = days_from(
        notice.received_on,
        notice.offence_start,
        notice.offence_end,
        known.school.policy,
        has_early=early is not None,
    )
    so_far = notice.paid + command.amount
    if so_far > full:
        raise Forbidden(
            why=f"With £{command.amount} more, £{so_far} would be paid of £{full}",
            reference=_CLAUSE,
        )
    due = due_for(day, days, early, full)
    paid = PenaltyPaid(
        **known.who,
        notice=notice.number,
        amount=command.amount,
        paid_on=day,
        in_full=due is not None and so_far >= due,
        **made(by, command.at),
    )
    return [paid]


def _check_open(notice: Notice) -> None:
    if notice.withdrawn is not None:
        why = f"Notice {notice.number} was withdrawn: what was paid is repaid"
        raise Forbidden(why=why, reference="SI 2007/1867 reg. 8")
    if notice.paid_on is not None:
        why = f"Notice {notice.number} was paid in full on {in_words(notice.paid_on)}"
        raise Forbidden(why=why, reference=_CLAUSE)
