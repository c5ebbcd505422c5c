"""Evidence of illness: to ask for, awaited, to judge; illness without what a letter requires."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from ledger.absence import Spell
from ledger.calendar import Calendar, london
from ledger.following_up import ILLNESS, counted
from ledger.kinds import PupilId, Session
from ledger.policy import PolicyDay
from projections.absence_answers import EvidenceKind, EvidenceRow, EvidenceWanting
from projections.absences import utc
from projections.amendments import amendments
from projections.answers import PupilRef
from projections.current_register import ABSENT, current_register
from projections.spells import spells_in
from projections.views import View

t, m = current_register.c, amendments.c
_ORDER: tuple[EvidenceKind, ...] = (
    "unauthorised without notice",
    "to judge",
    "to ask for",
    "required and not received",
    "awaited",
    "required by letter",
)
Spells = Mapping[PupilId, Sequence[Spell]]
Told = tuple[PupilId, EvidenceKind, dt.date, dt.date | None, str, str]


def evidence_wanting(view: View, on: dt.date, *, since: dt.date | None = None) -> EvidenceWanting:
    """
    What of the evidence of illness has to be looked after, as at a day of the school year.

    ``since``: of absences of that day and later ones alone.

    Reference: the policies (unplanned absence; letter of concern).
    """
    year = view.school.calendar.period_of(on, "year")
    begins = year.starts if year else on
    spells = spells_in(view)
    ill = _ill(view, begins, on)
    told = [
        *_of_spells(view, spells, on),
        *_to_ask_for(view, spells, ill, on),
        *_required(view, spells, ill),
        *_without_notice(view, spells, begins, on),
    ]
    rows = [
        EvidenceRow(
            kind=kind,
            pupil=PupilRef.of(view.context.roll.pupils[pupil]),
            day=day,
            since=begun,
            why=why,
            clause=clause,
        )
        for pupil, kind, day, begun, why, clause in told
        if since is None or day >= since
    ]
    rows.sort(key=lambda row: (_ORDER.index(row.kind), row.day, row.pupil.id))
    return EvidenceWanting(header=view.header("evidence", [on]), on=on, rows=tuple(rows))


def _ill(view: View, since: dt.date, on: dt.date) -> Mapping[PupilId, list[dt.date]]:
    """The days coded I, in either session, of each pupil with any."""
    question = select(t.pupil, t.date).where(
        t.school == view.urn, ABSENT, t.code == ILLNESS, t.date.between(since, on)
    )
    found: dict[PupilId, list[dt.date]] = {}
    for row in view.rows(question.distinct().order_by(t.pupil, t.date)):
        found.setdefault(row.pupil, []).append(row.date)
    return found


def _of_spells(view: View, spells: Spells, on: dt.date) -> Iterator[Told]:
    for pupil, theirs in spells.items():
        for spell in theirs:
            rules = view.policy.on(spell.first)
            clause = _clause(rules, "evidence.asked")
            if spell.satisfied is None and spell.received:
                came = spell.received[-1]
                day = london(came.received_at).date()
                yield pupil, "to judge", spell.first, day, came.note or came.kind, clause
            elif spell.satisfied is None and spell.asked:
                asked = spell.asked[-1]
                day = london(asked.made_at).date()
                yield pupil, "awaited", spell.first, day, asked.reason, asked.clause or clause
            if spell.requirement is not None and spell.requires_on(on):
                required = spell.requirement
                named = required.clause or clause
                yield (
                    pupil,
                    "required by letter",
                    spell.first,
                    required.sent_on,
                    required.reason,
                    named,
                )


def _to_ask_for(
    view: View, spells: Spells, ill: Mapping[PupilId, list[dt.date]], on: dt.date
) -> Iterator[Told]:
    """Illness that still goes on, longer than the days after which the policy will ask."""
    rules = view.policy.on(on)
    asked = rules.get("evidence.asked").value if "evidence.asked" in rules else {}
    after = asked.get("after_days")
    if after is None or asked.get("asked") != "will":
        return
    calendar = view.school.meeting
    for pupil, days in ill.items():
        first, last = last_run(days, calendar)
        if calendar.school_days_between(last, on) > 1:
            continue  # the pupil is back, or the mark is another by now
        lasted = counted(calendar, first, last, asked.get("unit", "days")) + 1
        if lasted > after and not _asked_since(spells.get(pupil, ()), first):
            why = f"illness of {lasted} days, more than {after}"
            yield pupil, "to ask for", first, last, why, _clause(rules, "evidence.asked")


def last_run(days: Sequence[dt.date], calendar: Calendar) -> tuple[dt.date, dt.date]:
    """The first and the last of the unbroken school days at the end of a row of days."""
    first = days[-1]
    for day in reversed(days[:-1]):
        if calendar.school_days_between(day, first) > 1:
            break
        first = day
    return first, days[-1]


def _asked_since(spells: Sequence[Spell], first: dt.date) -> bool:
    steps = [step for spell in spells for step in (*spell.asked, *spell.received)]
    return any(london(step.made_at).date() >= first for step in steps)


def _required(view: View, spells: Spells, ill: Mapping[PupilId, list[dt.date]]) -> Iterator[Told]:
    """Days coded I while a letter requires evidence, in a spell for which none was accepted."""
    for pupil, theirs in spells.items():
        for day in ill.get(pupil, ()):
            standing = next((one for one in theirs if one.requires_on(day)), None)
            if standing is None or standing.requirement is None:
                continue
            spell = max(
                (one for one in theirs if one.followed_up and one.first <= day),
                key=lambda one: one.first,
                default=Spell(day),
            )
            if spell.received and spell.satisfied is not False:
                continue
            why = "coded I without the evidence that the letter requires"
            since = standing.first
            clause = standing.requirement.clause or ""
            yield pupil, "required and not received", day, since, why, clause


def _without_notice(view: View, spells: Spells, since: dt.date, on: dt.date) -> Iterator[Told]:
    """Illness amended to an unauthorised code otherwise than by refusing it after notice."""
    question = select(m.pupil, m.date, m.half, m.amended, m.recorded_at).where(
        m.school == view.urn,
        m.original == ILLNESS,
        m.source == "native",
        m.date.between(since, on),
    )
    for row in view.rows(question.order_by(m.entry)):
        rules = view.policy.on(row.date)
        known = rules.codes.known(row.amended)
        if known is None or known.statistical != "unauthorised":
            continue
        if "evidence.notice_first" not in rules or not rules.get("evidence.notice_first").value:
            continue
        theirs, session = spells.get(row.pupil, ()), Session(row.date, row.half)
        if any(session in one.sessions for spell in theirs for one in spell.refusals):
            continue
        moment = utc(row.recorded_at)
        if any(moment and spell.notice_of(row.date, moment) for spell in theirs):
            continue
        why = f"{session} was amended from I to {row.amended}, and no parent was told before"
        clause = _clause(rules, "evidence.notice_first")
        yield row.pupil, "unauthorised without notice", row.date, None, why, clause


def _clause(rules: PolicyDay, name: str) -> str:
    return rules.get(name).reference if name in rules else ""
