"""Acts about keeping and disposing: legal holds, disposals, redactions, erasure refused."""

from collections.abc import Callable
from typing import Any

from commands.base import Command
from commands.retention import (
    approve_disposal,
    dispose_of_entries,
    place_hold,
    redact,
    release_hold,
    request_disposal,
    request_erasure,
)
from commands.retention.approve_disposal import ApproveDisposal
from commands.retention.dispose_of_entries import DisposeOfEntries
from commands.retention.place_hold import PlaceHold
from commands.retention.redact import Redact
from commands.retention.release_hold import ReleaseHold
from commands.retention.request_disposal import RequestDisposal
from commands.retention.request_erasure import RequestErasure
from commands.states import Decided, States
from ledger.events import Event
from ledger.retention import Planned, Retention, hold_on, plan

Way = Callable[[Any, States], Decided]
STREAM = "retention"


def _told(states: States) -> tuple[Retention, dict[str, int]]:
    """The state, and the version of the stream it was read at."""
    events: list[Event] = states.under(STREAM).get(STREAM, [])
    return Retention.fold((0, event) for event in events), {STREAM: len(events)}


def _place_hold(command: PlaceHold, states: States) -> Decided:
    retention, expect = _told(states)
    return place_hold.decide(command, states.school, states.roll, retention), expect


def _release_hold(command: ReleaseHold, states: States) -> Decided:
    retention, expect = _told(states)
    return release_hold.decide(command, states.school, retention), expect


def _request_disposal(command: RequestDisposal, states: States) -> Decided:
    retention, expect = _told(states)

    def due() -> Planned:
        rules = states.school.rules_on(command.day)  # in force when it is asked for
        on = command.on or command.day
        return plan(states.ledger, states.school, retention, on, rules=rules)

    return request_disposal.decide(command, states.school, retention, due), expect


def _approve_disposal(command: ApproveDisposal, states: States) -> Decided:
    retention, expect = _told(states)
    return approve_disposal.decide(command, states.school, retention), expect


def _dispose_of_entries(command: DisposeOfEntries, states: States) -> Decided:
    retention, expect = _told(states)

    def due() -> Planned:
        asked = retention.disposals[command.disposal].requested
        rules = states.school.rules_on(command.day)  # and still when it is carried out
        return plan(states.ledger, states.school, retention, asked.on, rules=rules)

    return dispose_of_entries.decide(command, states.school, retention, due), expect


def _redact(command: Redact, states: States) -> Decided:
    retention, expect = _told(states)

    def entry() -> Event | None:
        found = states.ledger.entries(after=command.entry - 1, upto=command.entry)
        return next((one.event for one in found), None)

    def held() -> int | None:
        return hold_on(states.ledger, retention, command.entry)

    return redact.decide(command, states.school, retention, entry, held), expect


def _request_erasure(command: RequestErasure, states: States) -> Decided:
    retention, expect = _told(states)
    pupil = states.roll.find(command.pupil)

    def due() -> Planned:
        return plan(states.ledger, states.school, retention, command.day)

    return request_erasure.decide(command, states.school, pupil, due), expect


WAYS: dict[type[Command], Way] = {
    PlaceHold: _place_hold,
    ReleaseHold: _release_hold,
    RequestDisposal: _request_disposal,
    ApproveDisposal: _approve_disposal,
    DisposeOfEntries: _dispose_of_entries,
    Redact: _redact,
    RequestErasure: _request_erasure,
}
"""How each act about keeping is decided: what it reads, and at which version."""
