"""
The runner: entries in, read models out, in batches, each with its position or not at all.

It reads the log first and only then begins to write, so that nobody who takes a register
waits for a reader. The same handlers catch up, build anew and answer as at an earlier entry.
"""

import threading
from collections.abc import Callable
from functools import cached_property
from itertools import islice

from sqlalchemy import Engine, delete, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from ledger.roll import Roll
from ledger.school import School
from ledger.store import Ledger
from projections import tracking
from projections.by_week import Weeks
from projections.context import Context
from projections.engines import apart, looked_over, writing
from projections.guarding import guard, may_only_read, narrow
from projections.rates_view import drop_views, make_views
from projections.schema import VERSION, every_table, metadata, version
from projections.states import States

MUCH = 10_000
"""Entries taken in at once after which PostgreSQL is told to count its tables."""
BATCH = 2_000
"""Pages a transaction: some 50,000 marks, a fraction of a second's work."""


class Runner:
    """
    Keeps the read models of a database up with the ledgers of its schools.

    Remembers each school's states between calls, so that a night's import does not read the
    whole roll again; what it remembers is used only while the position in the database agrees.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._contexts: dict[int, tuple[int, Context]] = {}
        self._standing: dict[int, tuple[int, School, Roll]] = {}
        self._states: dict[int, States] = {}
        self._weeks: dict[int, Weeks] = {}
        self._turns: dict[int, threading.RLock] = {}
        self._ready = False

    def catch_up(self, ledger: Ledger, told: Callable[[int], None] | None = None) -> int:
        """
        Take in what the ledger held beyond the position when this began; the position then.

        What others add meanwhile is the next call's, or beside a writer at full speed none would
        come to an end. ``told`` hears the position after every batch. Two that catch up at once
        do no harm: the step of the slower one is refused and taken up from where the faster one
        came to. Of one process one does at a time: the others find it done.
        """
        with self._turns.setdefault(ledger.school, threading.RLock()):
            return self._catch_up(ledger, told)

    def catch_up_some(self, ledger: Ledger, many: int) -> bool:
        """
        The same for the next ``many`` pages alone; whether there are more.

        Where the database does not let them in there are none: the next question tries again.
        """
        with self._turns.setdefault(ledger.school, threading.RLock()):
            try:
                self._prepare()
                return self._step(ledger, self._position(ledger), many) == many
            except DBAPIError:
                return False

    def _catch_up(self, ledger: Ledger, told: Callable[[int], None] | None) -> int:
        self._prepare()
        began = after = self._position(ledger)
        end = ledger.size()
        while after < end and self._step(ledger, after, BATCH, end, told):
            after = self._position(ledger)
        if after - began >= MUCH:
            with writing(self.engine) as connection:
                looked_over(connection, [one.name for one in every_table()])
        return after

    def _position(self, ledger: Ledger) -> int:
        with self.engine.connect() as connection:
            return tracking.position(connection, str(ledger.school))

    def _step(
        self,
        ledger: Ledger,
        after: int,
        many: int,
        end: int | None = None,
        told: Callable[[int], None] | None = None,
    ) -> int:
        """
        Take in so many pages at most after the position and begun by ``end``, in one transaction;
        how many there were.

        ``told`` hears the position after it, if it is this step and no other's that was taken.
        """
        pages = list(islice(ledger.pages(after=after, upto=end), many))
        if not pages:
            return 0
        upto = pages[-1].first + pages[-1].count - 1
        from projections.taking_in import take_in  # dear: for whoever has something to take in

        context = self._context(ledger, after)
        try:
            with writing(self.engine) as connection:
                narrow(connection, ledger.school)
                tracking.step(connection, str(ledger.school), after, upto)
                context = take_in(connection, pages, context)
        except tracking.StepTaken:
            if self._position(ledger) == after:
                raise
            return len(pages)
        self._contexts[ledger.school] = (upto, context)
        if told is not None:
            told(upto)
        return len(pages)

    def caught_up(self, ledger: Ledger, entry: int) -> None:
        """
        Catch up, or, where this login may only read, see that others have: as far as ``entry``.

        Raises what refused it where they have not.
        """
        try:
            self.catch_up(ledger)
        except DBAPIError as refused:
            if not may_only_read(refused) or self.position(ledger) < entry:
                raise

    def position(self, ledger: Ledger) -> int:
        """The entry up to which the school's rows are there; 0 where there are no tables yet."""
        with self.engine.connect() as connection:
            there = inspect(connection).has_table(tracking.positions.name)
            return tracking.position(connection, str(ledger.school)) if there else 0

    def rebuild(self, ledger: Ledger, told: Callable[[int], None] | None = None) -> int:
        """Drop the school's rows and build them anew from its entries; the position then."""
        self._prepare()
        self.forget(ledger.school)
        return self.catch_up(ledger, told)

    def let_go(self, school: int) -> None:
        """Remember nothing of one school, and hold no connection's memory of it."""
        self._contexts.pop(school, None)
        self._standing.pop(school, None)
        self._states.pop(school, None)
        self.weeks(school).drop()
        self.engine.dispose()

    def forget(self, school: int) -> None:
        """Drop the rows of one school, its positions too."""
        self._prepare()
        self.let_go(school)
        with writing(self.engine) as connection:
            narrow(connection, school)
            for table in every_table():
                if "school" in table.c:
                    connection.execute(delete(table).where(table.c.school == school))
            mine = tracking.positions.c.ledger == str(school)
            connection.execute(delete(tracking.positions).where(mine))

    def weeks(self, school: int) -> Weeks:
        """What is kept of the sums of a school's weeks, for whoever asks of the live tables."""
        return self._weeks.setdefault(school, Weeks())

    def stands(self, ledger: Ledger, turned: int, school: School, roll: Roll) -> None:
        """Hear what school and roll are, and since which entry, from whoever has just read them."""
        self._standing[ledger.school] = (turned, school, roll)

    def context(self, ledger: Ledger) -> tuple[int, Context]:
        """The position and the school's states there."""
        entry = self.catch_up(ledger)
        return entry, self._context(ledger, entry)

    @cached_property
    def apart(self) -> Engine:
        """The same database through connections that nobody else has: for what is asked of then."""
        return apart(self.engine)

    def states(self, ledger: Ledger, entry: int) -> Context:
        """The school's states after any entry, remembered from one question to the next."""
        known = self._states.get(ledger.school)
        if known is None:
            known = self._states[ledger.school] = States(ledger)
        return known.at(entry)

    def _context(self, ledger: Ledger, entry: int) -> Context:
        known = self._contexts.get(ledger.school)
        if known is None or known[0] != entry:
            turned, school, roll = self._standing.pop(ledger.school, (entry + 1, None, None))
            if school is not None and roll is not None and turned <= entry:
                known = (entry, Context.of(ledger, entry, school, roll))
            else:
                known = (entry, Context.at(ledger, entry))
            self._contexts[ledger.school] = known
        return known[1]

    def _prepare(self) -> None:
        if not self._ready:
            set_up(self.engine)
            self._ready = True


def set_up(engine: Engine) -> None:
    """
    Make the tables and views, or make them anew where an older version left others.

    Rows made anew are empty: the next catching up begins at the first entry.
    """
    with engine.connect() as connection:
        there = inspect(connection).has_table(version.name)
        if there and connection.scalar(select(version.c.version)) == VERSION:
            return
    with writing(engine) as connection:
        if inspect(connection).has_table(version.name):
            if connection.scalar(select(version.c.version)) == VERSION:
                return  # another came first
            every_table()
            drop_views(connection)
            metadata.drop_all(connection)
        every_table()
        metadata.create_all(connection)
        make_views(connection)
        connection.execute(insert(version).values(version=VERSION))
        guard(connection)
