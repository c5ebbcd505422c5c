"""Delegate an act: a person who may do it lets another do it, between two days."""

import datetime as dt
from typing import ClassVar

from commands.base import Command, in_words
from commands.penalty.asking import check_may_be_authorised
from commands.penalty.issue_penalty_notice import IssuePenaltyNotice
from commands.permits import Ask, may_in_own_right, permitted
from ledger.events import Delegated, Event
from ledger.kinds import Said, StaffId
from ledger.refusals import Forbidden, NotPermitted, UnknownPerson
from ledger.school import School


class Delegate(Command):
    """
    Let ``delegate`` do ``act`` (named like the command: ``amend-mark``) from ``starts`` to
    ``ends``, both in; without an end it lasts until the person who gave it leaves.
    """

    NAME: ClassVar[str] = "delegate"

    act: Said
    delegate: StaffId
    starts: dt.date
    ends: dt.date | None = None
    reason: Said | None = None


def decide(command: Delegate, school: School) -> list[Event]:
    """
    Delegate an act that the person giving it may do in their own right.

    What was itself delegated cannot be passed on. The same delegation again is nothing.
    """
    delegate = school.person_on(command.delegate, command.starts)
    if delegate is None:
        raise UnknownPerson(person=command.delegate, date=in_words(command.starts))
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    giver = school.person_on(command.by, command.day)
    assert giver is not None  # permitted() found them
    if not may_in_own_right(school, giver, command.act, command.day):
        raise NotPermitted(
            name=giver.name,
            position=giver.position,
            act=f"delegate {command.act}",
            why="only who may do an act may delegate it",
        )
    if command.act == IssuePenaltyNotice.NAME:
        check_may_be_authorised(school, delegate, command.starts)
    if command.ends is not None and command.ends < command.starts:
        raise Forbidden(
            why=f"A delegation cannot end on {in_words(command.ends)}, before it begins"
        )

    delegated = Delegated(
        act=command.act,
        delegate=command.delegate,
        starts=command.starts,
        ends=command.ends,
        reason=command.reason,
        made_by=by,
        made_at=command.at,
    )
    if any(_same(delegated, other) for other in school.delegations):
        return []
    return [delegated]


def _same(one: Delegated, other: Delegated) -> bool:
    return (one.act, one.delegate, one.starts, one.ends, one.made_by.id) == (
        other.act,
        other.delegate,
        other.starts,
        other.ends,
        other.made_by.id,
    )
