"""Open a school's register: everything the school has settled, from one description."""

import datetime as dt
from collections.abc import Iterator
from typing import ClassVar

from commands.adopt_policy import adopting
from commands.base import Command, in_words, made
from commands.permits import Ask, permitted
from ledger.events import (
    CalendarSet,
    Delegated,
    Event,
    PolicyAdopted,
    RegisterTimesSet,
    SchoolOpened,
    StaffAppointed,
    StaffLeft,
    Term,
)
from ledger.kinds import Frozen, GroupId, Person, Said, StaffId, Urn
from ledger.policy import lay_over
from ledger.refusals import UnknownPerson
from ledger.school import School, read_pack


class Pack(Frozen):
    """A policy pack to work under from a day on; ``text`` is a school's own file, whole."""

    pack: Said
    starts: dt.date
    text: str | None = None


class Times(Frozen):
    """When the registers are taken, from a day on (Europe/London times)."""

    starts: dt.date
    arrive_by: dt.time | None = None
    am_opens: dt.time
    am_closes: dt.time
    pm_opens: dt.time
    pm_closes: dt.time


class Year(Frozen):
    """The days of one school year; ``inset`` and ``closed`` lie inside its half-terms."""

    school_year: Said
    half_terms: tuple[Term, ...]
    inset: tuple[dt.date, ...] = ()
    closed: tuple[dt.date, ...] = ()


class Member(Frozen):
    """A member of staff from ``starts`` on, to ``ends`` where that is known."""

    staff: StaffId
    name: Said
    position: Said
    roles: tuple[Said, ...]
    groups: tuple[GroupId, ...] = ()
    starts: dt.date
    ends: dt.date | None = None


class Delegation(Frozen):
    """An act that somebody else may do, between two days, both in."""

    act: Said
    delegate: StaffId
    starts: dt.date
    ends: dt.date | None = None
    reason: Said | None = None


class OpenSchool(Command):
    """
    Open the register of a school, or bring it up to a description that has changed since.

    Running it again records only what is new or different; what a description leaves out
    stays as it is.
    """

    NAME: ClassVar[str] = "open-school"

    urn: Urn
    name: Said
    phase: Said
    local_authority: Said
    trust: Said | None = None
    packs: tuple[Pack, ...] = ()
    years: tuple[Year, ...] = ()
    times: tuple[Times, ...] = ()
    staff: tuple[Member, ...] = ()
    delegations: tuple[Delegation, ...] = ()


def decide(command: OpenSchool, school: School | None) -> list[Event]:
    """
    Everything in the description that the ledger does not hold yet.

    The first time the person must be among the staff described. Later it takes somebody who
    may ``delegate``, since staff and their roles are settled here, and who may ``adopt-policy``
    where there is one to adopt.
    """
    by = _first(command) if school is None else _later(command, school)
    fields = made(by, command.at)
    opened = SchoolOpened(
        **command.model_dump(include={"urn", "name", "phase", "local_authority", "trust"}),
        **fields,
    )
    known = _known(school) if school else set()
    if school and _said(opened) == _opened(school):
        known.add(_said(opened))
    new = [event for event in (opened, *_described(command, by)) if _said(event) not in known]
    if school and any(isinstance(event, PolicyAdopted) for event in new):
        permitted(school, Ask("adopt-policy", command.by, command.at))
    return new


def _first(command: OpenSchool) -> Person:
    for member in command.staff:
        if member.staff == command.by:
            return Person(id=member.staff, name=member.name, position=member.position)
    raise UnknownPerson(person=command.by, date=in_words(command.day))


def _later(command: OpenSchool, school: School) -> Person:
    return permitted(school, Ask("delegate", command.by, command.at))


def _described(command: OpenSchool, by: Person) -> Iterator[Event]:
    """Policy first, so that whatever follows is read under it."""
    fields = made(by, command.at)
    packs = [adopting(one.pack, one.starts, one.text, by, command.at) for one in command.packs]
    lay_over([(one.starts, read_pack(one)) for one in packs])  # refuses what is not allowed
    yield from packs
    for year in command.years:
        yield CalendarSet(**dict(year), **fields)
    for times in command.times:
        yield RegisterTimesSet(**dict(times), **fields)
    for member in command.staff:
        yield StaffAppointed(**{k: v for k, v in member if k != "ends"}, **fields)
        if member.ends is not None:
            yield StaffLeft(staff=member.staff, last_day=member.ends, **fields)
    for one in command.delegations:
        yield Delegated(**dict(one), **fields)


def _known(school: School) -> set[str]:
    """What the ledger holds, each as said; of calendars only those that stand."""
    calendars = {one.school_year: one for one in school.calendars}
    held: list[Event] = [*school.packs, *calendars.values(), *school.times]
    held += [*school.appointments, *school.departures, *school.delegations]
    return {_said(event) for event in held}


def _opened(school: School) -> str:
    fields = ("urn", "name", "phase", "local_authority", "trust")
    return repr([SchoolOpened.TOPIC, {name: getattr(school, name) for name in fields}])


def _said(event: Event) -> str:
    """What an event says, whoever said it and when."""
    left_out = {"made_by", "made_at"}
    if isinstance(event, PolicyAdopted):
        left_out.add("text")  # the hash says it
    return repr([event.TOPIC, event.model_dump(exclude=left_out)])
