"""What an answer about two policies holds: whose status differs, and by which parameter."""

import datetime as dt
from typing import Literal

from ledger.kinds import Frozen, Urn
from projections.answers import Header, PupilRef

Aspect = Literal["threshold", "persistent absence", "severe absence", "unexplained", "evidence"]


class ParameterDiffers(Frozen):
    """A parameter as either policy has it, with its clause; ``None`` where one says nothing."""

    name: str
    first: str | None
    first_clause: str | None
    second: str | None
    second_clause: str | None


class StatusDiffers(Frozen):
    """
    One pupil's status under both policies, each with its explanation.

    ``parameters`` made the difference: each alone changes the first status where it is taken
    from the second policy; where none does alone, all of them together.
    """

    school: Urn
    pupil: PupilRef
    aspect: Aspect
    about: str
    first: str
    first_why: str
    second: str
    second_why: str
    parameters: tuple[ParameterDiffers, ...]


class AspectCount(Frozen):
    """How many pupils, or marks, have a status of one aspect under either policy."""

    school: Urn
    aspect: Aspect
    first: int
    second: int
    differ: int


class WhatIf(Frozen):
    """
    Question 11: the same marks under two policies.

    No decision, and nothing recorded: whoever acts does so under the policy the school adopted.
    """

    headers: tuple[Header, ...]
    on: dt.date
    since: dt.date
    first_policy: str
    second_policy: str
    counts: tuple[AspectCount, ...]
    rows: tuple[StatusDiffers, ...]
