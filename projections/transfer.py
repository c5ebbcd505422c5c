"""A pupil's attendance as it goes to another school: year by year, totals and a row of marks."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from ledger.calendar import Period
from ledger.kinds import HALVES, Code, Frozen, PupilId, Session
from ledger.layers import covering
from ledger.roll import Pupil
from projections.answers import Header
from projections.context import counts_of
from projections.marks_held import MarkHeld, marks_held
from projections.views import Scope, View

NO_SESSION, NO_MARK = "#", "-"


class YearOfMarks(Frozen):
    """
    One school year of a pupil at this school.

    ``marks`` run from ``first``, a Monday to Friday, two a day, to the last day with an entry:
    the code that counts, ``#`` where the school did not meet, ``-`` where nothing counts.
    """

    label: str
    begins: dt.date
    possible: int
    attended: int
    authorised: int
    unauthorised: int
    first: dt.date
    marks: tuple[Code, ...]


class PupilTransferred(Frozen):
    """A pupil and the years of marks there are, the earliest first."""

    id: PupilId
    upn: str
    surname: str
    forename: str
    born: dt.date
    years: tuple[YearOfMarks, ...]


class Transferred(Frozen):
    """The attendance of some pupils between two days, for another school."""

    header: Header
    rows: tuple[PupilTransferred, ...]


def transferred(view: View, scope: Scope) -> Transferred:
    """The years of marks of the pupils and days of a scope; of a class, those in it at the end."""
    of: dict[PupilId, list[MarkHeld]] = {}
    for one in marks_held(view, replace(scope, group=None)):
        if view.school.calendar.is_school_day(one.session.date):
            of.setdefault(one.pupil, []).append(one)
    pupils = [view.context.roll.pupils[number] for number in sorted(of)]
    if scope.group is not None:
        pupils = [one for one in pupils if one.places[-1].group == scope.group]
    rows = [_pupil(view, one, of[one.id]) for one in pupils]
    days = [one.session.date for held in of.values() for one in held]
    span = [min(days), max(days)] if days else []
    return Transferred(header=view.header("export ctf", span), rows=tuple(rows))


def _pupil(view: View, pupil: Pupil, held: list[MarkHeld]) -> PupilTransferred:
    years: dict[Period, list[MarkHeld]] = {}
    for one in held:
        year = view.school.calendar.period_of(one.session.date, "year")
        assert year is not None, "a school day is in a school year"
        years.setdefault(year, []).append(one)
    return PupilTransferred(
        id=pupil.id,
        upn=pupil.upn,
        surname=pupil.surname,
        forename=pupil.forename,
        born=pupil.born,
        years=tuple(_year(view, pupil, year, marks) for year, marks in years.items()),
    )


def _year(view: View, pupil: Pupil, year: Period, held: list[MarkHeld]) -> YearOfMarks:
    counted = [counts_of(one.counts_as, view.school.rules_on(one.session.date)) for one in held]
    first, last = held[0].session.date, held[-1].session.date
    by_session = {one.session: one for one in held}
    return YearOfMarks(
        label=year.label,
        begins=year.starts,
        possible=sum(one.possible for one in counted),
        attended=sum(one.attended for one in counted),
        authorised=sum(one.authorised for one in counted),
        unauthorised=sum(one.unauthorised for one in counted),
        first=first,
        marks=tuple(
            _mark(view, pupil, session, by_session.get(session))
            for session in _weekdays(first, last)
        ),
    )


def _mark(view: View, pupil: Pupil, session: Session, held: MarkHeld | None) -> Code:
    if not view.school.calendar.is_session(session):
        return NO_SESSION
    if held is not None:
        return held.counts_as or NO_MARK
    group = pupil.group_on(session.date)
    if group is None:
        return NO_MARK
    over = covering(view.school.closures.values(), session, group)
    return max(over, key=lambda one: one.closure).code if over else NO_MARK


def _weekdays(first: dt.date, last: dt.date) -> Iterator[Session]:
    """Both halves of each Monday to Friday from one day to another."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = dt.date.fromordinal(ordinal)
        if day.weekday() < 5:
            yield from (Session(day, half) for half in HALVES)
