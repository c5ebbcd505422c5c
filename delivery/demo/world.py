"""The invented world of the demonstration: six schools, their people and their days."""

import datetime as dt
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from delivery.demo import people
from delivery.demo.dice import Dice
from delivery.demo.people import Pupil, Staff

SEED = "attendance-demo-1"
FIRST_ROLL = dt.date(2024, 6, 1)
NEW_YEAR = dt.date(2024, 9, 3)
END_OF_YEAR = dt.date(2024, 7, 24)
YEARS = ("R", *map(str, range(1, 12)))
"""Year groups, youngest first."""


@dataclass(frozen=True)
class Place:
    """Where a pupil belongs in a school from a day on."""

    starts: dt.date
    year: str
    group: str


@dataclass(frozen=True)
class Enrolment:
    """A pupil on one school's roll; ``last_day`` is ``None`` for whoever stays."""

    school: int
    pupil: Pupil
    starts: dt.date
    last_day: dt.date | None
    places: tuple[Place, ...]

    def on_roll(self, day: dt.date) -> bool:
        """Whether the pupil was on the roll that day."""
        return self.starts <= day and (self.last_day is None or day <= self.last_day)

    def place_on(self, day: dt.date) -> Place:
        """The year group and class of that day."""
        return [place for place in self.places if place.starts <= day][-1]


@dataclass(frozen=True)
class School:
    """One school; ``facts`` is its table in ``schools.toml``."""

    urn: int
    name: str
    trust: str
    facts: dict[str, Any]
    years: tuple[dict[str, Any], ...]
    staff: tuple[Staff, ...]

    @cached_property
    def groups(self) -> list[str]:
        """Its classes, youngest first."""
        named = " ".join(self.facts["groups"].values()).split()
        return list(dict.fromkeys(named))

    def closed(self, year: dict[str, Any]) -> list[dt.date]:
        """Days of that school year within its half-terms on which it was planned to be shut."""
        return sorted(
            day for day in (*year["closed"], *self.facts.get("closed", ())) if _in(year, day)
        )

    def inset(self, year: dict[str, Any]) -> list[dt.date]:
        """Days of that school year when only the staff came."""
        return [day for day in self.facts["inset"] if _in(year, day)]

    def days(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """The days from ``first`` to ``last``, both in, on which it met."""
        return [
            day
            for year in self.years
            for half in year["days"]
            for day in _weekdays(max(first, half["starts"]), min(last, half["ends"]))
            if day not in self.facts["inset"] and day not in self.closed(year)
        ]


@dataclass(frozen=True)
class Trust:
    """A trust with its schools and the policy packs it adopted."""

    id: str
    name: str
    policy_packs: tuple[dict[str, Any], ...]
    schools: tuple[School, ...]


@dataclass(frozen=True)
class World:
    """Everything the demonstration knows. ``enrolments`` is by URN, in the order of admission."""

    trusts: tuple[Trust, ...]
    enrolments: dict[int, tuple[Enrolment, ...]]

    @property
    def schools(self) -> tuple[School, ...]:
        """Every school, of every trust."""
        return tuple(school for trust in self.trusts for school in trust.schools)

    def roll_days(self, trust: Trust) -> list[dt.date]:
        """The days on which the trust's roll changed, the first being its opening roll."""
        changed = {FIRST_ROLL}
        for school in trust.schools:
            for enrolment in self.enrolments[school.urn]:
                changed |= {place.starts for place in enrolment.places}
        return sorted(day for day in changed if day >= FIRST_ROLL)


def build(share: int = 1, only: Collection[int] = ()) -> World:
    """
    The whole world, the same each time.

    For quick tests ``share`` invents only one pupil in so many of each year group, and ``only``
    names the schools to build (URNs; none for all).
    """
    facts = tomllib.loads(Path(__file__).with_name("schools.toml").read_text("utf-8"))
    years = tuple(facts["half_terms"])
    trusts = tuple(
        Trust(
            id=trust["id"],
            name=trust["name"],
            policy_packs=tuple(trust["policy_packs"]),
            schools=tuple(
                _school(table, years)
                for table in facts["schools"]
                if table["trust"] == trust["id"] and (not only or table["urn"] in only)
            ),
        )
        for trust in facts["trusts"]
    )
    trusts = tuple(trust for trust in trusts if trust.schools)
    enrolments: dict[int, list[Enrolment]] = {}
    for trust in trusts:
        for school in trust.schools:
            enrolments[school.urn] = _enrolled(school, enrolments, share)
        for school in trust.schools:
            _transfer(school, enrolments)
    return World(trusts, {urn: tuple(found) for urn, found in enrolments.items()})


def _school(table: dict[str, Any], years: tuple[dict[str, Any], ...]) -> School:
    groups = list(dict.fromkeys(" ".join(table["groups"].values()).split()))
    staff = people.staff(f"{SEED}/{table['urn']}", groups, f"{SEED}/{table['trust']}")
    return School(table["urn"], table["name"], table["trust"], table, years, staff)


def _enrolled(school: School, others: dict[int, list[Enrolment]], share: int) -> list[Enrolment]:
    """Those on roll in 2023/24, who move up or leave; then those who start in September 2024."""
    dice = Dice(f"{SEED}/{school.urn}/pupils")
    size = max(3, school.facts["in_each_year"] // share)
    here = list(school.facts["groups"])
    found: list[Enrolment] = []
    for back, year in enumerate(here):
        came = dt.date(2023 - back, 9, 5)
        for n in range(size):
            pupil = people.pupil(dice, school.urn, len(found), _eldest(year, 2023))
            places = [Place(came, year, _group(school, year, n))]
            if year != here[-1]:
                up = here[back + 1]
                places.append(Place(NEW_YEAR, up, _group(school, up, n)))
            leaves = END_OF_YEAR if year == here[-1] else None
            found.append(Enrolment(school.urn, pupil, came, leaves, tuple(places)))
    received = [
        enrolment.pupil
        for urn in school.facts.get("receives", ())
        for enrolment in others.get(urn, ())
        if enrolment.last_day == END_OF_YEAR
    ]
    for n in range(max(size, len(received))):
        new = received[n] if n < len(received) else None
        pupil = new or people.pupil(dice, school.urn, len(found), _eldest(here[0], 2024))
        found.append(_joined(school, pupil, NEW_YEAR, here[0], n))
    for joins in school.facts.get("joins", ()):
        autumn = 2024 if joins["starts"] >= NEW_YEAR else 2023
        pupil = people.pupil(dice, school.urn, len(found), _eldest(joins["year"], autumn))
        found.append(_joined(school, pupil, joins["starts"], joins["year"], 0))
    return found


def _joined(school: School, pupil: Pupil, starts: dt.date, year: str, n: int) -> Enrolment:
    """Somebody who starts within the demonstration, and moves up if September comes after."""
    places = [Place(starts, year, _group(school, year, n))]
    if starts < NEW_YEAR:
        up = YEARS[YEARS.index(year) + 1]
        places.append(Place(NEW_YEAR, up, _group(school, up, n)))
    return Enrolment(school.urn, pupil, starts, None, tuple(places))


def _transfer(school: School, enrolments: dict[int, list[Enrolment]]) -> None:
    """Let those leave who leave in the middle of a year, and start at the school they go to."""
    for leaves in school.facts.get("leaves", ()):
        here = enrolments[school.urn]
        seat = next(n for n, one in enumerate(here) if one.places[0].year == leaves["year"])
        gone = here[seat]
        kept = tuple(place for place in gone.places if place.starts <= leaves["last_day"])
        here[seat] = replace(gone, last_day=leaves["last_day"], places=kept)
        if leaves.get("to") in enrolments:
            there = next(
                one for one in enrolments[leaves["to"]] if one.places[0].year == leaves["year"]
            )
            places = tuple(replace(p, starts=max(p.starts, leaves["starts"])) for p in there.places)
            enrolments[leaves["to"]].append(
                Enrolment(leaves["to"], gone.pupil, leaves["starts"], None, places)
            )


def _eldest(year: str, autumn: int) -> dt.date:
    """The first birthday of a year group: Reception turns five in the school year."""
    return dt.date(autumn - 5 - YEARS.index(year), 9, 1)


def _group(school: School, year: str, n: int) -> str:
    names = school.facts["groups"][year].split()
    return str(names[n % len(names)])


def _in(year: dict[str, Any], day: dt.date) -> bool:
    return bool(year["days"][0]["starts"] <= day <= year["days"][-1]["ends"])


def _weekdays(first: dt.date, last: dt.date) -> list[dt.date]:
    span = (last - first).days + 1
    days = [first + dt.timedelta(days=n) for n in range(max(0, span))]
    return [day for day in days if day.weekday() < 5]
