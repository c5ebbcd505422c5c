"""Require evidence of every further illness of a pupil, by letter; and lift that again."""

import datetime as dt
from typing import ClassVar

from commands.absence.base import check_day, clause, may
from commands.absence.history import History
from commands.base import Command, in_words, made
from ledger.events import Event, EvidenceRequirementLifted, EvidenceRequirementSet
from ledger.kinds import Said
from ledger.refusals import Forbidden
from ledger.school import School


class RequireEvidence(Command):
    """
    Require evidence of every illness of a pupil from ``date`` on.

    ``letter`` says which letter told the parents, ``sent_on`` when; today without it.
    """

    NAME: ClassVar[str] = "require-evidence"

    pupil: str
    date: dt.date
    reason: Said
    letter: Said | None = None
    sent_on: dt.date | None = None


class LiftEvidenceRequirement(Command):
    """Lift the requirement that stands on ``date``, which is the last day it holds."""

    NAME: ClassVar[str] = "lift-evidence-requirement"

    pupil: str
    date: dt.date
    reason: Said


def decide(command: RequireEvidence, school: School, known: History) -> list[Event]:
    """
    Record the standing requirement. While one stands another is refused.

    Reference: policy (letter of concern).
    """
    pupil, by = may(command, school, known)
    check_day(command.date, school, pupil)
    rules = school.rules_on(command.date)
    if "evidence.standing" not in rules or not rules.get("evidence.standing").value:
        why = f"No policy in force on {in_words(command.date)} lets a letter require evidence"
        raise Forbidden(
            why=f"{why} of every further illness", reference=clause(rules, "evidence.asked")
        )
    standing = known.requiring(command.date)
    if standing is not None:
        if standing.first == command.date:
            return []
        since = in_words(standing.first)
        raise Forbidden(why=f"Evidence has been required of {pupil.name} since {since}")
    sent = command.sent_on or command.day
    if sent > command.day:
        raise Forbidden(why="A letter cannot have been sent later than now")
    if command.date < sent:
        why = f"A letter sent on {in_words(sent)} cannot ask for evidence of an earlier illness"
        raise Forbidden(why=why, reference=clause(rules, "evidence.standing"))
    required = EvidenceRequirementSet(
        pupil=pupil.id,
        first=command.date,
        reason=command.reason,
        letter=command.letter,
        sent_on=sent,
        clause=clause(rules, "evidence.standing"),
        **made(by, command.at),
    )
    return [required]


def decide_lifted(command: LiftEvidenceRequirement, school: School, known: History) -> list[Event]:
    """Lift what stands; where nothing does, there is nothing to lift."""
    pupil, by = may(command, school, known, act=RequireEvidence.NAME)  # who sets it lifts it
    standing = known.requiring(command.date)
    if standing is None:
        raise Forbidden(why=f"No evidence is required of {pupil.name} on {in_words(command.date)}")
    if standing.lifted is not None and standing.lifted.last_day == command.date:
        return []
    lifted = EvidenceRequirementLifted(
        pupil=pupil.id,
        first=standing.first,
        reason=command.reason,
        last_day=command.date,
        **made(by, command.at),
    )
    return [lifted]
