"""Where a question is asked: the live read models, or ones filled as at an earlier entry."""

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import Engine, Row, Select, delete, func, select
from sqlalchemy.exc import DBAPIError

from ledger.events.register import register_stream
from ledger.kinds import Session
from ledger.policy import Policy
from ledger.school import School
from ledger.store import Ledger, Page
from projections.amendments import amendments
from projections.answers import Header, header
from projections.by_week import Sums, Weeks
from projections.context import Context
from projections.current_register import current_register
from projections.cutting import cut
from projections.engines import memory, writing
from projections.guarding import may_only_read
from projections.runner import BATCH, Runner, set_up


@dataclass(frozen=True)
class View:
    """
    The read models of one school as at ``entry``, and the school's states then.

    ``asked`` is a policy put in the place of the school's own for what thresholds decide;
    ``runner`` keeps the read models that are live.
    """

    engine: Engine
    ledger: Ledger
    entry: int
    context: Context
    asked: Policy | None = None
    runner: Runner | None = None

    @property
    def urn(self) -> int:
        return self.ledger.school

    @property
    def school(self) -> School:
        return self.context.opened

    @property
    def policy(self) -> Policy:
        return self.asked or self.school.policy

    def under(self, policy: Policy | None) -> "View":
        """The same rows, judged under another policy wherever a policy decides."""
        if policy is None:
            return self
        school = self.school.under(policy)
        return replace(self, asked=policy, context=replace(self.context, school=school))

    @property
    def weeks(self) -> Weeks | None:
        """What is kept of the sums of weeks; of the live read models alone."""
        if self.runner is None or self.asked is not None or self.engine is not self.runner.engine:
            return None
        return self.runner.weeks(self.urn)

    def rows(self, question: Select[Any]) -> Sequence[Row[Any]]:
        """What the read models say."""
        with self.engine.connect() as connection:
            return connection.execute(question).all()

    def once(self, name: Hashable, find: Callable[[], Sums]) -> Sums:
        """What ``find`` finds; where nothing moves any more, found once for all who ask for it."""
        return find()

    def header(self, question: str, days: Iterable[dt.date]) -> Header:
        """The header of an answer about some days, the last of which decides."""
        at = self.entry
        return header(self.ledger, self.school, question, entry=at, days=days, policy=self.asked)


@dataclass(frozen=True)
class Scope:
    """What a question needs of the registers: a span of days, one class, some pupils."""

    first: dt.date = dt.date.min
    last: dt.date = dt.date.max
    group: str | None = None
    pupils: frozenset[int] | None = None

    def streams(self) -> tuple[str, str]:
        """The first stream of the sheets of these days, and the first one after them."""
        # "0" follows "/": after every sheet of the last day
        return f"register/{self.first.isoformat()}", f"register/{self.last.isoformat()}0"

    @property
    def days(self) -> list[dt.date] | None:
        """
        Each day, where it is some pupils' and no more than a year or so; else ``None``.

        A key of the registers begins with the day: named one by one, with both half-days, the
        rows of one pupil are looked up, and a year of everybody's is not read through.
        """
        span = (self.last - self.first).days
        if self.pupils is None or not self.dated or span > _NAMED:
            return None
        return [self.first + dt.timedelta(days=n) for n in range(span + 1)]

    @property
    def dated(self) -> bool:
        """Whether it is a span of days, and not all of them."""
        return (self.first, self.last) != (dt.date.min, dt.date.max)

    def pages(self, ledger: Ledger, upto: int, *, after: int = 0) -> list[Page]:
        """The pages of the sheets inside with an entry after one and by another, in order."""
        begun = next(ledger.pages_from(after + 1, upto, limit=1), None)
        pages = ledger.pages_between(
            *self.streams(), upto, after=begun.first - 1 if begun else after
        )
        if self.group is not None:
            end = f"/{self.group}"
            pages = (page for page in pages if page.stream.endswith(end))
        return sorted(pages, key=lambda page: page.first)

    def beside(self, ledger: Ledger, upto: int) -> list[Page]:
        """
        Other classes' sheets of the sessions for which leave is planned, in entry order.

        Whether a pupil has an entry already may stand on the sheet of a former class.
        """
        if self.group is None:
            return []
        leaves = Context.at(ledger, upto).leaves
        planned = {
            session
            for pupil in leaves.pupils
            if self.pupils is None or pupil in self.pupils
            for session in leaves.sessions(pupil)
            if self.first <= session.date <= self.last
        }
        found = [
            page
            for session in planned
            for page in ledger.pages_between(*_sheets_of(session), upto)
            if page.stream != register_stream(session, self.group)
        ]
        return sorted(found, key=lambda page: page.first)


EVERYTHING = Scope()
_NAMED, _MONTH = 400, dt.timedelta(days=31)
_DECIDED = ("absence", "improvement", "letter", "penalty", "return", "support")
"""The streams of the decisions about pupils, which every scope takes in."""


def _sheets_of(session: Session) -> tuple[str, str]:
    """The first stream of a session's sheets, and the first one after them."""
    first = register_stream(session, "")
    return first, f"{first[:-1]}0"


def live(runner: Runner, ledger: Ledger) -> View:
    """
    The read models kept in the database, once they have caught up.

    Where this login may only read, and nobody has kept them up, the same from the entries alone.
    """
    try:
        entry, context = runner.context(ledger)
    except DBAPIError as refused:
        if not may_only_read(refused):
            raise
        return asof(ledger)
    return View(runner.engine, ledger, entry, context, runner=runner)


def asof(ledger: Ledger, entry: int | None = None, scope: Scope = EVERYTHING) -> View:
    """
    The read models as they would have stood at an entry, in a database of their own.

    Filled by the same handlers as the live ones, from no more than the scope needs. ``None``
    is the last entry.
    """
    from projections.taking_in import take_in

    upto = ledger.size() if entry is None else entry
    engine = memory()
    set_up(engine)
    context = Context(
        ledger.school, only=scope.pupils, first=scope.first, last=scope.last, group=scope.group
    )
    pages = (cut(page, upto) for page in _in_order(ledger, upto, scope))
    while batch := list(islice(pages, BATCH)):
        with writing(engine) as connection:
            context = take_in(connection, batch, context)
    if scope.group is not None:
        _keep_only(engine, scope.group)
    return View(engine, ledger, upto, context)


def _keep_only(engine: Engine, group: str) -> None:
    """Let go of what came from other classes' sheets."""
    with writing(engine) as connection:
        for table in (current_register, amendments):
            connection.execute(delete(table).where(table.c["class"] != group))


def _in_order(ledger: Ledger, upto: int, scope: Scope) -> Iterator[Page]:
    if scope == EVERYTHING:
        return ledger.pages(upto=upto)
    return merge(
        ledger.pages("school", upto=upto),
        ledger.pages("pupil/", upto=upto),
        ledger.pages("leave/", upto=upto),
        _decided(ledger, upto),
        scope.pages(ledger, upto),
        scope.beside(ledger, upto),
        key=lambda page: page.first,
    )


def _decided(ledger: Ledger, upto: int) -> list[Page]:
    """What was decided beside the registers, in entry order: few streams, and short ones."""
    found = [
        page
        for name in _DECIDED
        for page in ledger.pages_between(f"{name}/", f"{name}0", upto)
        if page.first <= upto
    ]
    return sorted(found, key=lambda page: page.first)


def last_day(view: View) -> dt.date:
    """The last day with an entry: what "now" means where no clock is read."""
    t = current_register.c
    last = select(func.max(t.date)).where(t.school == view.urn, t.entered.is_not(None))
    at = None if view.weeks else view.header("", ()).asof.recorded_at
    lately = [last.where(t.date > at.date() - _MONTH)] if at else []  # no index helps a view
    return next((day for one in (*lately, last) if (day := view.rows(one)[0][0])), dt.date.min)


def this_year(view: View) -> tuple[dt.date, dt.date]:
    """From the first day of the school year of the last entry to the day of that entry."""
    last = last_day(view)
    year = view.school.calendar.period_of(last, "year")
    return (year.starts if year else last), last
