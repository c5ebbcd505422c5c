"""Letters sent: one row each, without the names and addresses that are in them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Date, DateTime, Integer, Text

from ledger.events import LetterSent
from ledger.store import Page
from projections.context import Context
from projections.schema import column, key, perhaps, school_key, table
from projections.steps import Rows, Step

letters = table(
    "letters",
    "Letters sent to parents: one row a letter; what each said is in its entry.",
    school_key(),
    key("letter", Integer(), "The number of the letter within the school."),
    column("kind", Text(), "The kind of letter, such as leave-refused or concern."),
    column("pupil", Integer(), "The pupil's number within the school's ledger."),
    perhaps("parent", Text(), "The parent's id within the pupil; empty if to all of them."),
    perhaps("about", Text(), "The stream of the decision it tells of, such as leave/3."),
    column("dated", Date(), "The date on the letter."),
    column("channel", Text(), "How it went: by post, by hand, by email or in an app."),
    column("position", Integer(), "The entry at which its figures were reckoned."),
    column("template", Text(), "SHA-256 of the files of the template."),
    column("pdf", Text(), "SHA-256 of the PDF as it was sent."),
    column("entry", Integer(), "The entry that records the letter."),
    column("sent_by", Text(), "The name of the person who sent it."),
    column("sent_by_position", Text(), "The position of that person."),
    column("sent_at", DateTime(timezone=True), "When it was sent."),
)


def project(pages: Sequence[Page], context: Context) -> Iterator[Step]:
    """A row for each letter."""
    rows: list[tuple[Any, ...]] = [
        (
            context.urn,
            event.letter,
            event.kind,
            event.pupil,
            event.parent,
            event.about,
            event.dated.isoformat(),
            event.channel,
            event.position,
            event.template,
            event.pdf,
            recorded.entry,
            event.made_by.name,
            event.made_by.position,
            event.made_at.astimezone(dt.UTC).isoformat(),
        )
        for page in pages
        if page.stream.startswith("letter/")
        for recorded in page.events()
        if isinstance(event := recorded.event, LetterSent)
    ]
    if rows:
        yield Rows(letters, rows)
