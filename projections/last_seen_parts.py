"""The parts of "last seen": what was done, what is known, what contradicts, what is due next."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from ledger.absence import Spell
from ledger.calendar import london
from ledger.events import Event
from ledger.events.absence import (
    AbsenceDecided,
    AbsenceEscalated,
    AbsenceEvent,
    AbsenceReported,
    ContactAttempted,
    IllnessRefused,
    LatenessMeetingRecorded,
    ParentNotified,
)
from ledger.events.evidence import (
    EvidenceJudged,
    EvidenceReceived,
    EvidenceRequested,
)
from ledger.following_up import UNEXPLAINED, follow_ups, next_steps
from ledger.kinds import Instant, Session
from ledger.leave import Planned
from ledger.roll import Pupil
from ledger.school import School
from projections.explain_answers import StepTaken
from projections.marks_between import Marks, is_seen

_KNOWN = {"D": "at another school where registered", "E": "suspended or excluded"}


def taken(steps: Sequence[tuple[int, Event]], pupil: Pupil, since: dt.date) -> Iterator[StepTaken]:
    """What was done about absence since a day, in the order of the entries."""
    names = {one.id: one.name for one in pupil.parents}
    for entry, event in steps:
        assert isinstance(event, AbsenceEvent)
        at, what, who, outcome, said = _told(event)
        if london(at).date() < since:
            continue
        yield StepTaken(
            at=at,
            what=what,
            who=names.get(who, who) if who else None,
            outcome=outcome,
            said=said,
            by=f"{event.made_by.name} ({event.made_by.position})",
            entry=entry,
        )


Told = tuple[Instant, str, str | None, str | None, str | None]


def _told(event: AbsenceEvent) -> Told:
    """When, what, with whom, what came of it, what was said."""
    at, who = event.made_at, getattr(event, "parent", None)
    outcome: str | None = None
    said: str | None = getattr(event, "reason", None)
    match event:
        case ContactAttempted():
            number = f" ({event.number})" if event.number else ""
            at, what, who = event.tried_at, f"contact by {event.channel}{number}", event.contact
            who, outcome, said = who or event.other, event.outcome, event.said
        case AbsenceReported():
            back = f", back on {event.back_on}" if event.back_on else ""
            what = f"told by {event.channel} of {event.starts} to {event.ends}{back}"
            at, who = event.received_at, event.parent or event.other
        case AbsenceEscalated():
            at, what, who, outcome = event.done_at, event.kind, event.to, event.outcome
        case ParentNotified():
            at = min(event.notified_at, event.made_at)  # a letter on its way was sent already
            what, said = "told that illness will be unauthorised", event.said
        case AbsenceDecided() | IllnessRefused():
            what = "decided" if isinstance(event, AbsenceDecided) else "illness refused"
            outcome = event.code
        case EvidenceRequested():
            what = f"evidence asked for: {event.why}"
        case EvidenceReceived():
            at, what, said = event.received_at, f"evidence received: {event.kind}", event.note
        case EvidenceJudged():
            what, outcome = "evidence judged", "satisfied" if event.satisfied else "not satisfied"
        case LatenessMeetingRecorded():
            what, outcome, said = "meeting about lateness", event.stage, event.agreed
        case _:
            what = event.TOPIC.replace("-", " ")
    return at, what, who, outcome, said


Leave = Mapping[Session, tuple[Planned, ...]]


def known_reasons(
    later: Sequence[Session], marks: Marks, school: School, leave: Leave
) -> Iterator[str]:
    """Why the pupil was not in school since, as far as the school knows: in sentences."""
    for code, meaning in _KNOWN.items():
        sessions = [at for at in later if marks[at][-1][0] == code]
        if sessions:
            yield f"{meaning} ({code}): {_span(sessions)}"
    first = later[0] if later else None
    planned = [at for at in sorted(leave) if first is None or at >= first]
    for why in dict.fromkeys(leave[at][0].why for at in planned):
        sessions = [at for at in planned if leave[at][0].why == why]
        yield f"{why} ({leave[sessions[0]][0].code}): {_span(sessions)}"
    elsewhere = [
        at
        for at in later
        if (row := school.rules_on(at.date).codes.known(marks[at][-1][0]))
        and row.statistical == "attending elsewhere"
    ]
    if elsewhere:
        yield f"attending elsewhere with the school's approval: {_span(elsewhere)}"


def contradictions(
    pupil: Pupil,
    session: Session | None,
    marks: Marks,
    spells: Sequence[Spell],
    leave: Leave,
) -> Iterator[str]:
    """What does not go together about the last time the pupil was seen, and since."""
    if session is not None:
        entries = marks[session]
        first, last = entries[0], entries[-1]
        if first[0] != last[0]:
            late = f"and as {last[0]} only in entry {last[2]}"
            yield f"{session}: entered as {first[0]} first, {late}"
        if session in leave:
            yield f"{session}: marked {last[0]}, and {leave[session][0].why}"
        for spell in spells:
            told = spell.told_on(session.date, return_day_suffices=True)
            if told is not None:
                yield f"{session}: marked {last[0]}, and the school was told: {told.reason}"
        if not pupil.on_roll(session.date):
            yield f"{session}: marked {last[0]}, and {pupil.why_off(session.date)}"
    for at in sorted(marks):
        sheets = sorted({group for _, group, _ in marks[at]})
        if len(sheets) > 1:
            yield f"{at}: entries on the sheets of {' and '.join(sheets)}"


def next_due(
    pupil: Pupil, marks: Marks, spells: Sequence[Spell], school: School, now: Instant
) -> Iterator[str]:
    """The call that the last day without a reason since asks for, and what policy names next."""
    today = london(now).date()
    seen = max((at for at in marks if is_seen(at, marks, school)), default=None)
    absent = {
        at: entries[-1][0]
        for at, entries in marks.items()
        if entries[-1][0] in ("N", "O") and (seen is None or at > seen)
    }
    days = follow_ups(pupil.id, absent, spells, school=school, now=now, on=today)
    if not days:
        return
    last = days[-1]
    if last.call_state in ("due", "overdue"):
        yield cited(f"{last.call} for {last.day}: {last.call_state}", last.call_clause)
    if last.explained:
        return
    begun = [one for one in spells if one.followed_up and one.first <= last.day]
    spell = begun[-1] if begun else Spell(last.day)
    rules = school.rules_on(last.day)
    numbered = [one.id for one in pupil.parents if one.telephone]
    contacts = numbered or [one.id for one in pupil.parents]
    names = {f"try {one.id}": f"try {one.name}" for one in pupil.parents}
    unexplained = {at.date for at, code in absent.items() if code == UNEXPLAINED}
    for step in next_steps(spell, contacts, len(unexplained), rules):
        yield cited(names.get(step.what, step.what), step.clause)


def cited(what: str, clause: str) -> str:
    """Something with the clause that asks for it, where one does."""
    return f"{what} ({clause})" if clause else what


def _span(sessions: Sequence[Session]) -> str:
    return str(sessions[0]) if len(sessions) == 1 else f"{sessions[0]} to {sessions[-1]}"
