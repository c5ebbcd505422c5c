"""Refuse an illness: the sessions coded I become unauthorised, once the parent was told."""

import datetime as dt
from typing import Any, ClassVar

from commands.absence.base import OfAbsence, amended, check_day, clause, may, of
from commands.absence.history import History
from commands.base import in_words, made
from commands.marks import row_in_force
from ledger.calendar import london
from ledger.events import Event, IllnessRefused
from ledger.events.absence import absence_stream
from ledger.following_up import ILLNESS
from ledger.kinds import Code, Instant, Session
from ledger.refusals import (
    CodeNotAllowed,
    Forbidden,
    NoEntryToAmend,
    NoticeMissing,
    ReasonMissing,
)
from ledger.roll import Pupil
from ledger.school import School


class RefuseIllness(OfAbsence):
    """
    Record that the school is not satisfied of an illness on ``date``.

    ``sessions`` are the sessions meant; without them, those of that day and after, up to the
    day of the act, that stand as I in the same spell.
    """

    NAME: ClassVar[str] = "refuse-illness"

    reason: str = ""
    code: Code = "O"
    sessions: tuple[Session, ...] = ()


def decide(command: RefuseIllness, school: School, known: History) -> list[Event]:
    """
    Record the decision and amend each of the sessions from I, in one act.

    Where policy wants the parent told in advance, a notice that covers each of the days must
    have been given before. Evidence last judged to be enough stands in the way.

    Reference: policy (unplanned absence); SI 2024/208 reg. 6.
    """
    pupil, by = may(command, school, known)
    meant = _meant(command, school, known)
    if not meant:
        check_day(command.date, school, pupil)
    _check_code(command, school, meant)
    if not command.reason.strip():
        raise ReasonMissing()
    if not meant:
        if _refused_already(command, known):
            return []
        session = command.sessions[0] if command.sessions else command.date
        raise NoEntryToAmend(pupil=pupil.name, session=session)
    notified, named = _notice(command, school, known, pupil, meant)
    _check_named(command, known, pupil)
    if known.spell.satisfied:
        judged = in_words(london(known.spell.judged[-1].made_at).date())
        why = f"The evidence was judged to be enough on {judged}: judge it again first"
        raise Forbidden(why=why, reference=named)
    refused = IllnessRefused(
        **of(command, known, pupil, by),
        code=command.code,
        reason=command.reason,
        sessions=tuple(meant),
        notified_at=notified,
        clause=named,
    )
    cited = f"decision in {absence_stream(pupil.id, known.first)}"
    if notified:
        cited += f", parent notified on {in_words(london(notified).date())}"
    reason = f"Illness not accepted: {command.reason} ({cited})"[:2000]
    more: dict[str, Any] = {"pupil": pupil.id, **made(by, command.at)}
    return [refused, *(amended(at, known, command.code, reason, **more) for at in meant)]


def _meant(command: RefuseIllness, school: School, known: History) -> list[Session]:
    """The sessions meant that stand as I: those named, or the run of them from the day on."""
    standing = {at for at, entry in known.entries.items() if entry.code == ILLNESS}
    if command.sessions:
        return sorted(standing & set(command.sessions))
    ill: list[Session] = []
    for session in sorted(known.entries):
        if session.date < command.date:
            continue
        if ill and session not in standing:
            break
        if not ill and session.date > command.date:
            break
        if session in standing:
            ill.append(session)
    return ill


def _check_named(command: RefuseIllness, known: History, pupil: Pupil) -> None:
    """Raise for a session named that stands as neither I nor what I becomes."""
    for session in command.sessions:
        entry = known.entries.get(session)
        if entry is None:
            raise NoEntryToAmend(pupil=pupil.name, session=session)
        if entry.code not in (ILLNESS, command.code):
            why = f"{pupil.name} is recorded as {entry.code} for {session}, not as {ILLNESS}"
            raise Forbidden(why=why)


def _check_code(command: RefuseIllness, school: School, meant: list[Session]) -> None:
    for day in sorted({command.date, *(session.date for session in meant)}):
        row = row_in_force(school.rules_on(day), command.code, day)
        if row.statistical != "unauthorised" or row.late or command.code == "N":
            why = "an illness that is not accepted is an unauthorised absence, such as O"
            raise CodeNotAllowed(asked=command.code, why=why)


def _refused_already(command: RefuseIllness, known: History) -> bool:
    """Whether this very refusal stands: asked twice, recorded once."""
    return any(
        any(at.date == command.date for at in one.sessions) and one.code == command.code
        for one in known.spell.refusals
    )


def _notice(
    command: RefuseIllness, school: School, known: History, pupil: Pupil, meant: list[Session]
) -> tuple[Instant | None, str | None]:
    """When the parent was told, and by which clause; raises ``NoticeMissing``."""
    told: Instant | None = None
    named: str | None = None
    for session in meant:
        rules = school.rules_on(session.date)
        if "evidence.notice_first" not in rules or not rules.get("evidence.notice_first").value:
            continue
        named = named or clause(rules, "evidence.notice_first")
        notice = known.spell.notice_of(session.date, command.at)
        if notice is None:
            why = _untold(known, session.date)
            raise NoticeMissing(pupil=pupil.name, why=why, reference=named)
        told = told or notice.notified_at
    return told, named


def _untold(known: History, day: dt.date) -> str:
    """Why no notice of a day counts: none was given, or its letter is still in the post."""
    sent = known.spell.on_its_way(day)
    if sent is None or sent.letter is None:
        why = f"no parent was told before that {in_words(day)} will be. Record that with"
        return f"{why} notify-parent first, or send the letter illness-notice"
    arrived = in_words(london(sent.notified_at).date())
    why = f"letter {sent.letter}, which says that {in_words(day)} will be, is taken to arrive on"
    return f"{why} {arrived}. If the parent was told earlier, record that with notify-parent"
