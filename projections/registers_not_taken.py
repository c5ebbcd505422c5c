"""Registers not taken: classes and sessions where somebody on roll has no entry."""

import datetime as dt
from typing import Any

from sqlalchemy import Row, Select, select

from ledger.kinds import Frozen, GroupId, Session
from projections.answers import Header, PupilRef
from projections.current_register import current_register
from projections.periods import periods
from projections.pupils import enrolments
from projections.rates_view import not_taken
from projections.views import View

r, p, e = current_register.c, periods.c, enrolments.c


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
    The sheets with somebody missing between two days, both in; ``sheets`` were expected.

    ``no_school`` says why no register was to be taken, where the school met on no day of them.
    """

    header: Header
    first: dt.date
    last: dt.date
    sheets: int
    rows: tuple[NotTaken, ...]
    no_school: str = ""


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
    span = p.date.between(first, last) & (p.school == view.urn)
    sheets = view.rows(_of_class(not_taken(lacking_only=False).where(span), group))
    rows = [
        NotTaken(
            session=Session(sheet.date, sheet.half),
            group=str(sheet._mapping["class"]),
            expected=int(sheet.expected),
            marked=int(sheet.marked),
            missing=tuple(_missing(view, sheet)),
        )
        for sheet in sheets
        if sheet.missing
    ]
    rows.sort(key=lambda one: (one.session, one.group))
    return RegistersNotTaken(
        header=view.header("registers-not-taken", [first, last]),
        first=first,
        last=last,
        sheets=len(sheets),
        rows=tuple(rows),
        no_school="" if sheets else _why_no_school(view, first, last),
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


def _of_class(question: Select[Any], group: GroupId | None) -> Select[Any]:
    return question if group is None else question.where(e["class"] == group)


def _missing(view: View, sheet: Row[Any]) -> list[PupilRef]:
    group = str(sheet._mapping["class"])
    marked = {
        int(row.pupil)
        for row in view.rows(
            select(r.pupil).where(
                r.school == view.urn,
                r.date == sheet.date,
                r.half == sheet.half,
                r.entered.is_not(None),
            )
        )
    }
    expected = view.context.roll.in_group(group, sheet.date)
    return [PupilRef.of(pupil) for pupil in expected if pupil.id not in marked]
