"""The steps of a followed-up absence that take in one session, and what contradicts its mark."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from ledger.absence import Spell
from ledger.events import Event
from ledger.events.evidence import EvidenceRequirementLifted, EvidenceRequirementSet
from ledger.kinds import Code, Session
from ledger.roll import Pupil
from ledger.school import School
from ledger.store import Ledger
from projections.explain_answers import StepTaken
from projections.last_seen import events_under
from projections.last_seen_parts import taken
from projections.marks_between import is_seen, marks_between

Steps = list[tuple[int, Event]]


def about_absence(
    ledger: Ledger,
    pupil: Pupil,
    session: Session,
    standing: Code | None,
    *,
    school: School,
    upto: int,
) -> tuple[list[StepTaken], tuple[str, ...]]:
    """
    The steps that name the session's day, and those of the spell it belongs to.

    It belongs to the last spell begun by that day if the pupil was not seen in school from the
    spell's first day to the session, itself among them. A standing requirement of evidence that
    holds on the day is there too.
    """
    begun: dict[dt.date, Steps] = {}
    for entry, event in events_under(ledger, f"absence/{pupil.id}/", upto):
        if event.first <= session.date:  # type: ignore[attr-defined]
            begun.setdefault(event.first, []).append((entry, event))  # type: ignore[attr-defined]
    spells = [Spell.fold(first, [one for _, one in begun[first]]) for first in sorted(begun)]  # type: ignore[misc]
    kept: Steps = []
    last = next((one for one in reversed(spells) if one.followed_up), None)
    for spell in spells:
        steps = begun[spell.first]
        if any(_names(event, session) for _, event in steps) or (
            spell is last and _unseen(ledger, pupil, spell, session, school=school, upto=upto)
        ):
            kept += [one for one in steps if not isinstance(one[1], _STANDING)]
        if spell.requires_on(session.date):
            kept += [one for one in steps if isinstance(one[1], _STANDING)]
    found = list(taken(sorted(kept, key=lambda one: one[0]), pupil, dt.date.min))
    return found, tuple(_against(spells, session, standing, school))


_STANDING = EvidenceRequirementSet | EvidenceRequirementLifted


def _names(event: Any, session: Session) -> bool:
    """Whether a step says itself that it is about the session or its day."""
    if session in getattr(event, "sessions", ()):
        return True
    starts = getattr(event, "starts", None)
    return starts is not None and starts <= session.date <= (event.ends or session.date)


def _unseen(
    ledger: Ledger, pupil: Pupil, spell: Spell, session: Session, *, school: School, upto: int
) -> bool:
    low = f"register/{spell.first.isoformat()}/"
    high = f"register/{session.date.isoformat()}/{session.half}0"
    marks = marks_between(ledger, pupil.id, low, high, upto)
    return not any(is_seen(at, marks, school) for at in marks)


def _against(
    spells: list[Spell], session: Session, standing: Code | None, school: School
) -> Iterator[str]:
    """A mark of presence on a day of which the school was told that the pupil would be away."""
    row = school.rules_on(session.date).codes.known(standing) if standing else None
    if row is None or not (row.statistical == "present" or row.late):
        return
    for spell in spells:
        told = spell.told_on(session.date, return_day_suffices=True)
        if told is not None:
            yield f"{standing} was entered, and the school was told: {told.reason}."
