"""Issue a penalty notice: by a person whom the law authorises, and never by itself."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from commands.base import made
from commands.penalty.asking import (
    check_issues_itself,
    check_may_be_authorised,
    considered,
    step_missing,
)
from commands.penalty.barring import check_absence, check_sessions
from commands.penalty.knowing import AboutParent, Known, check_on_roll, may
from commands.penalty.marks import counting
from commands.penalty.suspended import check_public_place, named_in_public
from ledger.events import Considered, CountedNotice, Event, NamedSession, PenaltyNoticeIssued
from ledger.events.penalty_notice import NoticeKind
from ledger.kinds import Person, Said, Session
from ledger.penalty import Demand, demand, public_place
from ledger.reckoning import Marked


class IssuePenaltyNotice(AboutParent):
    """
    Issue a notice for ``sessions``: without them, those of the open case that are still unused.

    ``answers`` to the policy's questions, by number from 1. ``below_threshold`` is the reason
    for a notice without a case. For ``kind`` "public place" give the sessions, the day on
    which the suspension began and the day on which the parents were told of their duty.
    """

    NAME: ClassVar[str] = "issue-penalty-notice"

    kind: NoticeKind = "absence"
    sessions: tuple[Session, ...] = ()
    answers: Mapping[int, Said] = {}
    below_threshold: Said | None = None
    suspended_on: dt.date | None = None
    told_parents_on: dt.date | None = None


def decide(command: IssuePenaltyNotice, known: Known, marks: Sequence[Marked]) -> list[Event]:
    """
    Decide a case by a notice, with its sessions, amounts and history frozen.

    Reference: Education Act 1996 ss 444A and 444B; SI 2007/1867 regs 3, 4, 9A to 12A; for a
    public place, Education and Inspections Act 2006 s. 105.
    """
    by = _authorised(command, known)
    check_on_roll(known.pupil, command.day)
    if command.kind == "public place":
        return [_in_public(command, known, by, marks)]
    case = known.record.open_case
    if case is None and command.below_threshold is None:
        raise step_missing(
            "No case is open: record-awareness comes first; below the threshold, say why with "
            "--below-threshold",
            "SI 2007/1867 reg. 9A(1) and (7)",
        )
    _check_asked(command, known)
    wanted = command.sessions or _of_case(known)
    if not wanted:
        raise step_missing("No session is named that a notice has not used: give --session")
    answered = considered(known.school, command.day, command.answers)
    countable = counting(known.school, known.pupil, marks)
    check_sessions(known, wanted, countable, {mark.session: mark.code for mark in marks})
    named = tuple(countable[session] for session in sorted(set(wanted)))
    asked = _demand(command, known, named)
    check_absence(known, command.day, asked)
    return [_issued(command, known, by, named, (asked, answered))]


def _authorised(command: IssuePenaltyNotice, known: Known) -> Person:
    """Who may by policy, then who may by law, then whether the school issues at all."""
    by = may(command, known.school)
    staff = known.school.person_on(command.by, command.day)
    assert staff is not None  # may() found them
    check_may_be_authorised(known.school, staff, command.day)
    check_issues_itself(known.school, staff, command.day)
    return by


def _check_asked(command: IssuePenaltyNotice, known: Known) -> None:
    issuing = known.school.rules_on(command.day).get("penalty.issuing")
    if issuing.value["check_with_local_authority"] and known.record.checked is None:
        raise step_missing(
            "The local authority has not been asked yet: record-authority-check comes first",
            issuing.reference,
        )


def _of_case(known: Known) -> tuple[Session, ...]:
    case = known.record.open_case
    if case is None:
        return ()
    return tuple(sorted(session for session in case.sessions if session not in known.used))


def _demand(command: IssuePenaltyNotice, known: Known, named: Sequence[NamedSession]) -> Demand:
    """Amounts and limit by the day on which the offence period begins."""
    rules = known.school.rules_on(named[0].session.date)
    return demand(known.record.notices.values(), command.day, rules)


def _in_public(
    command: IssuePenaltyNotice, known: Known, by: Person, marks: Sequence[Marked]
) -> Event:
    """Outside the framework: no threshold, no questions, no limit; the authority is asked."""
    _check_asked(command, known)
    check_public_place(known, command.sessions, command.suspended_on, command.told_parents_on)
    named = named_in_public(command.sessions, {mark.session: mark for mark in marks})
    asked = public_place(known.school.rules_on(named[0].session.date))
    return _issued(command, known, by, named, (asked, ()))


def _issued(
    command: IssuePenaltyNotice,
    known: Known,
    by: Person,
    named: tuple[NamedSession, ...],
    decided: tuple[Demand, tuple[Considered, ...]],
) -> PenaltyNoticeIssued:
    asked, answered = decided
    assert asked.full is not None
    assert asked.full_days is not None
    which: dict[str, Literal["first", "second", "public place"]] = {
        "first": "first",
        "second": "second",
        "public place": "public place",
    }
    absence = command.kind == "absence"
    case = known.record.open_case if absence else None
    return PenaltyNoticeIssued(
        **known.who,
        notice=known.record.next_notice,
        kind=command.kind,
        case=case.number if case else None,
        which=which[asked.which],
        sessions=named,
        offence_start=named[0].session.date,
        offence_end=named[-1].session.date,
        issued_on=command.day,
        early=asked.early,
        early_days=asked.early_days,
        full=asked.full,
        full_days=asked.full_days,
        clause=asked.clause,
        counted=tuple(
            CountedNotice(notice=one.notice, issued_on=one.issued_on) for one in asked.counted
        ),
        considered=answered,
        reason=command.below_threshold,
        suspended_on=None if absence else command.suspended_on,
        told_parents_on=None if absence else command.told_parents_on,
        position=known.position,
        **made(by, command.at),
    )
