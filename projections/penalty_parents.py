"""Where each parent of a pupil stands: notices in three years, a next one, the next lawful step."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from ledger.events import Parent
from ledger.kinds import Session
from ledger.penalty import (
    Clock,
    Demand,
    Facts,
    Judged,
    Limit,
    Notice,
    clocks,
    days_from,
    demand,
    judged,
    next_step,
)
from ledger.penalty.clocks import asked_by
from ledger.policy import PolicyDay, Value
from ledger.reckoning import Marked, Threshold, threshold
from ledger.roll import Pupil
from projections.penalty_answers import (
    ClockShown,
    NextNotice,
    NoticeHeld,
    ParentStanding,
)
from projections.penalty_records import Between, between
from projections.views import View


class Asked(NamedTuple):
    """
    What is asked: the rule, the day of the threshold, and the day of a next notice.

    From ``as_on`` the three years run back; it is ``on`` unless acts came after the last mark.
    """

    rule: Value
    on: dt.date
    as_on: dt.date


def parents_standing(
    view: View, pupil: Pupil, marks: Sequence[Marked], asked: Asked
) -> tuple[ParentStanding, ...]:
    """
    Each parent on a day: what a next notice would be, from when, and what stands in the way.

    ``marks`` are the unauthorised ones up to the day.

    Reference: SI 2007/1867 regs 4, 9A and 12A.
    """
    return tuple(_standing(view, pupil, parent, marks, asked) for parent in pupil.parents)


def _standing(
    view: View, pupil: Pupil, parent: Parent, marks: Sequence[Marked], asked: Asked
) -> ParentStanding:
    here = between(view, pupil.id, parent.id)
    rules = view.policy.on(asked.as_on)
    used = here.record.used(_free_after(rules))
    found = _reckoned(view, pupil, marks, asked, used.keys())
    fresh = _reckoned(view, pupil, marks, asked, here.record.considered() | used.keys())
    window = found.windows[-1].sessions if found.met else found.sessions
    begins = window[0].session.date if window else asked.on
    wanted = demand(here.record.notices.values(), asked.as_on, view.policy.on(begins))
    facts = Facts(asked.as_on, found.met, fresh.met, found.total, found.needed, wanted)
    step = next_step(here.record, here.improvements, facts, rules)
    running = clocks(here.record, here.improvements, view.school.policy, view.school.calendar)
    case = here.record.open_case
    notices = here.record.notices.values()
    return ParentStanding(
        id=parent.id,
        name=parent.name,
        lives_with=parent.lives_with,
        notices=len(wanted.counted),
        held=tuple(_held(view, here, notice, asked.as_on, rules) for notice in notices),
        next=_next(wanted, found),
        case=case.number if case else None,
        next_step=step.words,
        next_act=step.act,
        next_clause=step.clause,
        in_the_way=tuple(_in_the_way(view, here, found, facts, (marks, used))),
        clocks=tuple(_shown(clock, asked.as_on) for clock in running if clock.open),
    )


def _free_after(rules: PolicyDay) -> Sequence[str]:
    said = rules.values.get("penalty.sessions_free_after")
    return said.value if said else ()


def _reckoned(
    view: View,
    pupil: Pupil,
    marks: Sequence[Marked],
    asked: Asked,
    without: Collection[Session],
) -> Threshold:
    unused = [mark for mark in marks if mark.session not in without]
    return threshold(
        unused,
        view.school.meeting,
        asked.rule.value,
        view.policy,
        born=pupil.born,
        on=asked.on,
    )


def _next(asked: Demand, found: Threshold) -> NextNotice:
    return NextNotice(
        which=asked.which,
        early=asked.early,
        early_days=asked.early_days,
        full=asked.full,
        full_days=asked.full_days,
        from_when=asked.free_on or (found.met_on if found.met else None),
        reference=asked.clause,
    )


def _in_the_way(
    view: View,
    here: Between,
    found: Threshold,
    facts: Facts,
    counted: tuple[Sequence[Marked], Mapping[Session, int]],
) -> Iterator[str]:
    marks, used = counted
    taken = sorted({used[mark.session] for mark in marks if mark.session in used})
    if taken:
        count = sum(mark.session in used for mark in marks)
        held = here.record.notices
        notices = " and ".join(f"notice {n}{held[n].afterwards}" for n in taken)
        yield f"{count} sessions are named in {notices} already, and a session is used once"
    if not facts.demand.allowed:
        yield (
            f"{len(facts.demand.counted)} notices count already: no other before "
            f"{facts.demand.free_on}"
        )
    for one in here.improvements:
        if one.runs_on(facts.on):
            yield f"a notice to improve runs until {one.issued.ends}"
    if found.met:
        yield from _too_late(found, facts.on, view)
    checked = here.record.checked
    if checked is not None and not checked.clear:
        yield f"{checked.authority} said against a notice: {checked.answer}"
    if found.met and here.record.open_case is None and facts.fresh:
        yield "nobody's awareness of it is recorded yet"
    elif here.record.open_case is not None:
        yield f"case {here.record.open_case.number} is not decided yet"


def _too_late(found: Threshold, on: dt.date, view: View) -> Iterator[str]:
    """Early enough to act on: the 28 days to pay come before any prosecution."""
    sessions = found.windows[-1].sessions
    starts, ends = sessions[0].session.date, sessions[-1].session.date
    days = days_from(on, starts, ends, view.policy)
    if days.late:
        yield (
            f"received on {on}, a notice leads to no prosecution before {days.prosecute_from}, "
            f"and the six months to prosecute end on {days.prosecute_by}"
        )


def _held(view: View, here: Between, notice: Notice, on: dt.date, rules: PolicyDay) -> NoticeHeld:
    limit = Limit.of(rules)
    verdict = judged(notice, on, limit) if limit else _before_any_limit(notice)
    early, full = asked_by(notice, here.record, view.school.policy)
    by = notice.issued.made_by.name if notice.issued else ""
    return NoticeHeld(
        notice=notice.number,
        kind=notice.kind,
        issued_on=notice.issued_on,
        issued_by=by or (notice.disclosed.issued_by if notice.disclosed else ""),
        offence_start=notice.offence_start,
        offence_end=notice.offence_end,
        early=early,
        full=full,
        paid=notice.paid,
        state=state_of(notice),
        counts=verdict.counts,
        why=verdict.why,
        falls_out=verdict.falls_out if verdict.counts else None,
    )


def _before_any_limit(notice: Notice) -> Judged:
    why = "no law limited the number of notices then"
    return Judged(notice.number, notice.issued_on, False, why, notice.issued_on)


def state_of(notice: Notice) -> str:
    """What has become of a notice, in a word or two."""
    if notice.withdrawn is not None:
        return f"withdrawn: {notice.withdrawn.ground}"
    if notice.paid_on is not None:
        return "paid"
    if notice.prosecution:
        last = notice.prosecution[-1].stage
        return "prosecution begun" if last == "begun" else last
    if notice.served is None:
        return "issued elsewhere" if notice.disclosed else "issued, not served yet"
    return f"part paid, £{notice.paid}: unpaid" if notice.paid else "served, unpaid"


def _shown(clock: Clock, on: dt.date) -> ClockShown:
    return ClockShown(
        what=clock.what,
        about=clock.about,
        due=clock.due,
        owner=clock.owner,
        overdue=clock.overdue(on),
        clause=clock.clause,
    )
