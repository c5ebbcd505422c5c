"""Record a fact about a pupil that a return or a referral turns on: an EHC plan, boarding."""

import datetime as dt
from typing import ClassVar

from commands.base import Command, in_words, made
from commands.permits import Ask, permitted
from ledger.events import Event, PupilFactRecorded
from ledger.events.pupil import Fact
from ledger.refusals import Forbidden, UnknownPupil
from ledger.roll import Pupil
from ledger.school import School


class RecordPupilFact(Command):
    """Say that a fact holds from ``starts`` to ``ends``, both in, or for the time being."""

    NAME: ClassVar[str] = "record-pupil-fact"

    pupil: str
    fact: Fact
    starts: dt.date
    ends: dt.date | None = None


def decide(command: RecordPupilFact, school: School, pupil: Pupil | None) -> list[Event]:
    """
    Record the fact, or its end, under the day from which it holds. Said again it is nothing.

    Reference: SI 2024/208 reg. 13(7); policy (pupils with an EHC plan, groups of concern).
    """
    if pupil is None:
        raise UnknownPupil(pupil=command.pupil)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    if command.ends is not None and command.ends < command.starts:
        raise Forbidden(why=f"A fact cannot end on {in_words(command.ends)}, before it begins")
    said = (command.fact, command.starts, command.ends)
    if any((one.fact, one.starts, one.ends) == said for one in pupil.facts):
        return []
    recorded = PupilFactRecorded(
        pupil=pupil.id,
        fact=command.fact,
        starts=command.starts,
        ends=command.ends,
        **made(by, command.at),
    )
    return [recorded]
