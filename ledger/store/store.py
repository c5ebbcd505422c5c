"""Opening a store by its address, and the schools it holds."""

from types import TracebackType

from ledger.refusals import LedgerUnreachable
from ledger.store import decoding, entering, moves
from ledger.store.engine import Database
from ledger.store.ledger import Ledger
from ledger.store.sqlite import SqliteDatabase


class Store:
    """A database with a ledger for each of its schools."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._ledgers: dict[int, Ledger] = {}
        self._moves = False

    @property
    def where(self) -> str:
        """The database as the user named it, without a password."""
        return self.database.where

    def schools(self) -> list[int]:
        """The URNs of the schools whose ledgers go on here, with at least one entry, in order."""
        sql = moves.SEEN if self._may_move() else "SELECT school FROM heads ORDER BY 1"
        return [row[0] for row in self.database.select(sql, ())]

    def steps(self, school: int) -> list[moves.Move]:
        """The steps in which a school moved from here or to here, the last one first."""
        return moves.steps(self.database, school) if self._may_move() else []

    def _may_move(self) -> bool:
        """Whether moves are kept here: an older ledger keeps none until the first."""
        self._moves = self._moves or self.database.has("moves")
        return self._moves

    def ledger(self, school: int) -> Ledger:
        """The ledger of one school; one without entries is empty, not an error."""
        if school not in self._ledgers:
            self._ledgers[school] = Ledger(self.database.of(school), school)
        return self._ledgers[school]

    def let_go(self) -> None:
        """Remember nothing of what was read: something of it was removed."""
        decoding.forget_people()
        entering.forget_people()
        self.database.let_go()

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_store(url: str, *, create: bool = False) -> Store:
    """
    The store at an address: ``sqlite:///attendance.db`` or ``postgresql://user@host/name``.

    ``create`` sets up what is missing. Raises ``NoLedgerYet`` where nothing is set up and
    ``create`` is not asked for, ``LedgerUnreachable`` or ``LedgerUnwritable`` where the place
    cannot be used.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return Store(SqliteDatabase(rest.removeprefix("/"), create=create))
    if scheme in ("postgresql", "postgres"):
        # psycopg is an extra, and costs every cold start that does not need it.
        from ledger.store.postgres import PostgresDatabase

        return Store(PostgresDatabase(url, create=create))
    raise LedgerUnreachable(where=url, why="an address begins with sqlite:/// or postgresql://")
