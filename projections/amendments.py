"""The amendment trail: every change of an entry, with its five particulars."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Date, DateTime, Integer, Text

from ledger.events import (
    AmendmentObserved,
    MarkAmended,
    MarkVanished,
    Recorded,
)
from ledger.store import Page
from projections.context import Context
from projections.particulars import FIVE, lacking, lag, particulars
from projections.schema import column, key, perhaps, school_key, table
from projections.steps import Rows, Step

amendments = table(
    "amendments",
    "Every amendment of an entry, with the five particulars of SI 2024/208 reg. 6(1).",
    school_key(),
    key("entry", Integer(), "The number of the entry that amends."),
    column("date", Date(), "The day of the session."),
    column("half", Text(), "The half-day of the session: AM or PM."),
    column("class", Text(), "The class on whose sheet the entry stands."),
    column("pupil", Integer(), "The pupil's number within the school's ledger."),
    column(
        "kind",
        Text(),
        "amended; vanished where the source let go of the entry; came back if shown again.",
    ),
    perhaps("original", Text(), "Particular 1: the entry before."),
    perhaps("amended", Text(), "Particular 2: the entry after; empty for one that vanished."),
    perhaps("reason", Text(), "Particular 3: the reason; empty where the source gave none."),
    perhaps(
        "made_on",
        Date(),
        "Particular 4: the date it was made; empty where known only to lie between snapshots.",
    ),
    perhaps("name", Text(), "Particular 5: who made it; empty where the source does not say."),
    perhaps("position", Text(), "The position of that person, which the policies ask for."),
    column("source", Text(), "native: made in this ledger; observed: between two snapshots."),
    perhaps("seen_before", DateTime(timezone=True), "The snapshot that still had the original."),
    perhaps("seen_at", DateTime(timezone=True), "The snapshot in which the change was seen."),
    column("recorded_at", DateTime(timezone=True), "When the ledger learned of it."),
    column(
        "lag",
        Text(),
        "How long after the session, at latest: before the session, same session, same day, "
        "within five school days, later.",
    ),
    perhaps("lacks", Text(), "The particulars it lacks, with commas between; empty if none."),
)

_TOPICS = {MarkAmended.TOPIC, AmendmentObserved.TOPIC, MarkVanished.TOPIC}


def project(pages: Sequence[Page], context: Context) -> Iterator[Step]:
    """A row for each amendment on pages of sheets."""
    rows = [
        _row(recorded, page, context)
        for page in pages
        if any(run.topic in _TOPICS for run in page.runs)
        for recorded in page.events()
        if isinstance(recorded.event, MarkAmended | AmendmentObserved | MarkVanished)
        and (context.only is None or recorded.event.pupil in context.only)
    ]
    yield Rows(amendments, rows)


def _row(recorded: Recorded, page: Page, context: Context) -> tuple[Any, ...]:
    event = recorded.event
    assert isinstance(event, MarkAmended | AmendmentObserved | MarkVanished)
    five = particulars(event)
    session = event.session
    seen = (None, None) if isinstance(event, MarkAmended) else (event.seen_before, event.seen_at)
    known_by = event.made_at if isinstance(event, MarkAmended) else event.seen_at
    school = context.opened
    return (
        context.urn,
        recorded.entry,
        session.date.isoformat(),
        session.half,
        event.group,
        event.pupil,
        _kind(event),
        *(_plain(five[name]) for name in (*FIVE, "position")),
        "native" if isinstance(event, MarkAmended) else "observed",
        *(moment and moment.astimezone(dt.UTC).isoformat() for moment in seen),
        page.act.recorded_at.astimezone(dt.UTC).isoformat(),
        lag(session, known_by, school.calendar, school.times_on(session.date)),
        ", ".join(lacking(five)) or None,
    )


def _kind(event: MarkAmended | AmendmentObserved | MarkVanished) -> str:
    if isinstance(event, MarkVanished):
        return "vanished"
    return "amended" if event.original is not None else "came back"


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value
