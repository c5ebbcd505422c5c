"""Record a notice issued elsewhere: a disclosed fact, and counted like our own."""

import datetime as dt
from typing import ClassVar

from commands.base import in_words, made
from commands.penalty.knowing import AboutParent, Known, check_past, may
from ledger.events import EarlierNoticeDisclosed, Event
from ledger.events.penalty_notice import NoticeKind
from ledger.kinds import Said, Session
from ledger.penalty import Notice
from ledger.refusals import Forbidden


class DiscloseEarlierNotice(AboutParent):
    """
    Say that ``issued_by`` issued a notice on ``issued_on`` for an offence between two days.

    ``told_by`` is who told us. ``case`` is the case the school referred, where it came of one;
    ``sessions`` those it names, where told. The school's own notices from before this ledger
    come in this way too.
    """

    NAME: ClassVar[str] = "disclose-earlier-notice"

    issued_on: dt.date
    offence_start: dt.date
    offence_end: dt.date
    issued_by: Said
    told_by: Said
    kind: NoticeKind = "absence"
    case: int | None = None
    sessions: tuple[Session, ...] = ()


def decide(command: DiscloseEarlierNotice, known: Known) -> list[Event]:
    """
    Record the notice under the next number. The same notice again is nothing.

    Reference: SI 2007/1867 regs 4(3)-(5) and 12A: by whoever it was issued, and wherever.
    """
    by = may(command, known.school)
    if any(_same(command, notice) for notice in known.record.notices.values()):
        return []
    check_past(command, command.issued_on, "A notice")
    if not command.offence_start <= command.offence_end <= command.issued_on:
        raise Forbidden(
            why="An offence period begins, ends, and then a notice is issued: "
            f"{in_words(command.offence_start)}, {in_words(command.offence_end)}, "
            f"{in_words(command.issued_on)} is another order"
        )
    case = known.record.cases.get(command.case) if command.case is not None else None
    if command.case is not None and (case is None or case.open):
        raise Forbidden(why=f"Case {command.case} is not one that was decided on")
    return [
        EarlierNoticeDisclosed(
            **known.who,
            notice=known.record.next_notice,
            kind=command.kind,
            case=command.case,
            issued_on=command.issued_on,
            offence_start=command.offence_start,
            offence_end=command.offence_end,
            issued_by=command.issued_by,
            told_by=command.told_by,
            sessions=tuple(sorted(set(command.sessions))),
            **made(by, command.at),
        )
    ]


def _same(command: DiscloseEarlierNotice, notice: Notice) -> bool:
    return (notice.kind, notice.issued_on, notice.offence_start, notice.offence_end) == (
        command.kind,
        command.issued_on,
        command.offence_start,
        command.offence_end,
    )
