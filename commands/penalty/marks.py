"""A pupil's marks as an act sees them: what the threshold counts, and how attendance went."""

import datetime as dt
from collections.abc import Collection, Iterable

from commands.states import Entered, States
from ledger.calendar import of_compulsory_school_age
from ledger.events import Figures, NamedSession
from ledger.kinds import Session
from ledger.layers import covering, effective
from ledger.reckoning import Marked, Threshold, rates_of, threshold
from ledger.roll import Pupil
from ledger.school import School

BACK = dt.timedelta(days=730)
"""How far back marks are read; sessions that somebody names are read wherever they lie."""


def marked(school: School, pupil: Pupil, entries: Iterable[Entered]) -> list[Marked]:
    """Entries with the layers over them, each under the code that counts."""
    found = []
    standing = tuple(school.closures.values())
    for one in entries:
        over = covering(standing, one.session, one.group)
        code = effective(one.code, over, pupil.on_roll(one.session.date)).code
        if code is not None:
            found.append(Marked(one.session, code, one.entry))
    return found


def marks_to(
    states: States, pupil: Pupil, day: dt.date, named: Iterable[Session] = ()
) -> list[Marked]:
    """The marks of a pupil up to a day, as the register stands now, from the first one named."""
    first = min([day - BACK, *(session.date for session in named)])
    return marked(states.school, pupil, states.entries_of(pupil.id, first, day))


def reckoned(
    school: School,
    pupil: Pupil,
    marks: Iterable[Marked],
    used: Collection[object],
    day: dt.date,
) -> Threshold | None:
    """The threshold on a day by sessions not used before; ``None`` where no rule is in force."""
    rule = school.rules_on(day).values.get("penalty.threshold")
    if rule is None:
        return None
    unused = [mark for mark in marks if mark.session not in used]
    return threshold(unused, school.meeting, rule.value, school.policy, born=pupil.born, on=day)


def counting(school: School, pupil: Pupil, marks: Iterable[Marked]) -> dict[Session, NamedSession]:
    """The sessions that a notice may name: unauthorised, and at compulsory school age."""
    found = {}
    for mark in marks:
        row = school.rules_on(mark.session.date).codes.known(mark.code)
        if row is None or not row.threshold or mark.entry is None:
            continue
        if of_compulsory_school_age(pupil.born, mark.session.date):
            named = NamedSession(session=mark.session, code=mark.code, entry=mark.entry)
            found[mark.session] = named
    return found


def figures(
    school: School, marks: Iterable[Marked], first: dt.date, last: dt.date, position: int
) -> Figures:
    """Attendance between two days, both in."""
    inside = [(m.session, m.code) for m in marks if first <= m.session.date <= last]
    sums = rates_of(inside, school.policy)
    return Figures(
        first=first,
        last=last,
        possible=sums.possible,
        attended=sums.attended,
        authorised=sums.authorised,
        unauthorised=sums.unauthorised,
        late=sums.late,
        position=position,
    )
