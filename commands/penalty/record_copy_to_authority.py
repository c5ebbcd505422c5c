"""Record that a copy of a notice went to the local authority."""

import datetime as dt
from typing import ClassVar

from commands.base import made
from commands.penalty.asking import step_missing
from commands.penalty.knowing import AboutParent, Known, check_past, may
from ledger.events import Event, PenaltyNoticeCopied
from ledger.refusals import Forbidden


class RecordCopyToAuthority(AboutParent):
    """Say that the copy of ``notice`` was sent ``on`` a day (today)."""

    NAME: ClassVar[str] = "record-copy-to-authority"

    notice: int
    on: dt.date | None = None


def decide(command: RecordCopyToAuthority, known: Known) -> list[Event]:
    """
    Record the copy, after the notice and never before it. Copied already is nothing.

    Reference: SI 2007/1867 reg. 19.
    """
    notice = known.notice(command.notice)
    by = may(command, known.school)
    if notice.copied_on is not None:
        return []
    day = command.on or command.day
    if notice.issued is None:
        raise Forbidden(why=f"Notice {notice.number} was issued elsewhere: its copy is not ours")
    if day < notice.issued_on:
        raise step_missing(
            f"A copy cannot have gone before the notice was issued, {notice.issued_on.isoformat()}",
            "SI 2007/1867 reg. 19",
        )
    check_past(command, day, "A copy")
    return [
        PenaltyNoticeCopied(**known.who, notice=notice.number, sent_on=day, **made(by, command.at))
    ]
