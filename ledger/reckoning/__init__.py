"""What the marks add up to: rates, and the threshold at which a penalty notice is considered.

Pure sums over integers and fractions: no clock, no database, no rounding before a verdict.
What each figure means, in plain words, is in ``docs/reference/reckoning.md``.
"""

from ledger.reckoning.explain import Week
from ledger.reckoning.published import Scope, dfe_published
from ledger.reckoning.rates import (
    HALF,
    NOTHING,
    TENTH,
    Rates,
    percent,
    persistent,
    rates,
    rates_of,
    severe,
)
from ledger.reckoning.rows import CodeSet, Day, Marked, Policy, Row
from ledger.reckoning.rule import Rule
from ledger.reckoning.threshold import (
    Across,
    LeftOut,
    Threshold,
    Window,
    across_schools,
    threshold,
)
from ledger.reckoning.window import Run, runs

__all__ = [
    "HALF",
    "NOTHING",
    "TENTH",
    "Across",
    "CodeSet",
    "Day",
    "LeftOut",
    "Marked",
    "Policy",
    "Rates",
    "Row",
    "Rule",
    "Run",
    "Scope",
    "Threshold",
    "Week",
    "Window",
    "across_schools",
    "dfe_published",
    "percent",
    "persistent",
    "rates",
    "rates_of",
    "runs",
    "severe",
    "threshold",
]
