"""
Stretches of a file: the rows of one session that stand together, known again by their bytes.

Where a stretch has the very bytes it had in the last file that spoke for its day, and rows are
still read by the same roll, calendar and codes, it shows the same and is not read. Only a
session whose rows all stand together, each of them good, is kept so.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from commands.snapshot.columns import ahead_of, in_doubt
from commands.snapshot.rows import MarkRow, ShownMarks
from commands.snapshot_taken import Snapshot
from ledger.events.school import Stretch
from ledger.kinds import Session
from ledger.roll import Roll
from ledger.school import School

_WAY_OF_READING = "1"
"""To be changed with whatever changes what the same row comes to under the same rules."""


@dataclass(frozen=True, slots=True)
class Piece:
    """
    Rows of a file that follow one another, to be read when they are wanted.

    ``session`` is the one that all of them name, as written: "2024-09-04 AM"; empty where
    they may name any. ``digest``, ``size`` and ``count`` are those of a ``Stretch``.
    """

    rows: Callable[[], Iterable[MarkRow]]
    session: str = ""
    digest: str = ""
    size: int = 0
    count: int = 0


Kept = Callable[[str], Stretch | None]
"""The stretch that a session, as written, was last seen to be; ``None`` where none will do."""

Cut = Callable[[Kept], Iterable[Piece]]
"""A file cut into pieces, in its own order. It may look first whether a stretch is there again."""


def read_by(school: School, roll: Roll) -> str:
    """A digest of all that decides what a row comes to: pupils, sessions, codes."""
    found = hashlib.sha256(_WAY_OF_READING.encode())
    for pupil in roll.pupils.values():
        spells = [f"{spell.starts}/{spell.last_day}" for spell in pupil.spells]
        found.update(f"{pupil.id},{pupil.upn},{spells};".encode())
    before = None
    for session in school.calendar.by_session.rungs:
        found.update(f"{session};".encode())
        codes = school.rules_on(session.date).codes
        if codes is not before:
            rows = (*codes.tolerated.items(), *((code, codes[code]) for code in codes))
            found.update(str([(code, row.session, row.after_end) for code, row in rows]).encode())
            before = codes
    return found.hexdigest()[:32]


def kept(snapshots: Sequence[Snapshot], reading: str) -> Kept:
    """What the last snapshot that spoke for a session's day kept of it, if it read as we do."""
    spoke: dict[dt.date, Snapshot | None] = {}

    def found(session: str) -> Stretch | None:
        day = dt.date.fromisoformat(session[:10])
        if day not in spoke:
            spoke[day] = next((one for one in reversed(snapshots) if one.covers(day)), None)
        last = spoke[day]
        if last is None or last.read_by != reading or session not in last.showed:
            return None
        return last.stretches.get(session)

    return found


@dataclass
class Stretches:
    """
    The reading of a file piece by piece.

    ``whole`` are the sessions read whose rows all stood in one stretch, each of them good.
    What was left unread is in ``shown.as_before``; it is read after all where a row of its
    session turns up elsewhere in the file.
    """

    shown: ShownMarks
    kept: Kept
    whole: dict[Session, Stretch] = field(default_factory=dict)
    _unread: dict[Session, Piece] = field(default_factory=dict)

    def take(self, cut: Cut) -> None:
        self.shown.met = self._met
        for piece in cut(self.kept):
            session = Session.parse(piece.session) if piece.session else None
            if session is None or session in self.shown.columns or session in self._unread:
                self.shown.take(piece.rows())
                continue
            before = self.kept(piece.session)
            if before is not None and before.digest == piece.digest:
                self._unread[session] = piece
                self.shown.as_before[session] = before
            else:
                self._read(piece, session)

    def of_file(self) -> dict[str, Stretch]:
        """The stretches that the next file may be known by."""
        shown = self.shown
        ahead = ahead_of(shown.tales, shown.seen_at)
        doubted = in_doubt(shown.columns, shown.school, shown.book, ahead)
        read = {one: stretch for one, stretch in self.whole.items() if one not in doubted}
        return {str(one): each for one, each in sorted((read | self.shown.as_before).items())}

    def _read(self, piece: Piece, session: Session) -> None:
        shown = self.shown
        before = shown.refused.count, shown.repeated
        shown.take(piece.rows())
        column = shown.columns.get(session)
        if column is not None and before == (shown.refused.count, shown.repeated):
            self.whole[session] = Stretch(piece.digest, piece.size, piece.count, column.shown)

    def _met(self, session: Session) -> None:
        """A row of a session turned up: its rows do not all stand together, if some were met."""
        self.whole.pop(session, None)
        piece = self._unread.pop(session, None)
        if piece is not None:
            del self.shown.as_before[session]
            self.shown.take(piece.rows())


def showed_before(shown: ShownMarks, snapshots: Sequence[Snapshot]) -> Iterator[tuple[str, str]]:
    """The digest of what was shown of each session that was not read: that of before."""
    for session in shown.as_before:
        last = next(one for one in reversed(snapshots) if one.covers(session.date))
        yield str(session), last.showed[str(session)]
