"""Ordinary absence: how often pupils are away or late, and how soon the office learns why."""

from bisect import bisect
from dataclasses import dataclass

from delivery.demo.dice import Dice
from delivery.demo.marks import NEW_CODES, Book, cell
from delivery.demo.world import SEED, School

_LAGS = (45, 67, 79, 87, 93, 96, 98, 99, 100)
"""Of a hundred corrections, how many are made within 1, 2, 3 ... school days."""

_SPELLS = (48, 74, 88, 94, 100)
"""Of a hundred illnesses, how many last up to 1, 2, 3 ... school days."""

_TRIPS = ("Visit to the invented museum", "Walk to the imaginary harbour", "Day at Sample Farm")


@dataclass(frozen=True)
class Habits:
    """Chances on each school day that something begins; ``unknown``: that the first mark is N."""

    ill: float
    away: float
    treated: float
    late: float
    unknown: float


def live(book: Book) -> None:
    """Fill a book with what happens in any school: illness, lateness, holidays, trips."""
    for seat, enrolment in enumerate(book.enrolments):
        dice = Dice(f"{SEED}/{book.school.urn}/{enrolment.pupil.upn}/marks")
        habits = _habits(dice, book.school)
        _days(book, seat, dice, habits)
        _holiday(book, seat, dice)
    _trips(book)


def _habits(dice: Dice, school: School) -> Habits:
    """Most pupils are seldom away; one in nine is often ill, one in thirty simply missing."""
    kind = dice.share()
    older = 1.4 if school.facts["phase"] == "secondary" else 1.0
    unknown = 0.15 + 0.4 * dice.share()
    if kind < 0.11:
        return Habits(0.055 * older, 0.006 * older, 0.008, 0.02, unknown)
    if kind < 0.145:
        return Habits(0.015, 0.045 * older, 0.003, 0.06, 0.8)
    return Habits(0.017 * older, 0.0006 * older, 0.006, 0.010 * older, unknown)


def _days(book: Book, seat: int, dice: Dice, habits: Habits) -> None:
    ill = habits.ill
    away = ill + habits.away
    treated = away + habits.treated
    late = treated + habits.late
    day = 0
    while day < len(book.days):
        chance = dice.share()
        if chance < ill:
            day += _ill(book, seat, day, dice, habits)
        elif chance < away:
            day += _away(book, seat, day, dice)
        elif chance < treated:
            _treated(book, seat, day, dice)
        elif chance < late:
            _late(book, seat, day, dice)
        day += 1


def _lag(dice: Dice) -> int:
    return 1 + bisect(_LAGS, dice.below(100))


def _ill(book: Book, seat: int, day: int, dice: Dice, habits: Habits) -> int:
    """A spell of illness; until the parent rings, each day is shown as N. Days it took."""
    length = 1 + bisect(_SPELLS, dice.below(100))
    known = day + (_lag(dice) if dice.share() < habits.unknown else 0)
    for sick in range(day, day + length):
        for half in (0, 1):
            book.put(sick, half, seat, cell("N"), [(known, cell("I"))])
    return length - 1


def _away(book: Book, seat: int, day: int, dice: Dice) -> int:
    """Away without leave for a day or two: settled as O or G, or left at N. Days it took."""
    length = 1 + (dice.share() < 0.35)
    fate = dice.share()
    known = day + (5 if fate < 0.5 else _lag(dice))
    code = "O" if fate < 0.65 else "G" if fate < 0.73 else "I" if fate < 0.88 else "N"
    for gone in range(day, day + length):
        for half in (0, 1):
            book.put(gone, half, seat, cell("N"), [(known, cell(code))])
    return length - 1


def _treated(book: Book, seat: int, day: int, dice: Dice) -> None:
    """A medical or dental appointment, half a day."""
    half = dice.below(2)
    if dice.share() < 0.3:
        book.put(day, half, seat, cell("N"), [(day + _lag(dice), cell("M"))])
    else:
        book.put(day, half, seat, cell("M"))


def _late(book: Book, seat: int, day: int, dice: Dice) -> None:
    """Late, mostly in the morning; after the register closed it is U, sometimes put right later."""
    half = int(dice.share() < 0.12)
    kind = dice.share()
    if kind < 0.8:
        book.put(day, half, seat, cell("L", 1 + dice.below(14)))
    elif kind < 0.88:
        minutes = 16 + dice.below(30)
        book.put(day, half, seat, cell("L", minutes), [(day + 1, cell("U", minutes))])
    elif kind < 0.94:
        book.put(day, half, seat, cell("N"), [(day + 1, cell("U", 20 + dice.below(60)))])
    else:
        book.put(day, half, seat, cell("U", 16 + dice.below(60)))


def _holiday(book: Book, seat: int, dice: Dice) -> None:
    """A few families go away in term time: with leave (H, later C), or without (G)."""
    if dice.share() > 0.035:
        return
    day = dice.below(len(book.days))
    length = 3 + dice.below(4)
    code = "G"
    if dice.share() < 0.25:
        code = "H" if book.days[day] < NEW_CODES else "C"
    known = day + (_lag(dice) if code == "G" else 0)
    for gone in range(day, min(day + length, len(book.days))):
        if (book.days[gone] < NEW_CODES) == (book.days[day] < NEW_CODES):
            for half in (0, 1):
                book.put(gone, half, seat, cell("N"), [(known, cell(code))])


def _trips(book: Book) -> None:
    """Each class goes out once in the summer and once in the autumn; whoever is there goes."""
    for number, group in enumerate(book.school.groups):
        dice = Dice(f"{SEED}/{book.school.urn}/{group}/trips")
        for span in (range(12, 40), range(50, 110)):
            day = span[dice.below(len(span))]
            shown = cell("V", comment=_TRIPS[number % len(_TRIPS)])
            for seat, enrolment in enumerate(book.enrolments):
                if not enrolment.on_roll(book.days[day]):
                    continue
                if enrolment.place_on(book.days[day]).group == group:
                    for half in (0, 1):
                        if book.usual(day, half, seat):
                            book.put(day, half, seat, shown)
