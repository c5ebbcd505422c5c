"""Record that somebody asks for erasure; inside the years of the law it is refused."""

import datetime as dt
from collections.abc import Callable
from typing import ClassVar

from commands.base import Command, in_words, made
from commands.permits import Ask, permitted
from ledger.events import ErasureRefused, Event
from ledger.kinds import Said
from ledger.refusals import Forbidden, UnknownPupil
from ledger.retention import Planned
from ledger.roll import Pupil
from ledger.school import School

REFERENCE = "UK GDPR Art. 17(3)(b)"


class RequestErasure(Command):
    """``asked_by`` asks on ``asked_on`` (else today) that what is held on a pupil be erased."""

    NAME: ClassVar[str] = "request-erasure"

    pupil: str
    asked_by: Said
    asked_on: dt.date | None = None


def decide(
    command: RequestErasure, school: School, pupil: Pupil | None, due: Callable[[], Planned]
) -> list[Event]:
    """
    Record the refusal, with how many entries are kept and until when.

    Keeping them is a legal obligation, so the right to erasure does not reach them. Where
    nothing is kept by law any longer, what remains is asked for with ``request-disposal``.

    Reference: UK GDPR Art. 17(3)(b); SI 2024/208 reg. 7.
    """
    if pupil is None:
        raise UnknownPupil(pupil=command.pupil)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    asked_on = command.asked_on or command.day
    if asked_on > command.day:
        raise Forbidden(why=f"Nobody has asked on {in_words(asked_on)} yet")
    kept = due().kept_of(pupil.id)
    if not kept.entries:
        raise Forbidden(
            why="Nothing of this pupil's has to be kept any longer: dispose of it with "
            "request-disposal instead"
        )
    rule = school.rules_on(command.day).get("retention.entry").reference
    refused = ErasureRefused(
        pupil=pupil.id,
        asked_by=command.asked_by,
        asked_on=asked_on,
        entries=kept.entries,
        until=kept.until,
        reference=f"{REFERENCE}; {rule}",
        **made(by, command.at),
    )
    return [refused]
