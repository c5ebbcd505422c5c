"""Make a return to the local authority: who is named in it, and what it says of each."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from commands.base import Command, in_words, made
from commands.permits import Ask, permitted
from ledger.events import Event, Returned, ReturnMade
from ledger.events.returns import ReturnKind
from ledger.kinds import PupilId, Said
from ledger.refusals import Forbidden, UnknownPupil
from ledger.returns import Owed, Returns, held_of, particulars
from ledger.roll import Pupil
from ledger.school import School

JUDGED: Mapping[str, str] = {
    "attendance": "SI 2024/208 reg. 13(7)(a)",
    "sickness": "SI 2024/208 reg. 13(9)",
}
"""Returns that a school may owe by its own judgement, which the entries alone do not show."""


class MakeReturn(Command):
    """
    Record a return of a kind, made on ``made_on`` (else today), that names pupils.

    ``to`` is whom it was sent to, else the school's local authority. ``reason`` is the school's
    own ground for a pupil whom the entries alone would not name.
    """

    NAME: ClassVar[str] = "make-return"

    kind: ReturnKind
    pupils: tuple[Said, ...]
    made_on: dt.date | None = None
    to: Said | None = None
    reason: Said | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A pupil as typed, and as found."""

    written: str
    pupil: Pupil | None


def decide(
    command: MakeReturn,
    school: School,
    asked: Sequence[Asked],
    owed: Mapping[PupilId, Sequence[Owed]],
    returns: Returns,
) -> list[Event]:
    """
    Record the return with what it holds of each pupil: what the ledger says was owed.

    What a return of the kind has already said is not said again. For irregular attendance, and
    for an illness that the school has grounds to think will last, the school's reason stands
    beside it.

    Reference: SI 2024/208 reg. 13.
    """
    pupils = [_known(one) for one in asked]
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    made_on = command.made_on or command.day
    if made_on > command.day:
        raise Forbidden(why=f"A return of {in_words(made_on)} has not been made yet")
    if not pupils:
        raise Forbidden(why="A return names at least one pupil: attendance due lists them")
    says = particulars(school.rules_on(made_on), command.kind)
    if not says:
        kind = command.kind.replace("-", " ")
        raise Forbidden(why=f"There was no {kind} return yet on {in_words(made_on)}")
    named = [
        Returned(pupil=pupil.id, since=since, due=due, held=held_of(pupil, says, facts))
        for pupil in pupils
        for since, due, facts in _named(command, pupil, owed, returns, made_on)
    ]
    if not named:
        return []
    clauses = [one.reference for pupil in pupils for one in owed.get(pupil.id, ())]
    return_made = ReturnMade(
        kind=command.kind,
        number=returns.next_number(command.kind),
        made_on=made_on,
        to=command.to or school.local_authority,
        pupils=tuple(named),
        reason=command.reason,
        clause=clauses[0] if clauses else JUDGED[command.kind],
        **made(by, command.at),
    )
    return [return_made]


def _known(one: Asked) -> Pupil:
    if one.pupil is None:
        raise UnknownPupil(pupil=one.written)
    return one.pupil


_Named = tuple[dt.date, dt.date | None, Mapping[str, str]]
"""Since when, the last day for it, and the facts."""


def _named(
    command: MakeReturn,
    pupil: Pupil,
    owed: Mapping[PupilId, Sequence[Owed]],
    returns: Returns,
    made_on: dt.date,
) -> list[_Named]:
    kind, theirs = command.kind, owed.get(pupil.id, ())
    wanting = [one for one in theirs if returns.of(kind, pupil.id, one.since) is None]
    if wanting:
        return [(one.since, one.due, one.facts) for one in wanting]
    if theirs or returns.of(kind, pupil.id, made_on):
        return []
    if kind in JUDGED and command.reason:
        return [(made_on, None, {"ground": command.reason})]
    raise Forbidden(why=_why_not(kind, pupil))


def _why_not(kind: str, pupil: Pupil) -> str:
    said = f"No {kind.replace('-', ' ')} return is owed for {pupil.name} by what the ledger holds"
    if kind in JUDGED:
        return f"{said}; give the school's own reason ({JUDGED[kind]})"
    return said
