"""
Question 11: who would be where under another policy?

Both policies judge the same marks in the same read models, and nothing is appended: a policy
that is asked about is no fact. Which parameter made a difference is found by trying: the first
policy is asked again with that one parameter taken from the second.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from ledger.policy import Policy
from ledger.policy.shapes import written
from ledger.policy.swapped import swapped
from projections.answers import PupilRef
from projections.views import View
from projections.whatif_answers import (
    Aspect,
    AspectCount,
    ParameterDiffers,
    StatusDiffers,
    WhatIf,
)
from projections.whatif_statuses import ASPECTS, NOTHING, Found, Reads, named


def whatif(
    views: Sequence[View], first: Policy, second: Policy, *, since: dt.date, on: dt.date
) -> WhatIf:
    """
    Every status that differs between two policies, at some schools, on a day.

    Thresholds go by all marks up to ``on``; rates, unexplained marks and evidence by those
    from ``since``.
    """
    rows: list[StatusDiffers] = []
    counts: list[AspectCount] = []
    for view in views:
        for aspect, reads in ASPECTS.items():
            one, two = (reads.judge(view.under(each), since, on) for each in (first, second))
            differing = sorted(key for key in one.keys() | two.keys() if _said(one, two, key))
            by = _Tried(view, reads, (first, second), (since, on), one)
            rows += [_row(view, aspect, key, (one, two), by) for key in differing]
            held = [sum(status.holds for status in found.values()) for found in (one, two)]
            counts.append(
                AspectCount(
                    school=view.urn,
                    aspect=aspect,
                    first=held[0],
                    second=held[1],
                    differ=len(differing),
                )
            )
    return WhatIf(
        headers=tuple(view.under(first).header("whatif", [since, on]) for view in views),
        on=on,
        since=since,
        first_policy=first.on(on).name,
        second_policy=second.on(on).name,
        counts=tuple(counts),
        rows=tuple(rows),
    )


Key = tuple[int, str]


def _said(one: Found, two: Found, key: Key) -> bool:
    return one.get(key, NOTHING).said != two.get(key, NOTHING).said


class _Tried:
    """The first policy with one parameter after another taken from the second."""

    def __init__(
        self,
        view: View,
        reads: Reads,
        policies: tuple[Policy, Policy],
        days: tuple[dt.date, dt.date],
        one: Found,
    ) -> None:
        self.view, self.reads, self.policies = view, reads, policies
        self.days, self.one = days, one
        self._found: dict[str, Found] | None = None

    def made(self, key: Key) -> tuple[ParameterDiffers, ...]:
        """The parameters that, alone, change a status; all that differ where none does."""
        if self._found is None:
            self._found = {name: self._with(name) for name in self._differing()}
        alone = [name for name, found in self._found.items() if _said(self.one, found, key)]
        return tuple(self._told(name) for name in alone or self._found)

    def _with(self, name: str) -> Found:
        first, second = self.policies
        mixed = swapped(first, second, frozenset({name}))
        return self.reads.judge(self.view.under(mixed), *self.days)

    def _differing(self) -> Iterator[str]:
        first, second = self.policies
        days = [day for day in {*first.turns, *second.turns} if day <= self.days[1]]
        names = named(iter({*first.parameters, *second.parameters}), self.reads)
        for name in names:
            if any(_value(first, name, day) != _value(second, name, day) for day in days):
                yield name

    def _told(self, name: str) -> ParameterDiffers:
        said = [policy.on(self.days[1]).values.get(name) for policy in self.policies]
        values = [written(value.value) if value else None for value in said]
        clauses = [f"{value.pack}: {value.reference}" if value else None for value in said]
        return ParameterDiffers(
            name=name,
            first=values[0],
            first_clause=clauses[0],
            second=values[1],
            second_clause=clauses[1],
        )


def _value(policy: Policy, name: str, day: dt.date) -> object:
    value = policy.on(day).values.get(name)
    return value.value if value else None


def _row(
    view: View, aspect: Aspect, key: Key, found: tuple[Found, Found], by: _Tried
) -> StatusDiffers:
    one, two = (each.get(key, NOTHING) for each in found)
    return StatusDiffers(
        school=view.urn,
        pupil=PupilRef.of(view.context.roll.pupils[key[0]]),
        aspect=aspect,
        about=key[1],
        first=one.said,
        first_why=one.why,
        second=two.said,
        second_why=two.why,
        parameters=by.made(key),
    )
