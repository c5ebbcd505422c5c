"""Ask for leave: the form as it reached the school, with its arithmetic."""

import datetime as dt
from typing import ClassVar

from commands.base import Command, in_words
from commands.leave.checks import on_school_days, parent_of
from commands.marks import row_in_force
from commands.permits import Ask, permitted
from ledger.appropriate import BY_THE_PUPIL
from ledger.calendar import london
from ledger.events import Event, LeaveRequested
from ledger.events.leave import Channel, HalfDays
from ledger.kinds import Code, Instant, Said, Session
from ledger.leave import Leaves
from ledger.notice import arithmetic, missed
from ledger.refusals import CodeNotAllowed, Forbidden, UnknownPupil
from ledger.roll import Pupil, Roll
from ledger.school import School


class RequestLeave(Command):
    """
    Enter a request for leave of absence as it was received.

    ``pupil`` is a UPN or the school's own number; ``asked_by`` a parent's id, or ``pupil``. The
    absence lasts from the session ``first`` to the one before ``back``. ``half_days_stated`` is
    the applicant's own count. ``received_at`` is now unless said.
    """

    NAME: ClassVar[str] = "request-leave"

    pupil: str
    asked_by: Said
    first: Session
    back: Session
    reason: Said
    code: Code = "C"
    purpose: Said | None = None
    leaves_home_on: dt.date | None = None
    half_days_stated: HalfDays | None = None
    evidence: tuple[Said, ...] = ()
    channel: Channel = "form"
    signed_on: dt.date | None = None
    received_at: Instant | None = None

    @property
    def received(self) -> Instant:
        return self.received_at or self.at


def decide(command: RequestLeave, school: School, roll: Roll, leaves: Leaves) -> list[Event]:
    """
    Keep the request, whoever it is from and whatever may be said against granting it.

    Days and notice are reckoned once, on the day of receipt, and kept. The same request again
    while nothing has been decided is nothing.

    Reference: SI 2024/208 reg. 11.
    """
    pupil = roll.find(command.pupil)
    if pupil is None:
        raise UnknownPupil(pupil=command.pupil)
    if command.asked_by != BY_THE_PUPIL:
        parent_of(pupil, command.asked_by)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    sessions = missed(school.calendar, command.first, command.back)
    on_school_days(school, pupil, sessions, command.first.date)
    _check_code(command, school, sessions[0].date)
    _check_receipt(command, school)

    received_on = london(command.received).date()
    asked = school.rules_on(received_on).values.get("leave.notice")
    requested = LeaveRequested(
        leave=leaves.next_number,
        pupil=pupil.id,
        **command.model_dump(exclude={"by", "at", "key", "pupil", "received_at"}),
        received_at=command.received,
        arithmetic=arithmetic(
            school.calendar,
            command.first,
            command.back,
            received_on,
            asked if _asks(command) else None,
        ),
        made_by=by,
        made_at=command.at,
    )
    return [] if _asked_already(requested, pupil, leaves) else [requested]


def _asks(command: RequestLeave) -> bool:
    """The policies ask notice of leave in exceptional circumstances, not of an appointment."""
    return command.code in EXCEPTIONAL_CODES


EXCEPTIONAL_CODES = {"C", "H"}


def _check_code(command: RequestLeave, school: School, day: dt.date) -> None:
    row = row_in_force(school.rules_on(day), command.code, day)
    if not row.leave:
        why = f"it is no code of leave on {in_words(day)}, and wants no leave"
        raise CodeNotAllowed(asked=row.code, why=why)


def _check_receipt(command: RequestLeave, school: School) -> None:
    if command.received > command.at:
        raise Forbidden(why="A request cannot have been received later than now")
    accepted = school.rules_on(london(command.received).date()).values.get("leave.accepted_as")
    if accepted and _asks(command) and command.channel not in accepted.value:
        listed = ", ".join(accepted.value)
        why = (
            f"The policy takes such a request only as: {listed}; this one came as {command.channel}"
        )
        raise Forbidden(why=why, reference=accepted.reference)


def _asked_already(requested: LeaveRequested, pupil: Pupil, leaves: Leaves) -> bool:
    """Whether the very same is asked for already and undecided."""
    others = {"leave", "made_by", "made_at", "received_at", "arithmetic"}
    said = requested.model_dump(exclude=others)
    return any(
        one.standing == "undecided"
        and one.requested is not None
        and one.requested.model_dump(exclude=others) == said
        for one in leaves.of_pupil(pupil.id)
    )
