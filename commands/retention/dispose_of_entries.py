"""Dispose of entries whose time is over: the certificate, by which the values then go."""

import datetime as dt
from collections.abc import Callable
from typing import ClassVar

from commands.base import Command, in_words, made
from commands.permits import Ask, permitted
from commands.retention.approve_disposal import disposal_of
from ledger.events import EntriesDisposed, Event
from ledger.events.retention import FilesGone
from ledger.refusals import AnotherPersonNeeded, Forbidden, UnderHold
from ledger.retention import Disposal, Planned, Retention
from ledger.school import School


class DisposeOfEntries(Command):
    """Carry out a disposal that was approved, by its number."""

    NAME: ClassVar[str] = "dispose-of-entries"

    disposal: int
    files: tuple[FilesGone, ...] = ()
    """The files that go with it, as whoever removes them has found them."""


def decide(
    command: DisposeOfEntries, school: School, retention: Retention, due: Callable[[], Planned]
) -> list[Event]:
    """
    Certify the disposal, where enough have approved it and the list is still the same.

    A hold placed since keeps what it covers, so the list is another and has to be asked for
    anew. Done already, it is nothing.

    Reference: SI 2024/208 reg. 7; UK GDPR Art. 5(1)(e).
    """
    found = disposal_of(retention, command.disposal)
    by = permitted(school, Ask(command.NAME, command.by, command.at))
    if found.done is not None:
        return []
    asked = found.requested
    _check_approved(school, found, command.day)
    planned = due()
    if planned.listed != asked.listed:
        _say_what_changed(planned, found)
    return [
        EntriesDisposed(
            disposal=asked.disposal,
            on=asked.on,
            listed=asked.listed,
            entries=len(planned.going),
            ranges=asked.ranges,
            classes=asked.classes,
            policy=asked.policy,
            requested_by=asked.made_by,
            approved_by=found.approved,
            files=command.files,
            **made(by, command.at),
        )
    ]


def _check_approved(school: School, found: Disposal, day: dt.date) -> None:
    wanted = int(school.rules_on(day).get("retention.approvers").value)
    if len(found.approved) < wanted:
        had = ", ".join(one.name for one in found.approved) or "nobody"
        asked = found.requested.made_by.name
        what = f"A disposal is carried out once {wanted} have approved it (so far {had}), each"
        raise AnotherPersonNeeded(what=what, who=asked)


def _say_what_changed(planned: Planned, found: Disposal) -> None:
    number = found.requested.disposal
    if planned.held_by:
        holds = ", ".join(str(one) for one in sorted(planned.held_by))
        raise UnderHold(what=f"What disposal {number} lists", holds=holds)
    raise Forbidden(
        why=f"The list of disposal {number} is no longer what may go on "
        f"{in_words(found.requested.on)}: ask for it anew"
    )
