"""Counting along a row of days, weeks or sessions."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from typing import Generic, TypeVar

from ledger.kinds import Session

Rung = TypeVar("Rung", date, Session)


class Ladder(Generic[Rung]):
    """
    Days, Mondays or sessions in order, each once, to be counted along quickly.

    One rule everywhere: the rung one starts from is not counted, the one arrived at is.
    """

    __slots__ = ("places", "rungs")

    def __init__(self, rungs: Iterable[Rung]) -> None:
        self.rungs: tuple[Rung, ...] = tuple(sorted(set(rungs)))
        self.places: dict[Rung, int] = {rung: place for place, rung in enumerate(self.rungs)}

    def __contains__(self, rung: Rung) -> bool:
        return rung in self.places

    def __len__(self) -> int:
        return len(self.rungs)

    def after(self, start: Rung, count: int) -> Rung | None:
        """
        The rung ``count`` rungs after ``start``, or before it if negative.

        ``start`` need not be a rung; 0 gives ``start``. ``None`` where the row ends first.
        """
        if count == 0:
            return start
        if count > 0:
            place = bisect_right(self.rungs, start) + count - 1
        else:
            place = bisect_left(self.rungs, start) + count
        return self.rungs[place] if 0 <= place < len(self.rungs) else None

    def between(self, start: Rung, end: Rung) -> int:
        """How many rungs come after ``start``, up to and with ``end``; negative if before."""
        return bisect_right(self.rungs, end) - bisect_right(self.rungs, start)

    def within(self, first: Rung, last: Rung) -> tuple[Rung, ...]:
        """The rungs from ``first`` to ``last``, both in."""
        return self.rungs[bisect_left(self.rungs, first) : bisect_right(self.rungs, last)]

    def last_by(self, end: Rung) -> int | None:
        """The place of the last rung at or before ``end``, if there is one."""
        place = bisect_right(self.rungs, end) - 1
        return place if place >= 0 else None
