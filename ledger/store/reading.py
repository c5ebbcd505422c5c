"""What can be read from one school's ledger: entries, streams, pages, acts, moments."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from ledger.events.base import Recorded
from ledger.kinds import Session
from ledger.proof import merkle
from ledger.refusals import OutcomeUnknown
from ledger.store import packing
from ledger.store.decoding import (
    ACTS,
    BODIES_AS_THEY_LIE,
    BODIES_OF,
    KNOWN,
    LAST,
    LAST_VERSION,
    PAGES,
    PAGES_OF,
    RAW,
    SIZE,
    UPTO,
    act_row_of,
    pages_in,
    receipt_of,
    stamp_of,
)
from ledger.store.engine import AnswerLost, Database
from ledger.store.rows import ActRow, Page, Receipt
from ledger.store.unread import UnreadRun, unread

_AFTER_ALL = "\U0010ffff"
_MOST = ("register/", "register/~")  # the streams that most of a school's pages are of


class Reader:
    """The entries of one school, to read."""

    def __init__(self, database: Database, school: int) -> None:
        self._database = database
        self.school = school

    @property
    def database(self) -> Database:
        """The database it is in."""
        return self._database

    def size(self) -> int:
        """How many entries: the number of the last one, 0 in a ledger without any."""
        rows = self._database.few(SIZE, (self.school,))
        return int(rows[0][0]) if rows else 0

    def frontier(self) -> tuple[int, merkle.Frontier]:
        """The size of the Merkle log and its frontier, as the head row keeps them."""
        rows = self._database.few(
            "SELECT size, frontier FROM heads WHERE school = ?", (self.school,)
        )
        return (int(rows[0][0]), merkle.unpack(bytes(rows[0][1]))) if rows else (0, ())

    def receipt(self, key: str) -> Receipt | None:
        """The receipt of the act with this command id, if there is one."""
        return self.known(key)[0]

    def known(self, key: str) -> tuple[Receipt | None, int]:
        """The same, and how many entries there are: what is asked before every act."""
        rows = self._database.few(KNOWN, (key, self.school))
        if not rows or rows[0][1] is None:
            return None, int(rows[0][0]) if rows else 0
        try:
            self._database.confirm()  # its first answer may have been that it is not known
        except AnswerLost as lost:
            raise OutcomeUnknown(act="the act", why=lost.why, key=key) from lost
        return receipt_of(rows[0][1:], repeated=True), int(rows[0][0])

    def version(self, stream: str) -> int:
        """The version of a stream: how many events it has; 0 for none."""
        found = self._database.few(LAST_VERSION, (self.school, stream))
        return int(found[0][0]) if found else 0

    def stream(self, stream: str, upto: int | None = None) -> list[Recorded]:
        """Every event of a stream in order, or those up to an entry number."""
        return [
            recorded
            for page in self.pages_of(stream, upto)
            for recorded in page.events()
            if upto is None or recorded.entry <= upto
        ]

    def pages_of(self, stream: str, upto: int | None = None) -> list[Page]:
        """The pages of one stream in order, or those begun by an entry number."""
        params = (self.school, stream, LAST if upto is None else upto)
        return list(pages_in(self.school, self._database.few(PAGES_OF, params)))

    def entries(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """Every event in entry order, from the one after ``after`` to ``upto``."""
        for page in self.pages_from(after + 1, upto=upto):
            for recorded in page.events():
                if after < recorded.entry and (upto is None or recorded.entry <= upto):
                    yield recorded

    def pages_from(
        self, entry: int, upto: int | None = None, limit: int | None = None
    ) -> Iterator[Page]:
        """The pages from the one that holds an entry on, in entry order; at most ``limit``."""
        sql = "SELECT first FROM pages WHERE school = ? AND first <= ? ORDER BY first DESC LIMIT 1"
        rows = self._database.select(sql, (self.school, entry))
        begun = int(rows[0][0]) if rows else 1
        if limit is None:
            return self.pages(after=begun - 1, upto=upto)
        sql = PAGES + " AND p.first >= ? AND p.first <= ? ORDER BY p.first LIMIT ?"
        params = (self.school, begun, LAST if upto is None else upto, limit)
        return pages_in(self.school, self._database.select(sql, params))

    def page_at(self, first: int) -> Page:
        """The page that begins with an entry, which there is."""
        rows = self._database.few(PAGES + " AND p.first = ?", (self.school, first))
        return next(pages_in(self.school, rows))

    def pages(self, prefix: str = "", after: int = 0, upto: int | None = None) -> Iterator[Page]:
        """The pages begun after one entry and by another, in entry order."""
        sql = PAGES + " AND p.first > ? AND p.first <= ?"
        params: list[Any] = [self.school, after, LAST if upto is None else upto]
        if prefix:
            sql += " AND p.stream >= ? AND p.stream < ?"
            params += [prefix, prefix + _AFTER_ALL]
        return pages_in(self.school, self._database.scan(sql + " ORDER BY p.first", params))

    def pages_between(
        self, low: str, high: str, upto: int | None = None, *, after: int = 0
    ) -> Iterator[Page]:
        """The pages of the streams from ``low`` to before ``high``, in stream order."""
        sql = PAGES + f" AND p.stream >= ? AND p.stream < ? AND {UPTO} AND +p.first > ?"
        params = (self.school, low, high, LAST if upto is None else upto, after)
        sql += " ORDER BY p.stream, p.version"
        return pages_in(self.school, self._database.scan(sql, params))

    def spans(self, low: str, high: str, after: int = 0) -> Iterator[tuple[str, int, int]]:
        """Stream, first entry and count of such pages begun after an entry, none of them read."""
        sql = (
            "SELECT p.stream, p.first, p.count FROM pages p WHERE p.school = ?"
            " AND p.stream >= ? AND p.stream < ? AND +p.first > ?"
        )
        yield from self._database.scan(sql, (self.school, low, high, after))

    def streams_after(self, entry: int) -> list[str]:
        """The streams with a page begun after an entry, in no order; no page is read."""
        sql = "SELECT DISTINCT stream FROM pages WHERE school = ? AND first > ?"
        return [row[0] for row in self._database.select(sql, (self.school, entry))]

    def sessions_astride(self, entry: int, low: str, high: str) -> list[Session]:
        """The sessions between two streams of registers with an entry up to one and a later."""
        sql = (
            "SELECT substr(p.stream, 10, 13) FROM pages p WHERE p.school = ?"
            " AND p.stream >= ? AND p.stream < ? GROUP BY substr(p.stream, 10, 13)"
            " HAVING min(p.first) <= ? AND max(p.first + p.count - 1) > ?"
        )
        found = self._database.select(sql, (self.school, low, high, entry, entry))
        return [Session.parse(row[0].replace("/", " ").strip()) for row in found]

    def columns(
        self,
        low: str = "",
        high: str = _AFTER_ALL,
        upto: int | None = None,
        holding: Sequence[str] = (),
    ) -> Iterator[tuple[str, int, tuple[UnreadRun, ...]]]:
        """
        Stream, first entry number and runs of the pages from ``low`` to before ``high``.

        In entry order and without the acts: the quickest way through a year of marks. A column
        is read when it is asked for; of pages in whose text none of the words ``holding``, if
        any, stands, nothing is.
        """
        words = [one.encode() for one in holding]
        most = low <= _MOST[0] and high >= _MOST[1]
        sql = BODIES_AS_THEY_LIE if most else BODIES_OF
        params = (self.school, low, high, LAST if upto is None else upto)
        for stream, first, body in self._database.scan(sql, params):
            text = packing.inflated(body)
            if not words or any(word in text for word in words):
                yield stream, first, unread(text)

    def raw(self, first: int = 1, last: int | None = None) -> Iterator[tuple[Any, ...]]:
        """The rows of ``RAW``, pages begun in a stretch with their acts, to check the bytes."""
        low = -LAST if first == 1 else first  # whatever is there is looked at
        return self._database.scan(RAW, (self.school, low, LAST if last is None else last))

    def pages_around(self, first: int, last: int) -> tuple[int, int]:
        """
        The first and last entry of the pages with an entry between two numbers, both in.

        Raises ``ValueError`` where there is no such entry.
        """
        sql = "SELECT first, count FROM pages WHERE school = ? AND first <= ? ORDER BY first DESC"
        found = [self._database.select(sql + " LIMIT 1", (self.school, at)) for at in (first, last)]
        if not 1 <= first <= last <= self.size() or not all(found):
            raise ValueError(f"the ledger has no entries from {first:,} to {last:,}")
        return int(found[0][0][0]), int(found[1][0][0] + found[1][0][1] - 1)

    def version_before(self, stream: str, version: int) -> int | None:
        """The last version of a stream below another, as its pages say; ``None`` where none is."""
        sql = "SELECT version + count - 1 FROM pages WHERE school = ? AND stream = ?"
        sql += " AND version < ? ORDER BY version DESC LIMIT 1"
        found = self._database.select(sql, (self.school, stream, version))
        return int(found[0][0]) if found else None

    def checkpoints(self) -> list[str]:
        """Every checkpoint signed here, as a note, in the order in which they were signed."""
        return [note for _, _, note in self.kept_checkpoints()]

    def kept_checkpoints(self) -> list[tuple[int, int, str]]:
        """The same with the number of entries and the stamp of the signing before each."""
        if not self._database.has("checkpoints"):
            return []
        sql = "SELECT size, signed_at, note FROM checkpoints WHERE school = ? ORDER BY number"
        return [tuple(row) for row in self._database.select(sql, (self.school,))]

    def last_checkpoint(self, upto: int) -> str | None:
        """The checkpoint signed last of those of at most so many entries, as a note."""
        if not self._database.has("checkpoints"):
            return None
        sql = "SELECT note FROM checkpoints WHERE school = ? AND size <= ?"
        sql += " ORDER BY size DESC, number DESC LIMIT 1"
        rows = self._database.select(sql, (self.school, upto))
        return str(rows[0][0]) if rows else None

    def acts(self, first: int = 1, last: int | None = None) -> Iterator[ActRow]:
        """The acts with an entry between two numbers, both in, in order."""
        sql = ACTS + " AND a.first <= ? AND a.first + a.count > ? ORDER BY a.first"
        params = (self.school, LAST if last is None else last, first)
        for row in self._database.scan(sql, params):
            yield act_row_of(self.school, row)

    def entry_at(self, moment: dt.datetime) -> int:
        """The last entry recorded at or before a moment; 0 if none was yet."""
        stamp, low, high = stamp_of(moment), 0, self.size()
        while low < high:
            middle = (low + high + 1) // 2
            act = self._act_of(middle)
            if act.recorded_at <= moment and stamp_of(act.recorded_at) <= stamp:
                low = act.last
            else:
                high = act.first - 1
        return low

    def _act_of(self, entry: int) -> ActRow:
        sql = ACTS + " AND a.first <= ? ORDER BY a.first DESC LIMIT 1"
        return act_row_of(self.school, self._database.select(sql, (self.school, entry))[0])
