"""What a handler knows besides the page in its hands: the school and its roll as of then."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from ledger.events import ClosureDeclared
from ledger.events.register import sheet_of
from ledger.kinds import Session
from ledger.layers import covering, effective
from ledger.leave import Leaves
from ledger.leave import evolve as evolve_leave
from ledger.policy import PolicyDay
from ledger.roll import Roll
from ledger.school import School, evolve
from ledger.store import Ledger, Page


class Counts(NamedTuple):
    """How one code counts on one day: flags that add up."""

    possible: int = 0
    attended: int = 0
    authorised: int = 0
    unauthorised: int = 0
    late: int = 0
    legacy: int = 0


Said = tuple[str | None, str, int, int, int, int, int, int]
"""Code, layer and counts: columns of the current register from ``code`` to ``legacy``."""

NOT_COUNTED = Counts()
_COUNTS = {
    "present": (1, 1, 0, 0),
    "attending elsewhere": (1, 1, 0, 0),
    "authorised": (1, 0, 1, 0),
    "unauthorised": (1, 0, 0, 1),
    "not possible": (0, 0, 0, 0),
    "administrative": (0, 0, 0, 0),
}


def counts_of(code: str | None, rules: PolicyDay) -> Counts:
    """How a code counts under a day's rules; a code that nobody knows counts for nothing."""
    row = rules.codes.known(code) if code is not None else None
    if row is None:
        return NOT_COUNTED
    return Counts(*_COUNTS[row.statistical], int(row.late), int(row.code not in rules.codes))


_OF_STATES = ("school", "pupil/", "leave/")


@dataclass(frozen=True)
class Context:
    """
    One school's states at a point of its ledger.

    ``only``, where given, are the pupils that anybody wants to hear about: an as-of answer
    about one child need not put a school's marks into a table. ``first`` to ``last`` and
    ``group`` say the same of the sessions for which leave is planned.
    """

    urn: int
    school: School | None = None
    roll: Roll = field(default_factory=Roll)
    leaves: Leaves = field(default_factory=Leaves)
    only: frozenset[int] | None = None
    first: dt.date = dt.date.min
    last: dt.date = dt.date.max
    group: str | None = None

    @classmethod
    def at(cls, ledger: Ledger, entry: int, only: frozenset[int] | None = None) -> "Context":
        """The states after an entry, from the few streams they rest on."""
        context = cls(ledger.school, only=only)
        for prefix in ("school", "pupil/", "leave/"):
            context = context.after(list(ledger.pages(prefix, upto=entry)), entry)
        return context

    @classmethod
    def of(cls, ledger: Ledger, entry: int, school: School, roll: Roll) -> "Context":
        """The same, where somebody has read the school and its roll as they are after it."""
        context = cls(ledger.school, school, roll)
        return context.after(list(ledger.pages("leave/", upto=entry)), entry)

    def after(self, pages: list[Page], upto: int | None = None) -> "Context":
        """The states once these pages have happened."""
        school, roll, leaves = self.school, [], self.leaves
        changed = False
        for page in pages:
            if not page.stream.startswith(_OF_STATES):
                continue
            changed = True
            for recorded in page.events():
                if upto is not None and recorded.entry > upto:
                    break
                if page.stream == "school":
                    school = evolve(school, recorded.event)  # type: ignore[arg-type]
                elif page.stream.startswith("leave/"):
                    leaves = evolve_leave(leaves, recorded.event, recorded.entry)  # type: ignore[arg-type]
                else:
                    roll.append(recorded.event)
        if not changed:
            return self
        following = self.roll.following(roll)  # type: ignore[arg-type]
        return replace(self, school=school, roll=following, leaves=leaves)

    @property
    def opened(self) -> School:
        """The school, which some event opened before anything else could happen."""
        assert self.school is not None, f"school {self.urn} was never opened"
        return self.school

    @cached_property
    def said(self) -> dict[dt.date, dict[tuple[str, bool], Said]]:
        """What was found of codes on days, for as long as these states hold."""
        return {}

    def sheet(self, stream: str) -> "SheetContext":
        """How marks on one sheet count."""
        session, group = sheet_of(stream)
        return SheetContext(self, session, group)


@dataclass(frozen=True)
class SheetContext:
    """How a code counts for one class at one session, layers over it taken into account."""

    context: Context
    session: Session
    group: str

    @cached_property
    def on_roll(self) -> Mapping[int, str]:
        """Who is on roll that day."""
        return self.context.roll.places(self.session.date)

    @cached_property
    def _closures(self) -> list[ClosureDeclared]:
        return covering(self.context.opened.closures.values(), self.session, self.group)

    @cached_property
    def _said(self) -> dict[tuple[str, bool], Said]:
        """Shared by every sheet of the day that no closure lies over."""
        if self._closures:
            return {}
        return self.context.said.setdefault(self.session.date, {})

    def says(self, entered: str, on_roll: bool) -> Said:
        """The code that counts, the layer it comes from, and what it counts as, in one row."""
        known = self._said.get((entered, on_roll))
        if known is None:
            found = effective(entered, self._closures, on_roll)
            rules = self.context.opened.rules_on(self.session.date)
            known = (found.code, found.layer, *counts_of(found.code, rules))
            self._said[entered, on_roll] = known
        return known
