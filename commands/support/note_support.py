"""Note support: what was said or done since, and when it is looked at again."""

import datetime as dt
from typing import ClassVar

from commands.base import Command, in_words, made
from commands.permits import Ask, permitted
from ledger.events import Event, SupportNoted
from ledger.kinds import Said
from ledger.refusals import Forbidden, UnknownSupport
from ledger.school import School
from ledger.support import Support, Supports


class NoteSupport(Command):
    """Note something of support number ``support``, on ``noted_on`` (else today)."""

    NAME: ClassVar[str] = "note-support"

    support: int
    note: Said
    noted_on: dt.date | None = None
    outcome: Said | None = None
    review_on: dt.date | None = None


def decide(command: NoteSupport, school: School, supports: Supports) -> list[Event]:
    """Record the note. The same note of the same day again is nothing."""
    one = find(supports, command.support)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    noted_on = command.noted_on or command.day
    check_open(one, noted_on)
    if command.review_on is not None and command.review_on < noted_on:
        raise Forbidden(why=f"It cannot be reviewed on {in_words(command.review_on)}, before then")
    noted = SupportNoted(
        support=one.number,
        noted_on=noted_on,
        note=command.note,
        outcome=command.outcome,
        review_on=command.review_on,
        **made(by, command.at),
    )
    if any((it.noted_on, it.note) == (noted_on, noted.note) for it in one.notes):
        return []
    return [noted]


def find(supports: Supports, number: int) -> Support:
    """The one under a number. Raises ``UnknownSupport``."""
    one = supports.by_number.get(number)
    if one is None:
        still = [str(each) for each, held in supports.by_number.items() if held.open]
        raise UnknownSupport(support=number, known=", ".join(still) or "none")
    return one


def check_open(one: Support, day: dt.date) -> None:
    """Raise where it is closed, or was not begun yet."""
    if one.closed is not None:
        raise Forbidden(why=f"It was closed on {in_words(one.closed.closed_on)}")
    if day < one.opened.opened_on:
        raise Forbidden(why=f"It was begun on {in_words(one.opened.opened_on)}, after that day")
