"""What each school's own system showed for every session, night after night."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from delivery.demo.world import Enrolment, School

FIRST_NIGHT = dt.date(2024, 6, 3)
LAST_NIGHT = dt.date(2024, 12, 20)
SHOWN_DAYS = 10
"""A night's export holds this many school days."""

NEW_CODES = dt.date(2024, 8, 19)
"""From this session date the codes of SI 2024/208 are in force."""

PRESENT = ("/", "\\")
Cell = str
"""What a row of an export says of a session: ``code,minutes late,comment``."""


def cell(code: str, minutes: int | None = None, comment: str = "") -> Cell:
    """The end of an export's row."""
    return f"{code},{'' if minutes is None else minutes},{comment}"


@dataclass
class Book:
    """
    One school's marks, with the corrections made to them.

    ``days`` are its school days from ten before the first night. ``first[day][half][seat]``
    is what was shown on the day itself, empty where the pupil was not on roll; a seat is a
    place in ``enrolments``. ``later`` holds what was shown from a later school day on (its
    index), in order; an empty text means that the source showed nothing any more.
    """

    school: School
    enrolments: Sequence[Enrolment]
    days: list[dt.date]
    first: list[tuple[list[Cell], list[Cell]]]
    later: dict[tuple[int, int, int], list[tuple[int, Cell]]] = field(default_factory=dict)

    def put(
        self, day: int, half: int, seat: int, shown: Cell, then: Sequence[tuple[int, Cell]] = ()
    ) -> None:
        """Say how a session was shown, in place of what was said before; not for days off roll."""
        if day >= len(self.days) or not self.first[day][half][seat]:
            return
        for since, said in then:
            if since <= day:
                shown = said
        steps = [(since, said) for since, said in then if since > day and said != shown]
        self.first[day][half][seat] = shown
        if steps:
            self.later[day, half, seat] = steps
        else:
            self.later.pop((day, half, seat), None)

    def at(self, day: int, half: int, seat: int, night: int) -> Cell:
        """What was shown of a session on the evening of a school day (its index)."""
        shown = self.first[day][half][seat]
        for since, said in self.later.get((day, half, seat), ()):
            if since <= night:
                shown = said
        return shown

    def usual(self, day: int, half: int, seat: int) -> bool:
        """Whether the pupil was simply present."""
        return self.first[day][half][seat] == PRESENT_CELLS[half] and (
            (day, half, seat) not in self.later
        )


PRESENT_CELLS = (cell("/"), cell("\\"))


def blank(school: School, enrolments: Sequence[Enrolment]) -> Book:
    """A book in which everybody on roll was present at every session."""
    run_up = school.days(dt.date(2024, 4, 15), FIRST_NIGHT - dt.timedelta(days=1))
    days = run_up[-SHOWN_DAYS:] + school.days(FIRST_NIGHT, LAST_NIGHT)
    first = []
    for day in days:
        here = [enrolment.on_roll(day) for enrolment in enrolments]
        morning, afternoon = ([shown if yes else "" for yes in here] for shown in PRESENT_CELLS)
        first.append((morning, afternoon))
    return Book(school, enrolments, days, first)
