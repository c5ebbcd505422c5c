"""
An invented trust: thirty schools, whose pupils come, move up a class every September and leave.

Every September a school's lowest year group is new and its highest is gone, so that six years of a
school are of twice the pupils it has, and its roll moves as rolls do. Nobody moves within a year.
"""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scripts.bench.files import OFFICER, PUPIL_COLUMNS
from scripts.bench.workload import Sheet, half_terms, pupil_year, school_days

FIRST_YEAR, YEARS = 2020, 6
DAYS = 190
KEPT_BACK = 5
"""The last school days of all, on which nothing is entered yet: the mornings to be measured."""


@dataclass(frozen=True)
class Place:
    """One school: its year groups from the lowest on, and so many forms of so many in each."""

    urn: int
    name: str
    phase: str
    groups: tuple[str, ...]
    forms: int
    pupils: int

    @property
    def size(self) -> int:
        return len(self.groups) * self.forms * self.pupils

    def cohort(self, entered: int) -> dict[str, tuple[int, ...]]:
        """Who came in one September, form by form, as numbers no other pupil of the school has."""
        return {
            "ABCDEFGH"[form]: tuple(
                (entered - 2000) * 1000 + form * 100 + one for one in range(1, self.pupils + 1)
            )
            for form in range(self.forms)
        }

    def upn(self, pupil: int) -> str:
        return f"Z{self.urn % 10_000:04}{pupil:08}"


SECONDARY = ("7", "8", "9", "10", "11")
PRIMARY = ("R", "1", "2", "3", "4", "5", "6")


def trust() -> list[Place]:
    """
    The schools in the order in which they are taken in: a secondary, then two primaries.

    Nine secondaries of 960; nine primaries of 420 and twelve of 210, 300 at the mean: 14,940.
    """
    found = []
    kinds = "SPp" + "SPpSPpp" + "SPpSPpSPpSPpSPpSPppp"
    for number, kind in enumerate(kinds):
        urn, name = 100_000 + number, f"Invented School {number + 1}"
        if kind == "S":
            found.append(Place(urn, name, "secondary", SECONDARY, 6, 32))
        else:
            found.append(Place(urn, name, "primary", PRIMARY, 2 if kind == "P" else 1, 30))
    return found


@dataclass(frozen=True)
class SchoolYear:
    """One school year of one school: classes, sessions and every mark as it was first entered."""

    place: Place
    start_year: int
    days: int = DAYS

    @cached_property
    def classes(self) -> dict[str, tuple[int, ...]]:
        return {
            f"{group}{form}": pupils
            for older, group in enumerate(self.place.groups)
            for form, pupils in self.place.cohort(self.start_year - older).items()
        }

    @cached_property
    def dates(self) -> list[dt.date]:
        return school_days(self.start_year, self.days)

    @cached_property
    def marks(self) -> dict[int, bytes]:
        return {
            pupil: pupil_year(self.place.urn * 100_000_000 + pupil, 2 * self.days, self.start_year)
            for pupils in self.classes.values()
            for pupil in pupils
        }

    def of_day(self, number: int) -> Iterator[Sheet]:
        """Every sheet of one day, in the order in which they are taken."""
        date = self.dates[number].isoformat()
        for half, session in (("AM", 2 * number), ("PM", 2 * number + 1)):
            for place, (group, pupils) in enumerate(self.classes.items()):
                codes = bytes(self.marks[pupil][session] for pupil in pupils)
                at = f"{date}T{'08' if half == 'AM' else '13'}:{place:02}:00Z"
                yield Sheet(session, date, half, group, pupils, codes, at, teacher(group))

    @property
    def label(self) -> str:
        return f"{self.start_year}/{(self.start_year + 1) % 100:02}"

    # what ``half_terms`` reads of a year
    @property
    def size(self) -> "SchoolYear":
        return self


def teacher(group: str) -> str:
    """The member of staff who takes a class's register."""
    return f"teacher-{group}"


def write_trust(path: Path, places: Iterable[Place], days: int = DAYS) -> None:
    """The file a trust is set up from, with the calendar of every year."""
    lines = ['trust = "Invented Trust"', "policy_packs = []"]
    for place in places:
        years = [SchoolYear(place, FIRST_YEAR + n, days) for n in range(YEARS)]
        classes = ", ".join(f'"{group}"' for group in years[0].classes)
        lines += [
            "[[schools]]", f"urn = {place.urn}", f'name = "{place.name}"',
            f'phase = "{place.phase}"', 'local_authority = "Cornwall"',
            "register_times = [{starts = 2020-09-01, am_opens = 08:45:00, am_closes = 09:00:00,"
            " pm_opens = 13:00:00, pm_closes = 13:15:00}]", f"classes = [{classes}]",
        ]  # fmt: skip
        for year in years:
            halves = ", ".join(
                f'{{term = "{term}", half = {half}, starts = {starts}, ends = {ends}}}'
                for term, half, starts, ends in half_terms(year)  # type: ignore[arg-type]
            )
            lines += ["[[schools.calendar]]", f'school_year = "{year.label}"',
                      f"half_terms = [{halves}]"]  # fmt: skip
        for who, name, role, of in _staff(years[0]):
            lines += ["[[schools.staff]]", f'id = "{who}"', f'name = "{name}"',
                      'position = "Staff"', f'roles = ["{role}"]', "starts = 2020-09-01",
                      *([f'classes = ["{of}"]'] if of else [])]  # fmt: skip
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _staff(year: SchoolYear) -> Iterator[tuple[str, str, str, str]]:
    yield "head", "Invented Head", "head", ""
    yield OFFICER, "Invented Officer", "attendance-officer", ""
    yield "office-1", "Invented Office", "office", ""
    for group in year.classes:
        yield teacher(group), f"Invented Teacher {group}", "teacher", group


def write_pupils(path: Path, year: SchoolYear) -> None:
    """The roll as it is in September: those who are there, and those who left in July."""
    place, september = year.place, year.start_year
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(PUPIL_COLUMNS)
        for older, group in enumerate((*place.groups, "")):
            entered = september - older
            if not group and september == FIRST_YEAR:
                continue  # whoever left before the ledger was opened was never in it
            for form, pupils in place.cohort(entered).items():
                now = group or place.groups[-1]
                born = entered - (5 if place.phase == "primary" else 12)
                for pupil in pupils:
                    left = "" if group else f"{september}-07-31"
                    rows.writerow(
                        (place.urn, place.upn(pupil), f"Surname{pupil}", f"Forename{pupil}",
                         f"{born}-10-01", now, f"{now}{form}", f"{entered}-09-01", left,
                         f"Parent {pupil}")
                    )  # fmt: skip
