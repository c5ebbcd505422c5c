"""The rule an entry is kept by: its class, and the years of that class under a day's policy."""

import datetime as dt
from dataclasses import dataclass

from ledger.penalty.days import years_after
from ledger.policy.policy import PolicyDay

KEPT_AS = {
    "register": "entry",
    "pupil": "entry",
    "imports": "entry",
    "elsewhere": "entry",
    "leave": "leave",
    "absence": "follow_up",
    "penalty": "penalty",
    "improvement": "penalty",
    "letter": "letters",
    "support": "support",
    "return": "returns",
}
"""The class of a stream, by its first word. What has none (``school`` but for the names of staff,
``template``, ``retention``) is needed to read the rest, and is not disposed of."""

FLOOR = "entry"
"""No other class may be kept for less than the entries it explains."""


@dataclass(frozen=True, slots=True)
class Rule:
    """
    How many ``years`` entries of a class are kept from the day each was made.

    ``first_day_counts``: the day it was made is the first of them (SI 2024/208 reg. 7), else
    they run after it (SI 2006/1751 reg. 14). ``pack`` says so, by the clause ``reference``.
    """

    kept_as: str
    years: int
    first_day_counts: bool
    reference: str
    pack: str

    def lawful_from(self, made: dt.date) -> dt.date:
        """
        The first day on which an entry may be disposed of.

        Of one made on 29 February it is 1 March.
        """
        first = years_after(made, self.years)
        return first if self.first_day_counts else first + dt.timedelta(days=1)


def rule_of(rules: PolicyDay, kept_as: str) -> Rule | None:
    """The rule of a class under the rules of the day of disposal; ``None`` where there is none."""
    name = f"retention.{kept_as}"
    if name not in rules or "retention.first_day_counts" not in rules:
        return None
    value = rules.get(name)
    counts = bool(rules.get("retention.first_day_counts").value)
    return Rule(kept_as, int(value.value), counts, value.reference, value.pack)
