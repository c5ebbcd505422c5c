"""Every entry about one pupil between two days, each on the page that holds it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ledger.events import Event, LetterSent
from ledger.events.base import Recorded
from ledger.events.support import SupportOpened
from ledger.kinds import PupilId
from ledger.store import Ledger, Page
from ledger.store.rows import DISPOSED, event_of

_AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Held:
    """An entry about the pupil, with its page: from it the entry can be opened and proved."""

    page: Page
    recorded: Recorded

    @property
    def entry(self) -> int:
        return self.recorded.entry

    @property
    def event(self) -> Event:
        return self.recorded.event


def entries_about(
    ledger: Ledger, pupil: PupilId, first: dt.date, last: dt.date, upto: int
) -> tuple[list[Held], int]:
    """
    What was entered about a pupil up to an entry, in order; and how many entries are gone.

    Marks and amendments of sessions from ``first`` to ``last``; what was done about absences
    that began in those days; leave for any of them; letters dated and support begun since
    ``first``; and, whenever they were made, the admission register's entries and those about
    penalty notices and notices to improve. Gone are entries of the registers of those days and
    of the pupil's own streams: whose marks they were is not known any more.
    """
    own = list(ledger.pages_of(f"pupil/{pupil}", upto))
    for kind in ("penalty", "improvement"):
        own += _under(ledger, f"{kind}/{pupil}/", upto)
    spells = _under(ledger, f"absence/{pupil}/", upto)
    sheets, gone = _sheets(ledger, pupil, first, last, upto)
    found = [
        *_marks(ledger, pupil, sheets, upto),
        *_within(own, upto),
        *_within(_inside(spells, first, last), upto),
        *_leave(ledger, pupil, (first, last), upto),
        *_theirs(_under(ledger, "letter/", upto), pupil, first, upto),
        *_theirs(_under(ledger, "support/", upto), pupil, first, upto),
    ]
    gone += sum(r.count for page in own + spells for r in page.runs if r.topic == DISPOSED)
    return sorted(found, key=lambda one: one.entry), gone


def _sheets(
    ledger: Ledger, pupil: PupilId, first: dt.date, last: dt.date, upto: int
) -> tuple[list[tuple[str, int]], int]:
    """
    The pages of those days' registers that hold the pupil: stream and first entry; what is gone.

    They are looked through as columns: only those with the pupil are read with their acts.
    """
    span = f"register/{first.isoformat()}", f"register/{last.isoformat()}0"
    holding, gone = [], 0
    for stream, begins, runs in ledger.columns(*span, upto):
        gone += sum(run.count for run in runs if run.topic == DISPOSED)
        if any(pupil in run.column("pupil") for run in runs):
            holding.append((stream, begins))
    return holding, gone


def _marks(
    ledger: Ledger, pupil: PupilId, sheets: Iterable[tuple[str, int]], upto: int
) -> Iterator[Held]:
    for stream, begins in sheets:
        for page in ledger.pages_of(stream, upto):
            if page.first == begins:
                yield from _on_page(page, pupil, upto)


def _on_page(page: Page, pupil: PupilId, upto: int) -> Iterator[Held]:
    at = 0
    for run in page.runs:
        for place, whose in enumerate(run.column("pupil")):
            entry = page.first + at + place
            if whose == pupil and entry <= upto:
                event = event_of(run, place, page.stream, page.act)
                version = page.version + at + place
                yield Held(page, Recorded(entry, page.stream, version, event))
        at += run.count


def _inside(pages: Iterable[Page], first: dt.date, last: dt.date) -> list[Page]:
    """The pages of spells that began between two days, both in."""
    days = first.isoformat(), last.isoformat()
    return [page for page in pages if days[0] <= page.stream.rpartition("/")[2] <= days[1]]


def _leave(
    ledger: Ledger, pupil: PupilId, days: tuple[dt.date, dt.date], upto: int
) -> Iterator[Held]:
    """Each request of the pupil that reaches into the days, whole."""
    for events in _streams(_under(ledger, "leave/", upto), pupil, upto):
        spans = [_span(one.event) for one in events]
        if any(span and span[0] <= days[1] and span[1] >= days[0] for span in spans):
            yield from events


def _span(event: Event) -> tuple[dt.date, dt.date] | None:
    """The first and the last day that a request, a grant or a timetable is about."""
    sessions = getattr(event, "sessions", None)
    if sessions:
        return min(sessions).date, max(sessions).date
    first, last = getattr(event, "first", None), getattr(event, "last", None)
    return (first.date, last.date) if first and last else None


def _theirs(pages: Iterable[Page], pupil: PupilId, first: dt.date, upto: int) -> Iterator[Held]:
    """The pupil's letters dated, and support opened, on or after a day, each to its end."""
    for events in _streams(pages, pupil, upto):
        begun = events[0].event
        if isinstance(begun, SupportOpened):
            begins = begun.opened_on
        else:
            assert isinstance(begun, LetterSent)
            begins = begun.dated
        if begins >= first:
            yield from events


def _streams(pages: Iterable[Page], pupil: PupilId, upto: int) -> Iterator[list[Held]]:
    """The streams whose first event names the pupil, each with its entries."""
    streams: dict[str, list[Page]] = {}
    for page in pages:
        streams.setdefault(page.stream, []).append(page)
    for theirs in streams.values():
        if theirs[0].runs[0].column("pupil")[0] == pupil and theirs[0].first <= upto:
            yield _within(theirs, upto)


def _under(ledger: Ledger, prefix: str, upto: int) -> list[Page]:
    return list(ledger.pages_between(prefix, prefix + _AFTER_ALL, upto))


def _within(pages: Iterable[Page], upto: int) -> list[Held]:
    return [Held(page, one) for page in pages for one in page.events() if one.entry <= upto]
