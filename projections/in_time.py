"""Whether the amendment of an N came within its days. No database."""

import datetime as dt

from ledger.calendar import london
from ledger.events import AmendmentObserved, MarkAmended, MarkRecorded, MarkVanished
from ledger.school import School
from projections.explain_answers import InTime

UNEXPLAINED = "N"


def in_time(
    event: MarkRecorded | MarkAmended | AmendmentObserved | MarkVanished, school: School
) -> InTime | None:
    """
    The last day on which the N could stand, and whether its amendment came by then.

    ``None`` for whatever does not amend an N, and where no rule of the session's day sets a time.

    Reference: SI 2024/208 reg. 10(7) for sessions from 19 August 2024; the policies before.
    """
    if not isinstance(event, MarkAmended | AmendmentObserved) or event.original != UNEXPLAINED:
        return None
    rules = school.rules_on(event.session.date)
    if "unexplained.resolve_by" not in rules:
        return None
    clock = rules.get("unexplained.resolve_by")
    length, unit = int(clock.value["length"]), clock.value["unit"]
    last = school.meeting.deadline(event.session.date, length, unit)
    return InTime(
        last=last,
        within=None if last is None else _within(event, last),
        rule=f"{length} {unit}",
        clause=clock.reference,
    )


def _within(event: MarkAmended | AmendmentObserved, last: dt.date) -> bool | None:
    """``None`` where an amendment that was only observed lies on either side of the day's end."""
    if isinstance(event, MarkAmended):
        return london(event.made_at).date() <= last
    if london(event.seen_at).date() <= last:
        return True
    before = event.seen_before
    return False if before is not None and london(before).date() > last else None
