"""The rules in force on a day, as dated data: the national codes and every policy value.

``load("england").on(date(2024, 10, 1)).codes`` needs no database. Values live in TOML
packs and ``codes.csv`` beside this module; see ``docs/reference/policy.md``.
"""

from ledger.policy.checking import Finding, check
from ledger.policy.codes import CodeRow, Codes, Statistical
from ledger.policy.loading import lay_over, load, load_text, shipped
from ledger.policy.packs import Clause, Pack, Parameter, Value
from ledger.policy.policy import Policy, PolicyDay, Silent, Standing

__all__ = [
    "Clause",
    "CodeRow",
    "Codes",
    "Finding",
    "Pack",
    "Parameter",
    "Policy",
    "PolicyDay",
    "Silent",
    "Standing",
    "Statistical",
    "Value",
    "check",
    "lay_over",
    "load",
    "load_text",
    "shipped",
]
