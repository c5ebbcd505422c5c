"""Pages: their events, and as they would be had the ledger ended inside them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from msgspec import structs

from ledger.events import Recorded
from ledger.store import Page, Run


def cut(page: Page, upto: int) -> Page:
    """The page without the events after an entry; the very page where it has none."""
    count = min(page.count, upto - page.first + 1)
    if count == page.count:
        return page
    return replace(page, count=count, runs=cut_runs(page.runs, count))


def cut_runs(runs: Sequence[Run], count: int) -> tuple[Run, ...]:
    """The first ``count`` events of some runs."""
    kept: list[Run] = []
    for run in runs:
        taken = min(run.count, count)
        if taken:
            each = {name: values[:taken] for name, values in run.each.items()}
            kept.append(structs.replace(run, count=taken, each=each))
        count -= taken
    return tuple(kept)


def events_of(pages: Iterable[Page], stream: str) -> Iterator[Recorded]:
    """The events of one stream among some pages."""
    for page in pages:
        if page.stream == stream:
            yield from page.events()


def topics_of(pages: Iterable[Page], stream: str) -> set[str]:
    """The names of the events of one stream among some pages."""
    return {run.topic for page in pages if page.stream == stream for run in page.runs}
