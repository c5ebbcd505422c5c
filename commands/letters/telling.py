"""What else a letter does: a parent is told, or evidence is required from a day on."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from commands.absence.base import clause
from commands.absence.history import History
from commands.absence.require_evidence import RequireEvidence
from commands.base import in_words, made
from commands.permits import Ask, permitted
from ledger.calendar import instant, london
from ledger.events import Event, EvidenceRequirementSet, Parent, ParentNotified
from ledger.events.absence import Channel
from ledger.events.letter import LetterChannel, letter_stream
from ledger.kinds import Instant, Person, Session
from ledger.refusals import Forbidden, NotPermitted, StepMissing
from ledger.roll import Pupil
from ledger.school import School

_TOLD_BY: dict[LetterChannel, Channel] = {
    "first class post": "letter",
    "second class post": "letter",
    "by hand": "in person",
    "email": "email",
    "app": "app",
}
_IN_THE_POST: dict[LetterChannel, str] = {
    "first class post": "letter.first_class",
    "second class post": "letter.second_class",
}
_END_OF_DAY = dt.time(23, 59)


def told_at(channel: LetterChannel, sent: Instant, day: dt.date, school: School) -> Instant:
    """
    When a letter sent on ``day`` has told its reader: in the post, not before it has arrived.

    Reference: as SI 2007/1867 reg. 22 deems of a penalty notice (derived for other letters).
    """
    name, rules = _IN_THE_POST.get(channel), school.rules_on(day)
    if name is None or name not in rules:
        return sent
    wait = rules.get(name).value
    arrives = school.calendar.deadline(day, wait["length"], wait["unit"])
    return instant(arrives, _END_OF_DAY) if arrives else sent


def readers(pupil: Pupil, parent: str | None) -> list[Parent]:
    """
    The parents whom a letter reaches: the one named, else those at the address it goes to.

    Raises ``StepMissing`` where nobody is known to be at it.
    """
    if parent is not None:
        return [one for one in pupil.parents if one.id == parent]
    home = [one for one in pupil.parents if one.lives_with and one.address]
    reached = [one for one in home if one.address == home[0].address]
    if not reached:
        known = ", ".join(f"{one.id} ({one.name})" for one in pupil.parents) or "none"
        why = "A notice tells a parent, and no address says which: give --parent, one of"
        raise StepMissing(why=f"{why} {known}")
    return reached


@dataclass(frozen=True)
class Telling:
    """A letter that tells: its number, how and when it goes, about whom, to one parent or all."""

    letter: int
    channel: LetterChannel
    pupil: Pupil
    parent: str | None
    school: School
    by: Person
    sent: Instant

    @property
    def day(self) -> dt.date:
        """The day it is sent."""
        return london(self.sent).date()


def notices(told: Telling, of: Mapping[Session, History]) -> Iterator[Event]:
    """
    That each reader was told of each spell's sessions, unless that was recorded already.

    ``of``: the sessions of illness it names, and what is known around each.
    """
    moment = told_at(told.channel, told.sent, told.day, told.school)
    spells: dict[dt.date, list[Session]] = {}
    for session in sorted(of):
        spells.setdefault(of[session].first, []).append(session)
    for first, theirs in spells.items():
        spell, days = of[theirs[0]].spell, [session.date for session in theirs]
        for one in readers(told.pupil, told.parent):
            if all(spell.told(one.id, day, moment) for day in days):
                continue
            yield ParentNotified(
                pupil=told.pupil.id,
                first=first,
                parent=one.id,
                channel=_TOLD_BY[told.channel],
                starts=days[0],
                ends=days[-1],
                said=f"in {letter_stream(told.letter)}",
                notified_at=moment,
                letter=told.letter,
                **made(told.by, told.sent),
            )


def requirement(told: Telling, first: dt.date, known: History) -> Iterator[Event]:
    """
    That evidence of every illness is required from ``first`` on, unless it is already.

    Raises ``NotPermitted`` for somebody who may not require it, saying how the letter may be sent
    all the same; ``Forbidden`` for a letter that
    asks it of an illness before it was sent, or where no policy lets a letter ask it.
    """
    if known.requiring(first) is not None:
        return
    group = told.pupil.group_on(told.day)
    _may_require(told.school, Ask(RequireEvidence.NAME, told.by.id, told.sent, group))
    rules = told.school.rules_on(first)
    if "evidence.standing" not in rules or not rules.get("evidence.standing").value:
        raise Forbidden(why=f"No policy in force on {in_words(first)} lets a letter require it")
    if first < told.day:
        why = f"A letter sent on {in_words(told.day)} cannot ask for evidence of an earlier"
        raise Forbidden(why=f"{why} illness", reference=clause(rules, "evidence.standing"))
    yield EvidenceRequirementSet(
        pupil=told.pupil.id,
        first=first,
        reason="Letter of concern",
        letter=letter_stream(told.letter),
        sent_on=told.day,
        clause=clause(rules, "evidence.standing"),
        **made(told.by, told.sent),
    )


def _may_require(school: School, ask: Ask) -> None:
    try:
        permitted(school, ask)
    except NotPermitted as refused:
        instead = "send the letter with --without-evidence, or let one of them send it"
        said = refused.particulars | {"why": f"{refused.particulars['why']}; {instead}"}
        raise NotPermitted(**said) from None
