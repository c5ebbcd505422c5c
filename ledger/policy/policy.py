"""Packs lying over each other, and what they come to on a day."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ledger.policy.codes import Codes
from ledger.policy.packs import Pack, PacksMay, Parameter, Value, barred

if TYPE_CHECKING:
    from ledger.policy.checking import Finding


@dataclass(frozen=True)
class Standing:
    """A pack in a policy, from the day it was adopted to the last day it is, both in.

    ``None`` for either is without end: its values' own dates alone decide.
    """

    pack: Pack
    starts: dt.date | None = None
    ends: dt.date | None = None

    def in_force(self, day: dt.date) -> bool:
        """Whether the pack is adopted on ``day``."""
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day <= self.ends
        )


def heard(stack: Iterable[Standing], name: str, day: dt.date) -> tuple[Value | None, PacksMay]:
    """What the packs come to on ``day``, from England up, and what a further one may do.

    The topmost pack that speaks for the day and is allowed to wins; one that is not
    allowed to (the law moved on after it was written) is passed over.
    """
    upper: Value | None = None
    may: PacksMay = "replace"
    for standing in stack:
        if not standing.in_force(day):
            continue
        value = standing.pack.said_on(name, day)
        if value is not None and barred(value, upper, may) is None:
            upper = value
        may = standing.pack.packs_may.get(name, may)  # a later one says less, never more
    return upper, may


@dataclass(frozen=True)
class Policy:
    """The rules a school works under, by day. ``stack`` lies from England up.

    ``name`` is what it was loaded by and ``sha256`` the hash of that pack's bytes; where
    several packs were adopted, their names with dates and a hash over their hashes.
    """

    name: str
    sha256: str
    stack: tuple[Standing, ...] = field(repr=False)

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every parameter there is, by name, as the lowest pack declares it."""
        return self.stack[0].pack.parameters

    @property
    def pack(self) -> Pack:
        """The topmost pack."""
        return self.stack[-1].pack

    @property
    def text(self) -> str:
        """The text of the topmost pack, as ``load_text`` takes it."""
        return self.pack.text

    def on(self, day: dt.date) -> "PolicyDay":
        """The rules in force on ``day``. Cheap: one answer is kept from one change to the next."""
        at = bisect_right(self.turns, day)
        found = self._days.get(at)
        if found is None:
            since = self.turns[at - 1] if at else None
            found = self._days[at] = self._settled(day, since)
        return found

    def stale(self, today: dt.date) -> "list[Finding]":
        """The values in use on ``today`` that nobody has checked for too long."""
        from ledger.policy.checking import stale

        return stale(self, today)

    @cached_property
    def turns(self) -> list[dt.date]:
        """The days on which anything in these rules changes, in order."""
        day = dt.timedelta(days=1)
        turns: set[dt.date] = set()
        for standing in self.stack:
            turns |= {standing.starts} if standing.starts else set()
            turns |= {standing.ends + day} if standing.ends else set()
            turns |= {v.starts for found in standing.pack.values.values() for v in found}
            turns |= {row.begins for row in standing.pack.codes}
            turns |= {row.ends + day for row in standing.pack.codes if row.ends}
        return sorted(turns)

    @cached_property
    def _days(self) -> dict[int, "PolicyDay"]:
        return {}

    def _settled(self, day: dt.date, since: dt.date | None) -> "PolicyDay":
        values = {}
        for name in self.parameters:
            value, _ = heard(self.stack, name, day)
            if value is not None:
                values[name] = value
        asked = values.get("register.nature")
        codes = Codes.on(self.stack[0].pack.codes, day, asked.value if asked else ())
        adopted = [standing.pack.name for standing in self.stack if standing.in_force(day)]
        return PolicyDay(" over ".join(reversed(adopted)), since, codes, values, self.parameters)


class Silent(KeyError):
    """No pack says what a parameter is on a day: mostly because the day is before all of them."""


@dataclass(frozen=True)
class PolicyDay:
    """The rules on a day, and on every day since ``since`` up to the next change.

    ``name`` says which packs lie over which. ``day.penalty.threshold`` is the bare value,
    ``day.get("penalty.threshold")`` the value with its clause.
    """

    name: str
    since: dt.date | None
    codes: Codes
    values: Mapping[str, Value] = field(repr=False)
    parameters: Mapping[str, Parameter] = field(repr=False)

    def get(self, name: str) -> Value:
        """A parameter's value with its clause.

        Raises ``Silent`` where every pack is silent that day (``name in day`` says so
        beforehand), ``KeyError`` for a parameter there is not.
        """
        if name in self.values:
            return self.values[name]
        if name in self.parameters:
            raise Silent(f"no pack says what {name} is ({self.name}, since {self.since})")
        raise KeyError(f"there is no policy parameter {name}")

    def __contains__(self, name: str) -> bool:
        """Whether any pack says what the parameter is that day."""
        return name in self.values

    def __getattr__(self, group: str) -> "Group":
        if group.startswith("_") or not any(n.startswith(f"{group}.") for n in self.parameters):
            raise AttributeError(group)
        return Group(self, group)


@dataclass(frozen=True)
class Group:
    """The parameters that share a first word, read as plain attributes."""

    day: PolicyDay
    group: str

    def __getattr__(self, key: str) -> Any:
        """The bare value. Raises ``AttributeError`` where there is none."""
        if key.startswith("_"):
            raise AttributeError(key)
        try:
            return self.day.get(f"{self.group}.{key}").value
        except KeyError as silent:
            raise AttributeError(str(silent)) from silent
