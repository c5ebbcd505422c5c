"""
What is read after an entry: entries one by one for programs, acts for pages.

Numbers are given out while a school's head is held and become visible with their act, so whoever
has read up to an entry misses nothing at or below it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from ledger.store import ActRow, Ledger, Page, Run

PAGES_AT_ONCE = 64
"""Pages fetched by one query; each holds one entry at least."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry where it stands: on its page, the run of it, and which event of the run."""

    number: int
    page: Page
    run: Run
    at: int


def entries_after(ledger: Ledger, after: int, most: int) -> list[Entry]:
    """
    The next entries after a number, in order and without a gap: at most so many.

    One that was disposed of is among them: its run says so (``DISPOSED``).
    """
    if ledger.size() <= after:
        return []
    return list(islice(_entries(ledger, after), most))


def acts_after(ledger: Ledger, after: int, most: int) -> list[tuple[ActRow, list[str]]]:
    """The next acts with an entry after a number, each with the streams it touched, sorted."""
    if ledger.size() <= after:
        return []
    acts = groupby(ledger.pages_from(after + 1), key=lambda page: page.act.first)
    whole = ((next(pages), pages) for _, pages in acts)
    found = (
        (first.act, sorted({first.stream, *(page.stream for page in pages)}))
        for first, pages in whole
    )
    return list(islice((one for one in found if one[0].last > after), most))


def _entries(ledger: Ledger, after: int) -> Iterator[Entry]:
    while True:
        pages = list(ledger.pages_from(after + 1, limit=PAGES_AT_ONCE))
        begun = after
        for page in pages:
            number = page.first
            for run in page.runs:
                for at in range(max(0, after + 1 - number), run.count):
                    after = number + at
                    yield Entry(after, page, run, at)
                number += run.count
        if after == begun:
            return
