"""Returns about the admission register: names entered, names deleted."""

import datetime as dt
from collections.abc import Iterator

from ledger.calendar import Calendar
from ledger.kinds import PupilId
from ledger.policy import PolicyDay
from ledger.returns.state import Owed, deadline
from ledger.roll import Pupil, Roll, Spell
from ledger.school import School

NEW_PUPIL, DELETION = "return.new_pupil", "return.deletion"


def new_pupils_owed(school: School, roll: Roll, only: PupilId | None = None) -> Iterator[Owed]:
    """
    A return for each name entered since the ledger was opened, by the end of the fifth day after.

    The day of entry is the day it was put down here, or the starting day if that is later
    (DERIVED). None where the pupil starts in the most junior class on the first day of the
    school year, unless the local authority asks for those too.

    Reference: SI 2024/208 reg. 13(1)-(3).
    """
    ranks = _Ranks(roll)
    for pupil, spell in _spells(roll, only):
        entered_on = max(spell.starts, spell.entered_on or spell.starts)
        rules = school.rules_on(entered_on)
        if spell.starts < _opened_on(school) or NEW_PUPIL not in rules:
            continue
        junior = _rank_on(pupil, spell.starts) == ranks[spell.starts][0]
        excepted = junior and _first_day(school, spell)
        if excepted and not _always(rules, "new-pupil"):
            continue
        clock = rules.get(NEW_PUPIL)
        due = deadline(school.calendar, entered_on, clock)
        facts = {"starting day": spell.starts.isoformat(), "entered": entered_on.isoformat()}
        yield Owed("new-pupil", pupil.id, spell.starts, due, clock.reference, facts)


def deletions_owed(school: School, roll: Roll, only: PupilId | None = None) -> Iterator[Owed]:
    """
    A return for each name deleted, when it is deleted.

    None where the pupil leaves the most senior class at or after the end of the final term,
    unless the local authority asks for those too. A deletion put down after the last day is
    said to be late: a name may not be deleted for a day gone by.

    Reference: SI 2024/208 reg. 13(4)-(6).
    """
    ranks = _Ranks(roll)
    for pupil, spell in _spells(roll, only):
        if (
            spell.last_day is None
            or spell.deleted_on is None
            or spell.last_day < _opened_on(school)
        ):
            continue
        deleted_on = max(spell.last_day, spell.deleted_on)
        rules = school.rules_on(deleted_on)
        if DELETION not in rules:
            continue
        senior = _rank_on(pupil, spell.last_day) == ranks[spell.last_day][-1]
        excepted = senior and _after_final_term(school.calendar, spell.last_day)
        if excepted and not _always(rules, "deletion"):
            continue
        clock = rules.get(DELETION)
        due = deadline(school.calendar, deleted_on, clock)
        facts = {"last day": spell.last_day.isoformat(), "deleted": deleted_on.isoformat()}
        late = spell.deleted_on > spell.last_day
        note = f"put down on {spell.deleted_on}: a name is not deleted for a day gone by"
        yield Owed(
            "deletion",
            pupil.id,
            spell.last_day,
            due,
            clock.reference,
            facts,
            note if late else "",
        )


def _spells(roll: Roll, only: PupilId | None) -> Iterator[tuple[Pupil, Spell]]:
    for number, pupil in roll.pupils.items():
        if only is None or number == only:
            yield from ((pupil, spell) for spell in pupil.spells)


def _opened_on(school: School) -> dt.date:
    return school.opened_on or dt.date.min


def _always(rules: PolicyDay, kind: str) -> bool:
    return "return.always" in rules and kind in rules.get("return.always").value


def _rank_on(pupil: Pupil, day: dt.date) -> int:
    return rank(pupil.place_on(day).year_group)


class _Ranks(dict[dt.date, list[int]]):
    """The year groups of those on roll on a day, from the most junior to the most senior."""

    def __init__(self, roll: Roll) -> None:
        super().__init__()
        self.roll = roll

    def __missing__(self, day: dt.date) -> list[int]:
        pupils = [self.roll.pupils[number] for number in self.roll.places(day)]
        self[day] = sorted({rank(pupil.place_on(day).year_group) for pupil in pupils})
        return self[day]


def rank(year_group: str) -> int:
    """Where a year group stands in a school: nursery, reception, then the years."""
    number = "".join(letter for letter in year_group if letter.isdecimal())
    first = year_group.strip()[:1].upper()
    if first == "N":
        return -1
    if first == "R":
        return 0
    return int(number) if number else 99


def _first_day(school: School, spell: Spell) -> bool:
    """Whether the starting day is the first of the school year, or its first school day."""
    year = school.calendar.period_of(spell.starts, "year")
    if year is None:
        return False
    return not school.calendar.school_days(year.starts, spell.starts - dt.timedelta(days=1))


def _after_final_term(calendar: Calendar, last_day: dt.date) -> bool:
    year = calendar.period_of(last_day, "year")
    if year is None:
        return False
    return not calendar.school_days(last_day + dt.timedelta(days=1), year.ends)
