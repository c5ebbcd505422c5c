"""
The read models as they stood at an earlier entry: the live ones, less what came later.

A row of the current register whose last entry is no later than the one asked for is as it was
then, unless a layer over it has moved. So the live table is read where it stands, through a
view of one connection's own: without the rows that came later, and with rows made again, by
the same handlers and from their own entries, for the marks amended since and for those that
a closure, the roll or the rules counted otherwise then. The other tables are small: they are
made again from their own few streams, once a question asks for one.
"""

import weakref
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import visitors

from ledger.policy import Policy
from ledger.store import Ledger
from projections import penalties, tracking
from projections.amendments import amendments
from projections.by_week import Sums
from projections.context import Context
from projections.current_register import current_register
from projections.cutting import cut
from projections.earlier_rows import made_again
from projections.engines import looked_over
from projections.guarding import may_only_read
from projections.past import Past
from projections.penalties import penalty_thresholds
from projections.runner import Runner
from projections.schema import every_table
from projections.steps import carry_out
from projections.taking_in import PROJECT_SCHOOL
from projections.temporary import make, shared
from projections.views import EVERYTHING, Scope, View, asof

_READ_WHERE_IT_STANDS = (current_register, amendments)
_LAST = "\U0010ffff"


_opened: ContextVar[list["Tables"] | None] = ContextVar("opened", default=None)


@contextmanager
def closing() -> Iterator[None]:
    """
    Whatever is opened within is let go of at its end: for a program that goes on.

    Each holds a reading transaction, and while one is open no disposal can be made final.
    """
    mine: list[Tables] = []
    before = _opened.set(mine)
    try:
        yield
    finally:
        _opened.reset(before)
        for one in mine:
            one.close()


@dataclass(frozen=True)
class Earlier(View):
    """The read models of one school as at an earlier entry, read from the live ones."""

    tables: "Tables" = field(kw_only=True)

    def rows(self, question: Select[Any]) -> Sequence[Row[Any]]:
        """What the read models said then."""
        return self.tables.rows(question)

    def once(self, name: Hashable, find: Callable[[], Sums]) -> Sums:
        """One reading transaction holds: the sums of a question stay as they were found."""
        if name not in self.tables.sums or self.asked is not None:
            self.tables.sums[name] = find()
        return self.tables.sums[name]

    def close(self) -> None:
        """Let go of the connection; the view answers nothing more."""
        self.tables.close()


def then(
    runner: Runner,
    ledger: Ledger,
    entry: int,
    scope: Scope = EVERYTHING,
    policy: Policy | None = None,
) -> View:
    """
    ``earlier``, or the same from the entries alone.

    That is slower; but who may only read can keep no tables up that nobody else has.
    """
    try:
        return earlier(runner, ledger, entry, scope, policy)
    except DBAPIError as refused:
        if policy is not None or not may_only_read(refused):
            raise
        return asof(ledger, entry, scope)


def earlier(
    runner: Runner,
    ledger: Ledger,
    entry: int,
    scope: Scope = EVERYTHING,
    policy: Policy | None = None,
) -> Earlier:
    """
    The read models as they stood at an entry, of no more sessions and pupils than the scope.

    ``policy``: as they would have stood under another. What somebody else records meanwhile
    changes nothing: one reading transaction holds.
    """
    runner.caught_up(ledger, entry)
    connection = runner.apart.connect()
    now = tracking.position(connection, str(ledger.school))  # from here on nothing moves
    then = runner.states(ledger, entry)
    context = Context(
        ledger.school,
        then.opened.under(policy) if policy else then.school,
        then.roll,
        then.leaves,
        scope.pupils,
        scope.first,
        scope.last,
        scope.group,
    )
    tables = Tables(runner, ledger, entry, connection, context)
    tables.lay(runner.states(ledger, now), scope)
    return Earlier(runner.apart, ledger, entry, context, policy, runner, tables=tables)


class Tables:
    """
    Tables and views of one connection's own, under the names of the live ones.

    Both engines look there first, so that every question is asked as it is of the live ones.
    """

    def __init__(
        self, runner: Runner, ledger: Ledger, entry: int, connection: Connection, context: Context
    ) -> None:
        self.runner, self.ledger, self.entry = runner, ledger, entry
        self.connection, self.context, self.sums = connection, context, dict[Hashable, Sums]()
        self._filled: set[str] = {table.name for table in _READ_WHERE_IT_STANDS}
        self._closed = weakref.finalize(self, connection.close)
        if (opened := _opened.get()) is not None:
            opened.append(self)

    def close(self) -> None:
        """Let go of the connection and all that is on it."""
        self._closed()

    def rows(self, question: Select[Any]) -> Sequence[Row[Any]]:
        """The rows of a question, once the tables it names are there."""
        named = {part.name for part in visitors.iterate(question) if isinstance(part, Table)}
        if penalty_thresholds.name in named - self._filled:
            self._fill_thresholds()
        if named - self._filled - {penalty_thresholds.name}:
            self._fill()
        return self.connection.execute(question).all()

    def lay(self, now: Context, scope: Scope) -> None:
        """Put the register and the amendments of then under the names of the live ones."""
        self.scope = scope
        run = self.connection.exec_driver_sql
        sqlite = self.connection.dialect.name == "sqlite"
        schema = "main" if sqlite else str(run("SELECT current_schema()").scalar())
        register = shared(current_register, schema)
        inside = self._inside()
        known = f"l.school = {self.ledger.school} {inside}"
        before = (
            f"SELECT l.* FROM {schema}.current_register l"  # noqa: S608
            f" WHERE {known} AND l.first_entry <= {self.entry}"
        )
        past = Past(self.connection, self.ledger, self.entry, self.context, now, scope, register)
        if made_again(past):  # else no row of then has been touched since
            # an amendment may be of a mark on another class's sheet
            run(
                "CREATE TEMPORARY TABLE made_again AS"  # noqa: S608
                f" SELECT l.* FROM current_register l WHERE {known}"
            )
            looked_over(self.connection, ["made_again", "not_as_it_was"])
            run(f"DROP TABLE {'temp' if sqlite else 'pg_temp'}.current_register")
            before += (
                " AND NOT EXISTS (SELECT 1 FROM not_as_it_was n"
                " WHERE n.date = l.date AND n.half = l.half AND n.pupil = l.pupil)"
                " UNION ALL SELECT * FROM made_again"
            )
        run(f"CREATE TEMPORARY VIEW current_register AS {before}")
        run(
            f"CREATE TEMPORARY VIEW amendments AS SELECT l.* FROM {schema}.amendments l"  # noqa: S608
            f" WHERE {known} AND l.entry <= {self.entry}"
        )

    def _inside(self) -> str:
        """The scope, in SQL. Every value is ours, but the name of a class, which is quoted."""
        scope = self.scope
        said = f"AND l.date BETWEEN '{scope.first}' AND '{scope.last}'" if scope.dated else ""
        if scope.days is not None:
            named = ", ".join(f"'{day}'" for day in scope.days)
            said = f"AND l.date IN ({named}) AND l.half IN ('AM', 'PM')"
        if scope.group is not None:
            quoted = scope.group.replace("'", "''")
            said += f" AND l.class = '{quoted}'"
        if scope.pupils is not None:
            said += f" AND l.pupil IN ({', '.join(map(str, scope.pupils)) or 'NULL'})"
        return said

    def _fill(self) -> None:
        """Make the small tables, and fill them from every stream that is no register's."""
        small = [
            table
            for table in every_table()
            if "school" in table.c and table.name not in self._filled | {penalty_thresholds.name}
        ]
        make(self.connection, *small)
        spans = (("", "register/"), ("register0", _LAST))
        pages = [
            cut(page, self.entry)
            for low, high in spans
            for page in self.ledger.pages_between(low, high, self.entry)
        ]
        pages.sort(key=lambda page: page.first)
        for project in PROJECT_SCHOOL:
            carry_out(self.connection, project(pages, self.context))
        looked_over(self.connection, [table.name for table in small])
        self._filled |= {table.name for table in small}

    def _fill_thresholds(self) -> None:
        """Reckon every threshold from the unauthorised marks of all sessions, not the scope's."""
        make(self.connection, penalty_thresholds)
        self._filled.add(penalty_thresholds.name)
        whole = Scope(pupils=self.scope.pupils)
        if self.scope == whole:
            rows = self.rows(penalties.sparse(self.ledger.school))
        else:
            view = earlier(self.runner, self.ledger, self.entry, whole)
            rows = view.rows(penalties.sparse(self.ledger.school))
            view.close()
        carry_out(self.connection, penalties.reckoned_anew(rows, self.context))
        looked_over(self.connection, [penalty_thresholds.name])
