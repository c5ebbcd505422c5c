"""Notify a parent that an illness will be recorded as unauthorised: before it is."""

import datetime as dt
from typing import ClassVar

from commands.absence.base import OfAbsence, check_day, check_not_later, may, of
from commands.absence.history import History
from commands.base import in_words
from ledger.events import Event, ParentNotified
from ledger.events.absence import Channel
from ledger.kinds import Instant, Said
from ledger.refusals import Forbidden
from ledger.school import School


class NotifyParent(OfAbsence):
    """
    Record that a parent was told, for the days from ``date`` to ``to`` (else the whole spell).

    ``notified_at`` where that was earlier than now.
    """

    NAME: ClassVar[str] = "notify-parent"

    parent: Said
    channel: Channel = "letter"
    to: dt.date | None = None
    said: Said | None = None
    notified_at: Instant | None = None


def decide(command: NotifyParent, school: School, known: History) -> list[Event]:
    """
    Record the notice that must come before ``refuse-illness``.

    The same notice of the same days in the same way, given already, is nothing: a letter
    ``illness-notice`` recorded it when it was sent.

    Reference: policy (unplanned absence).
    """
    pupil, by = may(command, school, known, [command.parent])
    check_day(command.date, school, pupil)
    told = command.notified_at or command.at
    check_not_later(told, command.at, "A notice")
    if command.to is not None and command.to < command.date:
        raise Forbidden(why=f"A notice cannot end on {in_words(command.to)}, before it begins")
    if any(_same(command, one, told) for one in known.spell.notices):
        return []
    notified = ParentNotified(
        **of(command, known, pupil, by),
        parent=command.parent,
        channel=command.channel,
        starts=command.date,
        ends=command.to,
        said=command.said,
        notified_at=told,
    )
    return [notified]


def _same(command: NotifyParent, one: ParentNotified, told: dt.datetime) -> bool:
    covers = one.starts <= command.date and (
        one.ends is None or (command.to is not None and command.to <= one.ends)
    )
    if not covers or (one.parent, one.channel) != (command.parent, command.channel):
        return False
    return one.notified_at <= told
