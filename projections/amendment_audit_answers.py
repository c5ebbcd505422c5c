"""What the answer to "how reliable is this register?" holds."""

import datetime as dt

from ledger.kinds import Code, Frozen, Session
from projections.answers import Header, PupilRef

LAGS = ("before the session", "same session", "same day", "within five school days", "later")


class Tally(Frozen):
    """
    Amendments of one kind, person, month, class or school: how many, and how long after.

    ``late`` and ``to_attending`` count decisions and not marks: the fewest pupils and
    registers that account for the changes. ``late`` are absences amended after the day of the
    session, ``to_attending`` those of them that became attendance; ``odds`` how often chance
    alone would give a share as high as this (empty: nothing to compare with). ``stands_out``
    allows for how many were compared.
    """

    what: str
    amendments: int
    by_lag: tuple[int, ...]
    late: int = 0
    to_attending: int = 0
    odds: str = ""
    stands_out: bool = False


class CodePair(Frozen):
    """How often one code became another, and how long after the session, in ``LAGS``."""

    original: Code | None
    amended: Code | None
    amendments: int
    by_lag: tuple[int, ...]
    per_thousand: str


class InBulk(Frozen):
    """Amendments of one code into one other, by one person on one day."""

    person: str
    made_on: dt.date | None
    original: Code | None
    amended: Code | None
    amendments: int
    pupils: int
    registers: int
    first_entry: int
    last_entry: int
    to_attending: bool


class BoilerPlate(Frozen):
    """A reason given in the same words again and again."""

    reason: str
    amendments: int
    persons: int
    pupils: int


class Picked(Frozen):
    """One amendment behind what stands out: absence into attendance, after the day."""

    entry: int
    pupil: PupilRef | None
    session: Session
    original: Code | None
    amended: Code | None
    made_on: dt.date | None
    person: str
    lag: str


class AmendmentAudit(Frozen):
    """
    Question 7: the amendments of sessions between two days.

    ``chance`` is the level of ``stands_out``: of how many audits of blameless registers one
    may say so of anything, were everybody alike; beside it ``least`` decisions and ``times`` the
    share of the others are needed. ``compared`` is how many comparisons were made;
    ``return_days`` are the census days and returns known; ``picked`` the changes behind whoever
    stands out.
    """

    header: Header
    first: dt.date
    last: dt.date
    marks: int
    amendments: int
    by_lag: tuple[int, ...]
    pairs: tuple[CodePair, ...]
    people: tuple[Tally, ...]
    months: tuple[Tally, ...]
    classes: tuple[Tally, ...]
    schools: tuple[Tally, ...]
    before_returns: Tally | None
    return_days: tuple[dt.date, ...]
    bulk: tuple[InBulk, ...]
    reasons: tuple[BoilerPlate, ...]
    no_reason: int
    chance: str
    least: int
    times: int
    compared: int
    picked: tuple[Picked, ...]

    @property
    def standing_out(self) -> tuple[tuple[str, Tally], ...]:
        """What stands out, people first."""
        groups = (
            ("person", self.people),
            ("month", self.months),
            ("class", self.classes),
            ("school", self.schools),
            ("before a return", (self.before_returns,) if self.before_returns else ()),
        )
        return tuple((by, one) for by, these in groups for one in these if one.stands_out)
