"""A policy with some of its parameters as another policy has them: to find which one tells."""

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property

from ledger.policy.policy import Policy, PolicyDay


@dataclass(frozen=True)
class Swapped(Policy):
    """``names`` are said, or left unsaid, as ``other`` says or leaves them, on every day."""

    other: Policy = field(kw_only=True)
    names: frozenset[str] = field(kw_only=True)

    @cached_property
    def turns(self) -> list[dt.date]:
        """The days on which anything in either policy changes."""
        mine = Policy(self.name, self.sha256, self.stack).turns
        return sorted({*mine, *self.other.turns})

    def _settled(self, day: dt.date, since: dt.date | None) -> PolicyDay:
        own = super()._settled(day, since)
        theirs = self.other.on(day).values
        values = {name: value for name, value in own.values.items() if name not in self.names}
        values |= {name: theirs[name] for name in self.names if name in theirs}
        return replace(own, values=values)


def swapped(policy: Policy, other: Policy, names: frozenset[str]) -> Policy:
    """``policy`` with these parameters as ``other`` has them."""
    return Swapped(policy.name, policy.sha256, policy.stack, other=other, names=names)
