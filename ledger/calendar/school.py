"""The days and sessions on which one school meets, as its calendar has them."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, assert_never

from ledger.calendar.ladder import Ladder
from ledger.calendar.periods import Period, PeriodKind, holding, week
from ledger.calendar.working import add_working_days
from ledger.calendar.year import SchoolYear, year_periods
from ledger.events import CalendarSet, ClosureDeclared, Term
from ledger.kinds import HALVES, Session

Unit = Literal["days", "weeks", "working days", "school days", "school weeks"]
"""What a clock counts in. Sessions, the fifth unit, are counted from session to session."""


def monday_of(day: dt.date) -> dt.date:
    """The Monday of the week that a day is in."""
    return day - dt.timedelta(days=day.weekday())


@dataclass(frozen=True)
class Calendar:
    """
    When a school meets.

    ``closures`` are those of the whole school. A session inside one is a session at which
    the school did not meet, whether planned (#) or cancelled (Y4): it makes neither a school
    day nor a school week, though Y4 is still entered for every pupil (SI 2024/208
    reg. 10(10)). DERIVED from "in which the school meets" (SI 2007/1867 reg. 9A). A closure of
    some classes leaves the school meeting, and so leaves its days and weeks.

    Built once and asked often: the rows of days, weeks and sessions are made on first use.

    Reference: Education Act 1996 s. 579(1) for school day and school year.
    """

    years: tuple[SchoolYear, ...] = ()
    closures: tuple[ClosureDeclared, ...] = ()

    @classmethod
    def of(
        cls, sets: Iterable[CalendarSet], closures: Iterable[ClosureDeclared] = ()
    ) -> "Calendar":
        """From calendars in the order set: a later one for a school year replaces the earlier."""
        latest = {event.school_year: SchoolYear.of(event) for event in sets if event.half_terms}
        years = tuple(sorted(latest.values(), key=lambda year: year.starts))
        return cls(years).without(closures)

    def adding(self, event: CalendarSet) -> "Calendar":
        """The calendar once one more school year has been set, or set anew."""
        others = [year for year in self.years if year.label != event.school_year]
        new = [SchoolYear.of(event)] if event.half_terms else []
        years = tuple(sorted([*others, *new], key=lambda year: year.starts))
        return Calendar(years, self.closures)

    def without(self, closures: Iterable[ClosureDeclared]) -> "Calendar":
        """The calendar with these closures over it; those of some classes change nothing."""
        whole = tuple(closure for closure in closures if closure.groups is None)
        return replace(self, closures=self.closures + whole) if whole else self

    # --- the rows everything is counted along ------------------------------------------------

    @cached_property
    def by_session(self) -> Ladder[Session]:
        """Every session at which the school meets."""
        days = (day for year in self.years for day in year.school_days())
        planned = (Session(day, half) for day in days for half in HALVES)
        return Ladder(session for session in planned if self._closed_by(session) is None)

    @cached_property
    def by_day(self) -> Ladder[dt.date]:
        """Every school day: a day on which there is a session at this school."""
        return Ladder(session.date for session in self.by_session.rungs)

    @cached_property
    def by_week(self) -> Ladder[dt.date]:
        """The Monday of every school week: seven days in which the school meets at least once."""
        return Ladder(monday_of(day) for day in self.by_day.rungs)

    # --- is it, and why not -------------------------------------------------------------------

    def is_school_day(self, day: dt.date) -> bool:
        return day in self.by_day

    def is_session(self, session: Session) -> bool:
        return session in self.by_session

    def why_not(self, day: dt.date) -> str:
        """Why a day is not a school day, to end a sentence with; "" for a school day."""
        if day in self.by_day:
            return ""
        if self.school_year_of(day) is None:
            return "no calendar has been set for it"
        if day.weekday() >= 5:
            return f"it is a {day:%A}"
        if self.half_term_of(day) is None:
            return "it is in the school holidays"
        if any(day in year.inset for year in self.years):
            return "it is an INSET day"
        closure = self._closed_by(Session(day, "AM"))
        return f"the school is closed: {closure.reason}" if closure else "the school is closed"

    # --- spans ------------------------------------------------------------------------------

    def school_days(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """The school days from ``first`` to ``last``, both in."""
        return list(self.by_day.within(first, last))

    def sessions(self, first: dt.date, last: dt.date) -> list[Session]:
        """The sessions of the school days from ``first`` to ``last``, both in."""
        return list(self.by_session.within(Session(first, "AM"), Session(last, "PM")))

    def school_weeks(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """The Mondays of the school weeks that reach into ``first`` to ``last``."""
        return list(self.by_week.within(monday_of(first), last))

    # --- counting: the day started from is not counted, the day arrived at is ---------------

    def deadline(self, day: dt.date, count: int, unit: Unit) -> dt.date | None:
        """
        The last day of a clock of ``count`` units that starts on ``day``.

        ``None`` where the calendar as set ends before the clock does.
        """
        match unit:
            case "days":
                return day + dt.timedelta(days=count)
            case "weeks":
                return day + dt.timedelta(weeks=count)
            case "working days":
                return add_working_days(day, count)
            case "school days":
                return self.add_school_days(day, count)
            case "school weeks":
                return self.add_school_weeks(day, count)
        assert_never(unit)

    def add_school_days(self, day: dt.date, count: int) -> dt.date | None:
        """
        The school day ``count`` school days after ``day``, or before it if negative.

        The clock of an N: it stands until the end of the fifth school day after the session,
        the next school day being the first (SI 2024/208 reg. 10(7); first day DERIVED).
        ``None`` where the calendar as set ends first.
        """
        return self.by_day.after(day, count)

    def school_days_between(self, day: dt.date, later: dt.date) -> int:
        """The number of school days after ``day``, up to and with ``later``."""
        return self.by_day.between(day, later)

    def add_school_weeks(self, day: dt.date, count: int) -> dt.date | None:
        """The Monday of the school week ``count`` school weeks after the week of ``day``."""
        return self.by_week.after(monday_of(day), count)

    def school_weeks_between(self, day: dt.date, later: dt.date) -> int:
        """The number of school weeks after the week of ``day``, up to and with ``later``'s."""
        return self.by_week.between(monday_of(day), monday_of(later))

    def add_sessions(self, session: Session, count: int) -> Session | None:
        """The session of the school ``count`` sessions after ``session``."""
        return self.by_session.after(session, count)

    def sessions_between(self, session: Session, later: Session) -> int:
        """The number of sessions of the school after ``session``, up to and with ``later``."""
        return self.by_session.between(session, later)

    # --- half-terms, terms, school years ------------------------------------------------------

    def half_term_of(self, day: dt.date) -> Term | None:
        """The half-term a day is in, INSET and closed days too; ``None`` in the holidays."""
        place = bisect_right(self._half_terms, day, key=lambda half: half.starts) - 1
        found = self._half_terms[place] if place >= 0 else None
        return found if found and day <= found.ends else None

    def school_year_of(self, day: dt.date) -> str | None:
        """The label of the school year a day is in, holidays too."""
        year = self.period_of(day, "year")
        return year.label if year else None

    def period_of(self, day: dt.date, kind: PeriodKind) -> Period | None:
        """The period of a kind that holds a day; ``None`` where it is in no such period."""
        if kind == "day":
            return Period(day.isoformat(), day, day)
        if kind == "week":
            return week(monday_of(day))
        return holding(self._periods[kind], day)

    def periods(self, kind: PeriodKind) -> tuple[Period, ...]:
        """All periods of a kind, in order; of days and weeks those in which the school meets."""
        if kind == "day":
            return tuple(Period(day.isoformat(), day, day) for day in self.by_day.rungs)
        if kind == "week":
            return tuple(week(monday) for monday in self.by_week.rungs)
        return self._periods[kind]

    @cached_property
    def _half_terms(self) -> tuple[Term, ...]:
        return tuple(half for year in self.years for half in year.half_terms)

    @cached_property
    def _periods(self) -> dict[PeriodKind, tuple[Period, ...]]:
        return {
            "half-term": tuple(span for year in self.years for span in year.half_term_periods()),
            "term": tuple(span for year in self.years for span in year.term_periods()),
            "year": tuple(year_periods(self.years)),
        }

    def _closed_by(self, session: Session) -> ClosureDeclared | None:
        return next((c for c in self.closures if c.first <= session <= c.last), None)
