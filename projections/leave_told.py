"""The parts of question 10, each from the states: request, notice, policy, decisions."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from ledger.appropriate import asker, reference_of_person, why_not_appropriate
from ledger.calendar import london
from ledger.events import (
    LeaveGranted,
    LeaveRefused,
    LeaveRequested,
    LeaveWithdrawn,
    PartTimeTimetableAgreed,
)
from ledger.events.leave import Counted, FiguresShown
from ledger.leave import Leave, LeaveEvents, spans
from ledger.notice import notice
from ledger.policy import PolicyDay
from ledger.reckoning import Rates, percent
from ledger.roll import Pupil
from ledger.school import School
from projections.leave_answers import (
    Asked,
    Consulted,
    Decision,
    Listed,
    NoticeClause,
    Shown,
    Span,
    Tests,
    Timetable,
)

LISTS = {
    "leave.grounds": "grounds of leave",
    "leave.exceptional": "exceptional circumstances",
    "leave.not_exceptional": "not exceptional",
    "leave.never": "never granted",
    "leave.outside_list_needs": "consulted outside the list",
    "leave.factors": "factors to weigh",
    "leave.evidence_named": "evidence named",
    "leave.evidence": "evidence required",
}


def asked_of(leave: Leave, pupil: Pupil) -> Asked | None:
    """The request as received, and whether whoever asked may."""
    request = leave.requested
    if request is None:
        return None
    begins = request.first.date
    why_not = why_not_appropriate(pupil, request.asked_by, begins)
    stated, found = request.half_days_stated, request.arithmetic.sessions
    kept = request.model_dump(exclude={"leave", "pupil", "asked_by", "made_by", "made_at"})
    return Asked(
        entry=leave.entries[0][0],
        asked_by=asker(pupil, request.asked_by),
        appropriate=not why_not,
        why_not=why_not,
        reference=reference_of_person(begins),
        days_agree=None if stated is None else stated == found,
        **kept,
    )


def notice_of(request: LeaveRequested | None, school: School) -> Iterator[NoticeClause]:
    """Each clause of the policy on notice: they may differ, and one is applied."""
    if request is None or request.arithmetic.clause is None:
        return
    received = london(request.received_at).date()
    value = school.rules_on(received).values.get("leave.notice")
    if value is None:
        return
    clauses = [(one.clause, one.value) for one in value.clauses if one.value is not None]
    for clause, asked in clauses or [(value.reference, value.value)]:
        found = notice(school.calendar, received, request.first.date, asked)
        yield NoticeClause(
            clause=clause,
            applied=not clauses or clause == value.applied,
            asked=found.asked,
            unit=found.unit,
            given=found.given,
            kept=found.kept,
        )


def policy_says(rules: PolicyDay) -> Iterator[Listed]:
    """What the policy lists for whoever decides."""
    for name, what in LISTS.items():
        value = rules.values.get(name)
        if value is not None and value.value:
            items = value.value if isinstance(value.value, list) else [value.value]
            yield Listed(what=what, items=tuple(items), reference=value.reference)


def shown(figures: FiguresShown) -> Iterator[Shown]:
    """Figures with the rate they give."""
    if figures.current is not None:
        yield _shown(figures.entry, "current", figures.current)
    if figures.last_year is not None:
        yield _shown(figures.entry, "last year", figures.last_year)


def tests_of(figures: FiguresShown) -> Tests:
    """The statutory tests among the figures."""
    return Tests(known=figures.tests_known, missed=figures.tests)


def _shown(entry: int, year: Literal["current", "last year"], counted: Counted) -> Shown:
    counts = counted.model_dump(exclude={"first", "last"})
    rate = percent(Rates(**counts).attendance)
    return Shown(entry=entry, year=year, **counted.model_dump(), attendance=rate)


def consulted_of(leave: Leave) -> Iterator[Consulted]:
    """Who was consulted, in order."""
    for one in leave.consulted:
        yield Consulted(
            entry=next(number for number, event in leave.entries if event is one),
            name=one.consulted.name,
            position=one.consulted.position,
            role=one.role,
            consulted_on=one.consulted_on,
            said=one.said,
        )


def decisions_of(leave: Leave, recorded: Mapping[int, dt.datetime]) -> Iterator[Decision]:
    """Each decision as made, in order; ``recorded`` says when each entry was."""
    for number, event in leave.entries:
        found = _decision(number, event, recorded.get(number))
        if found is not None:
            yield found


def _decision(number: int, event: LeaveEvents, at: dt.datetime | None) -> Decision | None:
    by = {"name": event.made_by.name, "position": event.made_by.position}
    base: dict[str, Any] = {"entry": number, "recorded_at": at, **by}
    match event:
        case LeaveGranted():
            wants = (event.licence, event.examination, event.agreed)
            return Decision(
                **base,
                **_weighed(event),
                what="granted",
                code=event.code,
                spans=_spans(event),
                conditions=event.conditions,
                wants=tuple(one for one in wants if one),
            )
        case LeaveRefused():
            asks = event.penalty_notice
            return Decision(**base, **_weighed(event), what="refused", penalty_notice=asks)
        case LeaveWithdrawn():
            return Decision(**base, what="withdrawn", reason=event.reason, starts=event.starts)
        case PartTimeTimetableAgreed():
            return Decision(
                **base, what="agreed", code=event.code, spans=_spans(event), reason=event.reason
            )
        case _:
            return None


def _weighed(event: LeaveGranted | LeaveRefused) -> dict[str, Any]:
    """What both decisions hold."""
    same = ("purpose", "reason", "factors", "evidence", "earlier", "answered", "policy")
    said: dict[str, Any] = {name: getattr(event, name) for name in same}
    return said | {"figures": tuple(shown(event.figures)), "tests": tests_of(event.figures)}


def _spans(event: LeaveGranted | PartTimeTimetableAgreed) -> tuple[Span, ...]:
    return tuple(Span(first=first, last=last) for first, last in spans(event.sessions))


def timetable_of(leave: Leave, pupil: Pupil) -> Timetable | None:
    """A part-time timetable's own facts."""
    agreed = leave.granting
    if not isinstance(agreed, PartTimeTimetableAgreed):
        return None
    return Timetable(
        parent=asker(pupil, agreed.parent),
        starts=agreed.starts,
        ends=agreed.ends,
        review_on=agreed.review_on,
        attends=agreed.attends,
    )
