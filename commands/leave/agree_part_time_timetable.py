"""Agree a temporary part-time timetable with a parent: leave under C2 for the other sessions."""

import datetime as dt
from typing import ClassVar

from commands.base import Command, in_words
from commands.leave.checks import code_for_all, on_school_days, parent_of
from commands.permits import Ask, permitted
from ledger.events import Event, Parent, PartTimeTimetableAgreed
from ledger.events.leave import WEEKDAYS, Attends
from ledger.kinds import Said, Session
from ledger.leave import Leaves
from ledger.refusals import Forbidden, StepMissing, UnknownPupil
from ledger.roll import Pupil, Roll
from ledger.school import School

CODE = "C2"
_LAW = "SI 2024/208 reg. 11(6)"


class AgreePartTimeTimetable(Command):
    """
    Agree with ``parent`` on which half-days of the week the pupil attends for a time.

    ``pupil`` is a UPN or the school's own number; ``reason`` the exceptional circumstances;
    ``agreed_on`` is today unless said.
    """

    NAME: ClassVar[str] = "agree-part-time-timetable"

    pupil: str
    parent: Said
    starts: dt.date
    ends: dt.date | None = None
    review_on: dt.date | None = None
    attends: tuple[Attends, ...] = ()
    reason: str = ""
    agreed_on: dt.date | None = None


def decide(
    command: AgreePartTimeTimetable, school: School, roll: Roll, leaves: Leaves
) -> list[Event]:
    """
    Record the agreement, and give leave for the sessions outside it.

    The pupil must be of compulsory school age throughout, and normally live with the parent.
    Times and dates are the law's; an agreed end and a review are the guidance's.

    Reference: SI 2024/208 reg. 11(6).
    """
    pupil = roll.find(command.pupil)
    if pupil is None:
        raise UnknownPupil(pupil=command.pupil)
    parent = parent_of(pupil, command.parent)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    ends = command.ends or command.starts
    sessions = _away(command, school, ends)
    whole = school.calendar.sessions(command.starts, ends)
    on_school_days(school, pupil, whole, command.starts)
    code_for_all(school, pupil, CODE, whole)
    _wanted(command, school)
    _forbidden(command, parent, pupil)
    if not sessions:
        raise Forbidden(why="The pupil would attend every session, so there is nothing to agree")

    assert command.ends is not None  # _wanted() looked
    assert command.review_on is not None
    agreed = PartTimeTimetableAgreed(
        leave=leaves.next_number,
        pupil=pupil.id,
        parent=command.parent,
        starts=command.starts,
        ends=command.ends,
        review_on=command.review_on,
        attends=command.attends,
        sessions=tuple(sessions),
        code=CODE,
        reason=command.reason,
        agreed_on=command.agreed_on or command.day,
        made_by=by,
        made_at=command.at,
    )
    return [] if _agreed_already(agreed, pupil, leaves) else [agreed]


def _away(command: AgreePartTimeTimetable, school: School, ends: dt.date) -> list[Session]:
    """The sessions that the pupil does not attend."""
    there = {(one.weekday, one.half) for one in command.attends}
    return [
        session
        for session in school.calendar.sessions(command.starts, ends)
        if (WEEKDAYS[session.date.weekday()], session.half) not in there
    ]


def _wanted(command: AgreePartTimeTimetable, school: School) -> None:
    if not command.reason.strip():
        why = "A part-time timetable wants the exceptional circumstances: give --reason"
        raise StepMissing(why=why, reference=_LAW)
    if not command.attends:
        why = "The times and dates of attendance are agreed: give --attends, such as 'Mon AM'"
        raise StepMissing(why=why, reference=_LAW)
    needs = school.rules_on(command.starts).values.get("leave.part_time_needs")
    given = {"end": ("ends", command.ends), "review": ("review", command.review_on)}
    for what in needs.value if needs else ():
        option, day = given.get(what, ("", command.starts))
        if needs is not None and day is None:
            why = f"A part-time timetable is temporary and wants its {what} agreed: give --{option}"
            raise StepMissing(why=why, reference=needs.reference)


_OPTION = {"end": "ends", "review": "review"}


def _forbidden(command: AgreePartTimeTimetable, parent: Parent, pupil: Pupil) -> None:
    if not parent.lives_with:
        said = "does not say that" if parent.lives_with is None else "says otherwise than that"
        why = (
            f"{parent.name} may not agree it: the admission register {said} {pupil.name} normally "
            f"lives with {parent.name}"
        )
        raise Forbidden(why=why, reference=_LAW)
    ends, review = command.ends, command.review_on
    assert ends is not None  # _wanted() looked
    assert review is not None
    if ends < command.starts:
        raise Forbidden(why=f"A timetable cannot end on {in_words(ends)}, before it begins")
    if not command.starts <= review <= ends:
        why = f"The review on {in_words(review)} is not within the timetable"
        raise Forbidden(why=why)
    if command.agreed_on is not None and command.agreed_on > command.day:
        raise Forbidden(why="A timetable cannot have been agreed later than today")


def _agreed_already(agreed: PartTimeTimetableAgreed, pupil: Pupil, leaves: Leaves) -> bool:
    others = {"leave", "made_by", "made_at", "agreed_on"}
    said = agreed.model_dump(exclude=others)
    return any(
        isinstance(one.granting, PartTimeTimetableAgreed)
        and one.stands
        and one.granting.model_dump(exclude=others) == said
        for one in leaves.of_pupil(pupil.id)
    )
