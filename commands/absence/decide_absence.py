"""Decide an absence: the circumstances are established, and each N gives way to their code."""

import datetime as dt
from typing import Any, ClassVar

from commands.absence.base import OfAbsence, amended, check_day, may, of
from commands.absence.history import History
from commands.absence.in_advance import check_given
from commands.base import in_words, made
from commands.marks import check_allowed, check_nature, row_in_force
from ledger.events import AbsenceDecided, Event
from ledger.following_up import UNEXPLAINED
from ledger.kinds import Code, Said, Session
from ledger.leave import Leaves
from ledger.policy import CodeRow
from ledger.refusals import CodeNotAllowed, Forbidden, ReasonMissing
from ledger.roll import Pupil
from ledger.school import School


class DecideAbsence(OfAbsence):
    """
    Record why a pupil was absent on ``date``, up to ``to``, and under which code.

    The sessions of those days that stand as N are amended to it in the same act.
    """

    NAME: ClassVar[str] = "decide-absence"

    code: Code
    reason: str = ""
    to: dt.date | None = None
    nature: Said | None = None


def decide(command: DecideAbsence, school: School, known: History, leaves: Leaves) -> list[Event]:
    """
    Record the decision, and amend each N of those days to the code, in one act.

    Other entries stay: they are amended one by one. The same decision again is nothing. A code
    of leave is no reason found afterwards: it wants the leave, or of an appointment the telling,
    in advance.

    Reference: SI 2024/208 reg. 10(7)-(9) and reg. 6.
    """
    pupil, by = may(command, school, known)
    check_day(command.date, school, pupil)
    to = command.to or command.date
    standing = [
        session
        for session, entry in sorted(known.entries.items())
        if command.date <= session.date <= to and entry.code == UNEXPLAINED
    ]
    row = _check_code(command, school, pupil, standing)
    if to < command.date:
        raise Forbidden(why=f"An absence cannot end on {in_words(to)}, before it begins")
    meant = standing or list(school.calendar.sessions(command.date, to))
    check_given(command.code, meant, school, known, leaves.sessions(pupil.id))
    decided = AbsenceDecided(
        **of(command, known, pupil, by),
        code=command.code,
        reason=command.reason,
        approved=row.statistical == "authorised",
        starts=command.date,
        ends=to,
        sessions=tuple(standing),
    )
    if not standing and _said_before(decided, known):
        return []
    more: dict[str, Any] = {"pupil": pupil.id, "nature": command.nature, **made(by, command.at)}
    changes = [amended(at, known, command.code, command.reason, **more) for at in standing]
    return [decided, *changes]


def _check_code(
    command: DecideAbsence, school: School, pupil: Pupil, standing: list[Session]
) -> CodeRow:
    """Every session's day is asked; the row of the first day is what the decision names."""
    days = [*standing, Session(command.date, "AM")]
    rows = [row_in_force(school.rules_on(at.date), command.code, at.date) for at in days]
    for session, row in zip(standing, rows, strict=False):
        check_allowed(row, session, pupil)
    if rows[-1].statistical == "present" or command.code == UNEXPLAINED or rows[-1].late:
        why = "it says nothing of why a pupil was absent; use amend-mark for an entry that is wrong"
        raise CodeNotAllowed(asked=command.code, why=why)
    if not command.reason.strip():
        raise ReasonMissing()
    for session, row in zip(standing, rows, strict=False):
        check_nature(school.rules_on(session.date), row, command.nature)
    return rows[-1]


def _said_before(decided: AbsenceDecided, known: History) -> bool:
    names = ("code", "reason", "starts", "ends")
    return any(
        all(getattr(one, name) == getattr(decided, name) for name in names)
        for one in known.spell.decisions
    )
