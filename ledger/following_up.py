"""What an unexplained absence asks of the school, and by when: pure, along its calendar.

An N stands until its reason is established or its days are over; while nobody has told the
school why, a contact is called each day; where nobody can be reached policy says what comes next.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ledger.absence import Spell
from ledger.calendar import Calendar, Unit, instant, working_days_between
from ledger.kinds import Code, Half, Instant, PupilId, Session
from ledger.policy import Policy, PolicyDay
from ledger.school import School

UNEXPLAINED: Code = "N"
ILLNESS: Code = "I"

State = Literal["not wanted", "due", "done", "overdue"]
Call = Literal["first-day call", "repeat call"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """
    The clock of one N: the last day on which it may stand, and what it then becomes.

    ``left`` counts in the clock's own unit: 0 on the last day, negative once it is over; both
    are ``None`` where no rule sets a time, or the calendar as set ends before it is over.
    ``reason`` is the reason of the amendment.
    """

    session: Session
    resolve_by: dt.date | None
    left: int | None
    becomes: Code | None
    clause: str
    reason: str
    unit: Unit = "school days"

    @property
    def proposed(self) -> bool:
        """Whether the amendment is due: on the last day, and once it is over."""
        return self.left is not None and self.left <= 0 and self.becomes is not None

    @property
    def overdue(self) -> bool:
        return self.left is not None and self.left < 0


def resolution(
    session: Session, school: School, on: dt.date, policy: Policy | None = None
) -> Resolution:
    """
    Where the clock of an N stands on a day, by the rule of the session's day.

    ``policy`` is one asked about in the place of the school's own.

    The day after the session is the first; days on which the school did not meet do not count.

    Reference: SI 2024/208 reg. 10(7) and (9)(b); the day that counts first is derived.
    """
    rules = (policy or school.policy).on(session.date)
    if "unexplained.resolve_by" not in rules:
        return Resolution(session, None, None, None, "", "")
    clock = rules.get("unexplained.resolve_by")
    length, unit = int(clock.value["length"]), clock.value["unit"]
    by = school.meeting.deadline(session.date, length, unit)
    becomes = rules.get("unexplained.becomes") if "unexplained.becomes" in rules else None
    last = f", by {by.day} {by:%B %Y}" if by else ""
    named = dict.fromkeys([clock.reference, *([becomes.reference] if becomes else [])])
    return Resolution(
        session,
        by,
        None if by is None else counted(school.meeting, on, by, unit),
        becomes.value if becomes else None,
        clock.reference,
        f"The reason was not established within {length} {unit}{last} ({'; '.join(named)})",
        unit,
    )


def counted(calendar: Calendar, day: dt.date, later: dt.date, unit: Unit) -> int:
    """How many units from one day to another, the first not counted; negative if it is later."""
    if later < day:
        return -counted(calendar, later, day, unit)
    if unit == "school days":
        return calendar.school_days_between(day, later)
    if unit == "working days":
        return working_days_between(day, later)
    if unit == "school weeks":
        return calendar.school_weeks_between(day, later)
    return (later - day).days // (7 if unit == "weeks" else 1)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """
    What one day of a pupil's unexplained absence asks for.

    ``halves`` are the sessions of the day that stand as N. ``call`` is the call the day asks
    for, wanted until ``call_by``; ``explained`` says that somebody told the school or the
    school decided, so that only the mark is left to amend.
    """

    pupil: PupilId
    day: dt.date
    halves: tuple[Half, ...]
    explained: bool
    call: Call
    call_by: Instant
    call_state: State
    call_clause: str
    resolution: Resolution


def follow_ups(
    pupil: PupilId,
    absent: Mapping[Session, Code],
    spells: Sequence[Spell],
    *,
    school: School,
    now: Instant,
    on: dt.date,
    policy: Policy | None = None,
    seen: Session | None = None,
) -> list[FollowUp]:
    """
    What each day with a standing N asks for as at ``now``, on the day ``on``, oldest first.

    ``absent`` are the pupil's sessions without a reason: N, and O that an N became. ``seen`` is
    the last session the pupil attended, or that has its reason: no call is wanted any more for
    what came before it, nor for a day before one of which the school was told.
    """
    days = sorted({session.date for session, code in absent.items() if code == UNEXPLAINED})
    without_reason = {session.date for session in absent}
    policy = policy or school.policy
    told = {day: is_explained(day, spells, policy.on(day)) for day in days}
    found = []
    for day in days:
        rules = policy.on(day)
        halves: tuple[Half, ...] = tuple(
            half for half in ("AM", "PM") if absent.get(Session(day, half)) == UNEXPLAINED
        )
        before = school.meeting.add_school_days(day, -1)
        again = before in without_reason and not is_explained(before, spells, policy.on(before))
        call_by = end_of_morning(school, day) if not again else instant(day, dt.time(23, 59))
        known = any(told[later] for later in days if later >= day)
        known = known or (seen is not None and Session(day, halves[-1]) < seen)
        state = _call_state(day, spells, known, call_by, now)
        found.append(
            FollowUp(
                pupil=pupil,
                day=day,
                halves=halves,
                explained=told[day],
                call="repeat call" if again else "first-day call",
                call_by=call_by,
                call_state=state if "unexplained.call" in rules else "not wanted",
                call_clause=_clause(rules, "unexplained.call"),
                resolution=resolution(Session(day, halves[0]), school, on, policy),
            )
        )
    return found


def is_explained(day: dt.date, spells: Iterable[Spell], rules: PolicyDay) -> bool:
    """Whether somebody told the school why, as its policy wants to be told, or it decided."""
    name = "absence.return_day_suffices"
    suffices = bool(rules.get(name).value) if name in rules else True
    return any(one.told_on(day, suffices) or one.decided_on(day) for one in spells)


def end_of_morning(school: School, day: dt.date) -> Instant:
    """When the morning ends: the afternoon register opens, or noon where no times are set."""
    times = school.times_on(day)
    return instant(day, times.pm_opens if times else dt.time(12))


def _call_state(
    day: dt.date, spells: Sequence[Spell], known: bool, by: Instant, now: Instant
) -> State:
    if any(one.called_on(day) for one in spells):
        return "done"
    if known:
        return "not wanted"
    return "overdue" if now > by else "due"


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something policy names to be done or considered next, and by which clause."""

    what: str
    clause: str


def next_steps(
    spell: Spell, contacts: Collection[str], days: int, rules: PolicyDay
) -> list[NextStep]:
    """
    What comes next for a spell nobody has explained: ``days`` school days of it so far.

    Every emergency contact is tried; where none could be reached, the steps that the policy
    names, in its order, one at a time; where the absence goes on for another day, whom it
    considers involving.
    """
    if spell.reports or spell.decisions:
        return []
    steps = []
    done = {one.kind for one in spell.escalations}
    left = [one for one in contacts if one not in {tried.contact for tried in spell.contacts}]
    if not spell.reached:
        clause = _clause(rules, "unexplained.call")
        steps += [NextStep(f"try {contact}", clause) for contact in left]
        if spell.contacts and not left:
            steps += _named(rules, "unexplained.unreached", done)[:1]
    if days > 1:
        steps += _named(rules, "unexplained.continuing", done)
    return steps


def _named(rules: PolicyDay, name: str, done: Collection[str]) -> list[NextStep]:
    if name not in rules:
        return []
    value = rules.get(name)
    return [NextStep(kind, value.reference) for kind in value.value if kind not in done]


def _clause(rules: PolicyDay, name: str) -> str:
    return rules.get(name).reference if name in rules else ""
