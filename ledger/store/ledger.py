"""
One school's ledger: what was recorded, in order, and the one way to add to it.

An append is one transaction: hold the school's head row, find the command id (already there:
that act's receipt), check the version of each stream, add the act and its pages, advance the
head with the next entry number and the frontier of the Merkle log.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from ledger.events.base import Event, Recorded
from ledger.proof import merkle
from ledger.refusals import Conflict
from ledger.store import packing
from ledger.store.decoding import (
    ACTS,
    BODIES,
    FIND,
    LAST_VERSION,
    PAGES,
    RAW,
    act_row_of,
    moment_of,
    page_of,
    receipt_of,
    stamp_of,
)
from ledger.store.engine import Database, Transaction
from ledger.store.entering import Entries
from ledger.store.rows import Act, ActRow, Page, PageDraft, Receipt, Run

_LAST = 2**31 - 1
_BATCH = 512
_AFTER_ALL = "\U0010ffff"
# The plus keeps SQLite from walking the whole school by entry number to find one stream.
_UPTO = "+p.first <= ?"


class Ledger:
    """The entries of one school, numbered from 1 without gaps."""

    def __init__(self, database: Database, school: int) -> None:
        self._database = database
        self.school = school

    # --- adding --------------------------------------------------------------------------

    def append(
        self, act: Act, events: Sequence[Event], expect: Mapping[str, int] | None = None
    ) -> Receipt:
        """
        Record what one person did in one go.

        ``expect`` names, for each stream the act was decided on, the version it was at.
        Raises ``Conflict``, naming both acts, where a stream has moved on since. An act
        whose key is known already is not recorded twice: its receipt comes back.
        """
        for event in events:  # who and when are kept once, with the act
            assert event.made_at is act.made_at or event.made_at == act.made_at
            assert event.made_by is act.made_by or event.made_by == act.made_by
        return self.append_pages(act, packing.drafts(events, dict(expect or {})), expect)

    def append_pages(
        self,
        act: Act,
        drafts: Iterable[PageDraft],
        expect: Mapping[str, int] | None = None,
    ) -> Receipt:
        """The same, with the events already as columns: for files of hundreds of thousands."""
        coming = iter(drafts)
        batch = list(islice(coming, _BATCH))
        also = dict(expect or {})
        with self._database.writing() as transaction:
            streams = [*also, *(draft.stream for draft in batch if draft.stream not in also)]
            opened = transaction.open(self.school, act.key, streams)
            if opened.repeated is not None:
                return receipt_of(opened.repeated, repeated=True)
            size, recorded_before, frontier = opened.head or (0, 0, b"")
            entries = Entries(self.school, act, max(stamp_of(act.made_at), recorded_before), size)
            versions = opened.versions
            for stream, version in also.items():
                self._check(transaction, act, version, versions.get(stream))
            pages: list[Sequence[Any]] = []
            grown = merkle.unpack(bytes(frontier))
            while batch:
                for draft in batch:
                    found = versions.get(draft.stream)
                    self._check(transaction, act, draft.expect, found)
                    pages.append(entries.page(draft, draft.begins if not found else found[0] + 1))
                grown = entries.grow(grown)
                if batch := list(islice(coming, _BATCH)):
                    transaction.add(pages)
                    pages = []
                    versions = transaction.versions(self.school, [each.stream for each in batch])
            last = size + entries.count
            if not entries.count:
                return Receipt(act.key, size + 1, size, moment_of(entries.recorded_at))
            head = (self.school, last, entries.recorded_at, merkle.pack(grown))
            transaction.record(entries.act_row(), pages, head, new=opened.head is None)
        return Receipt(act.key, size + 1, last, moment_of(entries.recorded_at))

    def _check(
        self, transaction: Transaction, act: Act, expect: int | None, found: tuple[int, int] | None
    ) -> None:
        """Raise ``Conflict`` if a stream is not at the version the act was decided on."""
        version, came = found or (0, 0)
        if expect is None or version == expect:
            return
        rows = transaction.select(ACTS + " AND a.first = ?", (self.school, came))
        other = act_row_of(self.school, rows[0]) if rows else None
        raise Conflict(
            act=act.command,
            other=f"{other.command} by {other.made_by.name} ({other.made_by.position})"
            if other
            else "nothing is recorded there",
            entry=other.first if other else 0,
        )

    # --- reading ----------------------------------------------------------------------------

    def size(self) -> int:
        """How many entries: the number of the last one, 0 in a ledger without any."""
        rows = self._database.select("SELECT size FROM heads WHERE school = ?", (self.school,))
        return int(rows[0][0]) if rows else 0

    def frontier(self) -> tuple[int, merkle.Frontier]:
        """The size of the Merkle log and its frontier, as the head row keeps them."""
        rows = self._database.select(
            "SELECT size, frontier FROM heads WHERE school = ?", (self.school,)
        )
        return (int(rows[0][0]), merkle.unpack(bytes(rows[0][1]))) if rows else (0, ())

    def receipt(self, key: str) -> Receipt | None:
        """The receipt of the act with this command id, if there is one."""
        rows = self._database.select(FIND, (self.school, key))
        return receipt_of(rows[0], repeated=True) if rows else None

    def version(self, stream: str) -> int:
        """The version of a stream: how many events it has; 0 for none."""
        found = self._database.select(LAST_VERSION, (self.school, stream))
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
        sql = PAGES + f" AND p.stream = ? AND {_UPTO} ORDER BY p.version"
        params = (self.school, stream, _LAST if upto is None else upto)
        return [page_of(self.school, row) for row in self._database.select(sql, params)]

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
        params = (self.school, begun, _LAST if upto is None else upto, limit)
        return (page_of(self.school, row) for row in self._database.select(sql, params))

    def pages(self, prefix: str = "", after: int = 0, upto: int | None = None) -> Iterator[Page]:
        """The pages begun after one entry and by another, in entry order."""
        sql = PAGES + " AND p.first > ? AND p.first <= ?"
        params: list[Any] = [self.school, after, _LAST if upto is None else upto]
        if prefix:
            sql += " AND p.stream >= ? AND p.stream < ?"
            params += [prefix, prefix + _AFTER_ALL]
        for row in self._database.scan(sql + " ORDER BY p.first", params):
            yield page_of(self.school, row)

    def pages_between(self, low: str, high: str, upto: int | None = None) -> Iterator[Page]:
        """The pages of the streams from ``low`` to before ``high``, in stream order."""
        sql = PAGES + f" AND p.stream >= ? AND p.stream < ? AND {_UPTO}"
        params = (self.school, low, high, _LAST if upto is None else upto)
        for row in self._database.scan(sql + " ORDER BY p.stream, p.version", params):
            yield page_of(self.school, row)

    def columns(
        self, low: str = "", high: str = _AFTER_ALL, upto: int | None = None
    ) -> Iterator[tuple[str, int, tuple[Run, ...]]]:
        """
        Stream, first entry number and runs of the pages from ``low`` to before ``high``.

        In entry order and without the acts: the quickest way through a year of marks.
        """
        sql = BODIES + f" AND p.stream >= ? AND p.stream < ? AND {_UPTO} ORDER BY +p.first"
        params = (self.school, low, high, _LAST if upto is None else upto)
        for stream, first, body in self._database.scan(sql, params):
            yield stream, first, packing.unpack(body)

    def raw(self) -> Iterator[tuple[Any, ...]]:
        """The rows of ``RAW``, every page with its act, for whoever checks the bytes."""
        return self._database.scan(RAW, (self.school,))

    def acts(self, first: int = 1, last: int | None = None) -> Iterator[ActRow]:
        """The acts with an entry between two numbers, both in, in order."""
        sql = ACTS + " AND a.first <= ? AND a.first + a.count > ? ORDER BY a.first"
        params = (self.school, _LAST if last is None else last, first)
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
