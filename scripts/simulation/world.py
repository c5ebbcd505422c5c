"""Two invented schools, their people, and a clock that only the simulation moves."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from commands.import_pupils import ImportPupils
from commands.open_school import Member, OpenSchool, Times, Year
from ledger.calendar import instant
from ledger.events import Term
from ledger.kinds import HALVES, Session

BEGINS = dt.date(2024, 6, 3)
_TERMS = (
    ("2023/24", "Summer", 2, dt.date(2024, 6, 3), dt.date(2024, 7, 23)),
    ("2024/25", "Autumn", 1, dt.date(2024, 9, 3), dt.date(2024, 10, 25)),
    ("2024/25", "Autumn", 2, dt.date(2024, 11, 4), dt.date(2024, 12, 20)),
    ("2024/25", "Spring", 1, dt.date(2025, 1, 6), dt.date(2025, 2, 14)),
    ("2024/25", "Spring", 2, dt.date(2025, 2, 24), dt.date(2025, 4, 4)),
    ("2024/25", "Summer", 1, dt.date(2025, 4, 22), dt.date(2025, 5, 23)),
    ("2024/25", "Summer", 2, dt.date(2025, 6, 2), dt.date(2025, 7, 22)),
)
TIMES = (dt.time(8, 45), dt.time(9, 15), dt.time(13, 0), dt.time(13, 20))


@dataclass
class Clock:
    """The moment everybody's clock shows: it goes on, and now and then back for a reading."""

    now: dt.datetime
    dice: Random

    def read(self) -> dt.datetime:
        """What a machine says the time is: one reading in forty is up to three hours behind."""
        behind = self.dice.randrange(180) if self.dice.randrange(40) == 0 else 0
        return self.now - dt.timedelta(minutes=behind)

    def on(self, to: dt.datetime) -> None:
        """Go on to a moment, never back."""
        self.now = max(self.now, to)


class Line(NamedTuple):
    """A line of a file of pupils."""

    line: int
    upn: str
    surname: str
    forename: str
    group: str
    parents: tuple[dict[str, str], ...]
    born: str = "2015-03-01"
    year_group: str = "4"
    starts: str = "2022-09-01"
    leaves: str = ""


class SchoolAt(NamedTuple):
    """One school: every person and pupil of it has a name that begins with its letter."""

    urn: int
    letter: str
    groups: tuple[str, ...]
    pupils: int

    def upn(self, pupil: int) -> str:
        return f"{self.letter}{pupil:09}"

    def staff(self, role: str) -> str:
        return f"{self.letter}-{role}"


@dataclass
class World:
    """The schools, the days on which they meet, and the clock."""

    dice: Random
    pupils: int = 8
    days: int = 30
    schools: tuple[SchoolAt, ...] = ()
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(instant(BEGINS, dt.time(7)), self.dice)
        self.schools = (
            SchoolAt(100001, "A", ("1A", "2B"), self.pupils),
            SchoolAt(100002, "Q", ("1A", "3C"), self.pupils),
        )

    def school_days(self) -> Iterator[dt.date]:
        """The first so many days on which the schools are meant to meet."""
        left = self.days
        for _, _, _, starts, ends in _TERMS:
            for n in range((ends - starts).days + 1):
                day = starts + dt.timedelta(n)
                if day.weekday() < 5 and left:
                    left -= 1
                    yield day

    def opening(self, school: SchoolAt, key: str) -> OpenSchool:
        """The description that opens a school."""
        years: dict[str, list[Term]] = {}
        for year, term, half, starts, ends in _TERMS:
            years.setdefault(year, []).append(Term(term=term, half=half, starts=starts, ends=ends))
        am_opens, am_closes, pm_opens, pm_closes = TIMES
        return OpenSchool(
            by=school.staff("head"),
            at=self.clock.read(),
            key=key,
            urn=school.urn,
            name=f"{school.letter} School",
            phase="primary",
            local_authority="Cornwall",
            years=tuple(Year(school_year=one, half_terms=tuple(of)) for one, of in years.items()),
            times=(
                Times(
                    starts=dt.date(2020, 9, 1), am_opens=am_opens, am_closes=am_closes,
                    pm_opens=pm_opens, pm_closes=pm_closes,
                ),
            ),
            staff=tuple(self._staff(school)),
        )  # fmt: skip

    def _staff(self, school: SchoolAt) -> Iterator[Member]:
        positions = {
            "head": ("Headteacher", ("head",)),
            "office": ("School administrator", ("office",)),
            "ceo": ("Chief executive", ("ceo",)),
            "chair": ("Chair of the board", ("board",)),
        }
        positions |= {f"t{group}": ("Class teacher", ("teacher",)) for group in school.groups}
        for role, (position, roles) in positions.items():
            groups = (role[1:],) if role.startswith("t") else ()
            yield Member(
                staff=school.staff(role), name=f"{school.letter} {role}", position=position,
                roles=roles, groups=groups, starts=dt.date(2020, 9, 1),
            )  # fmt: skip

    def roll(self, school: SchoolAt, key: str) -> tuple[ImportPupils, list[Line]]:
        """The file that brings a school's pupils."""
        lines = [
            Line(
                line=number + 1,
                upn=school.upn(number),
                surname=f"{school.letter}-Pupil",
                forename=f"No{number}",
                group=school.groups[number % len(school.groups)],
                parents=(_parent(school.letter, number),),
            )
            for number in range(1, school.pupils * len(school.groups) + 1)
        ]
        command = ImportPupils(
            by=school.staff("office"),
            at=self.clock.read(),
            key=key,
            file="roll.csv",
            sha256="0" * 64,
        )
        return command, lines

    def sessions(self, days: list[dt.date]) -> list[Session]:
        """Both sessions of each day."""
        return [Session(day, half) for day in days for half in HALVES]


def _parent(letter: str, number: int) -> dict[str, str]:
    return {"number": "1", "name": f"{letter} Parent {number}", "lives_with": "yes"}
