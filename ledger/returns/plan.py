"""A return where a policy asks for it: the attendance of a pupil with an EHC plan has fallen."""

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

from ledger.kinds import Session
from ledger.reckoning import rates_of
from ledger.returns.absence import Marks
from ledger.returns.state import Owed, deadline
from ledger.roll import Pupil
from ledger.school import School

PLAN = "EHC plan"


def plan_fall_owed(pupil: Pupil, marks: Marks, school: School, on: dt.date) -> Iterator[Owed]:
    """
    The half-term of a day, where attendance in it has fallen below that of the one before.

    By at least the share of possible sessions that the policy says, on the first day on which
    enough sessions of the half-term had gone by to tell.

    Reference: policy (pupils with an education, health and care plan).
    """
    rules = school.rules_on(on)
    half = school.calendar.half_term_of(on)
    if half is None or "return.plan_fall" not in rules or not pupil.holds(PLAN, on):
        return
    halves = [one for year in school.calendar.years for one in year.half_terms]
    earlier = [one for one in halves if one.ends < half.starts]
    before = _rate(marks, school, earlier[-1].starts, earlier[-1].ends) if earlier else None
    if before is None:
        return
    asked, within = rules.get("return.plan_fall"), rules.get("return.plan_fall_within")
    fall = Fraction(asked.value["numerator"], asked.value["denominator"])
    enough = int(rules.get("return.plan_fall_sessions").value)
    for day in school.calendar.school_days(half.starts, on):
        now = _rate(marks, school, half.starts, day)
        if now is None or now[1] < enough or before[0] - now[0] < fall:
            continue
        facts = {"half-term before": _said(before), "this half-term": _said(now)}
        due = deadline(school.calendar, day, within)
        yield Owed("plan-fall", pupil.id, day, due, asked.reference, facts)
        return


def _rate(
    marks: Marks, school: School, first: dt.date, last: dt.date
) -> tuple[Fraction, int, int] | None:
    """The rate of attendance, the sessions possible and those attended, between two days."""
    inside: list[tuple[Session, str]] = [
        (session, code) for session, code in marks.items() if first <= session.date <= last
    ]
    sums = rates_of(inside, school.policy)
    if sums.attendance is None:
        return None
    return sums.attendance, sums.possible, sums.attended


def _said(rate: tuple[Fraction, int, int]) -> str:
    return f"{rate[2]} of {rate[1]} sessions attended"
