"""Sessions of which a file shows the very same as the snapshot before it.

A snapshot keeps a digest of what it showed of each session. Where the next one comes to the
same digest the source did not change, whatever was entered here since, and the entries of
that session need not be read.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import groupby

from commands.snapshot.codebook import OFF_ROLL, REFUSED
from commands.snapshot.columns import Column
from commands.snapshot.rows import ShownMarks
from commands.snapshot_taken import Snapshot
from ledger.kinds import Session

_LENGTH = 16


def digests(shown: ShownMarks) -> dict[str, str]:
    """The digest of each session shown, by the session as written, in order."""
    names = shown.book.names + ["?"] * (256 - len(shown.book.names))
    names[OFF_ROLL], names[REFUSED] = "-", "!"
    return {str(one): _digest(column, names) for one, column in sorted(shown.columns.items())}


def _digest(column: Column, names: Sequence[str]) -> str:
    """Codes in the order of pupils; who joins the roll later changes nothing of the past."""
    codes = column.codes.rstrip(bytes([OFF_ROLL]))
    written = ",".join(map(names.__getitem__, codes))
    return hashlib.sha256(written.encode()).hexdigest()[:_LENGTH]


def alike(showed: dict[str, str], snapshots: Sequence[Snapshot]) -> set[Session]:
    """The sessions shown the same as by the last snapshot that spoke for their day."""
    found = set()
    before: dict[dt.date, Snapshot | None] = {}
    for written, digest in showed.items():
        session = Session.parse(written)
        if session.date not in before:
            spoke = (taken for taken in reversed(snapshots) if taken.covers(session.date))
            before[session.date] = next(spoke, None)
        last = before[session.date]
        if last is not None and last.showed.get(written) == digest:
            found.add(session)
    return found


def to_read(sessions: Iterable[Session], alike: Set[Session]) -> Iterator[tuple[Session, Session]]:
    """Stretches of sessions in order, both ends in, without those known to be alike."""
    for same, stretch in groupby(sessions, key=lambda session: session in alike):
        if not same:
            first, *rest = stretch
            yield first, rest[-1] if rest else first
