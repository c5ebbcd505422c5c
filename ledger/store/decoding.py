"""Rows of the store read back as what they are: acts, pages, receipts, moments."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ledger.kinds import Person
from ledger.store import packing
from ledger.store.engine import Row
from ledger.store.rows import ActRow, Page, Receipt

_ACT = "a.first, a.count, a.recorded_at, a.made_at, a.key, a.command, a.made_by, a.source, a.salt"
PAGES = (
    f"SELECT p.stream, p.version, p.first, p.count, p.body, {_ACT} FROM pages p"  # noqa: S608
    " JOIN acts a ON a.school = p.school AND a.first = p.act WHERE p.school = ?"
)
FIND = "SELECT key, first, count, recorded_at FROM acts WHERE school = ? AND key = ?"
KNOWN = (
    "SELECT h.size, a.key, a.first, a.count, a.recorded_at FROM heads h"
    " LEFT JOIN acts a ON a.school = h.school AND a.key = ? WHERE h.school = ?"
)
LAST = 2**31 - 1
"""After every entry there may be."""
SIZE = "SELECT size FROM heads WHERE school = ?"
# The plus keeps SQLite from walking the whole school by entry number to find one stream.
UPTO = "+p.first <= ?"
PAGES_OF = f"{PAGES} AND p.stream = ? AND {UPTO} ORDER BY p.version"
LAST_VERSION = (
    "SELECT version + count - 1, act FROM pages WHERE school = ? AND stream = ?"
    " ORDER BY version DESC LIMIT 1"
)
_BODIES = "SELECT p.stream, p.first, p.body FROM pages p WHERE p.school = ?"
BODIES_OF = f"{_BODIES} AND p.stream >= ? AND p.stream < ? AND {UPTO} ORDER BY +p.first"
# Said so that most of a school's pages are read as they lie: none looked up, nothing sorted.
BODIES_AS_THEY_LIE = (
    f"{_BODIES} AND NOT (p.stream < ? OR p.stream >= ?) AND p.first <= ? ORDER BY p.first"
)
ACTS = f"SELECT {_ACT} FROM acts a WHERE a.school = ?"  # noqa: S608

RAW = (
    f"SELECT p.stream, p.version, p.first, p.count, p.act, p.checks, p.body, {_ACT} FROM pages p"  # noqa: S608
    " LEFT JOIN acts a ON a.school = p.school AND a.first = p.act"
    " WHERE p.school = ? AND p.first >= ? AND p.first <= ? ORDER BY p.first"
)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def stamp_of(moment: dt.datetime) -> int:
    """A moment as the store keeps it: whole microseconds since 1970, UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(stamp: int) -> dt.datetime:
    """A stored moment, in UTC."""
    return _EPOCH + stamp * _MICROSECOND


@lru_cache(maxsize=4096)
def _person(made_by: str) -> Person:
    who, name, position = json.loads(made_by)
    return Person.model_construct(id=who, name=name, position=position)


def forget_people() -> None:
    """Let go of the people whose acts were read."""
    _person.cache_clear()


def act_row_of(school: int, row: Row) -> ActRow:
    """An act from the columns of ``ACTS``."""
    first, count, recorded_at, made_at, key, command, made_by, source, salt = row
    return ActRow(
        school=school,
        first=first,
        count=count,
        key=key,
        command=command,
        made_by=_person(made_by),
        made_at=moment_of(recorded_at if made_at is None else made_at),
        recorded_at=moment_of(recorded_at),
        source=None if source is None else json.loads(source),
        salt=bytes(salt),
    )


def pages_in(school: int, rows: Iterable[Row]) -> Iterator[Page]:
    """
    Pages, each with its act, from rows of the columns of ``PAGES``.

    An act is read once for all of its pages that follow one another: a file's are by the thousand.
    """
    columns: Row | None = None
    for row in rows:
        if row[5:] != columns:
            columns = row[5:]
            act = act_row_of(school, columns)
        stream, version, first, count, body = row[:5]
        yield Page(stream, version, first, count, act, packing.unpack(body))


def receipt_of(row: Row, *, repeated: bool) -> Receipt:
    """A receipt from the columns of ``FIND``."""
    key, first, count, recorded_at = row
    return Receipt(key, first, first + count - 1, moment_of(recorded_at), repeated)
