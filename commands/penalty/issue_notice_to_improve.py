"""Issue a notice to improve: a last chance to engage with support, before a penalty notice."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import ClassVar

from commands.base import in_words, made
from commands.penalty.asking import check_answered, step_missing
from commands.penalty.knowing import AboutParent, Known, check_on_roll, may
from commands.penalty.marks import figures
from ledger.events import Content, Event, Figures, NoticeToImproveIssued
from ledger.kinds import Said, Session
from ledger.policy import PolicyDay
from ledger.reckoning import Marked
from ledger.refusals import Forbidden

RECORD, PERIOD = "attendance record and offences", "improvement period"
"""The two contents that the ledger itself can write; the others are people's words."""


class IssueNoticeToImprove(AboutParent):
    """
    Issue a notice that runs for whole ``weeks`` from ``starts`` (today).

    ``contents`` are what it says, by their number in the policy's list, from 1; the attendance
    record and the period are written from the register where nothing is said. ``target``:
    what sufficient improvement is, for this pupil.
    """

    NAME: ClassVar[str] = "issue-notice-to-improve"

    weeks: int
    target: Said
    contents: Mapping[int, Said] = {}
    starts: dt.date | None = None


def decide(command: IssueNoticeToImprove, known: Known, marks: Sequence[Marked]) -> list[Event]:
    """
    Issue it with all its contents, for a period as long as the policy lets it be.

    Reference: DfE, Working together to improve school attendance (2024), ch. 6; the policy.
    """
    by = may(command, known.school)
    check_on_roll(known.pupil, command.day)
    rules = known.school.rules_on(command.day)
    case = known.record.open_case or next(reversed([*known.record.cases.values()]), None)
    if case is None:
        raise step_missing(
            "A notice to improve is for when the threshold is reached: record-awareness first",
            "SI 2007/1867 reg. 9A(1)",
        )
    starts = command.starts or command.day
    ends = starts + dt.timedelta(weeks=command.weeks, days=-1)
    year = known.school.calendar.period_of(command.day, "year")
    first = year.starts if year else command.day
    sums = figures(known.school, marks, first, command.day, known.position)
    contents = _contents(command, rules, sums, sorted(case.sessions), ends)
    _check_period(command, known, rules, starts)
    return [
        NoticeToImproveIssued(
            **known.who,
            improvement=len(known.improvements) + 1,
            case=case.number,
            starts=starts,
            ends=ends,
            weeks=command.weeks,
            target=command.target,
            contents=contents,
            figures=sums,
            **made(by, command.at),
        )
    ]


def _contents(
    command: IssueNoticeToImprove,
    rules: PolicyDay,
    sums: Figures,
    offences: Sequence[Session],
    ends: dt.date,
) -> tuple[Content, ...]:
    said = rules.values.get("notice_to_improve.contents")
    if said is None:
        raise Forbidden(why=f"No notice to improve is known on {in_words(command.day)}")
    starts = command.starts or command.day
    written = {
        RECORD: f"{sums.attended} of {sums.possible} possible sessions attended since "
        f"{in_words(sums.first)}; {sums.unauthorised} unauthorised. Counted to the threshold: "
        f"{_by_day(offences)}",
        PERIOD: f"{command.weeks} weeks, from {in_words(starts)} to {in_words(ends)}",
    }
    given = {
        number: command.contents.get(number) or written.get(heading, "")
        for number, heading in enumerate(said.value, 1)
    }
    check_answered(said.value, given, "A notice to improve says all that is listed", said.reference)
    return tuple(
        Content(heading=heading, text=given[number]) for number, heading in enumerate(said.value, 1)
    )


def _by_day(sessions: Sequence[Session]) -> str:
    """The sessions of the offences by their days, so that a parent can look each up."""
    halves: dict[dt.date, list[str]] = {}
    for session in sessions:
        halves.setdefault(session.date, []).append(session.half)
    words = {"AM": "morning", "PM": "afternoon"}
    return ", ".join(
        in_words(day) if len(said) > 1 else f"{in_words(day)} ({words[said[0]]})"
        for day, said in halves.items()
    )


def _check_period(
    command: IssueNoticeToImprove, known: Known, rules: PolicyDay, starts: dt.date
) -> None:
    period = rules.get("notice_to_improve.period")
    least, most = period.value["least"], period.value["most"]
    if not least <= command.weeks <= most:
        raise Forbidden(
            why=f"An improvement period lasts {least} to {most} {period.value['unit']}, not "
            f"{command.weeks}",
            reference=period.reference,
        )
    if starts < command.day:
        raise Forbidden(
            why=f"It cannot have begun on {in_words(starts)}, before it is issued",
            reference=period.reference,
        )
    for one in known.improvements:
        if one.open:
            raise Forbidden(
                why=f"Notice to improve {one.number} is not concluded yet",
                reference=period.reference,
            )
