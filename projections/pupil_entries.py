"""Every entry about one pupil, each on the page that holds it; or those a case of days needs."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.events import Event, LetterSent
from ledger.events.base import Recorded, by_topic
from ledger.events.support import SupportOpened
from ledger.kinds import PupilId
from ledger.store import Ledger, Page, Run
from ledger.store.rows import DISPOSED, event_of

_AFTER_ALL = "\U0010ffff"
_EVER = (dt.date.min, dt.date.max)
_OF_PUPILS = ("absence", "elsewhere", "improvement", "penalty", "pupil")
"""Streams named after the pupil, in the order of their names."""
_SHARED = ("register/", "return/", "school", "imports", "retention", "template/")
"""Streams that hold entries about many: of these only the pupil's own entries are taken."""


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


def everything_about(
    ledger: Ledger,
    pupil: PupilId,
    upto: int,
    days: tuple[dt.date, dt.date] = _EVER,
    sheets: Sequence[Page] | None = None,
) -> tuple[list[Held], int]:
    """
    Every entry about a pupil up to an entry, in order; and how many entries are gone.

    ``days``, both in, narrow the registers alone. Gone are entries of those registers and of
    the pupil's own streams: whose marks they were is not known any more. ``sheets`` are the
    pages of those registers where somebody knows them already; those gone are not counted then.
    """
    gone = 0
    if sheets is None:
        sheets, gone = _sheets(ledger, pupil, *days, upto)
    own = [
        page
        for kind in _OF_PUPILS
        for page in ledger.pages_between(f"{kind}/{pupil}", f"{kind}/{pupil}0", upto)
        if f"{page.stream}/".startswith(f"{kind}/{pupil}/")
    ]
    gone += sum(run.count for page in own for run in page.runs if run.topic == DISPOSED)
    whose: set[str] = {page.stream for page in own}
    found = [
        one
        for page in (*sheets, *own, *_others(ledger, upto))
        for one in _on_page(page, pupil, whose, upto)
    ]
    return sorted(found, key=lambda one: one.entry), gone


def entries_about(
    ledger: Ledger,
    pupil: PupilId,
    days: tuple[dt.date, dt.date],
    upto: int,
    sheets: Sequence[Page] | None = None,
) -> tuple[list[Held], int]:
    """
    What a case of some days needs of everything about a pupil; and how many entries are gone.

    Marks and amendments of sessions on those days, both in; what was done about absences that
    began in them; leave for any of them; letters dated and support begun since the first; and,
    whenever they were made, the admission register's entries and those about
    penalty notices and notices to improve.
    """
    found, gone = everything_about(ledger, pupil, upto, days, sheets)
    streams: dict[str, list[Held]] = {}
    for one in found:
        streams.setdefault(one.page.stream, []).append(one)
    needed = [
        one for stream, theirs in streams.items() if _needed(stream, theirs, days) for one in theirs
    ]
    return sorted(needed, key=lambda one: one.entry), gone


def from_elsewhere(ledger: Ledger, pupil: PupilId, upto: int) -> list[Held]:
    """The entries that keep what other schools' registers say of a pupil, in order."""
    pages = ledger.pages_between(f"elsewhere/{pupil}/", f"elsewhere/{pupil}0", upto)
    found = [one for page in pages for one in _on_page(page, pupil, {page.stream}, upto)]
    return sorted(found, key=lambda one: one.entry)


# --- where they are --------------------------------------------------------------------------


def _sheets(
    ledger: Ledger, pupil: PupilId, first: dt.date, last: dt.date, upto: int
) -> tuple[list[Page], int]:
    """
    The pages of those days' registers that hold the pupil, and how many entries are gone.

    They are looked through as columns, if the pupil's number stands in their text at all: only
    those with the pupil are read with their acts.
    """
    span = f"register/{first.isoformat()}", f"register/{last.isoformat()}0"
    holding, gone = [], 0
    for stream, begins, runs in ledger.columns(*span, upto, holding=(str(pupil), DISPOSED)):
        gone += sum(run.count for run in runs if run.topic == DISPOSED)
        if any(pupil in run.column("pupil") for run in runs):
            holding.append((stream, begins))
    pages = [
        page
        for stream, begins in holding
        for page in ledger.pages_of(stream, upto)
        if page.first == begins
    ]
    return pages, gone


def _others(ledger: Ledger, upto: int) -> Iterator[Page]:
    """The pages of every stream that is no register and is not named after a pupil."""
    low = ""
    for kind in sorted((*_OF_PUPILS, "register")):
        yield from ledger.pages_between(low, f"{kind}/", upto)
        low = f"{kind}0"
    yield from ledger.pages_between(low, _AFTER_ALL, upto)


def _on_page(page: Page, pupil: PupilId, own: set[str], upto: int) -> Iterator[Held]:
    at = 0
    for run in page.runs:
        for place in _whose(run, page.stream, pupil, own):
            entry, version = page.first + at + place, page.version + at + place
            if entry <= upto:
                event = event_of(run, place, page.stream, page.act)
                yield Held(page, Recorded(entry, page.stream, version, event))
        at += run.count


def _whose(run: Run, stream: str, pupil: PupilId, own: set[str]) -> Iterator[int]:
    """Which events of a run are about the pupil; a stream that begins so is theirs from then on."""
    if run.topic == DISPOSED:
        return
    if stream in own:
        yield from range(run.count)
        return
    kind = by_topic(run.topic)
    fields = kind.model_fields.keys() - kind.STREAM_FIELDS
    for index in range(run.count):
        one = "pupil" in fields and run.column("pupil")[index] == pupil
        among = "pupils" in fields and any(
            id_in(p) == pupil for p in run.column("pupils")[index] or ()
        )
        if one and not stream.startswith(_SHARED):
            own.add(stream)
        if one or among:
            yield index


def id_in(said: Any) -> Any:
    """The pupil's number in what an entry about several says of one of them."""
    return said.get("pupil") if isinstance(said, dict) else said


# --- what a case needs -------------------------------------------------------------------------


def _needed(stream: str, theirs: Sequence[Held], days: tuple[dt.date, dt.date]) -> bool:
    """Whether a case of some days needs the entries of one stream."""
    kind, _, rest = stream.partition("/")
    begun = theirs[0].event
    match kind:
        case "register" | "pupil" | "penalty" | "improvement":
            return True
        case "absence":
            return days[0].isoformat() <= rest.rpartition("/")[2] <= days[1].isoformat()
        case "leave":
            return _reach_into(theirs, days)
        case "letter":
            return isinstance(begun, LetterSent) and begun.dated >= days[0]
        case "support":
            return isinstance(begun, SupportOpened) and begun.opened_on >= days[0]
        case _:
            return False


def _reach_into(theirs: Iterable[Held], days: tuple[dt.date, dt.date]) -> bool:
    spans = (_span(one.event) for one in theirs)
    return any(span and span[0] <= days[1] and span[1] >= days[0] for span in spans)


def _span(event: Event) -> tuple[dt.date, dt.date] | None:
    """The first and the last day that a request, a grant or a timetable is about."""
    sessions = getattr(event, "sessions", None)
    if sessions:
        return min(sessions).date, max(sessions).date
    first, last = getattr(event, "first", None), getattr(event, "last", None)
    return (first.date, last.date) if first and last else None
