"""Published figures that a school's own are compared with: dated, and with their source."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ledger.kinds import Frozen, Said

Measure = Literal["attendance", "absence", "persistently absent", "severely absent"]
"""A rate of possible sessions, or the share of pupils who are persistently or severely absent."""


def _a_percentage(written: str) -> str:
    if Decimal(written) > 100:
        raise ValueError(f"{written} is more than all of it")
    return written


Percent = Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]+)?$"), AfterValidator(_a_percentage)]
"""Per cent as it was published, in text: ``"94.5"`` keeps its one decimal, and is no float."""


class Benchmark(Frozen):
    """
    One published figure: of what, for which period, from where.

    ``compared_with`` is in the words of ``monitor.compared_with`` (national, regional, local);
    ``of`` says whose figure it is, ``phase`` for which schools alone it is meant.
    """

    compared_with: Said
    measure: Measure
    percent: Percent
    period: Said
    of: Said
    source: Said
    published_on: dt.date
    phase: Said | None = None
    note: Said | None = None

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What there can be one of in a value."""
        return (self.compared_with, self.measure, self.phase)


def _one_of_each(found: Sequence[Benchmark]) -> Sequence[Benchmark]:
    keys = [one.key for one in found]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        words = ", ".join(word for word in twice if word)
        raise ValueError(f"there are two figures for {words}: give the one to compare with")
    return found


Benchmarks = Annotated[list[Benchmark], AfterValidator(_one_of_each)]
