"""The clocks of leave, support, returns, back-ups and policy: pure, from the states."""

import datetime as dt
from collections.abc import Iterable, Iterator

from ledger.calendar import london
from ledger.due import Clock, owner
from ledger.events import LeaveWithdrawn, PartTimeTimetableAgreed
from ledger.leave import Leave, Leaves
from ledger.penalty import Clock as PenaltyClock
from ledger.returning import Back, met_on
from ledger.returns import Owed, Returns, backups, deadline
from ledger.school import School
from ledger.support import Support, Supports

DECIDED_BEFORE = "SI 2024/208 reg. 11(11): asked in advance, so decided before it begins (derived)"
RETURNS = {
    "new-pupil": "new pupil",
    "deletion": "deletion",
    "attendance": "absence of ten school days",
    "sickness": "illness of fifteen school days",
    "plan-fall": "fallen attendance under an EHC plan",
}


def of_leave(leaves: Leaves, school: School, on: dt.date) -> Iterator[Clock]:
    """Requests to decide: by the last school day before they begin, if received by then."""
    for leave in leaves.requests.values():
        asked = leave.requested
        if asked is None:
            continue
        first, received = asked.first.date, london(asked.received_at).date()
        before = school.calendar.add_school_days(first, -1) or first
        decided = leave.refused or leave.granting
        withdrawn = leave.withdrawn if decided is None else None
        settled = decided or withdrawn
        yield Clock(
            kind="leave",
            what="decide the request for leave, and answer it",
            about=f"request {leave.number}",
            since=received,
            due=max(before, received),
            owner=owner(school.rules_on(on), "grant-leave"),
            reference=DECIDED_BEFORE,
            pupil=leave.pupil,
            done=london(settled.made_at).date() if settled else None,
            note="" if asked.arithmetic.kept is not False else "asked later than the policy wants",
        )


def of_timetables(
    leaves: Leaves, supports: Supports, school: School, on: dt.date
) -> Iterator[Clock]:
    """Part-time timetables to review: done by a meeting from then on, a new one, or its end."""
    for leave in leaves.requests.values():
        agreed = leave.granting
        if not isinstance(agreed, PartTimeTimetableAgreed):
            continue
        rules = school.rules_on(agreed.starts)
        needs = "leave.part_time_needs"
        yield Clock(
            kind="part-time timetable",
            what="review the part-time timetable",
            about=f"timetable {leave.number}",
            since=agreed.agreed_on,
            due=agreed.review_on,
            owner=owner(school.rules_on(on), "agree-part-time-timetable"),
            reference=rules.get(needs).reference if needs in rules else "SI 2024/208 reg. 11(6)",
            pupil=leave.pupil,
            done=_reviewed(leave, agreed, leaves, supports),
            note=f"ends on {agreed.ends}",
        )


def _reviewed(
    leave: Leave, agreed: PartTimeTimetableAgreed, leaves: Leaves, supports: Supports
) -> dt.date | None:
    days = [
        one.granting.agreed_on
        for one in leaves.of_pupil(leave.pupil)
        if isinstance(one.granting, PartTimeTimetableAgreed) and one.number > leave.number
    ]
    if isinstance(leave.withdrawn, LeaveWithdrawn):
        days.append(london(leave.withdrawn.made_at).date())
    days += [
        one.opened.opened_on
        for one in supports.by_number.values()
        if (one.opened.kind, one.opened.pupil) == ("meeting", leave.pupil)
        and one.opened.opened_on >= agreed.review_on
    ]
    return min(days, default=None)


def of_support(supports: Supports, school: School, on: dt.date) -> Iterator[Clock]:
    """What was to be reviewed by a day and has not been since."""
    role = owner(school.rules_on(on), "note-support")
    for one in supports.by_number.values():
        if one.review_on is None:
            continue
        yield Clock(
            kind="support",
            what=f"review the {one.opened.kind}: {one.opened.about}",
            about=f"support {one.number}",
            since=one.review_said_on,
            due=one.review_on,
            owner=role,
            reference="as agreed when it was begun",
            pupil=one.opened.pupil,
            done=_settled(one),
        )


def of_returning(
    found: Iterable[tuple[int, Back]], supports: Supports, school: School, on: dt.date
) -> Iterator[Clock]:
    """Meetings with pupils who are back after a long absence: no rule sets a day."""
    rules = school.rules_on(on)
    for pupil, back in found:
        yield Clock(
            kind="support",
            what="hold a meeting: the pupil is back after a long absence",
            about=f"{back.days} school days, {back.first} to {back.last}",
            since=back.back_on,
            due=None,
            owner=owner(rules, "note-support"),
            reference=rules.get("support.long_absence").reference,
            pupil=pupil,
            done=met_on(back, pupil, supports),
        )


def _settled(one: Support) -> dt.date | None:
    if one.closed is not None:
        return one.closed.closed_on
    noted = [it.noted_on for it in one.notes if one.review_on and it.noted_on >= one.review_on]
    return min(noted, default=None) if one.reviewed else None


def of_returns(
    owed: Iterable[Owed], returns: Returns, school: School, on: dt.date
) -> Iterator[Clock]:
    """Returns that are owed, and those that were made."""
    role = owner(school.rules_on(on), "make-return")
    for one in owed:
        if returns.of(one.kind, one.pupil, one.since) is None:
            facts = [f"{name}: {said}" for name, said in one.facts.items()]
            yield Clock(
                kind="return",
                what=f"return to the local authority: {RETURNS[one.kind]}",
                about=one.kind,
                since=one.since,
                due=one.due,
                owner=role,
                reference=one.reference,
                pupil=one.pupil,
                note="; ".join([*facts, one.note] if one.note else facts),
            )
    for made in returns.made:
        for named in made.pupils:
            yield Clock(
                kind="return",
                what=f"return to the local authority: {RETURNS[made.kind]}",
                about=made.kind,
                since=named.since,
                due=named.due,
                owner=role,
                reference=made.clause,
                pupil=named.pupil,
                done=made.made_on,
            )


def of_irregular(proposed: Iterable[Owed], school: School, on: dt.date) -> Iterator[Clock]:
    """Pupils to consider for the next attendance return: no clock sets a day for a judgement."""
    for one in proposed:
        facts = [f"{name}: {said}" for name, said in one.facts.items()]
        is_due = "is" if one.due and one.due >= on else "was"
        by = f"the next attendance return {is_due} due by {one.due}" if one.due else ""
        yield Clock(
            kind="return",
            what="consider an attendance return: irregular attendance",
            about="irregular attendance",
            since=one.since,
            due=None,
            owner=owner(school.rules_on(on), "make-return"),
            reference=one.reference,
            pupil=one.pupil,
            note="; ".join(filter(None, [*facts, by, one.note])),
        )


def of_backups(school: School, returns: Returns, on: dt.date) -> Iterator[Clock]:
    """Back-ups of the registers, made and to make."""
    for one in backups(school, returns):
        yield Clock(
            kind="back-up",
            what="back up the attendance and admission registers",
            about="registers",
            since=one.since,
            due=one.due,
            owner=owner(school.rules_on(on), "record-backup"),
            reference=one.reference,
            done=one.made_on,
        )


def of_policy(school: School, on: dt.date) -> Iterator[Clock]:
    """The policy in force to review, by the day it was adopted; done once another one was."""
    packs = sorted(school.packs, key=lambda pack: pack.starts)
    for number, pack in enumerate(packs, 1):
        after = packs[number] if number < len(packs) else None
        rules = school.rules_on(pack.starts)
        if pack.starts > on or "policy.review_within" not in rules:
            continue
        within = rules.get("policy.review_within")
        yield Clock(
            kind="policy review",
            what="review the attendance policy",
            about=pack.pack,
            since=pack.starts,
            due=deadline(school.calendar, pack.starts, within),
            owner=owner(school.rules_on(on), "adopt-policy"),
            reference=within.reference,
            done=after.starts if after and after.starts <= on else None,
        )


def of_penalties(found: Iterable[tuple[int, str, PenaltyClock]]) -> Iterator[Clock]:
    """Cases, notices and notices to improve; what no longer matters is left out."""
    for pupil, parent, clock in found:
        if clock.ended and clock.done_on is None:
            continue
        improving = clock.about.startswith("notice to improve")
        warn = clock.warn_from
        yield Clock(
            kind="notice to improve" if improving else "penalty notice",
            what=clock.what,
            about=f"{clock.about}, {parent}",
            since=clock.starts,
            due=clock.due,
            owner=clock.owner,
            reference=clock.clause,
            pupil=pupil,
            done=clock.done_on,
            note=f"look at it from {warn}" if warn and clock.done_on is None else "",
        )
