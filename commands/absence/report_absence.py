"""Report an absence: what a parent said of it, and of which days."""

import datetime as dt
from typing import ClassVar

from commands.absence.base import OfAbsence, check_day, check_not_later, may, of
from commands.absence.history import History
from commands.base import in_words
from ledger.events import AbsenceReported, Event
from ledger.events.absence import Channel
from ledger.kinds import Instant, Said
from ledger.refusals import Forbidden
from ledger.school import School


class ReportAbsence(OfAbsence):
    """
    Record that a parent, or somebody else, told the school why a pupil is absent.

    It speaks for the day alone, up to ``to``, or up to the day before ``back_on``.
    ``received_at`` is when it was told, where that was earlier than now.
    """

    NAME: ClassVar[str] = "report-absence"

    reason: Said
    parent: Said | None = None
    other: Said | None = None
    illness: bool = False
    to: dt.date | None = None
    back_on: dt.date | None = None
    received_at: Instant | None = None
    channel: Channel = "phone"


def decide(command: ReportAbsence, school: School, known: History) -> list[Event]:
    """
    Record the report; which of its days it explains is for the policy of each day to say.

    Reference: policy (unplanned absence).
    """
    pupil, by = may(command, school, known, [command.parent])
    check_day(command.date, school, pupil)
    received = command.received_at or command.at
    check_not_later(received, command.at, "A report")
    if command.parent is None and command.other is None:
        raise Forbidden(why="A report names who told the school: give the parent, or who else")
    ends = command.to or command.date
    if command.back_on is not None:
        if command.back_on <= max(command.date, ends):
            why = f"A pupil absent on {in_words(max(command.date, ends))} cannot be back that day"
            raise Forbidden(why=f"{why} or before")
        ends = command.to or command.back_on - dt.timedelta(days=1)
    if ends < command.date:
        raise Forbidden(why=f"An absence cannot end on {in_words(ends)}, before it begins")
    reported = AbsenceReported(
        **of(command, known, pupil, by),
        parent=command.parent,
        other=command.other,
        reason=command.reason,
        illness=command.illness,
        starts=command.date,
        ends=ends,
        back_on=command.back_on,
        received_at=received,
        channel=command.channel,
    )
    return [reported]
