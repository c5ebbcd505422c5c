"""What ``rates`` answers with: exact counts, and percentages rounded once for showing."""

import datetime as dt
from typing import Literal

from ledger.calendar import PeriodKind
from ledger.kinds import Frozen
from projections.answers import Header

By = Literal["pupil", "class", "year", "school", "trust", "fact"]


class RatesRow(Frozen):
    """
    The sessions of one pupil or group in one period, added up.

    Counts are exact; percentages are text, rounded once for showing, ``None`` where nothing was
    possible. ``not_counted`` are sessions on neither side (D, X, Y…, Z, #). ``persistent`` and
    ``severe`` are given for a pupil; for a group the numbers of such ``pupils``.
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


class RatesAnswer(Frozen):
    """
    Rates of one school or several, under the rules of the last day asked about.

    ``note`` says what the published option left out.
    """

    headers: tuple[Header, ...]
    by: By
    period: PeriodKind
    first: dt.date
    last: dt.date
    dfe_published: bool
    note: str
    rows: tuple[RatesRow, ...]


PUBLISHED = (
    "As published by the Department for Education: pupils aged 5 to 15 on 31 August before the "
    "year, four-year-olds' absence as a whole (shown as authorised), without 15-year-olds' "
    "last half-term and pupils first enrolled in it. Boarders are not known to this ledger."
)
