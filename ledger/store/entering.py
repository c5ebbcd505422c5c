"""Entries on their way in: their numbers, their page rows and their leaves."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ledger.kinds import Person
from ledger.proof import leaves, merkle
from ledger.store import packing
from ledger.store.decoding import moment_of, stamp_of
from ledger.store.drawn import drawing
from ledger.store.rows import Act, PageDraft

_salt = drawing(32)


class Entries:
    """The entries of one act, from number ``size`` + 1 on; none before the last recorded."""

    def __init__(self, school: int, act: Act, recorded_before: int, size: int) -> None:
        self._school = school
        self._act = act
        self._size = size
        self._salt = _salt()
        made_at = stamp_of(act.made_at)
        self.recorded_at = max(made_at, recorded_before)
        self._made_at = None if made_at == self.recorded_at else made_at
        as_made = self._made_at is None and act.made_at.tzinfo is dt.UTC
        moment = (act.made_at if as_made else moment_of(self.recorded_at)).isoformat()
        self._on = moment[: len("2024-09-09")]
        self._commitment = leaves.act_commitment(school, act, moment, self._salt)
        self.count = 0
        self._leaves: list[merkle.Hash] = []

    def page(self, draft: PageDraft, version: int) -> Sequence[Any]:
        """The page row of a draft; its leaves wait for ``grow``."""
        index = self.count
        first = self._size + index + 1
        of_page = leaves.page_leaves(
            draft.runs,
            stream=draft.stream,
            version=version,
            first=first,
            index=index,
            on=self._on,
            act=self._commitment,
            salt=self._salt,
        )
        self._leaves += of_page
        self.count += len(of_page)
        return (
            self._school,
            first,
            self._size + 1,
            draft.stream,
            version,
            len(of_page),
            leaves.checks(of_page),
            packing.pack(draft.runs),
        )

    def grow(self, frontier: bytes) -> bytes:
        """
        The log's frontier, packed, with the leaves that waited.

        They are let go: an act may be large.
        """
        before = self._size + self.count - len(self._leaves)
        grown = merkle.grow(before, frontier, self._leaves)
        self._leaves = []
        return grown

    def act_row(self) -> Sequence[Any]:
        """The act row, once every page is in."""
        act = self._act
        return (
            self._school,
            self._size + 1,
            self.count,
            self.recorded_at,
            self._made_at,
            act.key,
            act.command,
            _person(act.made_by),
            None if act.source is None else leaves.canonical(act.source),
            self._salt,
        )


@lru_cache(maxsize=256)
def _person(made_by: Person) -> str:
    """Who did it, as the act row keeps it; the same few people act all day."""
    return leaves.canonical([made_by.id, made_by.name, made_by.position])


def forget_people() -> None:
    """Let go of the people who have acted."""
    _person.cache_clear()
