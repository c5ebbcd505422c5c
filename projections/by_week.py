"""
What is added up of a school's registers, kept week by week while a week stays as it is.

A sum over a school year reads four hundred thousand rows; a register taken this morning moves one
week of it. So each question that adds up is asked in pieces, the last weeks alone and those before
them several together, and what a piece came to is kept until a sheet of it has a later entry.
Whatever moves more than its own sheet (the roll, the calendar, closures, policy, a disposal) lets
all of it go. An answer is the same as without: what is kept is a function of the entries, and is
dropped by entry number.
"""

import datetime as dt
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import groupby
from operator import add
from typing import TYPE_CHECKING, Any

from ledger.calendar import monday_of

if TYPE_CHECKING:
    from projections.views import View

Sums = dict[Any, tuple[int, ...]]
Asked = Callable[[dt.date, dt.date], Iterable[tuple[Any, tuple[int, ...]]]]
"""From the first and last day to keys, each with the integers that are added up under it."""

MOST = 300_000
"""Keys kept for a school at most, some forty megabytes: beyond, all is let go."""
ALONE, TOGETHER = 3, 8
"""
So many last weeks are asked for one by one: nearly all entries are of them. Those before are, so
many at a time: of each pupil there is a row a piece, and a year has a fifth of the pieces.
"""
LONG = dt.timedelta(weeks=520)
"""A span longer than what is kept of a register is asked for in one piece, not in its weeks."""
_ITS_OWN_DAY = "register/"
_MOVES_MUCH = ("pupil/", "school", "retention")
_Week = tuple[Hashable, dt.date, dt.date]


class Weeks:
    """The sums kept of one school. Threads may ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entry = 0
        self._weeks: dict[_Week, Sums] = {}
        self._before: dict[tuple[Hashable, dt.date], tuple[Sums, ...]] = {}
        self.found: dict[Hashable, Any] = {}
        """What somebody found from the sums, under a name of their own; they say if it holds."""

    def drop(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._clear()

    def added_up(
        self, view: "View", name: Hashable, span: tuple[dt.date, dt.date], asked: Asked
    ) -> Sums:
        """The sums between two days, both in; ``name`` says which question ``asked`` is."""
        with self._lock:
            if not self._follows(view):
                return added([asked(*span)])
            parts = [self._week(name, piece, asked) for piece in pieces(*span)]
            return self._added(name, span[0], parts)

    def each(
        self, view: "View", name: Hashable, span: tuple[dt.date, dt.date], asked: Asked
    ) -> list[Sums]:
        """The sums of each week between two days, in order, not added up."""
        with self._lock:
            if not self._follows(view):
                return [added([asked(*week)]) for week in weeks(*span)]
            return [self._week(name, week, asked) for week in weeks(*span)]

    def _week(self, name: Hashable, week: tuple[dt.date, dt.date], asked: Asked) -> Sums:
        known = self._weeks.get((name, *week))
        if known is None:
            known = self._weeks[(name, *week)] = added([asked(*week)])
        return known

    def _added(self, name: Hashable, first: dt.date, parts: list[Sums]) -> Sums:
        """All pieces together; those before the last were added before, if none of them moved."""
        before, last = parts[:-1], parts[-1:]
        known = self._before.get((name, first), ())
        if list(map(id, known[1:])) != list(map(id, before)) or not known:
            known = (added(one.items() for one in before), *before)
            self._before[name, first] = known
        if (
            sum(map(len, (*self._weeks.values(), *(one[0] for one in self._before.values()))))
            > MOST
        ):
            self._clear()
        return added([known[0].items(), *(one.items() for one in last)])

    def _follows(self, view: "View") -> bool:
        """
        Come to the view's entry, and let go of what moved on the way.

        ``False`` for a view that is behind: somebody else's question was later.
        """
        if view.entry < self._entry:
            return False
        if view.entry > self._entry and self._weeks:
            for stream in view.ledger.streams_after(self._entry):
                self._moved(stream)
        self._entry = view.entry
        return True

    def _moved(self, stream: str) -> None:
        if stream.startswith(_MOVES_MUCH):
            self._clear()
        elif stream.startswith(_ITS_OWN_DAY):
            day = dt.date.fromisoformat(stream.split("/")[1])
            gone = [week for week in self._weeks if week[1] <= day <= week[2]]
            for week in gone:
                del self._weeks[week]

    def _clear(self) -> None:
        self._weeks.clear()
        self._before.clear()
        self.found.clear()


def weeks(first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """The weeks between two days, Monday to Sunday, the first and last cut off at those days."""
    monday = monday_of(first)
    while monday <= last:
        yield max(monday, first), min(monday + dt.timedelta(days=6), last)
        monday += dt.timedelta(days=7)


def pieces(first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """The weeks between two days in order: the last alone, those before them some together."""
    every = list(weeks(first, last))
    for _, some in groupby(every[:-ALONE], lambda week: week[1].toordinal() // 7 // TOGETHER):
        together = list(some)
        yield together[0][0], together[-1][1]
    yield from every[-ALONE:]


def added(parts: Iterable[Iterable[tuple[Any, tuple[int, ...]]]]) -> Sums:
    """The integers under each key, added up."""
    found: Sums = {}
    for part in parts:
        for key, counts in part:
            before = found.get(key)
            found[key] = counts if before is None else tuple(map(add, before, counts))
    return found


def added_up(
    view: "View", name: Hashable, span: tuple[dt.date, dt.date], asked: Asked
) -> Mapping[Any, tuple[int, ...]]:
    """
    The sums of a question between two days: of the live read models in pieces, as kept.

    As at an earlier entry, and under another policy, they are asked for in one piece.
    """
    kept = view.weeks
    if kept is None or span[1] - span[0] > LONG:
        return view.once((name, span), lambda: added([asked(*span)]))
    return kept.added_up(view, name, span, asked)
