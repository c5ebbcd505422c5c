"""Registers not taken: classes and sessions where somebody on roll has no entry."""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any

from sqlalchemy import select

from ledger.kinds import Frozen, GroupId, Half, PupilId, Session
from projections.answers import Header, PupilRef
from projections.by_week import Asked, added_up
from projections.current_register import current_register
from projections.gone import sheets_gone
from projections.periods import periods
from projections.pupils import enrolments
from projections.rates_view import not_taken
from projections.views import View

r, p, e = current_register.c, periods.c, enrolments.c


_Sheet = tuple[dt.date, Half, GroupId]


class NotTaken(Frozen):
    """
    One sheet with somebody missing.

    ``expected`` pupils of the class are on roll, ``marked`` have an entry; ``missing`` are the
    others. Where nobody is marked the register was not taken at all.
    """

    session: Session
    group: GroupId
    expected: int
    marked: int
    missing: tuple[PupilRef, ...]

    @property
    def at_all(self) -> bool:
        """Whether anybody was marked."""
        return self.marked > 0


class RegistersNotTaken(Frozen):
    """
    The sheets with somebody missing between two days, both in, of ``sheets`` that were expected.

    ``no_school`` says why no register was to be taken, where the school met on no day of them.
    ``disposed`` sheets are left out: entries of theirs were disposed of, and whether they were
    taken cannot be told any more.
    """

    header: Header
    first: dt.date
    last: dt.date
    sheets: int
    rows: tuple[NotTaken, ...]
    no_school: str = ""
    disposed: int = 0


def registers_not_taken(
    view: View, first: dt.date, last: dt.date | None = None, *, group: GroupId | None = None
) -> RegistersNotTaken:
    """
    What should have been taken on a day, or between two, and was not or not for everybody.

    Sessions come from the calendar as planned, without those a standing closure covers; who
    is expected comes from the admission register.

    Reference: SI 2024/208 reg. 10(1).
    """
    last = last or first
    span, marked_at = (first, last), cache(partial(_marked, view))
    sheets: Mapping[_Sheet, tuple[int, ...]] = added_up(
        view, ("not taken", group), span, _sheets(view, group)
    )
    gone = sheets_gone(view.ledger, first, last)
    lacking = {sheet: of for sheet, of in sheets.items() if of[1] < of[0]}
    rows = [
        NotTaken(
            session=Session(day, half),
            group=of,
            expected=expected,
            marked=marked,
            missing=tuple(_missing(view, marked_at(day, half), day, of)),
        )
        for (day, half, of), (expected, marked) in lacking.items()
        if (day, half, of) not in gone
    ]
    rows.sort(key=lambda one: (one.session, one.group))
    return RegistersNotTaken(
        header=view.header("registers-not-taken", [first, last]),
        first=first,
        last=last,
        sheets=len(sheets) - len(gone & lacking.keys()),
        rows=tuple(rows),
        no_school="" if sheets else _why_no_school(view, first, last),
        disposed=len(gone & lacking.keys()),
    )


def _why_no_school(view: View, first: dt.date, last: dt.date) -> str:
    """Why the school met on no day from ``first`` to ``last``; "" where it did on one."""
    calendar = view.school.meeting
    if calendar.sessions(first, last):
        return ""
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    whys = {calendar.why_not(day): day for day in reversed(days)}
    if len(days) == 1:
        return calendar.why_not(first)
    return "; ".join(f"from {day} {why}" for why, day in sorted(whys.items(), key=lambda w: w[1]))


def _sheets(view: View, group: GroupId | None) -> Asked:
    """How many pupils are expected on each sheet, and how many are marked."""

    def asked(first: dt.date, last: dt.date) -> Iterator[tuple[Any, tuple[int, ...]]]:
        every = not_taken(lacking_only=False, span=(first, last))
        question = every.where(p.school == view.urn)
        if group is not None:
            question = question.where(e["class"] == group)
        for row in view.rows(question):
            yield (row.date, row.half, str(row._mapping["class"])), (row.expected, row.marked)

    return asked


def _marked(view: View, day: dt.date, half: Half) -> set[PupilId]:
    """Who has an entry for a session, on whatever sheet."""
    here = (r.school == view.urn) & (r.date == day) & (r.half == half)
    return {row.pupil for row in view.rows(select(r.pupil).where(here, r.entered.is_not(None)))}


def _missing(view: View, marked: set[PupilId], day: dt.date, group: GroupId) -> list[PupilRef]:
    expected = view.context.roll.in_group(group, day)
    return [PupilRef.of(pupil) for pupil in expected if pupil.id not in marked]
