"""The act of sending a letter, and how it is decided."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from commands.absence.history import history
from commands.base import Command
from commands.gone import numbered
from commands.letters import send_letter
from commands.letters.send_letter import SendLetter
from commands.states import Decided, States
from ledger.letters import LETTER_EVENTS, Letters


def letters_of(states: States, template: str) -> Letters:
    """The letters sent so far, and the template named if it is kept already."""
    sent = states.under("letter/")
    found = [*sent.values(), *states.under(f"template/{template}").values()]
    letters = Letters.fold(
        event for events in found for event in events if isinstance(event, LETTER_EVENTS)
    )
    return replace(letters, gone=numbered(sent).get("letter", 0))


def _send(command: SendLetter, states: States) -> Decided:
    letters = letters_of(states, command.template)
    days = {session.date for session in command.notifies}
    if command.requires_from is not None:
        days.add(command.requires_from)
    known = {day: history(states, command.pupil, day) for day in sorted(days)}
    events = send_letter.decide(
        command, states.school, states.roll, letters, states.seen, known=known
    )
    expect = {event.stream: 0 for event in events if isinstance(event, LETTER_EVENTS)}
    for one in known.values():
        expect |= one.expect(events)
    return events, expect


WAYS: dict[type[Command], Callable[[Any, States], Decided]] = {SendLetter: _send}
"""How the act about letters is decided."""
