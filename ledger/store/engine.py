"""
What a database has to do for the store: read rows, and one transaction that appends.

Both engines hold the same tables; they differ in how a transaction takes the school's head row
for itself, in how many times it has to ask a server, and in what their errors mean.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

Row = tuple[Any, ...]


class AnswerLost(Exception):
    """
    Sent to be committed, and no word came whether it was: the connection went, the disk failed.

    Asked again under its key the act is recorded once, whatever became of it the first time.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class NotOnStandby(AnswerLost):
    """
    Committed on this server, and the wait for its standby was cancelled.

    It is lost if the server is lost now. Asking again would only wait again.
    """


class OnePage(NamedTuple):
    """The rows of an act of one page, and what it leaves of its school's head."""

    act: Sequence[Any]
    page: Sequence[Any]
    head: Row
    """Size, when the last was recorded, frontier."""


class Fenced(Exception):
    """The school's ledger goes on elsewhere (``moves.py``): nothing was added here."""


class Database(Protocol):
    """An open database, SQLite or PostgreSQL."""

    where: str
    """The database as the user named it, without a password."""

    def writing(self) -> AbstractContextManager["Transaction"]:
        """
        One transaction that writes: all of it or nothing, rolled back unless recorded.

        Raises ``LedgerBusy`` when another writer holds the ledger too long,
        ``LedgerUnwritable`` when the disk is full or the file cannot be written, and
        ``AnswerLost`` where it may be recorded or not.
        """

    def at_once(self, school: int, made: Callable[[Row], OnePage]) -> OnePage | None:
        """
        Record an act of one page in one statement, and commit: what is recorded.

        ``made`` makes it, once the school's head is known, by that head: size, when the last was
        recorded, frontier. ``None``, and nothing recorded, where the head is not the one this
        process left, the stream not at the version before the page's, or the command id known:
        then ``writing`` has to look. Raises as ``writing`` does.
        """

    def confirm(self) -> None:
        """
        Return once all that is committed here is also where an acknowledged act has to be.

        Raises ``AnswerLost``. On SQLite it is there; on PostgreSQL a standby may have to say so.
        """

    def of(self, school: int) -> "Database":
        """The same database as one school sees it, where the server guards rows by school."""

    def select(self, sql: str, params: Sequence[Any]) -> list[Row]:
        """The rows of a reading statement (parameters as ``?``)."""

    def few(self, sql: str, params: Sequence[Any]) -> list[Row]:
        """
        The same, where few rows are found by an index: a head, a key, a stream.

        What is about to append asks so. On SQLite the connection that appends answers, if it
        is free: it has what it wrote itself at hand, where a reader has to fetch it.
        """

    def scan(self, sql: str, params: Sequence[Any]) -> Iterator[Row]:
        """The rows of a long reading statement, a batch at a time."""

    def has(self, table: str) -> bool:
        """Whether there is a table of this name: an older ledger may not have all of them."""

    def set_up(self) -> None:
        """Bring the tables and guards of an older ledger up to this version."""

    def fence(self) -> None:
        """
        From here on refuse what is added to a school that went elsewhere (``moves.py``).

        A database none of whose schools has moved does not ask at every append.
        """

    def keep(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows to a table that stands beside the entries; those that are there stay."""

    def door(self, school: int) -> AbstractContextManager["Doing"]:
        """
        The one door through which values leave: a transaction that holds the school's head row.

        What it yields runs a statement (parameters as ``?``) and gives its rows. Nothing else
        may change an act or a page; ``guards`` say what this may.
        """

    def let_go(self) -> None:
        """Hold nothing in memory of what connections have read: something of it was removed."""

    def scrub(self) -> None:
        """
        Let no bytes of what was removed stay in the database's files.

        Raises ``LedgerBusy`` where somebody else holds the database open in a transaction.
        """

    def close(self) -> None:
        """Close every connection."""


Doing = Callable[..., list[Row]]


@dataclass(frozen=True, slots=True)
class Opened:
    """
    What a transaction finds once it holds the school's head row.

    ``head`` is (size, recorded_at, frontier), ``None`` in a school without entries;
    ``repeated`` the act that has the command id already; ``versions`` the last version of
    each stream asked for, with the first entry of the act that made it.
    """

    head: Row | None
    repeated: Row | None
    versions: dict[str, tuple[int, int]]


class Transaction(Protocol):
    """One append: what it has to know first, and everything it adds."""

    def open(self, school: int, key: str, streams: Sequence[str]) -> Opened:
        """Hold the school's head row until the transaction ends, and look."""

    def versions(self, school: int, streams: Sequence[str]) -> dict[str, tuple[int, int]]:
        """The last version of each of the streams that exist, and its act's first entry."""

    def select(self, sql: str, params: Sequence[Any]) -> list[Row]:
        """The rows of a reading statement, as this transaction sees them."""

    def add(self, pages: Sequence[Sequence[Any]]) -> None:
        """Add some of the pages of a large act, before the rest is recorded."""

    def record(
        self, act: Sequence[Any], pages: Sequence[Sequence[Any]], head: Sequence[Any], *, new: bool
    ) -> None:
        """Add the act and its (other) pages, move or make the head, and commit."""
