"""Record that somebody became aware that the threshold was reached: a case opens."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from commands.base import Command, in_words, made
from commands.penalty.asking import step_missing
from commands.penalty.knowing import Known, check_on_roll, check_past, may
from commands.penalty.marks import reckoned
from commands.permits import Ask, permitted
from ledger.events import AwarenessRecorded, Event, NamedSession, ThresholdReached
from ledger.kinds import Person, StaffId
from ledger.reckoning import Marked, Threshold
from ledger.refusals import Forbidden
from ledger.roll import Pupil
from ledger.school import School


class RecordAwareness(Command):
    """
    Say that ``who`` (without it, the person who records it) became aware ``on`` a day (today).

    A case opens for each parent, or for the one named, with the sessions that reached the
    threshold frozen as the register stands. Sessions that a notice has used do not count again.
    """

    NAME: ClassVar[str] = "record-awareness"

    pupil: str
    parent: str | None = None
    who: StaffId | None = None
    on: dt.date | None = None


def decide(
    command: RecordAwareness,
    school: School,
    pupil: Pupil,
    parents: Sequence[Known],
    marks: Sequence[Marked],
) -> list[Event]:
    """
    Open a case for each parent for whom the threshold stands and no case is open.

    Reference: SI 2007/1867 reg. 9A(1), inserted by SI 2024/210 reg. 5.
    """
    by = may(command, school)
    day = command.on or command.day
    aware = _aware(command, school)
    check_on_roll(pupil, command.day)
    if not parents:
        raise step_missing(
            f"{pupil.name} has no parent in the admission register to whom a notice could go",
            "Education Act 1996 s. 576",
        )
    check_past(command, day, "Awareness")
    events: list[Event] = []
    for known in parents:
        if known.record.open_case is None:
            found = _standing(known, marks, day)
            events += _opened(known, found, aware, day, made(by, command.at))
    return events


def _aware(command: RecordAwareness, school: School) -> Person:
    """Awareness is that of somebody who may decide; whoever may record it may say whose."""
    ask = Ask("consider-penalty-notice", command.who or command.by, command.at)
    return permitted(school, ask)


def _standing(known: Known, marks: Sequence[Marked], day: dt.date) -> Threshold:
    school = known.school
    rule = school.rules_on(day).values.get("penalty.threshold")
    found = reckoned(school, known.pupil, marks, known.used, day)
    if rule is None or found is None:
        why = f"No law and no policy of the school sets a threshold {in_words(day)}"
        raise Forbidden(why=why, reference="SI 2007/1867 reg. 9A")
    if not found.met:
        used = sum(mark.session in known.used for mark in marks)
        said = f"; {used} are named in notices already" if used else ""
        raise Forbidden(
            why=f"The threshold does not stand on {in_words(day)} for {known.pupil.name} and "
            f"{known.parent.name}: {found.total} of {found.needed} sessions are counted{said}",
            reference=rule.reference,
        )
    return found


def _opened(
    known: Known, found: Threshold, aware: Person, day: dt.date, signed: dict[str, Any]
) -> list[Event]:
    rule = known.school.rules_on(day).get("penalty.threshold")
    window = found.windows[-1]
    case = known.record.next_case
    reached = ThresholdReached(
        **known.who,
        case=case,
        met_on=window.met_on,
        lapses_on=window.lapses_on,
        rule=str(found.rule),
        clause=rule.reference,
        pack=rule.pack,
        needed=found.needed,
        sessions=tuple(
            NamedSession(session=mark.session, code=mark.code, entry=mark.entry or 0)
            for mark in (*window.sessions, *window.further)
        ),
        weeks=tuple(week.starts for week in window.weeks if week.counts),
        position=known.position,
        **signed,
    )
    recorded = AwarenessRecorded(**known.who, case=case, aware=aware, aware_on=day, **signed)
    return [reached, recorded]
