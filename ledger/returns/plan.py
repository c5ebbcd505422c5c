"""A return where a policy asks for it: the attendance of a pupil with an EHC plan has fallen."""

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

from ledger.events import Term
from ledger.kinds import Session
from ledger.reckoning import rates_of
from ledger.returns.absence import Marks
from ledger.returns.state import Owed, deadline
from ledger.roll import Pupil
from ledger.school import School

PLAN = "EHC plan"
BACK = dt.timedelta(days=400)
"""How far back of a day the marks reach: a half-term known in part only is compared with none."""


def plan_fall_owed(pupil: Pupil, marks: Marks, school: School, on: dt.date) -> Iterator[Owed]:
    """
    Each half-term begun in the school year of a day in which attendance has fallen below that of
    the one before: what was owed and not made stays owed when the half-term is over.

    It goes by the first day on which the fall showed and the plan held.

    A fall is at least the share of possible sessions that the policy says, once enough sessions
    of the half-term had gone by to tell.

    Reference: policy (pupils with an education, health and care plan).
    """
    halves = [one for year in school.calendar.years for one in year.half_terms]
    begun = [year for year in school.calendar.years if year.half_terms[0].starts <= on]
    for half in begun[-1].half_terms if begun else ():
        earlier = [one for one in halves if one.ends < half.starts]
        if half.starts <= on and earlier and earlier[-1].starts >= on - BACK:
            last = min(half.ends, on)
            yield from _fallen(pupil, marks, school, (earlier[-1], half.starts, last))


def _fallen(
    pupil: Pupil, marks: Marks, school: School, asked_of: tuple[Term, dt.date, dt.date]
) -> Iterator[Owed]:
    earlier, first, last = asked_of
    rules = school.rules_on(last)
    if "return.plan_fall" not in rules:
        return
    before = _rate(marks, school, earlier.starts, earlier.ends)
    if before is None:
        return
    asked, within = rules.get("return.plan_fall"), rules.get("return.plan_fall_within")
    fall = Fraction(asked.value["numerator"], asked.value["denominator"])
    enough = int(rules.get("return.plan_fall_sessions").value)
    for day in school.calendar.school_days(first, last):
        now = _rate(marks, school, first, day)
        if now is None or now[1] < enough or before[0] - now[0] < fall:
            continue
        if not pupil.holds(PLAN, day):
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
