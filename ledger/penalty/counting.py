"""Which previous notices count, and so what a next one would be: law.md 3.2 and 3.3 in code."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ledger.events.penalty_notice import NoticeKind
from ledger.penalty.days import years_after, years_before
from ledger.policy import PolicyDay


class Previous(Protocol):
    """What counting needs to know of a notice: to one parent, for one child."""

    @property
    def number(self) -> int: ...
    @property
    def kind(self) -> NoticeKind: ...
    @property
    def issued_on(self) -> dt.date: ...
    @property
    def offence_start(self) -> dt.date: ...
    @property
    def withdrawn_on(self) -> dt.date | None: ...
    @property
    def acquitted_on(self) -> dt.date | None: ...


@dataclass(frozen=True, slots=True)
class Limit:
    """``notices`` counted in ``years`` bar another; offences that began earlier never count."""

    notices: int
    years: int
    offences_from: dt.date
    reference: str

    @classmethod
    def of(cls, rules: PolicyDay) -> "Limit | None":
        """The limit in force; ``None`` before there was one."""
        if "penalty.limit" not in rules:
            return None
        said = rules.get("penalty.limit")
        begins = said.value.get("offences_from", said.starts)
        return cls(said.value["notices"], said.value["years"], begins, said.reference)


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a notice counts on a day, why, and the day on which it falls out by time."""

    notice: int
    issued_on: dt.date
    counts: bool
    why: str
    falls_out: dt.date


def judged(previous: Previous, on: dt.date, limit: Limit) -> Judged:
    """
    Whether a previous notice counts towards one issued on a day.

    Unpaid, undecided and paid late, it counts. Issued exactly ``years`` before, it does not.

    Reference: SI 2007/1867 regs 4(3)-(5) and 12A, as amended by SI 2024/717.
    """
    falls_out = years_after(previous.issued_on, limit.years)
    why = _disregarded(previous, on, limit)
    if not why and previous.issued_on > on:
        why = "it was issued later"
    if not why and previous.issued_on <= years_before(on, limit.years):
        why = f"it was issued more than {limit.years} years before that day ends"
    said = why or f"it was issued in the {limit.years} years ending with {on.isoformat()}"
    return Judged(previous.number, previous.issued_on, not why, said, falls_out)


def _disregarded(previous: Previous, on: dt.date, limit: Limit) -> str:
    if previous.kind != "absence":
        return "it is for being in a public place, outside the framework"
    if previous.offence_start < limit.offences_from:
        return f"its offence period began before {limit.offences_from.isoformat()}"
    if previous.withdrawn_on is not None and previous.withdrawn_on <= on:
        return "it was withdrawn"
    if previous.acquitted_on is not None and previous.acquitted_on <= on:
        return "the parent was found not guilty"
    return ""


@dataclass(frozen=True, slots=True)
class Demand:
    """
    What a notice asks, in pounds: ``early`` within ``early_days``, else ``full``.

    ``which`` is first, second, public place or not allowed; then ``free_on`` is the first day
    on which one may be issued again. ``judged`` says of each previous notice whether it counts.
    """

    which: str
    early: int | None = None
    early_days: int | None = None
    full: int | None = None
    full_days: int | None = None
    free_on: dt.date | None = None
    clause: str = ""
    judged: tuple[Judged, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.free_on is None

    @property
    def counted(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.judged if one.counts)


def demand(previous: Iterable[Previous], on: dt.date, rules: PolicyDay) -> Demand:
    """
    What an absence notice issued on a day would be, after these previous notices.

    ``rules`` are those of the day on which the offence period begins: they govern amounts and
    limit, whenever the notice is issued.

    Reference: SI 2007/1867 regs 4 and 12A, as amended by SI 2024/210 and SI 2024/717.
    """
    limit = Limit.of(rules)
    if limit is None:
        said = rules.get("penalty.amounts")
        return _asking("first", said.value["first"], said.reference, ())
    found = tuple(judged(one, on, limit) for one in previous)
    counted = [one for one in found if one.counts]
    if len(counted) >= limit.notices:
        days = sorted(one.falls_out for one in counted)
        free_on = days[len(counted) - limit.notices]
        return Demand("not allowed", free_on=free_on, clause=limit.reference, judged=found)
    said = rules.get("penalty.amounts")
    which = "second" if counted else "first"
    return _asking(which, said.value[which], said.reference, found)


def public_place(rules: PolicyDay) -> Demand:
    """What a notice for being in a public place asks. It is never counted, and counts none."""
    said = rules.get("penalty.public_place")
    return _asking("public place", said.value, said.reference, ())


def _asking(which: str, asked: Mapping[str, Any], clause: str, found: tuple[Judged, ...]) -> Demand:
    return Demand(
        which,
        asked.get("early"),
        asked.get("early_days"),
        asked["full"],
        asked["full_days"],
        clause=clause,
        judged=found,
    )
