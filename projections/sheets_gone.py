"""Sheets of which entries were disposed of: nobody may count them as not taken."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Integer, Text

from ledger.events.register import sheet_of
from ledger.store import Page
from ledger.store.rows import DISPOSED
from projections.context import Context
from projections.schema import column, date_key, half_key, key, school_key, table
from projections.steps import Rows, Step

sheets_gone = table(
    "sheets_gone",
    "Sheets of which entries were disposed of: whether they were taken cannot be told any more.",
    school_key(),
    date_key(),
    half_key(),
    key("class", Text(), "The class or tutor group."),
    column("entry", Integer(), "The last entry of it that was disposed of."),
)


def project(pages: Sequence[Page], context: Context) -> Iterator[Step]:
    """A row for each; after a disposal every row of a school is made anew, these too."""
    found: dict[str, int] = {}
    for page in pages:
        if page.stream.startswith("register/"):
            number = page.first
            for run in page.runs:
                number += run.count
                if run.topic == DISPOSED:
                    found[page.stream] = number - 1
    if found:
        yield Rows(sheets_gone, [_row(context.urn, *one) for one in sorted(found.items())])


def _row(urn: int, stream: str, entry: int) -> tuple[int, str, str, str, int]:
    session, group = sheet_of(stream)
    return urn, session.date.isoformat(), session.half, group, entry
