"""Notices for being in a public place in the first days of a suspension or exclusion."""

import datetime as dt
from collections.abc import Collection, Mapping

from commands.base import in_words
from commands.penalty.asking import step_missing
from commands.penalty.barring import check_age, check_unused
from commands.penalty.knowing import Known
from ledger.events import NamedSession
from ledger.kinds import Session
from ledger.reckoning import Marked
from ledger.refusals import Forbidden

_CLAUSE = "Education and Inspections Act 2006 ss 103-105"


def check_public_place(
    known: Known,
    sessions: Collection[Session],
    suspended_on: dt.date | None,
    told_parents_on: dt.date | None,
) -> None:
    """
    Raise what stands against a notice for these sessions.

    They must be sessions of the school in the first days of the suspension, after the parents
    were told that the pupil must not be in a public place.

    Reference: Education and Inspections Act 2006 ss 103 to 105.
    """
    if not sessions:
        raise step_missing("Name the session: give --session", _CLAUSE)
    if suspended_on is None:
        raise step_missing("Say when the suspension began: give --suspended-on", _CLAUSE)
    if told_parents_on is None:
        raise step_missing(
            "Parents must have been told that the pupil may not be in a public place: give "
            "--told-parents-on",
            _CLAUSE,
        )
    check_age(known, sessions)
    first = min(sessions).date
    days = known.school.rules_on(first).get("penalty.public_place").value["first_days"]
    open_days = known.school.calendar.school_days(suspended_on, max(sessions).date)[:days]
    for session in sorted(sessions):
        if session.date not in open_days:
            raise Forbidden(
                why=f"{session} is not in the first {days} school days of the suspension that "
                f"began on {in_words(suspended_on)}",
                reference=_CLAUSE,
            )
    if told_parents_on > first:
        raise Forbidden(
            why=f"The parents were told on {in_words(told_parents_on)}, after {min(sessions)}",
            reference=_CLAUSE,
        )
    check_unused(known, sessions)


def named_in_public(
    sessions: Collection[Session], marks: Mapping[Session, Marked]
) -> tuple[NamedSession, ...]:
    """The sessions as the register has them. Raises ``Forbidden`` for one without an entry."""
    named = []
    for session in sorted(set(sessions)):
        mark = marks.get(session)
        if mark is None or mark.entry is None:
            raise Forbidden(why=f"The register has no entry for {session}", reference=_CLAUSE)
        named.append(NamedSession(session=session, code=mark.code, entry=mark.entry))
    return tuple(named)
