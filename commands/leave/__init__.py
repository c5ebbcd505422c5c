"""The acts about leave of absence, and how each is decided."""

from collections.abc import Callable
from typing import Any

from commands.base import Command
from commands.leave import (
    agree_part_time_timetable,
    consult_on_leave,
    grant_leave,
    refuse_leave,
    request_leave,
    withdraw_leave,
)
from commands.leave.agree_part_time_timetable import AgreePartTimeTimetable
from commands.leave.consult_on_leave import ConsultOnLeave
from commands.leave.grant_leave import GrantLeave
from commands.leave.refuse_leave import RefuseLeave
from commands.leave.request_leave import RequestLeave
from commands.leave.withdraw_leave import WithdrawLeave
from commands.states import Decided, States
from ledger.events.leave import leave_stream


def _request(command: RequestLeave, states: States) -> Decided:
    events = request_leave.decide(command, states.school, states.roll, states.leaves)
    return events, _of(states.leaves.next_number, states)


def _consult(command: ConsultOnLeave, states: States) -> Decided:
    events = consult_on_leave.decide(command, states.school, states.leaves)
    return events, _of(command.leave, states)


def _grant(command: GrantLeave, states: States) -> Decided:
    events = grant_leave.decide(command, states.school, states.roll, states.leaves)
    return events, _of(command.leave, states)


def _refuse(command: RefuseLeave, states: States) -> Decided:
    events = refuse_leave.decide(command, states.school, states.leaves)
    return events, _of(command.leave, states)


def _withdraw(command: WithdrawLeave, states: States) -> Decided:
    events = withdraw_leave.decide(command, states.school, states.leaves)
    return events, _of(command.leave, states)


def _agree(command: AgreePartTimeTimetable, states: States) -> Decided:
    events = agree_part_time_timetable.decide(command, states.school, states.roll, states.leaves)
    return events, _of(states.leaves.next_number, states)


def _of(leave: int, states: States) -> dict[str, int]:
    stream = leave_stream(leave)
    return {stream: states.version(stream)}


WAYS: dict[type[Command], Callable[[Any, States], Decided]] = {
    RequestLeave: _request,
    ConsultOnLeave: _consult,
    GrantLeave: _grant,
    RefuseLeave: _refuse,
    WithdrawLeave: _withdraw,
    AgreePartTimeTimetable: _agree,
}
"""How each act about leave is decided."""
