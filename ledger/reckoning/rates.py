"""Attendance and absence, as the Department for Education counts them, exactly."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from ledger.kinds import Session
from ledger.reckoning.rows import CodeSet, Policy

TENTH: Mapping[str, int] = MappingProxyType({"numerator": 1, "denominator": 10})
HALF: Mapping[str, int] = MappingProxyType({"numerator": 1, "denominator": 2})


@dataclass(frozen=True, slots=True)
class Rates:
    """
    Counts of sessions, and the exact rates they give.

    ``possible`` = ``attended`` + ``authorised`` + ``unauthorised``. ``late`` (L and U) is
    counted again within attended and unauthorised. ``not_possible`` (D, X, Q, Y…) and
    administrative sessions (Z, #) are on neither side of a rate; ``missing`` counts what no
    code set explains and what has no mark. Rates of several spans or pupils add up with ``+``.
    """

    possible: int = 0
    attended: int = 0
    authorised: int = 0
    unauthorised: int = 0
    late: int = 0
    not_possible: int = 0
    administrative: int = 0
    missing: int = 0

    def __add__(self, other: "Rates") -> "Rates":
        if not isinstance(other, Rates):
            return NotImplemented
        return Rates(
            self.possible + other.possible,
            self.attended + other.attended,
            self.authorised + other.authorised,
            self.unauthorised + other.unauthorised,
            self.late + other.late,
            self.not_possible + other.not_possible,
            self.administrative + other.administrative,
            self.missing + other.missing,
        )

    @property
    def absent(self) -> int:
        """Sessions of overall absence, authorised or not."""
        return self.authorised + self.unauthorised

    @property
    def attendance(self) -> Fraction | None:
        """Attended of possible; ``None`` where nothing was possible."""
        return self._of_possible(self.attended)

    @property
    def absence(self) -> Fraction | None:
        """Overall absence of possible; ``None`` where nothing was possible."""
        return self._of_possible(self.absent)

    @property
    def authorised_absence(self) -> Fraction | None:
        return self._of_possible(self.authorised)

    @property
    def unauthorised_absence(self) -> Fraction | None:
        return self._of_possible(self.unauthorised)

    @property
    def lateness(self) -> Fraction | None:
        return self._of_possible(self.late)

    def _of_possible(self, count: int) -> Fraction | None:
        return Fraction(count, self.possible) if self.possible else None


NOTHING = Rates()


def rates(counts: Mapping[str, int], codes: CodeSet) -> Rates:
    """
    Rates from the number of sessions under each code, under one day's code set.

    N counts as unauthorised while it stands. A code nobody knows, and a blank, is never
    guessed at: it is ``missing``.

    Reference: DfE, Pupil absence statistics: methodology; ``rules.md`` I.1-I.4.
    """
    attended = authorised = unauthorised = late = not_possible = administrative = missing = 0
    for code, count in counts.items():
        row = codes.known(code)
        if row is None:
            missing += count
            continue
        late += count if row.late else 0
        match row.statistical:
            case "present" | "attending elsewhere":
                attended += count
            case "authorised":
                authorised += count
            case "unauthorised":
                unauthorised += count
            case "not possible":
                not_possible += count
            case "administrative":
                administrative += count
            case unheard:
                raise AssertionError(f"{code} counts as {unheard!r}, which is no class of code")
    possible = attended + authorised + unauthorised
    return Rates(
        possible, attended, authorised, unauthorised, late, not_possible, administrative, missing
    )


def rates_of(marks: Iterable[tuple[Session, str]], policy: Policy) -> Rates:
    """
    Rates from single marks, each read under the codes in force on its session's day.

    So J of July 2024 counts as attending and J1 of September 2024 as authorised absence,
    in one sum. A session without a mark is given as ``""`` and comes out as missing.
    """
    by_day: dict[dt.date, Counter[str]] = {}
    for session, code in marks:
        by_day.setdefault(session.date, Counter())[code] += 1
    found = (rates(counts, policy.on(day).codes) for day, counts in by_day.items())
    return sum(found, NOTHING)


def persistent(found: Rates, rule: Mapping[str, int] = TENTH) -> bool:
    """
    Whether a pupil is persistently absent: overall absence of a tenth or more of possible.

    Compared in whole numbers, never rounded. Nothing possible: not persistent.

    Reference: DfE, Pupil absence statistics: methodology (since 2015/16).
    """
    return _reaches(found, rule)


def severe(found: Rates, rule: Mapping[str, int] = HALF) -> bool:
    """Whether a pupil is severely absent: overall absence of half or more of possible."""
    return _reaches(found, rule)


def _reaches(found: Rates, rule: Mapping[str, int]) -> bool:
    needed = rule["numerator"] * found.possible
    return found.possible > 0 and found.absent * rule["denominator"] >= needed


def percent(rate: Fraction | None, places: int = 1) -> str | None:
    """
    A rate as a percentage to show, such as ``"95.3"``; ``None`` stays ``None``.

    Rounded once, exactly, a half to the even digit: 1/16 is 6.25 and shows as ``"6.2"``.
    For display alone: no verdict is reached from it.
    """
    if rate is None:
        return None
    digits = round(rate * 100 * 10**places)
    whole, part = divmod(abs(digits), 10**places)
    sign = "-" if digits < 0 else ""
    return f"{sign}{whole}.{part:0{places}d}" if places else f"{sign}{whole}"
