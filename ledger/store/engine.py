"""
What a database has to do for the store: seven statements, and a transaction.

Both engines run the same SQL; they differ in how a transaction takes the school's head row
for itself, and in what their errors mean.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = tuple[Any, ...]


class Database(Protocol):
    """An open database, SQLite or PostgreSQL."""

    where: str
    """The database as the user named it, without a password."""

    def writing(self) -> AbstractContextManager["Transaction"]:
        """
        One transaction that writes: all of it or nothing.

        Raises ``LedgerBusy`` when another writer holds the ledger too long and
        ``LedgerUnwritable`` when the disk is full or the file cannot be written.
        """

    def select(self, sql: str, params: Sequence[Any]) -> list[Row]:
        """The rows of a reading statement (parameters as ``?``)."""

    def scan(self, sql: str, params: Sequence[Any]) -> Iterator[Row]:
        """The rows of a long reading statement, a batch at a time."""

    def close(self) -> None:
        """Close every connection."""


class Transaction(Protocol):
    """A transaction that holds the school's head row, once ``lock`` was called."""

    def lock(self, school: int) -> Row | None:
        """The school's head (size, recorded_at, frontier), held until the transaction ends."""

    def select(self, sql: str, params: Sequence[Any]) -> list[Row]:
        """The rows of a reading statement, as this transaction sees them."""

    def insert(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows to a table, all columns in the order of ``schema.COLUMNS``."""

    def move_head(self, head: Sequence[Any], *, new: bool) -> None:
        """Set the school's head to (school, size, recorded_at, frontier)."""
