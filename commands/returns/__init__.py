"""Acts about returns to the local authority, back-ups, and the facts that returns turn on."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from commands.base import Command
from commands.gone import numbered
from commands.penalty.marks import marked
from commands.returns import make_return, record_backup, record_pupil_fact
from commands.returns.make_return import Asked, MakeReturn
from commands.returns.record_backup import RecordBackup
from commands.returns.record_pupil_fact import RecordPupilFact
from commands.states import Decided, States
from ledger.calendar import london
from ledger.events import AbsenceReported, Event
from ledger.returns import (
    BACK,
    Owed,
    Returns,
    Told,
    attendance_owed,
    deletions_owed,
    new_pupils_owed,
    plan_fall_owed,
    sickness_owed,
)
from ledger.roll import Pupil

Way = Callable[[Any, States], Decided]


def _make_return(command: MakeReturn, states: States) -> Decided:
    returns = _returns(states)
    asked = [Asked(written, states.roll.find(written)) for written in command.pupils]
    known = {one.pupil.id: owed(command, states, one.pupil, returns) for one in asked if one.pupil}
    events = make_return.decide(command, states.school, asked, known, returns)
    return events, _expected(events, states)


def _record_backup(command: RecordBackup, states: States) -> Decided:
    events = record_backup.decide(command, states.school, _returns(states))
    return events, _expected(events, states)


def _record_pupil_fact(command: RecordPupilFact, states: States) -> Decided:
    events = record_pupil_fact.decide(command, states.school, states.roll.find(command.pupil))
    return events, {event.stream: states.version(event.stream) for event in events}


def owed(command: MakeReturn, states: States, pupil: Pupil, returns: Returns) -> list[Owed]:
    """What a return of the kind must say of the pupil, as at the day it is made."""
    school, on = states.school, command.made_on or command.day
    if command.kind == "new-pupil":
        return list(new_pupils_owed(school, states.roll, pupil.id))
    if command.kind == "deletion":
        return list(deletions_owed(school, states.roll, pupil.id))
    entries = states.entries_of(pupil.id, on - BACK, on)
    marks = {mark.session: mark.code for mark in marked(school, pupil, entries)}
    if command.kind == "attendance":
        return list(attendance_owed(pupil, marks, school, returns, on))
    if command.kind == "plan-fall":
        return list(plan_fall_owed(pupil, marks, school, on))
    return list(sickness_owed(pupil, marks, school, told(states.under(f"absence/{pupil.id}/")), on))


def told(streams: Mapping[str, list[Event]]) -> list[Told]:
    """The illnesses that somebody said would last until a day."""
    return [
        Told(london(one.received_at).date(), one.starts, one.ends)
        for events in streams.values()
        for one in events
        if isinstance(one, AbsenceReported) and one.illness
    ]


def _returns(states: States) -> Returns:
    streams = states.under("return/")
    made = (event for events in streams.values() for event in events)
    gone = {kind.removeprefix("return/"): one for kind, one in numbered(streams).items()}
    return replace(Returns.fold(made), gone=gone)  # type: ignore[arg-type]


def _expected(events: list[Event], states: States) -> dict[str, int]:
    """A return's stream is its own, and new."""
    return {event.stream: 0 for event in events}


WAYS: dict[type[Command], Way] = {
    MakeReturn: _make_return,
    RecordBackup: _record_backup,
    RecordPupilFact: _record_pupil_fact,
}
"""How each act about a return is decided: the states it reads, and their versions."""
