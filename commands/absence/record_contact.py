"""Record a contact: an attempt to reach a parent or another emergency contact."""

from typing import ClassVar

from commands.absence.base import OfAbsence, check_day, check_not_later, may, of
from commands.absence.history import History
from ledger.events import ContactAttempted, Event
from ledger.events.absence import Channel, Outcome
from ledger.kinds import Instant, Said
from ledger.refusals import Forbidden
from ledger.school import School


class RecordContact(OfAbsence):
    """
    Record that somebody was called, and what came of it.

    ``contact`` is a parent's id within the pupil, ``other`` another contact by relation;
    ``number`` the label of the number tried. ``tried_at`` where that was earlier than now.
    """

    NAME: ClassVar[str] = "record-contact"

    outcome: Outcome
    contact: Said | None = None
    other: Said | None = None
    number: Said | None = None
    channel: Channel = "phone"
    said: Said | None = None
    tried_at: Instant | None = None


def decide(command: RecordContact, school: School, known: History) -> list[Event]:
    """
    Record the attempt. Every attempt is its own entry, so that it can be shown who was tried.

    Reference: policy (following up unexplained absence).
    """
    pupil, by = may(command, school, known, [command.contact])
    check_day(command.date, school, pupil)
    tried = command.tried_at or command.at
    check_not_later(tried, command.at, "An attempt")
    if command.contact is None and command.other is None:
        raise Forbidden(why="An attempt names who was tried: give the parent, or who else")
    attempted = ContactAttempted(
        **of(command, known, pupil, by),
        contact=command.contact,
        other=command.other,
        number=command.number,
        channel=command.channel,
        outcome=command.outcome,
        said=command.said,
        tried_at=tried,
    )
    return [attempted]
