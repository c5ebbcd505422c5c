"""Returns made to the local authority, a row for each pupil named; and the back-ups."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Date, Integer, SmallInteger, Text

from ledger.events import BackupRecorded, ReturnMade
from ledger.store import Page
from projections.context import Context
from projections.schema import column, key, perhaps, pupil_key, school_key, table
from projections.steps import Rows, Step

returns_made = table(
    "returns_made",
    "Returns made to the local authority: one row for each return and pupil it names.",
    school_key(),
    key("kind", Text(), "new-pupil, deletion, attendance, sickness or plan-fall."),
    key("number", Integer(), "The number of the return among those of its kind."),
    pupil_key(),
    key("since", Date(), "The day that what is returned began: entry, deletion, absence."),
    perhaps("due", Date(), "The last day for it, as reckoned when it was made."),
    column("made_on", Date(), "The day it was made."),
    perhaps("late", SmallInteger(), "1 if made after that day, 0 if not; empty if none was set."),
    column("made_to", Text(), "To whom it was made."),
    perhaps("reason", Text(), "The school's own ground, where the entries alone ask for none."),
    column("clause", Text(), "The regulation, or the clause of the policy."),
    column("name", Text(), "Who recorded it."),
    column("position", Text(), "The position of that person."),
    column("entry", Integer(), "The number of the entry."),
)

backups = table(
    "backups",
    "Back-ups of the registers: one row each.",
    school_key(),
    key("backup", Integer(), "The number of the back-up within the school."),
    column("backed_up_on", Date(), "The day it was made."),
    column("kept_at", Text(), "Where it is kept."),
    perhaps("sha256", Text(), "The hash of the file, where one was given."),
    perhaps("keep_until", Date(), "The last day on which it must be kept."),
    column("name", Text(), "Who recorded it."),
    column("position", Text(), "The position of that person."),
    column("entry", Integer(), "The number of the entry."),
)


def project(pages: Sequence[Page], context: Context) -> Iterator[Step]:
    """The rows of each return and each back-up."""
    for page in pages:
        if not page.stream.startswith("return/"):
            continue
        for recorded in page.events():
            event: Any = recorded.event
            if isinstance(event, ReturnMade):
                yield Rows(returns_made, list(_named(event, context, recorded.entry)))
            elif isinstance(event, BackupRecorded):
                keep = event.keep_until.isoformat() if event.keep_until else None
                made = (event.backed_up_on.isoformat(), event.kept_at, event.sha256, keep)
                by = (event.made_by.name, event.made_by.position)
                yield Rows(backups, [(context.urn, event.number, *made, *by, recorded.entry)])


def _named(event: ReturnMade, context: Context, entry: int) -> Iterator[tuple[Any, ...]]:
    for one in event.pupils:
        if context.only is not None and one.pupil not in context.only:
            continue
        yield (
            *(context.urn, event.kind, event.number, one.pupil, one.since.isoformat()),
            one.due.isoformat() if one.due else None,
            event.made_on.isoformat(),
            int(event.made_on > one.due) if one.due else None,
            *(event.to, event.reason, event.clause),
            *(event.made_by.name, event.made_by.position, entry),
        )
