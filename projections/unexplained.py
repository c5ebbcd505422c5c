"""The unexplained: every N that stands, how long it may, and the calls its days ask for."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from ledger.absence import Spell
from ledger.calendar import london
from ledger.following_up import (
    UNEXPLAINED,
    FollowUp,
    follow_ups,
    is_explained,
    next_steps,
)
from ledger.kinds import Code, GroupId, Instant, PupilId, Session
from ledger.policy import Policy, PolicyDay
from ledger.roll import Pupil
from projections.absence_answers import Unexplained, UnexplainedDay
from projections.answers import PupilRef
from projections.current_register import ABSENT, UNAUTHORISED, current_register
from projections.last_known import last_known
from projections.spells import spells_in
from projections.views import View

t = current_register.c


def unexplained(
    view: View, on: dt.date, now: Instant, *, since: dt.date | None = None
) -> Unexplained:
    """
    Every N that stands on a day up to ``on``, as at the moment ``now``; most pressing first.

    ``since``: of that day and later ones alone; earlier ones still count where days are counted.

    Reference: SI 2024/208 reg. 10(7)-(9); the policies' follow-up of unexplained absence.
    """
    marks = _without_reason(view, on)
    spells, seen = spells_in(view, sorted(marks)), _seen(view, marks, on)
    rows: list[UnexplainedDay] = []
    for pupil, sessions in marks.items():
        codes = {at: code for at, (code, _) in sessions.items()}
        theirs = spells.get(pupil, [])
        of = _Of(view.context.roll.pupils[pupil], codes, theirs, view)
        found = follow_ups(
            pupil,
            codes,
            theirs,
            school=view.school,
            now=now,
            on=on,
            policy=view.policy,
            seen=seen.get(pupil),
        )
        last = found[-1].day
        away = pupil not in seen or Session(last, found[-1].halves[-1]) > seen[pupil]
        for one in found:
            group = sessions[Session(one.day, one.halves[0])][1]
            rows.append(_row(of, one, group, latest=away and one.day == last))
    rows = [row for row in rows if since is None or row.day >= since]
    rows.sort(key=_pressing)
    return Unexplained(header=view.header("unexplained", [on]), on=on, rows=tuple(rows))


Sessions = dict[Session, tuple[Code, GroupId]]


def _without_reason(view: View, on: dt.date) -> dict[PupilId, Sessions]:
    """The sessions of N, and of what an N became, of each pupil with an N that stands."""
    becomes = {value.value for value in _becoming(view.policy)}
    with_n = select(t.pupil).where(
        t.school == view.urn, ABSENT, t.code == UNEXPLAINED, t.date <= on
    )
    pupils = sorted({row.pupil for row in view.rows(with_n)})
    question = select(t.pupil, t.date, t.half, t.code, t["class"]).where(
        t.school == view.urn,
        UNAUTHORISED,
        t.code.in_([UNEXPLAINED, *sorted(becomes)]),
        t.pupil.in_(pupils),
    )
    found: dict[PupilId, Sessions] = {}
    for row in view.rows(question.order_by(t.pupil, t.date, t.half)):
        if row.date <= on:  # looked up pupil by pupil, and not day by day
            found.setdefault(row.pupil, {})[Session(row.date, row.half)] = (row.code, _class(row))
    return found


_LOOKED_BACK = dt.timedelta(days=60)


def _seen(view: View, marks: Mapping[PupilId, Sessions], on: dt.date) -> dict[PupilId, Session]:
    """
    The last session that each of these pupils attended, or that has its reason, if it was not
    long ago.
    """
    without = {UNEXPLAINED, *(value.value for value in _becoming(view.policy))}
    return last_known(view, marks, on, without, since=on - _LOOKED_BACK)


def _becoming(policy: Policy) -> Iterable[Any]:
    for standing in policy.stack:
        yield from standing.pack.values.get("unexplained.becomes", ())


def _class(row: Row[Any]) -> GroupId:
    return str(row._mapping["class"])


@dataclass(frozen=True)
class _Of:
    """Whose days are told: the pupil, the sessions without a reason, the spells."""

    pupil: Pupil
    absent: Mapping[Session, Code]
    spells: Sequence[Spell]
    view: View


def _row(of: _Of, one: FollowUp, group: GroupId, *, latest: bool) -> UnexplainedDay:
    """One day; what policy names next is said of the latest day alone."""
    rules = of.view.policy.on(one.day)
    spell = max(
        (s for s in of.spells if s.followed_up and s.first <= one.day),
        key=lambda s: s.first,
        default=Spell(one.day),
    )
    steps = []
    if latest and not one.explained:
        steps = next_steps(spell, _contacts(of), _days(of, one, rules), rules)
    clock = one.resolution
    return UnexplainedDay(
        pupil=PupilRef.of(of.pupil),
        group=group,
        day=one.day,
        halves=one.halves,
        resolve_by=clock.resolve_by,
        left=clock.left,
        proposed=clock.proposed and not one.explained,
        overdue=clock.overdue,
        becomes=clock.becomes,
        resolve_clause=clock.clause,
        call=one.call,
        call_by=one.call_by,
        call_state=one.call_state,
        call_clause=one.call_clause,
        told=_told(of, one.day),
        turned_to=tuple(
            f"{it.kind} {london(it.done_at):%Y-%m-%d %H:%M}" for it in spell.escalations
        ),
        next_steps=tuple(_named(step.what, of.pupil) for step in steps),
        next_clauses=tuple(step.clause for step in steps),
        owners=tuple(rules.get("may.record-contact").value),
        what=_what(one),
    )


def _days(of: _Of, one: FollowUp, rules: PolicyDay) -> int:
    """School days of the unbroken stretch without a reason that ends with this one."""
    count, day = 1, one.day
    days = {session.date for session in of.absent}
    while True:
        before = of.view.school.meeting.add_school_days(day, -1)
        if before not in days or is_explained(before, of.spells, rules):
            return count
        count, day = count + 1, before


def _contacts(of: _Of) -> list[str]:
    """The parents whom the school has a number for; all of them where it has none for any."""
    with_number = [one.id for one in of.pupil.parents if one.telephone]
    return with_number or [one.id for one in of.pupil.parents]


def _named(step: str, pupil: Pupil) -> str:
    names = {f"try {one.id}": f"try {one.name} ({one.id})" for one in pupil.parents}
    return names.get(step, step)


def _told(of: _Of, day: dt.date) -> str | None:
    for spell in reversed(of.spells):
        decided = spell.decided_on(day)
        if decided is not None:
            return f"{decided.reason} (decided: {decided.code})"
        told = spell.told_on(day, return_day_suffices=True)
        if told is not None:
            return told.reason
    return None


def _what(one: FollowUp) -> str:
    """What to do first about the day, in a sentence."""
    clock = one.resolution
    if one.explained:
        return "Decide it with decide-absence: the school was told why"
    if clock.proposed:
        over = -(clock.left or 0)
        unit = clock.unit if over != 1 else clock.unit.removesuffix("s")
        last = f"{over} {unit} over" if over else "today is the last day"
        return f"Amend to {clock.becomes} with resolve-unexplained: {last}"
    if one.call_state in ("due", "overdue"):
        return f"Make the {one.call}" + (": overdue" if one.call_state == "overdue" else "")
    return "Establish the reason"


def _pressing(row: UnexplainedDay) -> tuple[Any, ...]:
    """Overdue first, then by days left; where there is no clock, by day."""
    left = row.left if row.left is not None else 10_000
    return (left, row.day, row.group, row.pupil.name, row.pupil.id)
