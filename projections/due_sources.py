"""Where the clocks of a school come from: its states, its read models, its streams."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import func, select

from ledger.calendar import instant
from ledger.clocks import (
    of_backups,
    of_irregular,
    of_leave,
    of_penalties,
    of_policy,
    of_returning,
    of_returns,
    of_support,
    of_timetables,
)
from ledger.due import Clock, owner
from ledger.following_up import UNEXPLAINED
from ledger.kinds import Instant, PupilId
from ledger.returns import Returns
from ledger.school import window
from projections.absence_answers import UnexplainedDay
from projections.current_register import current_register
from projections.evidence import evidence_wanting
from projections.kept import kept_long_enough
from projections.last_known import last_known
from projections.lateness import persistent_lateness
from projections.penalty_records import penalty_clocks
from projections.registers_not_taken import registers_not_taken
from projections.returns import back_again, irregular_now, owed, returns_of, supports_of
from projections.unconsidered import unconsidered
from projections.unexplained import unexplained
from projections.views import View

t = current_register.c
_TO_DO = {
    "to ask for": "ask for medical evidence",
    "awaited": "evidence was asked for, and is awaited",
    "to judge": "judge the evidence that came in",
    "required and not received": "evidence that a letter requires has not come",
    "unauthorised without notice": "illness was made unauthorised, and no parent was told before",
}


def clocks_of(view: View, on: dt.date, now: Instant) -> Iterator[Clock]:
    """Every clock of the school, of whatever kind, in no order."""
    school, leaves = view.school, view.context.leaves
    returns, supports = returns_of(view), supports_of(view)
    yield from _unexplained(view, on, now)
    yield from _registers(view, on, now)
    yield from _evidence(view, on)
    yield from of_leave(leaves, school, on)
    yield from _thresholds(view, on)
    yield from of_penalties(penalty_clocks(view))
    yield from _lateness(view, on)
    yield from of_timetables(leaves, supports, school, on)
    yield from of_support(supports, school, on)
    yield from of_returning(back_again(view, on), supports, school, on)
    yield from _returned(view, returns, on)
    yield from of_backups(school, returns, on)
    yield from kept_long_enough(view, on)
    yield from of_policy(school, on)


def _returned(view: View, returns: Returns, on: dt.date) -> Iterator[Clock]:
    found = list(owed(view, returns, on))
    yield from of_returns(found, returns, view.school, on)
    wanting = {
        one.pupil
        for one in found
        if one.kind == "attendance" and returns.of(one.kind, one.pupil, one.since) is None
    }
    proposed = (one for one in irregular_now(view, returns, on) if one.pupil not in wanting)
    yield from of_irregular(proposed, view.school, on)


# --- from the register --------------------------------------------------------------------


def _unexplained(view: View, on: dt.date, now: Instant) -> Iterator[Clock]:
    """Pupils whom nobody has seen since, the longest first; and each N by its days left."""
    days: dict[PupilId, list[UnexplainedDay]] = {}
    for row in unexplained(view, on, now).rows:
        days.setdefault(row.pupil.id, []).append(row)
        yield Clock(
            kind="unexplained mark",
            what=row.what,
            about=f"N of {row.day} {' and '.join(row.halves)}, {row.group}",
            since=row.day,
            due=row.resolve_by,
            owner=owner(view.school.rules_on(on), "resolve-unexplained"),
            reference=row.resolve_clause,
            pupil=row.pupil.id,
            note=row.told or _left(row.left),
        )
    known = _last_known(view, on, list(days))
    for pupil, theirs in days.items():
        told = max((one.day for one in theirs if one.told is not None), default=dt.date.min)
        since = max(told, known.get(pupil, dt.date.min))
        untold = sorted((one for one in theirs if one.told is None), key=lambda one: one.day)
        if untold and untold[-1].day > since:
            yield _missing(view, untold, since)


def _left(left: int | None) -> str:
    """What is left of the rule's own days: school days or working days."""
    return "" if left is None or left < 0 else f"{left} of the rule's days left"


def _missing(view: View, untold: list[UnexplainedDay], known: dt.date) -> Clock:
    """
    A pupil nobody has seen or heard of. It stays until somebody says where the pupil is; once the
    day's call was made no hour runs any more, and what was done since is said.
    """
    last = untold[-1]
    first = next(one.day for one in untold if one.day > known)
    count = view.school.meeting.school_days_between(first, last.day) + 1
    calling, called = last.call_state in ("due", "overdue"), last.call_state == "done"
    done = [f"called on {last.day}" * called, *last.turned_to]
    return Clock(
        kind="unexplained absence",
        what="establish where the pupil is" + f": {last.call}" * calling,
        about=f"{count} school days without a reason" if count > 1 else "first day",
        since=first,
        due=None if called else last.day,
        owner=next(iter(last.owners), ""),
        reference=last.call_clause or last.resolve_clause,
        pupil=last.pupil.id,
        by=last.call_by if calling else None,
        note="; ".join(
            filter(None, [*done, "next: " * bool(last.next_steps) + "; ".join(last.next_steps)])
        ),
    )


def _last_known(view: View, on: dt.date, pupils: list[PupilId]) -> dict[PupilId, dt.date]:
    """The last day on which each was in school, or away for a reason that is established."""
    becomes = view.policy.on(on).values.get("unexplained.becomes")
    without = [UNEXPLAINED, *([becomes.value] if becomes else [])]
    found = last_known(view, pupils, on, without)
    return {pupil: session.date for pupil, session in found.items()}


def _registers(view: View, on: dt.date, now: Instant) -> Iterator[Clock]:
    """Sheets not taken, or not for everybody, from the first entry of the school year on."""
    year = view.school.calendar.period_of(on, "year")
    here = (t.school == view.urn) & t.date.between(year.starts if year else on, on)
    first = view.rows(select(func.min(t.date)).where(here))[0][0] or on
    for row in registers_not_taken(view, first, on).rows:
        day = row.session.date
        times = view.school.times_on(day)
        opens, closes = window(times, row.session.half) if times else (dt.time(), dt.time(23, 59))
        if instant(day, opens) > now:
            continue
        missing = row.expected - row.marked
        yield Clock(
            kind="register not taken",
            what="take the register" if not row.at_all else f"enter the {missing} without a mark",
            about=f"{row.session}, {row.group}",
            since=day,
            due=day,
            by=instant(day, closes),
            owner=owner(view.school.rules_on(on), "take-register"),
            reference="SI 2024/208 reg. 10(1)",
        )


def _evidence(view: View, on: dt.date) -> Iterator[Clock]:
    acts = {"to ask for": "request-evidence", "to judge": "judge-evidence"}
    for row in evidence_wanting(view, on).rows:
        if row.kind not in _TO_DO:
            continue
        over = row.kind == "unauthorised without notice"
        yield Clock(
            kind="evidence",
            what=_TO_DO[row.kind],
            about=f"absence of {row.day}",
            since=row.day if row.kind == "required and not received" else row.since or row.day,
            due=row.day if over else None,
            owner=owner(view.school.rules_on(on), acts.get(row.kind, "record-evidence")),
            reference=row.clause,
            pupil=row.pupil.id,
            note=row.why,
        )


def _lateness(view: View, on: dt.date) -> Iterator[Clock]:
    """Parents to ask in, where the policy does; and meetings asked for, until they were held."""
    found = persistent_lateness(view, on)
    if found.asks_to_meet is None:
        return
    for row in found.rows:
        asked = row.meeting == "asked"
        what = "hold the meeting about lateness, and record it"
        yield Clock(
            kind="lateness",
            what=what if asked else "ask the parents to a meeting about lateness",
            about=f"{row.late} late sessions since {found.since}",
            since=row.reached_on,
            due=row.meeting_on if asked else None,
            owner=owner(view.school.rules_on(on), "record-lateness-meeting"),
            reference=found.asks_to_meet,
            pupil=row.pupil.id,
            done=None if asked else row.meeting_on,
            note=row.meeting or "",
        )


def _thresholds(view: View, on: dt.date) -> Iterator[Clock]:
    """Pupils at the threshold of whom nobody has said yet that they are aware."""
    for one in unconsidered(view, on):
        yield Clock(
            kind="threshold",
            what="record that the school is aware, and consider a penalty notice",
            about=f"{one.counted} sessions counted",
            since=one.met_on,
            due=None,
            owner=owner(view.school.rules_on(on), "record-awareness"),
            reference=f"SI 2007/1867 reg. 9A(1): as soon as practicable; {one.clause}",
            pupil=one.pupil,
            note=one.note,
        )
