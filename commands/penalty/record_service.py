"""Record how a penalty notice reached the parent, and when it counts as received."""

import datetime as dt
from typing import ClassVar

from commands.base import in_words, made
from commands.penalty.asking import step_missing
from commands.penalty.knowing import AboutParent, Known, check_past, may
from ledger.events import Event, PenaltyNoticeServed
from ledger.events.penalty_notice import Method
from ledger.kinds import Said
from ledger.penalty import Notice, received
from ledger.refusals import Forbidden

_LAW = "SI 2007/1867 reg. 22"
_ACT = "Education Act 1996 s. 572"


class RecordService(AboutParent):
    """
    Say that ``notice`` was handed over, left or sent by ``method`` on ``sent_on`` (today).

    First class post is deemed served on the second working day after posting;
    ``received_on`` with its ``proof`` proves another day. ``consent``: the parent's written
    consent to this kind of document, from this sender, at this number or address, without
    which nothing is served electronically. ``address``: where it was left or sent.
    """

    NAME: ClassVar[str] = "record-service"

    notice: int
    method: Method
    sent_on: dt.date | None = None
    received_on: dt.date | None = None
    proof: Said | None = None
    consent: Said | None = None
    address: Said | None = None


def decide(command: RecordService, known: Known) -> list[Event]:
    """
    Record the service and its basis. Recorded once; after that only proof puts it right.

    Reference: SI 2007/1867 reg. 22; Education Act 1996 s. 572.
    """
    notice = known.notice(command.notice)
    by = may(command, known.school)
    sent_on = command.sent_on or command.day
    _check_particulars(command)
    rules = known.school.rules_on(notice.issued_on)
    found = received(command.method, sent_on, command.received_on, rules)
    if found is None:
        raise step_missing(
            "For post that is not first class the law deems no day: prove the day of receipt with "
            "--received-on and --proof",
            _LAW,
        )
    received_on, basis = found
    served = PenaltyNoticeServed(
        **known.who,
        notice=notice.number,
        method=command.method,
        sent_on=sent_on,
        received_on=received_on,
        basis=basis,
        detail=command.proof or command.consent or command.address,
        **made(by, command.at),
    )
    if notice.served is not None and _told(notice.served) == _told(served):
        return []
    _check_days(command, notice, sent_on)
    return [served]


def _check_particulars(command: RecordService) -> None:
    if command.method == "electronic" and command.consent is None:
        raise step_missing(
            "A notice reaches a parent electronically only with written consent to that kind of "
            "document, sender, and number or address: give --consent",
            _ACT,
        )
    if command.received_on is not None and command.proof is None:
        raise step_missing("Say what proves the day of receipt: give --proof", _LAW)


def _check_days(command: RecordService, notice: Notice, sent_on: dt.date) -> None:
    check_past(command, sent_on, "Service")
    if sent_on < notice.issued_on:
        raise Forbidden(
            why=f"Notice {notice.number} was issued on {in_words(notice.issued_on)}: it cannot "
            f"have been sent on {in_words(sent_on)}",
            reference=_LAW,
        )
    if command.received_on is not None:
        check_past(command, command.received_on, "Receipt")
        if command.received_on < sent_on:
            raise Forbidden(why="It cannot have been received before it was sent", reference=_LAW)
    if notice.served is not None and command.proof is None:
        raise Forbidden(
            why=f"Service of notice {notice.number} is recorded, as received on "
            f"{in_words(notice.served.received_on)}: only proof of another day puts it right",
            reference=_LAW,
        )


def _told(event: PenaltyNoticeServed) -> tuple[object, ...]:
    return event.method, event.sent_on, event.received_on, event.basis, event.detail
