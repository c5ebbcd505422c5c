"""Who worked at the school, and what was entered under whose name: the units of staff."""

import json
from collections.abc import Iterator
from datetime import date

from ledger.calendar import london
from ledger.kinds import StaffId
from ledger.retention.units import NOBODY, Unit
from ledger.school import School
from ledger.store.reading import Reader
from ledger.store.rows import DISPOSED

STREAM = "school"
KEPT_AS = "staff"
_NAMES = ("staff-appointed", "staff-left")
_STANDING = "SELECT DISTINCT made_by FROM acts WHERE school = ? AND length(salt) > 0"


def staff_units(ledger: Reader, school: School, on: date, upto: int | None) -> Iterator[Unit]:
    """
    What was entered of each member of staff; ``left``: nothing needs the name any longer.

    It is needed while somebody works here, and as long as an entry stands that was made under
    the name, because the register has to name who amended it (SI 2024/208 reg. 6(1)(e)).
    """
    named = {json.loads(row[0])[0] for row in ledger.database.select(_STANDING, (ledger.school,))}
    kept: dict[StaffId, Unit] = {}
    for page in ledger.pages_of(STREAM, upto):
        made, entry = london(page.act.recorded_at).date(), page.first
        for run in page.runs:
            for who in run.column("staff") if run.topic in _NAMES else [None] * run.count:
                if who is not None:
                    unit = kept.setdefault(who, Unit(STREAM, NOBODY, made, made, []))
                    unit.made = max(unit.made, made)
                    unit.entries.append(entry)
                entry += 1
    for who, unit in kept.items():
        unit.left = (
            who not in named and school.person_on(who, on) is None and _over(school, who, on)
        )
        yield unit


def _over(school: School, who: StaffId, on: date) -> bool:
    """Whether somebody has left, and is not to come."""
    starts = [one.starts for one in school.appointments if one.staff == who]
    return bool(starts) and max(starts) <= on


def gone_of(ledger: Reader, upto: int | None) -> int:
    """How many entries of the school's own stream are gone."""
    pages = ledger.pages_of(STREAM, upto)
    return sum(run.count for page in pages for run in page.runs if run.topic == DISPOSED)
