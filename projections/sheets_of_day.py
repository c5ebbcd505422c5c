"""The sheets of one day, class by class: who is in, who is away, and the entry that made them."""

import datetime as dt

from sqlalchemy import func, select

from ledger.kinds import Frozen, GroupId, Half
from projections.current_register import current_register
from projections.views import View

t = current_register.c


class SheetOfDay(Frozen):
    """
    One class and session as it stands. ``unexplained`` are those under N, counted in
    ``unauthorised`` too, ``marked`` all with an entry, those whom no session counts for among
    them; ``entry`` is the last first entry, by which one sees who made it and when.
    """

    group: GroupId
    half: Half
    marked: int
    attended: int
    authorised: int
    unauthorised: int
    unexplained: int
    late: int
    entry: int


def sheets_of_day(view: View, day: dt.date) -> dict[tuple[GroupId, Half], SheetOfDay]:
    """The sheets with an entry, by class and half."""
    counted = [func.sum(t[name]).label(name) for name in _COUNTED]
    rows = view.rows(
        select(
            t["class"],
            t.half,
            *counted,
            func.count().label("marked"),
            func.count().filter(t.code == "N").label("unexplained"),
            func.max(t.first_entry).label("entry"),
        )
        .where(t.school == view.urn, t.date == day, t.entered.is_not(None))
        .group_by(t["class"], t.half)
    )
    found = (
        SheetOfDay(
            group=str(row._mapping["class"]),
            half=row.half,
            marked=int(row.marked),
            unexplained=int(row.unexplained),
            entry=int(row.entry),
            **{name: int(row._mapping[name] or 0) for name in _COUNTED},
        )
        for row in rows
    )
    return {(one.group, one.half): one for one in found}


_COUNTED = ("attended", "authorised", "unauthorised", "late")
