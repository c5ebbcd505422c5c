"""Record that the local authority withdrew a notice: it no longer counts."""

import datetime as dt
from typing import ClassVar

from commands.base import in_words, made
from commands.penalty.asking import step_missing
from commands.penalty.knowing import AboutParent, Known, check_past, may
from ledger.events import Event, PenaltyNoticeWithdrawn
from ledger.events.penalty_notice import Ground
from ledger.kinds import Said
from ledger.penalty import Notice, days_from
from ledger.refusals import Forbidden

_UNPAID: Ground = "unpaid, not prosecuted"


class WithdrawPenaltyNotice(AboutParent):
    """Say that ``notice`` was withdrawn ``on`` a day (today), and on which of the grounds."""

    NAME: ClassVar[str] = "withdraw-penalty-notice"

    notice: int
    ground: Ground
    on: dt.date | None = None
    reason: Said | None = None


def decide(command: WithdrawPenaltyNotice, known: Known) -> list[Event]:
    """
    Record a withdrawal; it may come before or after payment, or after the time to pay.

    Only an unpaid notice, after its last day to pay, is withdrawn because the authority does
    not prosecute. Withdrawn already is nothing.

    Reference: SI 2007/1867 regs 8 and 9.
    """
    notice = known.notice(command.notice)
    by = may(command, known.school)
    if notice.withdrawn is not None:
        return []
    day = command.on or command.day
    if command.ground == _UNPAID and notice.received_on is None and notice.issued is not None:
        raise step_missing(
            f"When it was due runs from receipt: record-service of notice {notice.number} comes "
            "first",
            "SI 2007/1867 reg. 9",
        )
    check_past(command, day, "A withdrawal")
    if day < notice.issued_on:
        raise Forbidden(why=f"It was issued on {in_words(notice.issued_on)}, after that day")
    if command.ground == _UNPAID:
        _check_unpaid(known, notice, day)
    return [
        PenaltyNoticeWithdrawn(
            **known.who,
            notice=notice.number,
            ground=command.ground,
            withdrawn_on=day,
            reason=command.reason,
            **made(by, command.at),
        )
    ]


def _check_unpaid(known: Known, notice: Notice, day: dt.date) -> None:
    clause = "SI 2007/1867 reg. 9"
    if notice.paid_on is not None:
        why = f"Notice {notice.number} was paid on {in_words(notice.paid_on)}"
        raise Forbidden(why=why, reference=clause)
    if notice.prosecuted_on is not None:
        why = f"A prosecution was begun on {in_words(notice.prosecuted_on)}"
        raise Forbidden(why=why, reference=clause)
    if notice.received_on is None:
        return
    days = days_from(
        notice.received_on, notice.offence_start, notice.offence_end, known.school.policy
    )
    if day <= days.payable:
        why = f"It may be paid until {in_words(days.payable)}: it is not unpaid yet"
        raise Forbidden(why=why, reference=clause)
