"""Acts of many people in one transaction: what is asked of either engine for that."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from ledger.store.engine import Database
from ledger.store.store import Store


class Gone(Exception):
    """The database gave the whole transaction up: nothing of it is recorded."""


class Asking(NamedTuple):
    """An act that is going to be done together with others, as far as it may be looked up ahead."""

    school: int
    key: str
    streams: tuple[str, ...] = ()
    """Those it is decided on, as far as it names them itself; any others are asked for in turn."""


class Together(Database, Protocol):
    """A database as the one thread sees it that appends together."""

    def together(self, asking: Sequence[Asking]) -> AbstractContextManager[Collection[int]]:
        """
        All that is added within it, recorded when it ends; or, where it raises, nothing.

        It gives the schools at which nothing is to be added here and now: somebody else holds
        them, or they have no entry yet. Raises ``AnswerLost`` where it is not known whether it
        is recorded.
        """

    def check(self) -> None:
        """Raises ``Gone`` where the transaction is there no more."""


def open_together(url: str) -> tuple[Store, Together]:
    """A store of its own on a ledger that is there, for whoever appends together."""
    database: Together
    if url.startswith("sqlite"):
        from ledger.store.sqlite_together import SqliteTogether

        database = SqliteTogether(url.removeprefix("sqlite:///"), create=False)
    else:
        from ledger.store.postgres_together import PostgresTogether

        database = PostgresTogether(url)
    return Store(database), database
