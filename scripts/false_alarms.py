"""
How often ``attendance audit amendments`` says that something stands out where nobody did wrong.

``python scripts/false_alarms.py [--seeds 1000]`` prints what ``docs/reference/audits.md`` shows.
Each seed is an invented school year: absences first shown as N and put right days later by
whoever it falls to, registers left blank and put right at once, children found to have been at
an activity all week. In some years one person also makes attendance of absences.
"""

import argparse
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from ledger.kinds import Half
from ledger.policy import load
from projections.amendment_audit_answers import Tally
from projections.amendment_rows import Change
from projections.amendment_tallies import Bar, counted, tallies

BAR = Bar.of(load("england").on(dt.date(2024, 9, 2)))
CLASSES = [str(number) for number in range(1, 8)]
DAYS = [
    day for day in (dt.date(2024, 9, 2) + dt.timedelta(n) for n in range(320)) if day.weekday() < 5
]
DAYS = DAYS[:190]
OFFICERS = ("Officer 1", "Officer 2", "Headteacher")
CULPRIT = "Officer 2"


@dataclass(frozen=True)
class World:
    """
    How people behave. ``usual``: in what share of spells put right late the pupil had been there
    after all; ``spread``: how many times that, or how small a part of it, one person's may be;
    ``by_teachers``: how many of ten the class's teacher puts right; ``blank``: registers left
    blank in a year.
    """

    usual: Fraction = Fraction(1, 20)
    spread: int = 1
    by_teachers: int = 2
    blank: int = 4
    spells: int = 700


def year(world: World, seed: int, falsified: int = 0) -> list[Change]:
    """The late amendments of one school year, ``falsified`` of them made by one culprit."""
    dice = Random(seed)
    people = [*OFFICERS, *(f"Teacher {group}" for group in CLASSES)]
    share = {one: float(world.usual) * world.spread ** dice.uniform(-1, 1) for one in people}
    found: list[Change] = []
    left: list[Change] = []
    for _ in range(world.spells):
        spell = list(_spell(world, dice, share))
        found += spell
        left += [change for change in spell if not change.to_attending]
    for _ in range(world.blank):
        found += _blank(dice)
    days = [dice.choice(DAYS[20:]) for _ in range(max(1, falsified // 15))]
    for change in dice.sample(left, falsified):
        found.append(_made(change, CULPRIT, dice.choice(days), attends=True))
    return found


def _spell(world: World, dice: Random, share: dict[str, float]) -> Iterator[Change]:
    """One absence of one to five days, put right by one person."""
    group, first = dice.choice(CLASSES), dice.randrange(len(DAYS) - 12)
    pupil = int(group) * 100 + dice.randrange(30)
    teacher = dice.randrange(10) < world.by_teachers
    person = f"Teacher {group}" if teacher else OFFICERS[min(2, dice.randrange(7) // 3)]
    attends = dice.random() < share[person]
    last = first + dice.choice((1, 1, 1, 2, 2, 3, 5))
    made = DAYS[last + dice.randrange(1, 5)]
    for day in DAYS[first:last]:
        for half in ("AM", "PM"):
            yield _change(day, half, group, pupil, person, made, attends)


def _blank(dice: Random) -> list[Change]:
    """A register left blank: everybody N, and put right the next day by one person."""
    group, at = dice.choice(CLASSES), dice.randrange(len(DAYS) - 1)
    person = dice.choice((f"Teacher {group}", *OFFICERS))
    pupils = [int(group) * 100 + number for number in range(30)]
    return [_change(DAYS[at], "AM", group, one, person, DAYS[at + 1], True) for one in pupils]


def _change(
    day: dt.date, half: Half, group: str, pupil: int, person: str, made: dt.date, attends: bool
) -> Change:
    after = "/" if attends else "I"
    lag = "within five school days"
    return Change(0, day, half, group, pupil, "N", after, "said", person, made, lag, True, attends)


def _made(change: Change, person: str, made: dt.date, *, attends: bool) -> Change:
    day, half = change.date, change.half
    return _change(day, half, change.group, change.pupil, person, made, attends)


def people(changes: list[Change]) -> dict[str, tuple[Tally, ...]]:
    """What the audit finds of a year."""
    families = {
        "people": counted(changes, lambda change: change.person),
        "months": counted(changes, lambda change: change.made_on.isoformat()[:7]),
        "classes": counted(changes, lambda change: change.group),
    }
    return tallies(families, BAR)


def alarms(world: World, seeds: int) -> tuple[int, int]:
    """In how many blameless years anything stands out, and in how many a person does."""
    anything = person = 0
    for seed in range(seeds):
        found = people(year(world, seed))
        anything += any(one.stands_out for family in found.values() for one in family)
        person += any(one.stands_out for one in found["people"])
    return anything, person


def caught(world: World, seeds: int, falsified: int) -> tuple[int, int]:
    """In how many years the culprit is the first of all people, and stands out."""
    first = out = 0
    for seed in range(seeds):
        top = people(year(world, seed, falsified))["people"][0]
        first += top.what == CULPRIT
        out += top.what == CULPRIT and top.stands_out
    return first, out


WORLDS = {
    "all alike": World(),
    "shares up to twice the usual, or half": World(spread=2),
    "shares up to four times, or a quarter": World(spread=4),
    "teachers put right half of it": World(spread=2, by_teachers=5),
    "a blank register each week": World(spread=2, blank=38),
    "one pupil in five had been there": World(usual=Fraction(1, 5), spread=2),
}


def main() -> None:
    """Measure, and print two tables in Markdown."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", type=int, default=1000)
    seeds = asked.parse_args().seeds
    print(f"| blameless school years ({seeds} seeds each) | anything stands out | a person does |")
    print("|---|---|---|")
    for name, world in WORLDS.items():
        anything, person = alarms(world, seeds)
        print(f"| {name} | {anything} | {person} |")
    print(
        f"\n| absences falsified by one person ({seeds} seeds each) | ranked first | stands out |"
    )
    print("|---|---|---|")
    for falsified in (10, 20, 30, 40, 60, 120):
        first, out = caught(World(spread=2), seeds, falsified)
        print(f"| {falsified} | {first} | {out} |")


if __name__ == "__main__":
    main()
