"""Inventing people: pupils with their parents, and staff."""

import datetime as dt
from dataclasses import dataclass

from delivery.demo import words
from delivery.demo.dice import Dice


@dataclass(frozen=True)
class Parent:
    """An invented parent; telephone numbers are from Ofcom's ranges for drama."""

    name: str
    lives_with: bool
    address: str
    telephone: str


@dataclass(frozen=True)
class Pupil:
    """An invented pupil. ``upn`` is shaped like one but its authority, 000, does not exist."""

    upn: str
    surname: str
    forename: str
    born: dt.date
    parents: tuple[Parent, ...]

    @property
    def name(self) -> str:
        """Forename, then surname."""
        return f"{self.forename} {self.surname}"


@dataclass(frozen=True)
class Staff:
    """Somebody who works at a school, from a day on."""

    id: str
    name: str
    position: str
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    starts: dt.date


def pupil(dice: Dice, urn: int, serial: int, eldest: dt.date) -> Pupil:
    """A pupil born within a year from ``eldest``; ``serial`` counts within the school."""
    surname, forename = _surname(dice), dice.one_of(words.FORENAMES)
    others = [name for name in words.FORENAMES if name != forename]
    born = eldest + dt.timedelta(days=dice.below(365))
    yard = _address(dice)
    parents = [Parent(f"{dice.one_of(others)} {surname}", True, yard, _telephone(dice))]
    if dice.share() < 0.75:
        together = dice.share() < 0.7
        parents.append(
            Parent(
                f"{dice.one_of(others)} {surname if together else _surname(dice)}",
                together,
                yard if together else _address(dice),
                _telephone(dice),
            )
        )
    upn = f"X000{urn % 10000:04}{eldest.year % 100:02}{serial:03}"
    return Pupil(upn, surname, forename, born, tuple(parents))


def staff(seed: str, groups: list[str], trust: str) -> tuple[Staff, ...]:
    """Everybody at one school: those of its trust, of the school, and a teacher a class."""
    starts = dt.date(2023, 9, 1)
    everyone = []
    for dice, positions in (
        (Dice(f"{seed}/staff"), words.POSITIONS),
        (Dice(f"{trust}/staff"), words.TRUST_POSITIONS),
    ):
        everyone += [
            Staff(id_, _staff_name(dice), position, roles, (), starts)
            for id_, position, roles in positions
        ]
    dice = Dice(f"{seed}/teachers")
    everyone += [
        Staff(f"t-{group}", _staff_name(dice), "Class teacher", ("teacher",), (group,), starts)
        for group in groups
    ]
    return tuple(everyone)


def _surname(dice: Dice) -> str:
    return dice.one_of(words.SURNAME_STARTS) + dice.one_of(words.SURNAME_ENDS)


def _staff_name(dice: Dice) -> str:
    return f"{dice.one_of(words.FORENAMES)} {_surname(dice)}"


def _address(dice: Dice) -> str:
    house = 1 + dice.below(90)
    return f"{house} {dice.one_of(words.STREETS)}, {dice.one_of(words.PLACES)}, ZZ9 9ZZ"


def _telephone(dice: Dice) -> str:
    return f"{dice.one_of(('01632 960', '07700 900'))}{dice.below(1000):03}"
