"""Returns about absence: ten school days unauthorised, fifteen of illness."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ledger.calendar import Calendar, of_compulsory_school_age
from ledger.kinds import Code, Session
from ledger.policy import CodeRow, Value
from ledger.returns.state import Owed, Returns, deadline
from ledger.roll import Pupil
from ledger.school import School

Marks = Mapping[Session, Code]
"""A pupil's sessions and the code that counts for each."""


@dataclass(frozen=True, slots=True)
class Run:
    """
    An unbroken row of school days: ``days`` are its days in order, ``halves`` the half-days
    of them with one of the codes.
    """

    days: tuple[dt.date, ...]
    halves: int

    @property
    def first(self) -> dt.date:
        return self.days[0]

    @property
    def last(self) -> dt.date:
        return self.days[-1]


def runs(
    marks: Marks, school: School, codes: Collection[Code], *, whole: bool, until: dt.date
) -> list[Run]:
    """
    The unbroken rows of school days recorded with some codes, up to a day.

    ``whole``: days on which nothing else was recorded; else days with at least one of them.
    A school day with no entry, or with an administrative one alone, neither counts nor breaks
    a row (DERIVED: nothing was recorded of the pupil).
    """
    found: list[Run] = []
    days: list[dt.date] = []
    halves = 0
    for day, said in by_day(marks, school, until):
        inside = sum(code in codes for code in said)
        if inside == len(said) if whole else inside:
            days.append(day)
            halves += inside
        elif days:
            found.append(Run(tuple(days), halves))
            days, halves = [], 0
    if days:
        found.append(Run(tuple(days), halves))
    return found


def by_day(marks: Marks, school: School, until: dt.date) -> Iterator[tuple[dt.date, list[Code]]]:
    """Each day with entries up to one, and their codes; administrative ones are no entries."""
    by_day: dict[dt.date, list[Code]] = {}
    for session, code in marks.items():
        if session.date <= until:
            by_day.setdefault(session.date, []).append(code)
    for day, codes in sorted(by_day.items()):
        known = school.rules_on(day).codes.known
        entries = [code for code in codes if not _administrative(known(code))]
        if entries:
            yield day, entries


def _administrative(row: CodeRow | None) -> bool:
    return row is not None and row.statistical == "administrative"


def attendance_owed(
    pupil: Pupil, marks: Marks, school: School, returns: Returns, on: dt.date
) -> Iterator[Owed]:
    """
    Continuous absence since the last return that named the pupil: ten school days of G, N, O, U.

    At the next interval agreed with the local authority. Not for boarders, nor outside
    compulsory school age.

    Reference: SI 2024/208 reg. 13(7)-(8).
    """
    rules = school.rules_on(on)
    if "return.attendance_days" not in rules:
        return
    asked, every = rules.get("return.attendance_days"), rules.get("return.attendance_every")
    length, named = int(asked.value["length"]), returns.last("attendance", pupil.id)
    for run in runs(
        marks, school, rules.get("return.attendance_codes").value, whole=True, until=on
    ):
        days = [day for day in run.days if named is None or day > named]
        if len(days) < length or not counts(pupil, days[length - 1], "boarder"):
            continue
        reached = days[length - 1]
        due = next_interval(school, returns, reached, every)
        facts = {
            "first day": f"{days[0]}",
            "last day": f"{days[-1]}",
            "school days": f"{len(days)}",
        }
        yield Owed("attendance", pupil.id, days[0], due, asked.reference, facts)


def next_interval(
    school: School, returns: Returns, reached: dt.date, every: Value
) -> dt.date | None:
    """The end of the interval in which it was reached, counted from the last return before it."""
    before = [one.made_on for one in returns.made if one.kind == "attendance"]
    starts = max((day for day in before if day <= reached), default=reached)
    due = deadline(school.calendar, starts, every)
    if due is not None and due < reached:
        return deadline(school.calendar, reached, every)
    return due


def counts(pupil: Pupil, day: dt.date, *barring: str) -> bool:
    """Whether a pupil is of compulsory school age on a day, and no fact bars them."""
    held = any(pupil.holds(fact, day) for fact in barring)
    return of_compulsory_school_age(pupil.born, day) and not held


@dataclass(frozen=True, slots=True)
class Told:
    """Illness that the school was told, on ``told_on``, will last until ``until``."""

    told_on: dt.date
    starts: dt.date
    until: dt.date


@dataclass(frozen=True, slots=True)
class Illness:
    """
    One continuous absence through illness in one school year.

    ``whole`` is its longest row of days with nothing but illness, ``before`` the half-days of
    illness earlier in the year, ``ahead`` the school days that more of it is expected to last,
    as was told on ``told_on``.
    """

    run: Run
    whole: int
    before: int
    ahead: int = 0
    told_on: dt.date | None = None

    @property
    def total(self) -> int:
        """Half-days of the school year, gone by and expected."""
        return self.before + self.run.halves + 2 * self.ahead

    def reached_on(self, days: int) -> dt.date | None:
        """The first day on which so many days were known; ``None`` if they are not."""
        wanting = max(1, -(-(2 * days - self.before) // 2))
        if self.whole >= days or self.before + self.run.halves >= 2 * days:
            return self.run.days[min(wanting, days, len(self.run.days)) - 1]
        if self.whole + self.ahead >= days or self.total >= 2 * days:
            return max(self.told_on or self.run.last, self.run.first)
        return None


def sickness_owed(
    pupil: Pupil, marks: Marks, school: School, told: Iterable[Told], on: dt.date
) -> Iterator[Owed]:
    """
    Illness of fifteen school days, consecutive or in the school year, gone by or expected.

    One return for each continuous absence in a school year that reaches or passes them; two
    half-days make a day.

    Reference: SI 2024/208 reg. 13(9)-(11).
    """
    rules = school.rules_on(on)
    if "return.sickness_days" not in rules:
        return
    asked, within = rules.get("return.sickness_days"), rules.get("return.sickness_within")
    known = [one for one in told if one.told_on <= on]
    for ill in _illnesses(marks, school, rules.get("return.sickness_codes").value, known, on):
        reached_on = ill.reached_on(int(asked.value["length"]))
        if reached_on is None or not counts(pupil, ill.run.last):
            continue
        facts = {
            "first day": f"{ill.run.first}",
            "last day": f"{ill.run.last}",
            "half-days in the school year": f"{ill.total - 2 * ill.ahead}",
            "school days expected": f"{ill.ahead}",
        }
        due = deadline(school.calendar, reached_on, within)
        yield Owed("sickness", pupil.id, ill.run.first, due, asked.reference, facts)


def _illnesses(
    marks: Marks, school: School, codes: Collection[Code], told: Iterable[Told], on: dt.date
) -> Iterator[Illness]:
    last = max((session.date for session in marks if session.date <= on), default=on)
    whole = runs(marks, school, codes, whole=True, until=on)
    totals: dict[str | None, int] = {}
    for run in _within_years(runs(marks, school, codes, whole=False, until=on), school.calendar):
        year = school.calendar.school_year_of(run.first)
        before, totals[year] = totals.get(year, 0), totals.get(year, 0) + run.halves
        inside = [len(one.days) for one in whole if run.first <= one.last and one.first <= run.last]
        ill = Illness(run, max(inside, default=0), before)
        about = [one for one in told if run.first <= one.until and one.starts <= run.last]
        one = max(about, key=lambda one: one.told_on, default=None)
        if one is not None and run.last == last and one.until > last:  # not back since
            ahead = school.calendar.school_days_between(run.last, one.until)
            ill = replace(ill, ahead=ahead, told_on=one.told_on)
        yield ill


def _within_years(found: Iterable[Run], calendar: Calendar) -> Iterator[Run]:
    """A row that goes on into the next school year is an absence of each."""
    for run in found:
        years: dict[str | None, list[dt.date]] = {}
        for day in run.days:
            years.setdefault(calendar.school_year_of(day), []).append(day)
        for days in years.values():
            yield Run(tuple(days), run.halves if len(years) == 1 else 2 * len(days))
