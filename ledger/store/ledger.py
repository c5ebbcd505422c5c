"""
One school's ledger: what was recorded, in order, and the one way to add to it.

An append is one transaction: hold the school's head row, find the command id (already there:
that act's receipt), check the version of each stream, add the act and its pages, advance the
head with the next entry number and the frontier of the Merkle log.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from ledger.events.base import Event
from ledger.refusals import Conflict, LedgerUnwritable, OutcomeUnknown, Refused
from ledger.store import moves, packing
from ledger.store.decoding import (
    ACTS,
    act_row_of,
    moment_of,
    receipt_of,
    stamp_of,
)
from ledger.store.engine import AnswerLost, Fenced, NotOnStandby, OnePage, Row, Transaction
from ledger.store.entering import Entries
from ledger.store.reading import Reader
from ledger.store.rows import Act, PageDraft, Receipt

_BATCH = 512  # pages


class Ledger(Reader):
    """The entries of one school, numbered from 1 without gaps."""

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
        """
        The same, with the events already as columns: for files of hundreds of thousands.

        Where the database did not say whether it was recorded, that is found out by the key.
        Raises ``OutcomeUnknown`` where it cannot be found out now, ``SchoolMoved`` where the
        school's ledger goes on elsewhere.
        """
        coming = iter(drafts)
        batch = list(islice(coming, _BATCH))
        also = dict(expect or {})
        try:
            return self._at_once(act, batch, also) or self._looking(act, batch, coming, also)
        except Fenced as fenced:
            raise moves.elsewhere(self._database, self.school) from fenced
        except AnswerLost as lost:
            return self._found_out(act, batch, coming, also, lost)

    def keep_checkpoint(self, size: int, note: str, signed_at: dt.datetime) -> None:
        """Keep a checkpoint that was signed. Nothing removes it. Raises ``SchoolMoved``."""
        number = len(self.checkpoints()) + 1
        row = (self.school, number, size, stamp_of(signed_at), note)
        try:
            self._database.keep("checkpoints", [row])
        except Fenced as fenced:
            raise moves.elsewhere(self._database, self.school) from fenced

    def _found_out(
        self,
        act: Act,
        batch: Sequence[PageDraft],
        coming: Iterator[PageDraft],
        expect: Mapping[str, int],
        lost: AnswerLost,
    ) -> Receipt:
        """
        What became of an act that was not answered.

        The head is held for that, so that nothing sent before is still on its way. What was
        not recorded is so now, unless it is too long to be at hand still.
        """
        unknown = OutcomeUnknown(act=act.command, why=lost.why, key=act.key)
        if isinstance(lost, NotOnStandby):
            raise unknown from lost
        try:
            if len(batch) < _BATCH:
                return replace(self._looking(act, batch, coming, expect), repeated=False)
            with self._database.writing() as transaction:
                found = transaction.open(self.school, act.key, ()).repeated
            if found is not None:
                self._database.confirm()
                return receipt_of(found, repeated=False)
        except Conflict:
            raise
        except Fenced as fenced:  # behind the head it is known: it was not recorded before either
            raise moves.elsewhere(self._database, self.school) from fenced
        except (AnswerLost, Refused) as still:
            raise unknown from still
        raise LedgerUnwritable(where=self._database.where, why=lost.why) from lost

    def _looking(
        self,
        act: Act,
        batch: Sequence[PageDraft],
        coming: Iterator[PageDraft],
        also: Mapping[str, int],
    ) -> Receipt:
        """Record in one transaction that looks first: the key, the head, each stream."""
        with self._database.writing() as transaction:
            receipt = self._record(transaction, act, batch, coming, also)
        if receipt.repeated:
            self._database.confirm()
        return receipt

    def _record(
        self,
        transaction: Transaction,
        act: Act,
        batch: Sequence[PageDraft],
        coming: Iterator[PageDraft],
        also: Mapping[str, int],
    ) -> Receipt:
        streams = [*also, *(draft.stream for draft in batch if draft.stream not in also)]
        opened = transaction.open(self.school, act.key, streams)
        if opened.repeated is not None:
            return receipt_of(opened.repeated, repeated=True)
        size, recorded_before, frontier = opened.head or (0, 0, b"")
        entries = Entries(self.school, act, recorded_before, size)
        versions = opened.versions
        for stream, version in also.items():
            self._check(transaction, act, version, versions.get(stream))
        pages: list[Sequence[Any]] = []
        grown = bytes(frontier)
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
        if entries.count:
            head = (self.school, last, entries.recorded_at, grown)
            transaction.record(entries.act_row(), pages, head, new=opened.head is None)
        return Receipt(act.key, size + 1, last, moment_of(entries.recorded_at))

    def _at_once(
        self, act: Act, batch: Sequence[PageDraft], expect: Mapping[str, int]
    ) -> Receipt | None:
        """
        One page on one stream, recorded in one statement where the ledger is as it was left.

        ``None`` where it is not to be had: whoever asked looks first, then.
        """
        if len(batch) != 1:
            return None
        (draft,) = batch
        if draft.expect is None or draft.begins != 1 or set(expect) - {draft.stream}:
            return None
        version = draft.expect + 1

        def made(head: Row) -> OnePage:
            size, recorded_before, frontier = head
            entries = Entries(self.school, act, recorded_before, size)
            page = entries.page(draft, version)
            left = (size + entries.count, entries.recorded_at, entries.grow(frontier))
            return OnePage(entries.act_row(), page, left)

        went = self._database.at_once(self.school, made)
        if went is None:
            return None
        return Receipt(act.key, went.act[1], went.head[0], moment_of(went.head[1]))

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
