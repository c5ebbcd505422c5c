"""
The one place that composes: a database, the clock, the keys, and the read models over them.

Everything below takes what it needs as arguments; only what is made here knows the time.
"""

import datetime as dt
import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

from delivery import kept
from delivery.new_keys import new_key
from ledger.refusals import LedgerUnwritable, NobodyNamed, NoLedgerYet, UnknownSchool, WhichSchool
from ledger.store import Ledger, Store, open_store
from ledger.store.moves import refusal

if TYPE_CHECKING:
    from delivery.line import Line
    from ledger.retention.removals import Removals
    from projections.runner import Runner
    from projections.views import View


def now() -> dt.datetime:
    """The moment, in UTC."""
    return dt.datetime.now(dt.UTC)


@dataclass
class Desk:
    """An open ledger with what acts and questions need beside it."""

    url: str
    store: Store
    clock: Callable[[], dt.datetime] = field(default=now)
    keys: Callable[[], str] = field(default=new_key)
    stays: bool = False
    """Whether it stays open, so that others may remove meanwhile what was read here."""
    hears: list[Callable[[int], None]] = field(default_factory=list, repr=False)
    """Who keeps something of a school beside, and is told its number when that is to be let go."""
    _removals: "dict[int, Removals]" = field(default_factory=dict, repr=False)
    _making: Lock = field(default_factory=Lock, repr=False)

    @cached_property
    def runner(self) -> "Runner":
        """What keeps the read models. SQLAlchemy costs half a second: only who needs it waits."""
        from projections.engines import engine
        from projections.runner import Runner

        return Runner(engine(self.url))

    @cached_property
    def line(self) -> "Line | None":
        """The line in which those who act at a server wait, to be recorded together."""
        if not self.stays:
            return None
        from delivery.line import Line

        with self._making:  # from Python 3.12 on nothing else keeps two from making one each
            if "line" not in self.__dict__:
                self.__dict__["line"] = Line(self.url, self.follow_some, self.store)
            made: Line | None = self.__dict__["line"]
        return made

    leads = False
    """Whether whoever meets a school that moved is led on to where it is."""

    def at(self, ledger: Ledger) -> "Desk":
        """The desk of the database that a ledger was opened at: this, but of several servers."""
        return self

    def together(self, ledgers: Sequence[Ledger]) -> "Desk":
        """The one desk of all these. Raises ``Forbidden`` where they are at several servers."""
        return self

    def catch_up(self, ledger: Ledger, told: Callable[[int], None] | None = None) -> int:
        """Bring the read models of a school up to its ledger; the entry they stand at then."""
        return self.runner.catch_up(ledger, told)

    def states(self, ledger: Ledger) -> "View":
        """The school and its roll as they stand, whose tables nobody is going to read."""
        from commands.states import states_of
        from projections.context import Context
        from projections.views import View

        now = states_of(ledger)
        context = Context(ledger.school, now.school, now.roll, now.leaves)
        return View(self.runner.engine, ledger, now.seen, context)

    def follow(self, ledger: Ledger) -> tuple[str, ...]:
        """
        Catch up after an act. The act is recorded whatever comes of this: what to say then.

        A disk that filled up just now, say, must not make a recorded act look refused.
        """
        from sqlalchemy.exc import DBAPIError

        self._stands(ledger)
        try:
            self.catch_up(ledger)
        except DBAPIError as problem:
            return (
                f"Recorded; but what is computed from it is not up to date yet ({problem.orig}). "
                "The next question tries again.",
            )
        return ()

    def follow_some(self, ledger: Ledger, many: int) -> bool:
        """Catch up by a few acts; whether there are more to be had now."""
        self._stands(ledger)
        return self.runner.catch_up_some(ledger, many)

    def _stands(self, ledger: Ledger) -> None:
        from commands.states import states_of

        states = states_of(ledger)  # the act was decided on them: they are at hand
        if states.school_if_open is not None:
            self.runner.stands(ledger, states.turned, states.school, states.roll)

    def rebuild(self, ledger: Ledger, told: Callable[[int], None] | None = None) -> int:
        """
        Make the read models of a school anew; the entry they stand at then.

        Raises ``LedgerUnwritable`` where the database does not let them be made.
        """
        from sqlalchemy.exc import DBAPIError

        try:
            return self.runner.rebuild(ledger, told)
        except DBAPIError as problem:
            raise LedgerUnwritable(where=self.store.where, why=problem.orig) from problem

    def ledger(self, school: int | None) -> Ledger:
        """
        The ledger of the school named, or of the only one there is.

        Raises ``NoLedgerYet``, ``UnknownSchool`` or ``WhichSchool``, naming those there are; and
        ``SchoolMoved`` for one whose ledger goes on elsewhere.
        """
        held = self._schools()
        if not held:
            raise NoLedgerYet(where=self.store.where)
        if school is None:
            if len(held) > 1:
                raise WhichSchool(known=self._named(held))
            school = held[0]
        if school not in held:
            if steps := self.store.steps(school):
                raise refusal(school, steps[0])
            raise UnknownSchool(school=school, known=self._named(held))
        return self._as_left(self.store.ledger(school))

    def ledgers(self, school: int | None) -> list[Ledger]:
        """The ledger of the school named, or every school's."""
        if school is not None:
            return [self.ledger(school)]
        held = self._schools()
        if not held:
            raise NoLedgerYet(where=self.store.where)
        return [self._as_left(self.store.ledger(urn)) for urn in held]

    def let_go(self, ledger: Ledger) -> None:
        """Remember nothing of what was read of a school: something of it was removed."""
        from commands.states import forget

        forget(ledger)
        self.store.let_go()
        if "runner" in self.__dict__:
            self.runner.let_go(ledger.school)
        line = self.__dict__.get("line")
        for hear in (*self.hears, *([line.let_go] if line else ())):
            hear(ledger.school)
        gc.collect()  # what stands in a circle would be there until Python tidies up of itself

    def look(self) -> None:
        """Let go of what others have removed meanwhile; for whoever is not asked just now."""
        for urn in self.store.schools():
            self._as_left(self.store.ledger(urn))

    def _as_left(self, ledger: Ledger) -> Ledger:
        """The ledger; where it stays open, with nothing remembered that was removed since."""
        if self.stays:
            from ledger.retention.removals import Removals

            if self._removals.setdefault(ledger.school, Removals()).moved(ledger):
                self.let_go(ledger)
        return ledger

    def name_of(self, school: int) -> str:
        """What a school is called."""
        opened = self.store.ledger(school).pages_of("school")
        return str(opened[0].runs[0].column("name")[0]) if opened else str(school)

    def close(self) -> None:
        """
        Close every connection, those that only read before those that write.

        On SQLite whoever closes last folds the write-ahead log into the file, if it may write:
        else a rebuild leaves a log as large as the read models beside it.
        """
        if line := self.__dict__.get("line"):
            line.close()
        self.store.close()
        if "runner" in self.__dict__:
            self.runner.engine.dispose()

    def _schools(self) -> list[int]:
        """The schools there are; within ``within``, of those the ones meant."""
        held, seen = self.store.schools(), kept.seen()
        return held if seen is None else [urn for urn in held if urn in seen]

    def _named(self, schools: list[int]) -> str:
        return ", ".join(f"{urn} ({self.name_of(urn)})" for urn in schools)


def signed(desk: Desk, person: str | None, key: str | None = None) -> dict[str, Any]:
    """Who, when and under which key: what every command asks. Raises ``NobodyNamed``."""
    if not person:
        raise NobodyNamed
    return {"by": person, "at": desk.clock(), "key": key or desk.keys()}


@contextmanager
def desk(url: str, *, create: bool = False) -> Iterator[Desk]:
    """Open the ledger at ``url`` for one call. Raises ``NoLedgerYet`` where there is none."""
    if (held := kept.held(url)) is not None:
        yield held
        return
    if url.startswith("directory:"):
        from delivery.directory.directed import directed

        opened: Desk = directed(url, create=create)
    else:
        opened = Desk(url, open_store(url, create=create))
    try:
        yield opened
    finally:
        opened.close()
