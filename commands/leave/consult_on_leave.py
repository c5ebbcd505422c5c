"""Record that somebody was consulted before a request for leave is decided."""

import datetime as dt
from typing import ClassVar

from commands.base import Command, in_words
from commands.leave.checks import leave_of
from commands.permits import Ask, permitted
from ledger.events import ConsultedOnLeave, Event
from ledger.kinds import Said, StaffId
from ledger.leave import Leaves
from ledger.refusals import Forbidden, UnknownPerson
from ledger.school import School


class ConsultOnLeave(Command):
    """Say whom (``consulted``, a staff id) was consulted on which day, and what was said."""

    NAME: ClassVar[str] = "consult-on-leave"

    leave: int
    consulted: StaffId
    said: Said
    on: dt.date | None = None

    @property
    def consulted_on(self) -> dt.date:
        return self.on or self.day


def decide(command: ConsultOnLeave, school: School, leaves: Leaves) -> list[Event]:
    """
    Record the consultation, under the role that the policy asks for where it is held.

    A consultation after the decision is refused: it is wanted before.
    """
    leave = leave_of(leaves, command.leave)
    staff = school.person_on(command.consulted, command.consulted_on)
    if staff is None:
        raise UnknownPerson(person=command.consulted, date=in_words(command.consulted_on))
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    if command.consulted_on > command.day:
        raise Forbidden(why="Nobody can have been consulted later than today")
    if leave.stands:
        why = f"Request {leave.number} has been granted; who is consulted is consulted before"
        raise Forbidden(why=why)

    wanted = school.rules_on(leave.first.date).values.get("leave.outside_list_needs")
    asked = wanted.value if wanted else ""
    consulted = ConsultedOnLeave(
        leave=leave.number,
        pupil=leave.pupil,
        consulted=staff.person,
        role=asked if asked in staff.roles else staff.roles[0],
        consulted_on=command.consulted_on,
        said=command.said,
        made_by=by,
        made_at=command.at,
    )
    same = {"made_by", "made_at"}
    said = consulted.model_dump(exclude=same)
    return (
        [] if any(one.model_dump(exclude=same) == said for one in leave.consulted) else [consulted]
    )
