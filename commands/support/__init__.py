"""Acts about support: begun, noted, closed; one mechanism for plans, meetings, goals and logs."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from commands.base import Command
from commands.gone import numbered
from commands.penalty.marks import figures, marked
from commands.states import Decided, States
from commands.support import close_support, note_support, open_support
from commands.support.close_support import CloseSupport
from commands.support.note_support import NoteSupport
from commands.support.open_support import OpenSupport
from ledger.events import Event, Figures
from ledger.kinds import PupilId
from ledger.roll import Pupil
from ledger.support import Supports

Way = Callable[[Any, States], Decided]


def _open_support(command: OpenSupport, states: States) -> Decided:
    pupil = states.roll.find(command.pupil) if command.pupil else None
    before = _before(command, states, pupil) if pupil else None
    events = open_support.decide(command, states.school, pupil, _supports(states), before)
    return events, {event.stream: 0 for event in events}


def _note_support(command: NoteSupport, states: States) -> Decided:
    supports = _supports(states)
    return _expecting(note_support.decide(command, states.school, supports), supports)


def _close_support(command: CloseSupport, states: States) -> Decided:
    supports = _supports(states)
    one = supports.by_number.get(command.support)
    after = None
    if one is not None and one.opened.pupil is not None:
        after = _measured(
            states, one.opened.pupil, one.opened.opened_on, command.closed_on or command.day
        )
    return _expecting(close_support.decide(command, states.school, supports, after), supports)


def _before(command: OpenSupport, states: States, pupil: Pupil) -> Figures:
    """From the first day of the school year, or the day said, to the day before it was opened."""
    opened_on = command.opened_on or command.day
    year = states.school.calendar.period_of(opened_on, "year")
    first = command.measured_from or (year.starts if year else opened_on)
    return _measured(states, pupil.id, first, opened_on - dt.timedelta(days=1))


def _measured(states: States, pupil: PupilId, first: dt.date, last: dt.date) -> Figures:
    whose = states.roll.pupils[pupil]
    marks = marked(states.school, whose, states.entries_of(pupil, first, last))
    return figures(states.school, marks, first, last, states.seen)


def _supports(states: States) -> Supports:
    streams = states.under("support/")
    told = (event for events in streams.values() for event in events)
    supports = Supports.fold(told)  # type: ignore[arg-type]
    return replace(supports, gone=numbered(streams).get("support", 0))


def _expecting(events: list[Event], supports: Supports) -> Decided:
    known = {f"support/{number}": one.version for number, one in supports.by_number.items()}
    return events, {event.stream: known[event.stream] for event in events}


WAYS: dict[type[Command], Way] = {
    OpenSupport: _open_support,
    NoteSupport: _note_support,
    CloseSupport: _close_support,
}
"""How each act about support is decided: the states it reads, and their versions."""
