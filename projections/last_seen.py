"""
Question 15: when a pupil was last seen in school, who saw them, and all that was done since.

Straight from the entries, a few weeks at a time from the last back: no read model.
"""

import datetime as dt
from typing import Any

from ledger.absence import Spell
from ledger.calendar import london
from ledger.events import Event
from ledger.kinds import Instant, Session
from ledger.leave import Leaves
from ledger.policy import Policy
from ledger.roll import Pupil
from ledger.school import School
from ledger.store import Ledger
from projections.absence_answers import LastSeen, LaterMark, Seen
from projections.answers import PupilRef, header
from projections.explain import explain_mark
from projections.last_seen_parts import contradictions, known_reasons, next_due, taken
from projections.marks_between import Marks, is_seen, marks_between

_SPAN = dt.timedelta(weeks=6)


def last_seen(
    ledger: Ledger,
    pupil: Pupil,
    now: Instant,
    asof: int | None = None,
    policy: Policy | None = None,
) -> LastSeen:
    """
    Where a pupil was last seen, as at entry ``asof``; ``now`` says which calls are overdue.

    ``policy``: what is due next goes by it, and not by the school's own.

    Seen is who was present when the register was taken, or came late before the session's end.
    """
    upto = ledger.size() if asof is None else asof
    school = School.fold(recorded.event for recorded in ledger.stream("school", upto))  # type: ignore[misc]
    school = school.under(policy) if policy else school
    leaves = Leaves.fold(event for _, event in events_under(ledger, "leave/", upto))  # type: ignore[misc]
    steps = events_under(ledger, f"absence/{pupil.id}/", upto)
    spells = spells_of(event for _, event in steps)
    marks = _marks(ledger, pupil, school, london(now).date(), upto)
    session = next((at for at in sorted(marks, reverse=True) if is_seen(at, marks, school)), None)
    later = sorted(at for at in marks if session is None or at > session)
    days = [max(marks).date if marks else london(now).date()]
    return LastSeen(
        header=header(ledger, school, "last-seen", entry=upto, days=days),
        pupil=PupilRef.of(pupil),
        on_roll=pupil.on_roll(london(now).date()),
        seen=_seen(ledger, pupil, session, upto) if session else None,
        later=tuple(_later(at, marks, school) for at in later),
        steps=tuple(taken(steps, pupil, session.date if session else dt.date.min)),
        known=tuple(known_reasons(later, marks, school, leaves.sessions(pupil.id))),
        contradictions=tuple(
            contradictions(pupil, session, marks, spells, leaves.sessions(pupil.id))
        ),
        next_due=tuple(next_due(pupil, marks, spells, school, now)),
    )


def events_under(ledger: Ledger, prefix: str, upto: int) -> list[tuple[int, Event]]:
    """Entry number and event of everything in streams under a prefix, in entry order."""
    pages = ledger.pages_between(prefix, prefix + "\U0010ffff", upto)
    found = [(one.entry, one.event) for page in pages for one in page.events()]
    return sorted((one for one in found if one[0] <= upto), key=lambda one: one[0])


def spells_of(events: Any) -> list[Spell]:
    """The spells of one pupil from their events, in order of their first days."""
    streams: dict[dt.date, list[Any]] = {}
    for event in events:
        streams.setdefault(event.first, []).append(event)
    return [Spell.fold(first, theirs) for first, theirs in sorted(streams.items())]


def _marks(ledger: Ledger, pupil: Pupil, school: School, today: dt.date, upto: int) -> Marks:
    """The pupil's marks from the span in which they were last seen up to the last there are."""
    marks: Marks = {}
    begins = min(spell.starts for spell in pupil.spells)
    high, low = "register0", today - _SPAN
    while True:
        low = max(low, begins)
        earlier = marks_between(ledger, pupil.id, f"register/{low.isoformat()}", high, upto)
        marks = {**earlier, **marks}
        if low == begins or any(is_seen(at, marks, school) for at in marks):
            return marks
        high, low = f"register/{low.isoformat()}", low - 2 * _SPAN


def _seen(ledger: Ledger, pupil: Pupil, session: Session, upto: int) -> Seen:
    """The session with whoever took the mark, as question 1 tells it."""
    told = explain_mark(ledger, pupil, session, upto).entries
    last = told[-1]
    assert last.code is not None
    return Seen(
        session=session,
        group=_group(ledger, pupil, session, upto),
        code=last.code,
        meaning=last.meaning,
        entry=last.entry,
        taken_at=last.taken_at or last.made_at,
        name=last.name,
        position=last.position,
        amended=last.original is not None,
        sentence=last.sentence,
    )


def _group(ledger: Ledger, pupil: Pupil, session: Session, upto: int) -> str:
    sheets = f"register/{session.date.isoformat()}/{session.half}"
    found = marks_between(ledger, pupil.id, f"{sheets}/", f"{sheets}0", upto)
    return found[session][-1][1]


def _later(session: Session, marks: Marks, school: School) -> LaterMark:
    code, _, entry = marks[session][-1]
    row = school.rules_on(session.date).codes.known(code)
    return LaterMark(
        session=session,
        code=code,
        meaning=row.meaning if row else "",
        counts_as=row.statistical if row else "not counted",
        entry=entry,
    )
