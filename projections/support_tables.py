"""Support as tables: one row for each thing begun, with its figures; and what was noted of it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Date, Index, Integer, Text, update
from sqlalchemy import bindparam as bind

from ledger.events import Figures, SupportClosed, SupportNoted, SupportOpened
from ledger.store import Page
from projections.context import Context
from projections.schema import column, key, perhaps, school_key, table
from projections.steps import Rows, Statement, Step

_FIGURES = ("possible", "attended", "authorised", "unauthorised", "late")

supports = table(
    "supports",
    "Contracts, plans, meetings, goals, reports, training, disclosures: one row each.",
    school_key(),
    key("support", Integer(), "Its number within the school."),
    column("kind", Text(), "What it is, such as attendance contract or meeting."),
    column("about", Text(), "What it is about, in the words of whoever began it."),
    perhaps("pupil", Integer(), "The pupil's number within the school's ledger; empty if none."),
    column("opened_on", Date(), "The day it was begun or held."),
    column("opened_by", Text(), "The name of the person who recorded that."),
    column("opened_by_position", Text(), "The position of that person."),
    perhaps("review_on", Date(), "The day of the next review, as said last."),
    column("notes", Integer(), "How often something was noted of it."),
    perhaps("last_note_on", Date(), "The day last noted of."),
    perhaps("closed_on", Date(), "The day it came to an end; empty while open."),
    perhaps("outcome", Text(), "What came of it; empty while open."),
    perhaps("before_from", Date(), "The first day of the figures before it."),
    perhaps("before_to", Date(), "The last day of the figures before it."),
    perhaps("before_possible", Integer(), "Possible sessions before it."),
    perhaps("before_attended", Integer(), "Sessions attended before it."),
    perhaps("before_authorised", Integer(), "Sessions of authorised absence before it."),
    perhaps("before_unauthorised", Integer(), "Sessions of unauthorised absence before it."),
    perhaps("before_late", Integer(), "Late sessions before it."),
    perhaps("after_from", Date(), "The first day of the figures since it began."),
    perhaps("after_to", Date(), "The last day of the figures since it began."),
    perhaps("after_possible", Integer(), "Possible sessions since it began, when closed."),
    perhaps("after_attended", Integer(), "Sessions attended since it began, when closed."),
    perhaps("after_authorised", Integer(), "Sessions of authorised absence since it began."),
    perhaps("after_unauthorised", Integer(), "Sessions of unauthorised absence since it began."),
    perhaps("after_late", Integer(), "Late sessions since it began, when closed."),
    column("entry", Integer(), "The number of the last entry about it."),
)

support_notes = table(
    "support_notes",
    "What was noted of support, in order.",
    school_key(),
    key("support", Integer(), "The number of what it is a note of."),
    key("entry", Integer(), "The number of the entry."),
    column("noted_on", Date(), "The day it was said or done."),
    column("note", Text(), "What was said or done."),
    perhaps("outcome", Text(), "What came of it."),
    perhaps("review_on", Date(), "The day of review that was set with it."),
    column("name", Text(), "Who recorded it."),
    column("position", Text(), "The position of that person."),
)
s = supports.c
by_pupil = Index("supports_pupil", s.school, s.pupil)


def project(pages: Sequence[Page], context: Context) -> Iterator[Step]:
    """A row when it is begun, changed by each note and by its end."""
    for page in pages:
        if not page.stream.startswith("support/"):
            continue
        for recorded in page.events():
            event: Any = recorded.event
            match event:
                case SupportOpened():
                    yield Rows(supports, [_opened(event, context.urn, recorded.entry)])
                case SupportNoted():
                    yield Rows(support_notes, [_noted(event, context.urn, recorded.entry)])
                    yield _change(event, context.urn, recorded.entry, _since(event))
                case SupportClosed():
                    ended = {"closed_on": event.closed_on, "outcome": event.outcome}
                    after = dict(zip(_names("after"), _figures(event.after), strict=True))
                    yield _change(event, context.urn, recorded.entry, ended | _dates(after))


def _names(side: str) -> list[str]:
    return [f"{side}_{name}" for name in ("from", "to", *_FIGURES)]


def _figures(found: Figures | None) -> tuple[Any, ...]:
    """Their first and last day, and the sums; as many empties where there are none."""
    if found is None:
        return (None,) * (2 + len(_FIGURES))
    sums = tuple(getattr(found, name) for name in _FIGURES)
    return found.first.isoformat(), found.last.isoformat(), *sums


def _dates(values: dict[str, Any]) -> dict[str, Any]:
    """Days as a statement takes them; rows take them as text."""
    return {
        name: dt.date.fromisoformat(value) if isinstance(value, str) else value
        for name, value in values.items()
    }


def _opened(event: SupportOpened, urn: int, entry: int) -> tuple[Any, ...]:
    by = event.made_by
    return (
        *(urn, event.support, event.kind, event.about, event.pupil),
        *(event.opened_on.isoformat(), by.name, by.position),
        event.review_on.isoformat() if event.review_on else None,
        *(0, None, None, None),
        *_figures(event.before),
        *_figures(None),
        entry,
    )


def _noted(event: SupportNoted, urn: int, entry: int) -> tuple[Any, ...]:
    review = event.review_on.isoformat() if event.review_on else None
    said = (event.noted_on.isoformat(), event.note, event.outcome, review)
    return urn, event.support, entry, *said, event.made_by.name, event.made_by.position


def _since(event: SupportNoted) -> dict[str, Any]:
    changed: dict[str, Any] = {"notes": s.notes + 1, "last_note_on": event.noted_on}
    return changed | ({"review_on": event.review_on} if event.review_on else {})


def _change(event: Any, urn: int, entry: int, values: dict[str, Any]) -> Statement:
    where = (s.school == bind("of_school"), s.support == bind("of_support"))
    changing = update(supports).where(*where).values(**values, entry=entry)
    return Statement(changing, [{"of_school": urn, "of_support": event.support}])
