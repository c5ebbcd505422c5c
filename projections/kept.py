"""The clock of retention: from when entries of the register need not be kept any longer."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import func, select

from ledger.calendar import london
from ledger.due import Clock, owner
from ledger.retention.rules import FLOOR, rule_of
from projections.current_register import current_register
from projections.views import View

t = current_register.c


def kept_long_enough(view: View, on: dt.date) -> Iterator[Clock]:
    """
    That the entries of the oldest day there is may go, once they may: no rule sets a last day.

    By the rule in force on the day asked about. What is held, and all else that may go by then,
    the plan says: it reads every entry, which is no question for each morning.

    Reference: SI 2024/208 reg. 7(a).
    """
    rules = view.policy.on(on)
    rule = rule_of(rules, FLOOR)
    here = t.school == view.urn
    oldest = select(func.min(t.date)).where(here, t.entered.is_not(None)).scalar_subquery()
    question = select(func.min(t.date), func.min(t.first_entry)).where(here, t.date == oldest)
    day, entry = tuple(view.rows(question)[0])
    if rule is None or entry is None:
        return
    made = london(next(iter(view.ledger.acts(entry, entry))).recorded_at).date()
    if rule.lawful_from(made) <= on:
        yield Clock(
            kind="retention",
            what="look at what need not be kept any longer: retention plan, then request-disposal",
            about=f"entries of {day} on, made on {made}",
            since=rule.lawful_from(made),
            due=None,
            owner=owner(rules, "request-disposal"),
            reference=rule.reference,
            note="nothing is disposed of by itself, and what a hold covers stays",
        )
