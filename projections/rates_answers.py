"""What ``rates`` answers with: exact counts, and percentages rounded once for showing."""

import datetime as dt
from typing import Literal

from ledger.calendar import PeriodKind
from ledger.kinds import Frozen
from ledger.policy.benchmarks import Benchmark
from projections.answers import Header

By = Literal["pupil", "class", "year", "school", "trust", "fact"]


class Figure(Benchmark):
    """A published figure, the pack's clause that adopts it, and the schools that did."""

    reference: str
    schools: tuple[int, ...]


class Beside(Frozen):
    """
    A published figure beside a row: per cent, and how many points the row lies above (``+``) or
    below it (``-``); ``None`` where nothing was possible.
    """

    compared_with: str
    measure: str
    percent: str
    difference: str | None


class RatesRow(Frozen):
    """
    The sessions of one pupil or group in one period, added up.

    Counts are exact; percentages are text, rounded once for showing, ``None`` where nothing was
    possible. ``not_counted`` are sessions on neither side (D, X, Y…, Z, #). ``persistent`` and
    ``severe`` are given for a pupil; for a group the numbers of such ``pupils``. ``beside`` are the
    published figures that the policy adopts.
    """

    school: int | None
    group: str
    name: str
    period: PeriodKind
    label: str
    starts: dt.date
    ends: dt.date
    pupils: int
    possible: int
    attended: int
    authorised: int
    unauthorised: int
    late: int
    not_counted: int
    attendance: str | None
    absence: str | None
    persistent: bool | None
    severe: bool | None
    persistently_absent: int
    severely_absent: int
    beside: tuple[Beside, ...] = ()


class RatesAnswer(Frozen):
    """
    Rates of one school or several, under the rules of the last day asked about.

    ``note`` says what the published option left out. ``figures`` are the published ones adopted,
    ``compared`` what the policy compares with, and for what of it there is none.
    """

    headers: tuple[Header, ...]
    by: By
    period: PeriodKind
    first: dt.date
    last: dt.date
    dfe_published: bool
    note: str
    compared: str
    figures: tuple[Figure, ...]
    rows: tuple[RatesRow, ...]


PUBLISHED = (
    "As published by the Department for Education: pupils aged 5 to 15 on 31 August before the "
    "year, four-year-olds' absence as a whole (shown as authorised), without 15-year-olds' "
    "last half-term and pupils first enrolled in it. Boarders are not known to this ledger."
)
