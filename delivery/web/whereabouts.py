"""Where a pupil is, as far as the register of this moment says."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from delivery.web.here import Here
from delivery.web.looks import LOOKS, Cell
from ledger.calendar import london
from ledger.kinds import Half
from ledger.roll import Pupil
from ledger.school import window


class Where(NamedTuple):
    """A sentence, the look of the mark it goes by, and the day it is about."""

    says: str
    look: str
    day: dt.date


def where_now(here: Here, pupil: Pupil, marks: Mapping[tuple[int, dt.date, str], Cell]) -> Where:
    """By the mark of the session that goes on, or was last; where there is none, why."""
    known = here.view.header("where", []).asof.recorded_at
    now = london(known if here.asked and known else here.desk.clock())
    day, school = now.date(), here.view.school
    if not pupil.on_roll(day):
        return Where(f"Not on roll: {pupil.why_off(day)}", "none", day)
    if not school.calendar.is_school_day(day):
        return Where(f"No school today: {school.calendar.why_not(day)}", "none", day)
    times = school.times_on(day)
    half: Half = "AM"
    if times and now.time() >= window(times, "PM")[0]:
        half = "PM"
    session = "this morning" if half == "AM" else "this afternoon"
    mark = marks.get((pupil.id, day, half))
    if mark is None or not mark.code:
        return Where(f"Not marked yet {session}", "open", day)
    if mark.look == "present":
        return Where(f"In school {session} ({mark.code})", mark.look, day)
    return Where(f"{LOOKS[mark.look]} {session}: {mark.code}, {mark.meaning}", mark.look, day)
