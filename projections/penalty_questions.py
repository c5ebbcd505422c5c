"""Questions 3 and 3b: who is at the penalty-notice threshold, and the very sessions."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from ledger.calendar import compulsory_school_age
from ledger.kinds import Session
from ledger.policy import Value
from ledger.reckoning import Marked, Threshold, across_schools, threshold
from ledger.roll import Pupil
from projections.answers import PupilRef
from projections.current_register import current_register
from projections.penalties import marked, penalty_thresholds, sparse
from projections.penalty_answers import (
    Advisory,
    CountedWeek,
    PenaltyExplained,
    PenaltyList,
    PenaltyStanding,
    TimeMet,
    counted_sessions,
    sessions_left_out,
)
from projections.penalty_parents import Asked, parents_standing
from projections.views import View, last_day

t = current_register.c


def penalty_explain(
    view: View,
    pupil: Pupil,
    on: dt.date | None = None,
    others: Sequence[View] = (),
    *,
    as_on: dt.date | None = None,
) -> PenaltyExplained:
    """
    Whether, when and how a pupil reached the threshold, as at a day.

    ``on`` is the day asked about, without it the last day with an entry. ``others`` are the
    views of other schools, whose registers are summed for the same UPN as an advisory flag.
    The rule is the one in force on the day, under the policy of the view. ``as_on`` is the day
    on which a next notice would be issued, if that is later.

    Reference: SI 2007/1867 reg. 9A; law.md 4.1 and 4.2.
    """
    on = on or last_day(view)
    shown = PupilRef.of(pupil)
    head = view.header("penalty-explain", [on])
    rule = view.policy.on(on).values.get("penalty.threshold")
    if rule is None:
        why = f"no law and no policy of the school sets a threshold on {on.isoformat()}"
        return PenaltyExplained(header=head, pupil=shown, on=on, standing=None, why_not=why)
    rows = _unauthorised(view, pupil, on)
    found = _threshold(view, rows, pupil, on, rule)
    standing = _standing(view, pupil, rows, found, Asked(rule, on, as_on or on))
    advisory = _across(view, pupil, found, rule, others)
    standing = standing.model_copy(update={"across_schools": advisory})
    return PenaltyExplained(header=head, pupil=shown, on=on, standing=standing)


def may_count(view: View, pupil: Pupil, on: dt.date) -> list[Marked]:
    """The sessions of a pupil up to a day that may count to the threshold."""
    return marked(_unauthorised(view, pupil, on))


def _unauthorised(view: View, pupil: Pupil, on: dt.date) -> Sequence[Row[Any]]:
    return view.rows(sparse(view.urn).where(t.pupil == pupil.id, t.date <= on))


def penalty_list(
    view: View, on: dt.date | None = None, *, as_on: dt.date | None = None
) -> PenaltyList:
    """Every pupil at whom the threshold stands on a day, with the same columns."""
    on = on or last_day(view)
    head = view.header("penalty-list", [on])
    rule = view.policy.on(on).values.get("penalty.threshold")
    if rule is None:
        return PenaltyList(header=head, on=on, rule="none in force", clause="", rows=())
    found: list[PenaltyStanding] = []
    rows = [row for row in view.rows(sparse(view.urn).where(*_likely(view, on))) if row.date <= on]
    for number, theirs in groupby(rows, lambda row: int(row.pupil)):
        held = list(theirs)
        pupil = view.context.roll.pupils.get(number)
        if pupil is None or len(held) < rule.value["sessions"]:
            continue
        reckoned = _threshold(view, held, pupil, on, rule)
        if reckoned.met:
            found.append(_standing(view, pupil, held, reckoned, Asked(rule, on, as_on or on)))
    found.sort(key=lambda one: (one.met_on or on, one.pupil.id))
    return PenaltyList(
        header=head,
        on=on,
        rule=_said(rule.value),
        clause=rule.reference,
        rows=tuple(found),
    )


def _likely(view: View, on: dt.date) -> tuple[ColumnElement[bool], ...]:
    """
    That a pupil is one of those at whom the threshold stands on a day by the read models.

    Those judge by the school's own policy; under another every pupil is reckoned. So is as at an
    earlier entry, where the read model itself would have to be reckoned first, and for every day.
    """
    if view.weeks is None:
        return ()
    p = penalty_thresholds.c
    stands = (p.met_on <= on) & (p.lapses_on.is_(None) | (p.lapses_on > on))
    return (
        t.pupil.in_(
            [
                row.pupil
                for row in view.rows(select(p.pupil).where(p.school == view.urn, stands).distinct())
            ]
        ),
    )


def _said(value: dict[str, Any]) -> str:
    return f"{value['sessions']} sessions within {value['within']} consecutive {value['of']}"


def _threshold(
    view: View, rows: Sequence[Row[Any]], pupil: Pupil, on: dt.date, rule: Value
) -> Threshold:
    return threshold(
        marked(rows), view.school.meeting, rule.value, view.policy, born=pupil.born, on=on
    )


def _standing(
    view: View, pupil: Pupil, rows: Sequence[Row[Any]], found: Threshold, asked: Asked
) -> PenaltyStanding:
    assert found.on is not None
    window = found.windows[-1] if found.met else None
    sessions = (*window.sessions, *window.further) if window else found.sessions
    amendments = {Session(row.date, row.half): int(row.amendments) for row in rows}
    earlier = found.windows[:-1] if found.met else found.windows
    return PenaltyStanding(
        pupil=PupilRef.of(pupil),
        on=found.on,
        rule=str(found.rule),
        clause=asked.rule.reference,
        pack=asked.rule.pack,
        needed=found.needed,
        counted=len(sessions),
        met=found.met,
        met_on=window.met_on if window else None,
        lapses_on=window.lapses_on if window else None,
        weeks=tuple(CountedWeek.of(w) for w in (window.weeks if window else found.weeks)),
        sessions=counted_sessions(sessions, amendments),
        left_out=sessions_left_out(found),
        earlier=tuple(
            TimeMet(
                met_on=one.met_on,
                lapses_on=one.lapses_on,
                sessions=len(one.sessions) + len(one.further),
            )
            for one in earlier
        ),
        parents=parents_standing(view, pupil, marked(rows), asked),
        in_the_way=tuple(_in_the_way(pupil, found)),
    )


def _in_the_way(pupil: Pupil, found: Threshold) -> list[str]:
    assert found.on is not None
    sentences = []
    first, last = compulsory_school_age(pupil.born)
    if not first <= found.on <= last:
        sentences.append(
            f"{pupil.name} is not of compulsory school age on {found.on.isoformat()}: that is "
            f"from {first.isoformat()} to {last.isoformat()} (Education Act 1996 s. 8)"
        )
    if not found.met:
        sentences.append(
            f"{found.total} of the {found.needed} sessions needed are counted in the window "
            f"that ends on {found.on.isoformat()}"
        )
    if not pupil.parents:
        sentences.append("no parent is recorded in the admission register")
    return sentences


def _across(
    view: View, pupil: Pupil, own: Threshold, rule: Value, others: Sequence[View]
) -> Advisory | None:
    """The same child at other schools of the trust: an advisory flag, not the law's threshold."""
    found, on = [(view, own)], own.on
    assert on is not None
    for other in others:
        same = other.context.roll.by_upn(pupil.upn)
        if same is None or other.urn == view.urn:
            continue
        rows = other.rows(sparse(other.urn).where(t.pupil == same.id, t.date <= on))
        found.append((other, _threshold(other, rows, same, on, rule)))
    if len(found) == 1:
        return None
    across = across_schools([one for _, one in found])
    return Advisory(
        total=across.total,
        needed=across.needed,
        reached=across.reached,
        schools=tuple(at.school.name for at, _ in found),
    )
