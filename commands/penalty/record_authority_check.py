"""Record what the local authority answered, before anything is issued."""

import datetime as dt
from typing import ClassVar

from commands.base import made
from commands.penalty.knowing import AboutParent, Known, check_past, may
from ledger.events import AuthorityChecked, Event
from ledger.kinds import Said


class RecordAuthorityCheck(AboutParent):
    """
    Say what the ``authority`` (the school's own without it) answered ``on`` a day (today).

    ``clear``: it said nothing against a notice. Earlier notices that it names are recorded
    with ``disclose-earlier-notice``.
    """

    NAME: ClassVar[str] = "record-authority-check"

    answer: Said
    clear: bool = True
    authority: Said | None = None
    on: dt.date | None = None


def decide(command: RecordAuthorityCheck, known: Known) -> list[Event]:
    """
    Record the answer; it holds for the next decision. The same answer again is nothing.

    Reference: the policy adopted (``penalty.issuing``); SI 2007/1867 reg. 16.
    """
    by = may(command, known.school)
    day = command.on or command.day
    check_past(command, day, "The local authority's answer")
    checked = AuthorityChecked(
        **known.who,
        checked_on=day,
        authority=command.authority or known.school.local_authority,
        answer=command.answer,
        clear=command.clear,
        **made(by, command.at),
    )
    before = known.record.checked
    if before is not None and _said(before) == _said(checked):
        return []
    return [checked]


def _said(event: AuthorityChecked) -> tuple[object, ...]:
    return event.checked_on, event.authority, event.answer, event.clear
