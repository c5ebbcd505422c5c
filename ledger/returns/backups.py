"""Back-ups of the registers: one at least every month, each kept for years."""

import datetime as dt
from dataclasses import dataclass

from ledger.penalty.days import years_after
from ledger.returns.state import Returns, deadline
from ledger.school import School


@dataclass(frozen=True, slots=True)
class Backup:
    """One back-up: the day from which it was due, the last day for it, the day it was made."""

    since: dt.date
    due: dt.date | None
    made_on: dt.date | None
    reference: str


def backups(school: School, returns: Returns) -> list[Backup]:
    """
    Every back-up that was made, and the next one: a month after the one before, or the opening.

    Reference: SI 2024/208 reg. 5(3).
    """
    found: list[Backup] = []
    since = school.opened_on
    made = sorted(one.backed_up_on for one in returns.backups)
    for made_on in [*made, None]:
        if since is None:
            break
        rules = school.rules_on(since)
        if "retention.backup_every" not in rules:
            return found
        every = rules.get("retention.backup_every")
        due = deadline(school.calendar, since, every)
        found.append(Backup(since, due, made_on, every.reference))
        since = made_on or since
    return found


def keep_until(school: School, made_on: dt.date) -> dt.date | None:
    """
    The last day on which a back-up must be kept; ``None`` where no calendar is set for its day.

    Reference: SI 2024/208 reg. 7(b).
    """
    year = school.calendar.period_of(made_on, "year")
    rules = school.rules_on(made_on)
    if year is None or "retention.backup" not in rules:
        return None
    return years_after(year.ends, int(rules.get("retention.backup").value))
