"""Resolve an unexplained absence: an N whose reason was not established gives way to O."""

import datetime as dt
from typing import ClassVar

from commands.absence.base import amended, check_day, may
from commands.absence.history import History
from commands.base import Command, in_words, made
from ledger.events import Event
from ledger.following_up import UNEXPLAINED, is_explained, resolution
from ledger.kinds import Session
from ledger.refusals import Forbidden, NoEntryToAmend
from ledger.school import School


class ResolveUnexplained(Command):
    """Amend one N that the ledger proposes, with the rule as the reason."""

    NAME: ClassVar[str] = "resolve-unexplained"

    pupil: str
    session: Session

    @property
    def date(self) -> dt.date:
        """The day of the session."""
        return self.session.date


def decide(command: ResolveUnexplained, school: School, known: History) -> list[Event]:
    """
    Amend an N to the code it becomes, on the last day of its clock or later.

    Before, the reason may still be established. Where somebody told the school why, or the
    school decided, that is the reason, and ``decide-absence`` records it.

    Reference: SI 2024/208 reg. 10(7) and (9)(b).
    """
    session = command.session
    pupil, by = may(command, school, known)
    entry = known.entries.get(session)
    if entry is None:
        check_day(session.date, school, pupil)
        raise NoEntryToAmend(pupil=pupil.name, session=session)
    clock = resolution(session, school, command.day)
    if entry.code == clock.becomes:
        return []
    if entry.code != UNEXPLAINED:
        why = f"{pupil.name} is recorded as {entry.code} for {session}, not as {UNEXPLAINED}"
        raise Forbidden(why=f"{why}: use amend-mark")
    if clock.resolve_by is None or clock.becomes is None:
        why = f"No rule in force on {in_words(session.date)} says by when an N gives way"
        raise Forbidden(why=f"{why}, or the calendar as set ends before: use amend-mark")
    if not clock.proposed:
        last = in_words(clock.resolve_by)
        why = f"The reason may still be established: the last day for it is {last}"
        raise Forbidden(why=why, reference=clock.clause)
    rules = school.rules_on(session.date)
    if is_explained(session.date, known.spells.values(), rules):
        why = f"The school was told why {pupil.name} was absent on {in_words(session.date)}"
        raise Forbidden(why=f"{why}: decide it with decide-absence", reference=clock.clause)
    more = {"pupil": pupil.id, **made(by, command.at)}
    return [amended(session, known, clock.becomes, clock.reason, **more)]
