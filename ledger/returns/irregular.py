"""Irregular attendance: proposed from the register, returned on the school's own judgement."""

import datetime as dt
from collections.abc import Iterable

from ledger.kinds import Session
from ledger.reckoning.rule import Rule
from ledger.returns.absence import counts, next_interval
from ledger.returns.state import Owed, Returns
from ledger.roll import Pupil
from ledger.school import School


def irregular(
    pupil: Pupil,
    unauthorised: Iterable[dt.date],
    school: School,
    returns: Returns,
    on: dt.date,
) -> Owed | None:
    """
    A pupil whom the school may judge to have failed to attend regularly since the last return.

    ``unauthorised`` are the days of unauthorised sessions in time order, a day once for each.
    It is proposed from the policy's figure on, in a window of it; the law gives none, so a
    person decides, and says why. Not for boarders, nor outside compulsory school age; what an
    approved activity or another school accounts for is no absence.

    Reference: SI 2024/208 reg. 13(7)(a).
    """
    rules = school.rules_on(on)
    if "return.irregular" not in rules:
        return None
    figure, every = rules.get("return.irregular"), rules.get("return.attendance_every")
    rule, named = Rule.read(figure.value), returns.last("attendance", pupil.id)
    opens = rule.opens(school.meeting, Session(on, "PM"))
    days = [
        day
        for day in unauthorised
        if opens is not None and opens.date <= day <= on and (named is None or day > named)
    ]
    if len(days) < rule.sessions or not counts(pupil, days[rule.sessions - 1], "boarder"):
        return None
    reached = days[rule.sessions - 1]
    facts = {"unauthorised sessions": f"{len(days)}", "within": f"{rule.within} {rule.of}"}
    due = next_interval(school, returns, reached, every)
    note = "the school's own judgement: make-return attendance with --reason"
    return Owed("attendance", pupil.id, reached, due, figure.reference, facts, note)
