"""From what somebody asks to what is recorded: read the states, decide, append."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from commands import (
    absence,
    adopt_policy,
    amend_mark,
    declare_closure,
    delegate,
    import_pupils,
    import_record,
    import_totals,
    leave,
    letters,
    open_school,
    penalty,
    retention,
    returns,
    support,
    take_register,
    withdraw_closure,
)
from commands.adopt_policy import AdoptPolicy
from commands.amend_mark import AmendMark
from commands.base import Command, on_the_clock
from commands.declare_closure import DeclareClosure
from commands.delegate import Delegate
from commands.gone import going_on
from commands.import_pupils import ImportPupils, PupilsDecided
from commands.import_record import ImportRecord
from commands.import_totals import ImportTotals
from commands.on_sheet import OnSheet
from commands.open_school import OpenSchool
from commands.permits import Ask, permitted
from commands.pupil_rows import PupilRow
from commands.states import Decided, States, states_of
from commands.take_register import TakeRegister
from commands.withdraw_closure import WithdrawClosure
from ledger.events import Event
from ledger.events.register import register_stream
from ledger.kinds import GroupId
from ledger.refusals import Conflict, OutOfOrder
from ledger.register import Sheet
from ledger.store import Act, Ledger, Receipt

Way = Callable[[Any, States], Decided]


@dataclass(frozen=True)
class Outcome:
    """What an act came to. ``receipt`` is ``None`` where nothing was recorded."""

    receipt: Receipt | None
    decided: Sequence[Event]

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The events that were, or would be, recorded."""
        return tuple(self.decided)


@dataclass(frozen=True)
class PupilsImported:
    """What a file of pupils came to; ``decided`` is ``None`` for an act recorded before."""

    receipt: Receipt | None
    decided: PupilsDecided | None


def handle(
    command: Command, ledger: Ledger, *, dry_run: bool = False, seen: int | None = None
) -> Outcome:
    """
    Do what is asked, or raise the refusal that says why not.

    Asked again under the same key it records nothing and returns what was recorded then.
    ``dry_run`` decides and records nothing. Raises ``Conflict`` where another act came between
    reading and writing; or, with ``seen``, where one came on what this act stands on after the
    last entry that whoever asks has seen.
    """
    before, size = ledger.known(command.key)
    if before is not None:
        recorded = ledger.entries(after=before.first - 1, upto=before.last)
        return Outcome(before, tuple(one.event for one in recorded))
    states = states_of(ledger, size)
    events, expect = decide(command, states)
    if seen is not None:
        _check_seen(command, ledger, expect, seen)
    if dry_run or not events:
        return Outcome(None, events)
    return Outcome(_record(command, states, events, expect), events)


def _check_seen(command: Command, ledger: Ledger, expect: Mapping[str, int], seen: int) -> None:
    """Raise ``Conflict`` naming the first act on any of these streams after an entry."""
    for stream in expect:
        for page in ledger.pages_of(stream):
            if page.first > seen:
                other = next(ledger.acts(page.first, page.first))
                by = f"{other.command} by {other.made_by.name} ({other.made_by.position})"
                raise Conflict(act=command.NAME, other=by, entry=other.first)


def handle_pupils(
    command: ImportPupils, rows: Iterable[PupilRow], ledger: Ledger, *, dry_run: bool = False
) -> PupilsImported:
    """Take in a file of pupils; raises and repeats as ``handle`` does."""
    if (before := ledger.receipt(command.key)) is not None:
        return PupilsImported(before, None)
    states = states_of(ledger)
    _check_newer(command, states)
    decided = import_pupils.decide(command, rows, states.school, states.roll)
    events = list(decided.events) or _seen(command, states, decided)
    if dry_run or not events:
        return PupilsImported(None, decided)
    expect = {event.stream: states.version(event.stream) for event in events}
    receipt = _record(command, states, events, expect, command.source)
    states.roll_shown(receipt.first, command.source)
    return PupilsImported(receipt, decided)


def _seen(command: ImportPupils, states: States, decided: PupilsDecided) -> list[Event]:
    """That a roll was seen as it stood, unless it is the file last taken in and no later moment."""
    shown, seen = states.roll_source, command.seen_at
    if not decided.unchanged:
        return []
    if (
        shown is not None
        and shown.get("sha256") == command.sha256
        and (seen is None or seen <= dt.datetime.fromisoformat(str(shown["seen_at"])))
    ):
        return []
    by = permitted(states.school, Ask(command.NAME, command.by, command.at))
    return [import_pupils.as_it_stood(command, by, decided)]


def _check_newer(command: ImportPupils, states: States) -> None:
    """Raise ``OutOfOrder`` for a roll older than the one last taken in."""
    shown, seen = states.roll_source, (command.seen_at or command.at)
    if shown is not None and seen < dt.datetime.fromisoformat(str(shown["seen_at"])):
        raise OutOfOrder(
            file=command.file,
            seen_at=on_the_clock(seen),
            last=shown["file"],
            last_seen=on_the_clock(dt.datetime.fromisoformat(str(shown["seen_at"]))),
        )


def _record(
    command: Command,
    states: States,
    events: Sequence[Event],
    expect: Mapping[str, int],
    source: Mapping[str, object] | None = None,
) -> Receipt:
    if isinstance(events, OnSheet):
        draft = events.draft(expect[events.stream])
        receipt = states.ledger.append_pages(events.act, [draft], expect)
    else:
        act = Act(command.key, command.NAME, events[0].made_by, command.at, source)
        receipt = states.ledger.append(act, events, going_on(states.ledger, expect))
    states.follow(receipt, events)
    return receipt


def decide(command: Command, states: States) -> Decided:
    """What an act would record, from the states as read; raises the refusal that says why not."""
    way = WAYS.get(type(command))
    if way is None:
        raise TypeError(f"{command.NAME} brings rows: it has a way of its own in")
    return way(command, states)


def _open_school(command: OpenSchool, states: States) -> Decided:
    return open_school.decide(command, states.school_if_open), _of_school(states)


def _take_register(command: TakeRegister, states: States) -> Decided:
    sheet, version = states.sheet(command.session, command.group)
    events = take_register.decide(command, states.school, states.roll, sheet, states.leaves)
    return events, {register_stream(command.session, command.group): version}


def _amend_mark(command: AmendMark, states: States) -> Decided:
    school, roll = states.school, states.roll
    group, sheet, version = _sheet_of(command, states)
    events = amend_mark.decide(command, school, roll, group, sheet)
    return events, {register_stream(command.session, group or ""): version}


def _declare_closure(command: DeclareClosure, states: States) -> Decided:
    return declare_closure.decide(command, states.school, states.roll), _of_school(states)


def _withdraw_closure(command: WithdrawClosure, states: States) -> Decided:
    return withdraw_closure.decide(command, states.school), _of_school(states)


def _adopt_policy(command: AdoptPolicy, states: States) -> Decided:
    return adopt_policy.decide(command, states.school), _of_school(states)


def _delegate(command: Delegate, states: States) -> Decided:
    return delegate.decide(command, states.school), _of_school(states)


def _of_school(states: States) -> dict[str, int]:
    return {"school": states.version("school")}


def _sheet_of(command: AmendMark, states: States) -> tuple[GroupId | None, Sheet, int]:
    """The sheet a pupil's entry stands on: the class of that day, or the one it was then."""
    pupil = states.roll.find(command.pupil)
    if pupil is None:
        return None, Sheet(), 0
    group = pupil.group_on(command.session.date)
    if group is not None:
        sheet, version = states.sheet(command.session, group)
        if pupil.id in sheet.entries:
            return group, sheet, version
    elsewhere = states.group_holding(command.session, pupil.id)
    if elsewhere is None:
        return group, Sheet(), 0
    return elsewhere, *states.sheet(command.session, elsewhere)


WAYS: dict[type[Command], Way] = {
    OpenSchool: _open_school,
    TakeRegister: _take_register,
    AmendMark: _amend_mark,
    DeclareClosure: _declare_closure,
    WithdrawClosure: _withdraw_closure,
    AdoptPolicy: _adopt_policy,
    Delegate: _delegate,
    ImportRecord: import_record.way,
    ImportTotals: import_totals.way,
    **leave.WAYS,
    **absence.WAYS,
    **penalty.WAYS,
    **returns.WAYS,
    **retention.WAYS,
    **support.WAYS,
    **letters.WAYS,
}
"""How each act is decided: which states it reads, and the versions it is decided on."""
