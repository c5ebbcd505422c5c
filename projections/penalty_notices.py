"""Penalty notices, the cases they come of, and notices to improve: a row each, kept up."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy import bindparam as bind

from ledger.calendar import london
from ledger.events import (
    AwarenessRecorded,
    EarlierNoticeDisclosed,
    Event,
    ImprovementRecorded,
    NoDiscretionFound,
    NoticeToImproveConcluded,
    NoticeToImproveIssued,
    PenaltyNoticeCopied,
    PenaltyNoticeIssued,
    PenaltyNoticeNotIssued,
    PenaltyNoticeServed,
    PenaltyNoticeWithdrawn,
    PenaltyPaid,
    PenaltyReferred,
    ProsecutionRecorded,
    ThresholdReached,
)
from ledger.penalty import days_from
from ledger.store import Page
from projections.context import Context
from projections.penalty_tables import notices_to_improve, penalty_cases, penalty_notices
from projections.steps import Reread, Rows, Statement, Step
from projections.touched import touched

c, n, i = penalty_cases.c, penalty_notices.c, notices_to_improve.c


def project(pages: Sequence[Page], context: Context) -> Iterator[Step | Reread]:
    """
    What happened between parents and pupils, as rows.

    The days that run from receipt follow the rules of the offence period, whenever they came
    into the ledger: once a policy moves, those of every notice served are reckoned anew.
    """
    if touched(pages).policy:
        served = _HELD.where(n.school == context.urn, n.received_on.is_not(None))
        yield Reread(served, partial(_running_anew, context))
    for page in pages:
        if not page.stream.startswith(("penalty/", "improvement/")):
            continue
        for recorded in page.events():
            event: Any = recorded.event
            if context.only is None or event.pupil in context.only:
                yield from _of_case(event, context, recorded.entry)
                yield from _of_notice(event, context, recorded.entry)
                yield from _of_improvement(event, context.urn)


def _key(urn: int, event: Any) -> tuple[int, int, str]:
    return urn, event.pupil, event.parent


def _change(table: Any, number: str, event: Any, urn: int, values: dict[str, Any]) -> Statement:
    """Change the row of a case or notice: ``values`` by the names of its columns."""
    where = (
        table.c.school == bind("of_school"),
        table.c.pupil == bind("of_pupil"),
        table.c.parent == bind("of_parent"),
        table.c[number] == bind("of_number"),
    )
    of = {
        "of_school": urn,
        "of_pupil": event.pupil,
        "of_parent": event.parent,
        "of_number": getattr(event, number.removesuffix("_number")),
    }
    return Statement(update(table).where(*where).values(**values), [of])


# --- cases --------------------------------------------------------------------------------

_DECISIONS: dict[type[Event], str] = {
    NoDiscretionFound: "no discretion",
    PenaltyNoticeNotIssued: "not issued",
    PenaltyReferred: "referred",
    PenaltyNoticeIssued: "issued",
}


def _of_case(event: Any, context: Context, entry: int) -> Iterator[Step]:
    change = partial(_change, penalty_cases, "case_number", event, context.urn)
    match event:
        case ThresholdReached():
            told = (event.met_on.isoformat(), len(event.sessions), event.needed, event.clause)
            row = (*_key(context.urn, event), event.case, *told, *(None,) * 6, entry)
            yield Rows(penalty_cases, [row])
        case AwarenessRecorded():
            yield change({"aware_on": event.aware_on, "aware_name": event.aware.name})
        case _ if type(event) in _DECISIONS and event.case is not None:
            yield change(
                {
                    "decision": _DECISIONS[type(event)],
                    "decided_on": london(event.made_at).date(),
                    "reason": event.reason,
                    "instead": getattr(event, "instead", None) or getattr(event, "to", None),
                }
            )


# --- notices -------------------------------------------------------------------------------


def _of_notice(event: Any, context: Context, entry: int) -> Iterator[Step | Reread]:
    change = partial(_change, penalty_notices, "notice", event, context.urn)
    match event:
        case PenaltyNoticeIssued():
            by: tuple[Any, ...] = (event.made_by.name, event.made_by.position, 0)
            asked = (event.which, event.early, event.full)
            yield Rows(penalty_notices, [_row(event, context.urn, by, asked, entry)])
        case EarlierNoticeDisclosed():
            by = (event.issued_by, None, 1)
            yield Rows(penalty_notices, [_row(event, context.urn, by, (None,) * 3, entry)])
        case PenaltyNoticeCopied():
            yield change({"copied_on": event.sent_on})
        case PenaltyNoticeServed():
            yield _served(event, context)
        case PenaltyPaid():
            paid = {"paid": n.paid + event.amount}
            yield change(paid | ({"paid_on": event.paid_on} if event.in_full else {}))
        case PenaltyNoticeWithdrawn():
            yield change({"withdrawn_on": event.withdrawn_on, "ground": event.ground})
        case ProsecutionRecorded():
            yield change({"prosecution": event.stage, "prosecution_on": event.stage_on})


def _row(
    event: PenaltyNoticeIssued | EarlierNoticeDisclosed,
    urn: int,
    by: tuple[Any, ...],
    asked: tuple[Any, ...],
    entry: int,
) -> tuple[Any, ...]:
    days = (event.issued_on, event.offence_start, event.offence_end)
    return (
        *_key(urn, event),
        *(event.notice, event.kind, event.case),
        *(day.isoformat() for day in days),
        *by,
        len(event.sessions),
        *asked,
        *(None,) * 7,
        *(0, None, None, None, None, None),
        entry,
    )


_HELD = select(
    n.pupil, n.parent, n.notice, n.received_on, n.basis,
    n.offence_start, n.offence_end, n.which, n.early_amount,
)  # fmt: skip


def _served(event: PenaltyNoticeServed, context: Context) -> Reread:
    """The days that run from receipt want the offence period, which the row holds."""
    held = _HELD.where(
        n.school == context.urn,
        n.pupil == event.pupil,
        n.parent == event.parent,
        n.notice == event.notice,
    )
    return Reread(held, lambda rows: _running(event, context, rows))


def _running_anew(context: Context, rows: Sequence[Row[Any]]) -> Iterator[Statement]:
    for row in rows:
        yield from _running(row, context, [row])


def _running(
    event: PenaltyNoticeServed | Row[Any], context: Context, rows: Sequence[Row[Any]]
) -> Iterator[Statement]:
    for row in rows:
        days = days_from(
            event.received_on,
            row.offence_start,
            row.offence_end,
            context.opened.policy,
            has_early=row.which is None or row.early_amount is not None,
        )
        values = {
            "received_on": event.received_on,
            "basis": event.basis,
            "early_by": days.early,
            "payable_by": days.payable,
            "prosecute_from": days.prosecute_from,
            "prosecute_by": days.prosecute_by,
        }
        yield _change(penalty_notices, "notice", event, context.urn, values)


# --- notices to improve ----------------------------------------------------------------------


def _of_improvement(event: Any, urn: int) -> Iterator[Step]:
    change = partial(_change, notices_to_improve, "improvement", event, urn)
    match event:
        case NoticeToImproveIssued():
            days = (event.starts.isoformat(), event.ends.isoformat())
            row = (*_key(urn, event), event.improvement, event.case, *days, event.target)
            yield Rows(notices_to_improve, [(*row, 0, None, None, None, None)])
        case ImprovementRecorded():
            yield change({"watched": i.watched + 1})
        case NoticeToImproveConcluded():
            yield change(
                {
                    "outcome": event.outcome,
                    "concluded_on": event.concluded_on,
                    "possible": event.figures.possible,
                    "attended": event.figures.attended,
                }
            )
