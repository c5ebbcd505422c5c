"""A file of marks from its rows to its entries: read, compare, append as columns."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from commands.import_marks import (
    ImportMarks,
    KnownBy,
    MarksImported,
    check_order,
    check_rows,
    may_take_in,
    result,
    snapshot_of,
    taken_in,
)
from commands.snapshot.alike import alike, digests, to_read
from commands.snapshot.changes import Differences, differences
from commands.snapshot.columns import span
from commands.snapshot.drafts import Drafts
from commands.snapshot.known import KnownMarks
from commands.snapshot.rows import MarkRow, ShownMarks
from commands.snapshot.stretches import Cut, Stretches, kept, read_by, showed_before
from commands.states import States, states_of
from ledger.events import SnapshotImported
from ledger.kinds import Session
from ledger.store import Act, Ledger, PageDraft, Receipt, Run


@dataclass(frozen=True)
class MarksOutcome:
    """What a file of marks came to; ``receipt`` is ``None`` where nothing was recorded."""

    receipt: Receipt | None
    came: MarksImported


def handle_marks(
    command: ImportMarks, rows: Iterable[MarkRow] | Cut, ledger: Ledger, *, dry_run: bool = False
) -> MarksOutcome:
    """
    Take in a file of marks of one school.

    The rows are read once, in any order; or the file comes cut into pieces, of which those it
    had before need not be read. The file last taken in is not taken in again, unless
    rows of it were refused then. ``dry_run`` counts and records nothing. Raises ``OutOfOrder``,
    ``BadRows`` (strict), and ``Conflict`` where another act came between.
    """
    before = ledger.receipt(command.key)
    if before is not None:
        return MarksOutcome(before, MarksImported(command.file, already=True))
    states = states_of(ledger)
    by = may_take_in(command, states.school)
    again = taken_in(command, states.snapshots)
    if again is not None and not again.refused:
        return MarksOutcome(None, MarksImported(command.file, already=True))

    shown, known_by = _read(command, rows, states)
    spoken = span(shown.columns.values(), shown.as_before)
    if spoken is None:
        return MarksOutcome(None, _nothing_shown(command, shown))
    days = spoken[0].date, spoken[1].date
    check_order(command, *days, states.snapshots)
    showed = digests(shown) | dict(showed_before(shown, states.snapshots))
    known, found = _compare(states, shown, days, alike(showed, states.snapshots))
    came = result(command, shown, days, found)
    if dry_run or (again is not None and not found.count):
        return MarksOutcome(None, came)

    event = snapshot_of(command, by, came, dict(sorted(showed.items())), known_by)
    act = Act(command.key, command.NAME, by, command.at, command.source)
    pages = _pages(event, states.version(event.stream), Drafts(shown, known), found)
    return MarksOutcome(ledger.append_pages(act, pages), came)


def _read(
    command: ImportMarks, rows: Iterable[MarkRow] | Cut, states: States
) -> tuple[ShownMarks, KnownBy]:
    """
    What the file shows, each row checked against codes, calendar and roll.

    Raises ``BadRows`` where rows are bad and the act is strict.
    """
    shown = ShownMarks(states.school, states.roll, command.seen_at)
    known_by = KnownBy()
    if callable(rows):
        reading = read_by(states.school, states.roll)
        stretches = Stretches(shown, kept(states.snapshots, reading))
        stretches.take(rows)
        known_by = KnownBy(reading, stretches.of_file())
    else:
        shown.take(rows)
    check_rows(command, shown)
    return shown, known_by


def _compare(
    states: States, shown: ShownMarks, days: tuple[dt.date, dt.date], same: set[Session]
) -> tuple[KnownMarks, Differences]:
    known = KnownMarks(shown.book, shown.places, states.snapshots)
    for first, last in to_read(states.school.calendar.sessions(*days), same):
        known.read(states.ledger, first, last)
    return known, differences(shown, known, same)


def _pages(
    event: SnapshotImported, version: int, drafts: Drafts, found: Differences
) -> Iterator[PageDraft]:
    """The snapshot first; its own stream's version keeps two files from being taken in at once."""
    yield PageDraft(event.stream, version, [Run.of([event])])
    yield from drafts.pages(found.changes)


def _nothing_shown(command: ImportMarks, shown: ShownMarks) -> MarksImported:
    return MarksImported(
        file=command.file,
        rows=shown.rows,
        repeated=shown.repeated,
        blank=shown.rows - shown.repeated - shown.refused.count,
        refused=shown.refused.count,
        refusals=shown.refused.in_order(),
    )
