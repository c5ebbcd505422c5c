"""Penalty notices and notices to improve: the rules as sums over what happened.

Nothing here issues anything, reads a clock or knows a figure: amounts, days and limits are
policy, dated. ``law.md`` 3 is what it follows; ``docs/reference/penalties.md`` says it plainly.
"""

from ledger.penalty.clocks import Clock, clocks
from ledger.penalty.counting import Demand, Judged, Limit, demand, judged, public_place
from ledger.penalty.days import add_months, years_after, years_before
from ledger.penalty.improving import Improvement, Improving, improving
from ledger.penalty.notice import Notice
from ledger.penalty.record import Case, Record, RecordEvent
from ledger.penalty.service import Days, days_from, due_for, prosecute_by, received
from ledger.penalty.steps import Facts, Step, next_step

__all__ = [
    "Case",
    "Clock",
    "Days",
    "Demand",
    "Facts",
    "Improvement",
    "Improving",
    "Judged",
    "Limit",
    "Notice",
    "Record",
    "RecordEvent",
    "Step",
    "add_months",
    "clocks",
    "days_from",
    "demand",
    "due_for",
    "improving",
    "judged",
    "next_step",
    "prosecute_by",
    "public_place",
    "received",
    "years_after",
    "years_before",
]
