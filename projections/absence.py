"""Absence followed up: every step as it was taken, and one row for each spell."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Date, DateTime, Index, Integer, Row, SmallInteger, Text, select

from ledger.absence import Spell
from ledger.calendar import instant
from ledger.events import Event, Recorded
from ledger.events.absence import AbsenceEvent, AbsenceReported
from ledger.events.base import by_topic
from ledger.kinds import PupilId
from ledger.school import School
from ledger.store import Page
from projections.context import Context
from projections.schema import (
    LAST_DAY,
    column,
    key,
    perhaps,
    pupil_key,
    school_key,
    table,
)
from projections.steps import Reread, Rows, Step
from projections.touched import touched

absence_steps = table(
    "absence_steps",
    "Every act about an absence in order: told, called, escalated, decided, evidence.",
    school_key(),
    key("entry", Integer(), "The number of the entry."),
    column("pupil", Integer(), "The pupil's number within the school's ledger."),
    column("first", Date(), "The first day of the spell; for a requirement, the day it begins."),
    column("what", Text(), "What was done: the stored name of the event."),
    column("at", DateTime(timezone=True), "When it happened, as told by whoever recorded it."),
    column("made_at", DateTime(timezone=True), "When it was recorded."),
    column("name", Text(), "Who recorded it."),
    column("position", Text(), "The position of that person."),
    perhaps(
        "contact", Text(), "The parent's id within the pupil, or who else, where one is named."
    ),
    perhaps("outcome", Text(), "What it came to: reached, no answer, satisfied, a code."),
    column("event", Text(), "The event whole, as JSON."),
)

absences = table(
    "absences",
    "Spells of absence that were followed up: one row for each pupil and first day.",
    school_key(),
    pupil_key(),
    key("first", Date(), "The first day of the spell."),
    column(
        "standing",
        Text(),
        "unexplained; told; evidence awaited; evidence to judge; decided; illness refused.",
    ),
    perhaps("reason", Text(), "The reason as last told or decided."),
    perhaps("told_at", DateTime(timezone=True), "When a parent first told the school."),
    perhaps(
        "told_in_time",
        SmallInteger(),
        "1 if that was by the policy's time on the first day; empty where no policy sets one.",
    ),
    perhaps("told_to", Date(), "The last day that what was told speaks for."),
    perhaps("back_on", Date(), "The day on which the pupil is expected back."),
    column("attempts", Integer(), "Attempts to reach a parent or another contact."),
    column("reached", SmallInteger(), "1 if anybody was reached, or told of their own accord."),
    perhaps("last_attempt", DateTime(timezone=True), "The last attempt."),
    perhaps("escalations", Text(), "Whom or what the school turned to, in order, with commas."),
    perhaps("code", Text(), "The code decided last."),
    perhaps("evidence_asked", DateTime(timezone=True), "When evidence was last asked for."),
    perhaps("evidence_why", Text(), "Why it was asked for."),
    perhaps("evidence_received", DateTime(timezone=True), "When evidence last came in."),
    perhaps("evidence_satisfied", SmallInteger(), "1 if last judged enough, 0 if not."),
    perhaps("parent_notified", DateTime(timezone=True), "When a parent was first told in advance."),
    column("entry", Integer(), "The number of the last entry about the spell."),
)

evidence_requirements = table(
    "evidence_requirements",
    "Standing requirements, by letter, of evidence for every further illness of a pupil.",
    school_key(),
    pupil_key(),
    key("starts", Date(), "The first day on which it holds."),
    column("ends", Date(), f"The last day on which it holds; {LAST_DAY} while it stands."),
    column("sent_on", Date(), "The day on which the letter was sent."),
    perhaps("letter", Text(), "Which letter it was."),
    column("reason", Text(), "Why evidence is required."),
    column("entry", Integer(), "The number of the last entry about it."),
)
s = absence_steps.c
by_pupil = Index("absence_steps_pupil", s.school, s.pupil, s.first)
_HAPPENED = ("received_at", "tried_at", "done_at", "notified_at")


def project(pages: Sequence[Page], context: Context) -> Iterator[Step | Reread]:
    """
    The steps of each page, and each spell touched made anew from all of its steps.

    Once a policy or the register times move, that is every spell: told in time goes by the rules
    of the first day, whenever they came.
    """
    if (moved := touched(pages)).policy or moved.times:
        every = select(s.pupil, s.first, s.entry, s.what, s.event).where(s.school == context.urn)
        yield Reread(every.order_by(s.pupil, s.first, s.entry), partial(_every_spell, context))
    mine = [page for page in pages if page.stream.startswith("absence/")]
    recorded = [one for page in mine for one in page.events()]
    if context.only is not None:
        recorded = [one for one in recorded if _about(one).pupil in context.only]
    if not recorded:
        return
    yield Rows(absence_steps, [_step(one, context.urn) for one in recorded])
    spells = dict.fromkeys((_about(one).pupil, _about(one).first) for one in recorded)
    for pupil, first in spells:
        theirs = select(s.entry, s.what, s.event).where(
            s.school == context.urn, s.pupil == pupil, s.first == first
        )
        yield Reread(theirs.order_by(s.entry), partial(_spell_rows, context, pupil, first))


def _about(recorded: Recorded) -> AbsenceEvent:
    assert isinstance(recorded.event, AbsenceEvent)
    return recorded.event


def _step(recorded: Recorded, urn: int) -> tuple[Any, ...]:
    event = _about(recorded)
    happened = next(
        (getattr(event, n) for n in _HAPPENED if getattr(event, n, None)), event.made_at
    )
    return (
        urn,
        recorded.entry,
        event.pupil,
        event.first.isoformat(),
        event.TOPIC,
        _utc(happened),
        _utc(event.made_at),
        event.made_by.name,
        event.made_by.position,
        _contact(event),
        _outcome(event),
        event.model_dump_json(),
    )


def _contact(event: Event) -> str | None:
    names = ("contact", "parent", "other", "to")
    return next((str(said) for n in names if (said := getattr(event, n, None))), None)


def _outcome(event: Event) -> str | None:
    satisfied = getattr(event, "satisfied", None)
    if satisfied is not None:
        return "satisfied" if satisfied else "not satisfied"
    names = ("outcome", "kind", "code", "why", "stage")
    return next((str(said) for n in names if (said := getattr(event, n, None))), None)


def _every_spell(context: Context, rows: Sequence[Row[Any]]) -> Iterator[Rows]:
    for (pupil, first), steps in groupby(rows, lambda row: (int(row.pupil), row.first)):
        yield from _spell_rows(context, pupil, first, list(steps))


def _spell_rows(
    context: Context, pupil: PupilId, first: dt.date, rows: Sequence[Row[Any]]
) -> Iterator[Rows]:
    spell, entry = spell_of(first, rows), int(rows[-1].entry)
    if spell.followed_up:
        row = (context.urn, pupil, first.isoformat(), *_told(spell, context.opened))
        yield Rows(absences, [(*row, *_done(spell), entry)])
    if spell.requirement is not None:
        ends = spell.lifted.last_day.isoformat() if spell.lifted else LAST_DAY
        said = (spell.requirement.sent_on.isoformat(), spell.requirement.letter)
        row = (context.urn, pupil, first.isoformat(), ends, *said)
        yield Rows(evidence_requirements, [(*row, spell.requirement.reason, entry)])


def _told(spell: Spell, school: School) -> tuple[Any, ...]:
    """From ``standing`` to ``back_on``."""
    told = spell.reports[0] if spell.reports else None
    last = spell.reports[-1] if spell.reports else None
    decided = spell.decisions[-1] if spell.decisions else None
    said = decided or last
    return (
        standing(spell),
        said.reason if said else None,
        _utc(told.received_at) if told else None,
        told_in_time(told, school) if told else None,
        max(one.ends for one in spell.reports).isoformat() if last else None,
        last.back_on.isoformat() if last and last.back_on else None,
    )


def _done(spell: Spell) -> tuple[Any, ...]:
    """From ``attempts`` to ``parent_notified``."""
    tried = [one.tried_at for one in spell.contacts]
    came = [one.received_at for one in spell.received]
    return (
        len(tried),
        int(spell.reached),
        _utc(max(tried)) if tried else None,
        ", ".join(one.kind for one in spell.escalations) or None,
        spell.decisions[-1].code if spell.decisions else None,
        _utc(spell.asked[-1].made_at) if spell.asked else None,
        spell.asked[-1].why if spell.asked else None,
        _utc(max(came)) if came else None,
        None if spell.satisfied is None else int(spell.satisfied),
        _utc(min(one.notified_at for one in spell.notices)) if spell.notices else None,
    )


def standing(spell: Spell) -> str:
    """Where a spell stands, in a word or two."""
    if spell.refusals:
        return "illness refused"
    if len(spell.asked) + len(spell.received) and spell.satisfied is None:
        return "evidence to judge" if spell.received else "evidence awaited"
    if spell.decisions:
        return "decided"
    return "told" if spell.reports else "unexplained"


def told_in_time(told: AbsenceReported, school: School) -> int | None:
    """1 or 0: whether the school was told by the policy's time on the first day told of."""
    rules = school.rules_on(told.starts)
    if "absence.notify_by" not in rules:
        return None
    by = rules.get("absence.notify_by").value
    if not isinstance(by, dt.time):  # the start of the school day
        times = school.times_on(told.starts)
        if times is None:
            return None
        by = times.arrive_by or times.am_opens
    return int(told.received_at <= instant(told.starts, by))


def spell_of(first: dt.date, rows: Sequence[Row[Any]]) -> Spell:
    """A spell from its steps in order."""
    events: list[Any] = [by_topic(row.what).model_validate_json(row.event) for row in rows]
    return Spell.fold(first, events)


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()
