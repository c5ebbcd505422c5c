"""The threshold at which a penalty notice must be considered, and how it was reached."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ledger.calendar import Calendar, compulsory_school_age
from ledger.kinds import Session
from ledger.reckoning.explain import Week, said, weeks_of
from ledger.reckoning.rows import Marked, Policy
from ledger.reckoning.rule import Rule
from ledger.reckoning.window import runs


class LeftOut(NamedTuple):
    """A mark whose code counts, and why it was not counted all the same."""

    mark: Marked
    why: str


@dataclass(frozen=True, slots=True)
class Window:
    """
    One stretch of time in which the threshold stood.

    ``met_on`` is the day of the session that brought the count to the number needed;
    ``lapses_on`` the first day on which it no longer stands if nothing more is recorded
    (``None``: after the end of the calendar as set). ``sessions`` are the ones that met it,
    ``further`` those counted while it stood, ``weeks`` the weeks of the window that met it.
    """

    met_on: dt.date
    lapses_on: dt.date | None
    sessions: tuple[Marked, ...]
    further: tuple[Marked, ...]
    weeks: tuple[Week, ...]

    def stands_on(self, day: dt.date) -> bool:
        return self.met_on <= day and (self.lapses_on is None or day < self.lapses_on)


@dataclass(frozen=True, slots=True)
class Threshold:
    """
    Where a pupil stands against the threshold, as at ``on``.

    ``total`` sessions are counted in the window that ends on that day: ``sessions``, in
    ``weeks``. Where one window ends with the morning and another with the afternoon, it is
    the fuller. ``windows`` are all the times it was met so far, ``left_out`` the marks that
    a reader may have expected to count.
    """

    rule: Rule
    on: dt.date | None
    sessions: tuple[Marked, ...]
    weeks: tuple[Week, ...]
    windows: tuple[Window, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def total(self) -> int:
        return len(self.sessions)

    @property
    def needed(self) -> int:
        return self.rule.sessions

    @property
    def met(self) -> bool:
        """Whether the threshold stands on the day asked about."""
        return self.on is not None and bool(self.windows) and self.windows[-1].stands_on(self.on)

    @property
    def met_on(self) -> dt.date | None:
        """The day on which it was last met; earlier times are in ``windows``."""
        return self.windows[-1].met_on if self.windows else None

    @property
    def lapses_on(self) -> dt.date | None:
        """The first day on which what was last met no longer stands."""
        return self.windows[-1].lapses_on if self.windows else None


def threshold(
    marks: Iterable[Marked],
    calendar: Calendar,
    rule: Mapping[str, object],
    policy: Policy,
    *,
    born: dt.date | None = None,
    on: dt.date | None = None,
) -> Threshold:
    """
    Whether, when and how a pupil reached the penalty-notice threshold at one school.

    ``marks`` are the pupil's effective marks on that school's register, all or only the
    unauthorised, in any order, each session once; ``calendar`` that school's, closures laid
    over; ``rule`` the value of ``penalty.threshold``. ``born`` leaves out sessions outside
    compulsory school age (unknown: presumed of that age, Education Act 1996 s. 445). ``on`` is
    the day asked about, later marks unread; without it, the day of the last mark.

    Reference: SI 2007/1867 reg. 9A for sessions in school weeks, inserted by SI 2024/210
    reg. 5, which leaves absence before 19 August 2024 out of account. ``docs/reference/
    reckoning.md`` for sessions in sessions.
    """
    asked = Rule.read(rule)
    given = sorted(
        (mark for mark in marks if on is None or mark.session.date <= on),
        key=lambda mark: mark.session,
    )
    if on is None and given:
        on = given[-1].session.date
    counted, left_out = _sift(given, calendar, asked, policy, born)
    windows = _windows(counted, calendar, asked)
    ends = asked.ends(on) if on else ()
    endings = [_ending(end, counted, calendar, asked) for end in ends]
    sessions, weeks = max(endings, key=lambda ending: len(ending[0]), default=((), ()))
    return Threshold(asked, on, sessions, weeks, windows, left_out)


def _sift(
    marks: Sequence[Marked], calendar: Calendar, rule: Rule, policy: Policy, born: dt.date | None
) -> tuple[list[Marked], tuple[LeftOut, ...]]:
    """The marks that count, in order, and those that only seem to, with the reason."""
    counted: list[Marked] = []
    left_out: list[LeftOut] = []
    ages = compulsory_school_age(born) if born else None
    for mark in marks:
        day = mark.session.date
        row = policy.on(day).codes.known(mark.code)
        if row is None or not row.threshold:
            continue
        if rule.not_before and day < rule.not_before:
            why = f"absence before {said(rule.not_before)} is not taken into account"
        elif ages and not ages[0] <= day <= ages[1]:
            why = "the pupil was not of compulsory school age"
        elif not calendar.is_session(mark.session):
            why = "the school did not meet for this session"
        else:
            counted.append(mark)
            continue
        left_out.append(LeftOut(mark, why))
    return counted, tuple(left_out)


def _windows(counted: Sequence[Marked], calendar: Calendar, rule: Rule) -> tuple[Window, ...]:
    """Every time the threshold was met; met again on the day it lapsed, it stood on."""
    places = [rule.place_of(calendar, mark.session) for mark in counted]
    found: list[Window] = []
    for run in runs(places, rule.sessions, rule.within):
        met_by = counted[run.met].session
        lapses_on = rule.lapse_day(calendar, run.lapses)
        last = found[-1] if found else None
        if last and last.lapses_on and met_by.date <= last.lapses_on:
            further = (*last.further, *counted[run.met : run.last + 1])
            found[-1] = replace(last, lapses_on=lapses_on, further=further)
            continue
        sessions, weeks = _ending(met_by, counted, calendar, rule)
        further = tuple(counted[run.met + 1 : run.last + 1])
        found.append(Window(met_by.date, lapses_on, sessions, further, weeks))
    return tuple(found)


def _ending(
    end: Session, counted: Sequence[Marked], calendar: Calendar, rule: Rule
) -> tuple[tuple[Marked, ...], tuple[Week, ...]]:
    """The marks counted in the window that ends with a session, and the weeks of it."""
    opens = rule.opens(calendar, end)
    if opens is None:
        return (), ()
    inside = tuple(mark for mark in counted if opens <= mark.session <= end)
    sessions = (mark.session for mark in inside)
    return inside, weeks_of(calendar, opens, rule.closes(end), sessions, rule.not_before)


class Across(NamedTuple):
    """A total over several schools' registers: advice for the local authority, not the law's."""

    total: int
    needed: int

    @property
    def reached(self) -> bool:
        return 0 < self.needed <= self.total


def across_schools(found: Sequence[Threshold]) -> Across:
    """
    The sessions counted at several schools in the window ending on one day, taken together.

    The law counts one school's register; a total over schools obliges nobody, but a local
    authority may act below the threshold (SI 2007/1867 reg. 9A(7)). All must have been
    reckoned on the same day; the number needed is the greatest of theirs.
    """
    assert len({one.on for one in found}) <= 1, "reckoned on different days"
    return Across(sum(one.total for one in found), max((one.needed for one in found), default=0))
