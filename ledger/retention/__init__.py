"""How long entries are kept, what is held, what may go and what went."""

from ledger.retention.plan import Planned, plan
from ledger.retention.rules import KEPT_AS, Rule, rule_of
from ledger.retention.state import Disposal, Hold, Retention, retention_of
from ledger.retention.units import hold_on

__all__ = [
    "KEPT_AS",
    "Disposal",
    "Hold",
    "Planned",
    "Retention",
    "Rule",
    "hold_on",
    "plan",
    "retention_of",
    "rule_of",
]
