"""Place a legal hold, or confirm one that somebody else placed."""

import datetime as dt
from typing import Any, ClassVar

from commands.base import Command, in_words, made
from commands.permits import Ask, permitted, same_person
from ledger.events import Event, HoldConfirmed, HoldPlaced
from ledger.kinds import Said
from ledger.refusals import AnotherPersonNeeded, Forbidden, ReasonMissing, UnknownHold, UnknownPupil
from ledger.retention import Retention
from ledger.roll import Roll
from ledger.school import School


class PlaceHold(Command):
    """
    Keep what a ``case`` needs: entries about ``pupils``, on ``streams``, of sessions from
    ``starts`` to ``ends``; what is left out is not narrowed by. ``confirm`` is the number of
    a hold that somebody else placed: then nothing else is said.
    """

    NAME: ClassVar[str] = "place-hold"

    case: Said | None = None
    reason: Said | None = None
    pupils: tuple[str, ...] = ()
    streams: tuple[Said, ...] = ()
    starts: dt.date | None = None
    ends: dt.date | None = None
    confirm: int | None = None


def decide(command: PlaceHold, school: School, roll: Roll, retention: Retention) -> list[Event]:
    """
    Place it, in force at once, or confirm it. Confirmed already, it is nothing.

    Reference: UK GDPR Art. 17(3)(e), 18(1)(c); a hold beats every period of a policy.
    """
    found = [roll.find(written) for written in command.pupils]
    for written, pupil in zip(command.pupils, found, strict=True):
        if pupil is None:
            raise UnknownPupil(pupil=written)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    if command.confirm is not None:
        return _confirmed(command, retention, made(by, command.at))
    if not command.case or not command.reason:
        raise ReasonMissing
    if command.starts and command.ends and command.ends < command.starts:
        raise Forbidden(why=f"A hold cannot end on {in_words(command.ends)}, before it begins")
    placed = HoldPlaced(
        hold=len(retention.holds) + 1,
        case=command.case,
        reason=command.reason,
        pupils=tuple(pupil.id for pupil in found if pupil is not None),
        streams=command.streams,
        first=command.starts,
        last=command.ends,
        **made(by, command.at),
    )
    return [placed]


def _confirmed(command: PlaceHold, retention: Retention, signed: dict[str, Any]) -> list[Event]:
    hold = retention.holds.get(command.confirm or 0)
    if hold is None or not hold.in_force:
        known = ", ".join(str(n) for n, one in retention.holds.items() if one.in_force)
        raise UnknownHold(hold=command.confirm, known=known or "none")
    if hold.confirmed_by is not None:
        return []
    if same_person(hold.placed.made_by, signed["made_by"]):
        raise AnotherPersonNeeded(what="A hold is confirmed", who=hold.placed.made_by.name)
    return [HoldConfirmed(hold=hold.placed.hold, **signed)]
