"""One policy pack: what a single file says, each value under the day from which it applies."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ledger.kinds import Frozen, IsoDate, Said
from ledger.policy.codes import CodeRow
from ledger.policy.shapes import at_least, written

Layer = Literal["england", "local authority", "trust", "school"]
LAYERS: tuple[Layer, ...] = ("england", "local authority", "trust", "school")
"""From the ground up: a pack of a later layer lies over those of the earlier ones."""

PacksMay = Literal["replace", "raise", "lower", "not change"]
"""What the packs that lie over a value may do to it on a day for which it speaks."""

Status = Literal["", "secondary", "derived", "unverified", "default"]
"""How far a value can be relied on: "" is read in its own source; "default" is this ledger's."""


class Clause(Frozen):
    """One of several clauses that do not agree: where it stands, its words, and its value.

    ``value`` is ``None`` for a clause whose words give no value of the parameter's shape.
    """

    clause: Said
    says: Said
    value: Any = None


class Value(Frozen):
    """What one pack says a parameter is, from ``starts`` on, with the clause that says it.

    ``value`` is plain data in the parameter's shape. ``clauses`` are those that contradict
    each other, ``applied`` the one of them that ``value`` follows.
    """

    name: Said
    value: Any
    reference: Said
    starts: IsoDate
    confirmed: IsoDate
    pack: Said
    unit: str = ""
    note: str = ""
    href: str = ""
    status: Status = ""
    applied: str = ""
    clauses: tuple[Clause, ...] = ()

    def __str__(self) -> str:
        measured = f" {self.unit}" if self.unit and not isinstance(self.value, dict | list) else ""
        return f"{written(self.value)}{measured}"


class Parameter(Frozen):
    """Something policies settle: what it means, its unit and shape, and who may settle it."""

    name: Said
    description: Said
    unit: str
    shape: Said
    packs_may: PacksMay


@dataclass(frozen=True)
class Pack:
    """A pack as read from its file. ``values`` are newest first under each parameter's name.

    ``sha256`` is the hash of ``text`` as UTF-8, followed by the codes file where the pack
    brings one.
    """

    name: str
    title: str
    layer: Layer
    sha256: str
    text: str = field(repr=False, compare=False)
    lies_over: str | None = None
    adopted: dt.date | None = None
    review_by: dt.date | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict, repr=False, compare=False)
    values: Mapping[str, tuple[Value, ...]] = field(default_factory=dict, repr=False, compare=False)
    packs_may: Mapping[str, PacksMay] = field(default_factory=dict, repr=False, compare=False)
    codes: tuple[CodeRow, ...] = field(default=(), repr=False, compare=False)

    def said_on(self, name: str, day: dt.date) -> Value | None:
        """What this pack alone says on ``day``: newest first, first start on or before it."""
        for value in self.values.get(name, ()):
            if value.starts <= day:
                return value
        return None


def barred(value: Value, upper: Value | None, may: PacksMay) -> str | None:
    """Why ``value`` may not stand over ``upper``, or ``None`` where it may.

    Where the upper packs are silent anything may be said, and repeating them is no change.
    """
    if upper is None or may == "replace" or value.value == upper.value:
        return None
    if may == "raise" and at_least(value.value, upper.value):
        return None
    if may == "lower" and at_least(upper.value, value.value):
        return None
    only = "may not change it" if may == "not change" else f"may only {may} it"
    return f"{upper.reference} says {upper} from {upper.starts}, and packs {only}"
