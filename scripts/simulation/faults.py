"""
Faults at the commits of a real database, drawn from the dice of the simulation.

Three things can go wrong with a commit that a program cannot see coming: nothing was recorded,
all of it was recorded and nobody was told, or somebody else came in between. Each is made here
around the real store, which does not know it is being tried.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar

from sqlalchemy.exc import OperationalError

from ledger.refusals import Kind, Refused

BEFORE, AFTER, BETWEEN = "nothing was recorded", "the reply was lost", "somebody came between"


class Lost(Refused):
    """No word whether the commit was done."""

    code = "lost"
    message = "The connection was lost: {what}."
    kind: ClassVar[Kind] = "broken"


@dataclass
class Luck:
    """
    How often what goes wrong, out of a thousand commits; and what did.

    ``meanwhile`` lets somebody else act before a commit. ``committed`` are the commits whose
    reply was lost since it was last emptied: only the dice know of them, not the program.
    """

    dice: Random
    before: int = 30
    after: int = 30
    between: int = 30
    meanwhile: Callable[[], None] = lambda: None
    committed: int = 0
    quiet: bool = False
    made: Counter[str] = field(default_factory=Counter)

    def draw(self) -> str | None:
        """What goes wrong with this commit, if anything; others act before it at once."""
        if self.quiet:
            return None
        drawn = self.dice.randrange(1000)
        for what, often in ((BEFORE, self.before), (AFTER, self.after), (BETWEEN, self.between)):
            if drawn < often:
                self.made[what] += 1
                if what == BETWEEN:
                    self._let_others()
                return what
            drawn -= often
        return None

    def _let_others(self) -> None:
        self.quiet = True
        try:
            self.meanwhile()
        finally:
            self.quiet = False

    @contextmanager
    def around(self, what: str | None) -> Iterator[None]:
        """Raise ``Lost`` before the commit that is done within, or after it."""
        if what == BEFORE:
            raise Lost(what=what)
        yield
        if what == AFTER:
            self.committed += 1
            raise Lost(what=what)


class Shaky:
    """A database whose commits go wrong now and then; everything else is the database's own."""

    def __init__(self, database: Any, luck: Luck) -> None:
        self._database = database
        self._luck = luck

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def of(self, school: int) -> "Shaky":
        """The same, as one school sees it."""
        return Shaky(self._database.of(school), self._luck)

    def at_once(self, school: int, made: Callable[[Any], Any]) -> Any:
        """One statement: ``None`` is an answer, and no commit."""
        what = self._luck.draw()
        if what == BEFORE:
            raise Lost(what=what)
        done = self._database.at_once(school, made)
        if done is not None and what == AFTER:
            with self._luck.around(what):
                pass
        return done

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """A transaction whose ``record`` goes wrong."""
        what = self._luck.draw()
        with self._database.writing() as transaction:
            yield _Recording(transaction, self._luck, what)

    @contextmanager
    def door(self, school: int) -> Iterator[Any]:
        """What lawfully leaves, cut off before or after its commit."""
        what = self._luck.draw()
        with self._database.door(school) as doing:
            yield doing
            if what == BEFORE:
                raise Lost(what=what)
        if what == AFTER:
            raise Lost(what=what)


class _Recording:
    def __init__(self, transaction: Any, luck: Luck, what: str | None) -> None:
        self._transaction = transaction
        self._luck = luck
        self._what = what

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    def record(self, *of: Any, **more: Any) -> None:
        with self._luck.around(self._what):
            self._transaction.record(*of, **more)


def shaky_writing(writing: Callable[[Any], Any], luck: Luck) -> Callable[[Any], Any]:
    """The transaction of the read models, cut off before its commit or after it."""

    @contextmanager
    def cut(engine: Any) -> Iterator[Any]:
        what = luck.draw()
        with writing(engine) as connection:
            yield connection
            if what == BEFORE:
                raise OperationalError("COMMIT", {}, Exception(what))
        if what == AFTER:
            raise OperationalError("COMMIT", {}, Exception(what))

    return cut
