"""Record what the local authority and the court did about the offence of a notice."""

import datetime as dt
from typing import ClassVar

from commands.base import in_words, made
from commands.penalty.asking import step_missing
from commands.penalty.knowing import AboutParent, Known, check_past, may
from ledger.events import Event, ProsecutionRecorded
from ledger.events.penalty_notice import Stage
from ledger.kinds import Said
from ledger.penalty import Notice, days_from
from ledger.refusals import Forbidden


class RecordProsecution(AboutParent):
    """
    Say that the prosecution of the offence of ``notice`` reached a ``stage`` ``on`` a day.

    ``begun`` first; then ``convicted`` (also on a plea of guilty), ``acquitted`` or
    ``discontinued``. Without a day, today.
    """

    NAME: ClassVar[str] = "record-prosecution"

    notice: int
    stage: Stage
    on: dt.date | None = None
    detail: Said | None = None


def decide(command: RecordProsecution, known: Known) -> list[Event]:
    """
    Record a stage, where the law lets one be. The same stage again is nothing.

    None is begun while the notice may be paid, after it was paid, or after it was withdrawn
    but for material errors. That six months are over is told, and not refused: from when
    they run is disputed.

    Reference: Education Act 1996 ss 444A(3)-(4) and 446; SI 2007/1867 regs 7 and 8(5).
    """
    notice = known.notice(command.notice)
    by = may(command, known.school)
    day = command.on or command.day
    stages = {one.stage for one in notice.prosecution}
    if command.stage in stages:
        return []
    if command.stage != "begun" and "begun" not in stages:
        raise step_missing("That a prosecution was begun comes first", "Education Act 1996 s. 446")
    if notice.issued is not None and notice.received_on is None and notice.withdrawn is None:
        raise step_missing(
            f"From when a prosecution may be begun runs from receipt: record-service of notice "
            f"{notice.number} comes first",
            "SI 2007/1867 reg. 7; Education Act 1996 s. 444A(3)",
        )
    check_past(command, day, "A prosecution")
    if command.stage == "begun":
        _check_may_begin(known, notice, day)
    elif stages != {"begun"}:
        raise Forbidden(why=f"The prosecution of notice {notice.number} has ended already")
    elif notice.prosecuted_on is not None and day < notice.prosecuted_on:
        raise Forbidden(why="It cannot have ended before it was begun")
    return [
        ProsecutionRecorded(
            **known.who,
            notice=notice.number,
            stage=command.stage,
            stage_on=day,
            detail=command.detail,
            **made(by, command.at),
        )
    ]


def _check_may_begin(known: Known, notice: Notice, day: dt.date) -> None:
    if notice.paid_on is not None:
        raise Forbidden(
            why=f"Notice {notice.number} was paid on {in_words(notice.paid_on)}: nobody may be "
            "convicted of its offence",
            reference="Education Act 1996 s. 444A(4)",
        )
    withdrawn = notice.withdrawn
    free = known.school.rules_on(day).get("penalty.sessions_free_after").value
    if withdrawn is not None and withdrawn.ground not in free:
        raise Forbidden(
            why=f"Notice {notice.number} was withdrawn ({withdrawn.ground}): no prosecution may "
            "follow",
            reference="SI 2007/1867 reg. 8(5)",
        )
    if notice.received_on is None or withdrawn is not None:
        return
    days = days_from(
        notice.received_on, notice.offence_start, notice.offence_end, known.school.policy
    )
    if day < days.prosecute_from:
        raise Forbidden(
            why=f"It may be paid until {in_words(days.payable)}: no prosecution may be begun "
            f"before {in_words(days.prosecute_from)}",
            reference="SI 2007/1867 reg. 7; Education Act 1996 s. 444A(3)",
        )
