"""Rates as SQL views over the current register and the periods: integers that add up."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    SelectBase,
    Subquery,
    Text,
    func,
    literal,
    select,
    text,
    union_all,
)

from projections.closures import EVERY_CLASS, closures
from projections.contradictions import contradictions
from projections.current_register import current_register
from projections.periods import periods
from projections.pupils import enrolments
from projections.schools import schools
from projections.sheets_gone import sheets_gone
from projections.star import STAR

r, p, e, c = current_register.c, periods.c, enrolments.c, closures.c
g = sheets_gone.c
SUMS = ("possible", "attended", "authorised", "unauthorised", "late")

_PERIOD = (p.period, p.label, p.starts, p.ends)
IN_PERIOD = (p.school == r.school) & (p.date == r.date)
ENROLLED = (e.school == r.school) & (e.pupil == r.pupil) & r.date.between(e.starts, e.ends)


def sums(*by: Any) -> Select[Any]:
    """Possible, attended, authorised, unauthorised, late summed by these columns."""
    summed = (func.sum(r[name]).label(name) for name in SUMS)
    return select(*by, *summed).where(r.entered.is_not(None)).group_by(*by)


def _by_pupil() -> Select[Any]:
    return sums(r.school, r.pupil, *_PERIOD).join_from(current_register, periods, IN_PERIOD)


def _by_class() -> Select[Any]:
    by = (r.school, r["class"], *_PERIOD)
    return sums(*by).join_from(current_register, periods, IN_PERIOD)


def _by_year_group() -> Select[Any]:
    by = (r.school, e.year_group, *_PERIOD)
    joined = sums(*by).join_from(current_register, periods, IN_PERIOD)
    return joined.join(enrolments, ENROLLED)


def _by_school() -> Select[Any]:
    return sums(r.school, *_PERIOD).join_from(current_register, periods, IN_PERIOD)


def _by_trust() -> Select[Any]:
    joined = sums(schools.c.trust, *_PERIOD).join_from(current_register, periods, IN_PERIOD)
    return joined.join(schools, schools.c.school == r.school)


def halves() -> Subquery:
    """The two half-days of a school day."""
    return union_all(
        *(select(literal(half, Text).label("half")) for half in ("AM", "PM"))
    ).subquery("halves")


def _closed(half: Any) -> Any:
    """That a standing closure lies over the class's session."""
    return (
        select(c.closure)
        .where(
            c.school == p.school,
            c["class"].in_([EVERY_CLASS, e["class"]]),
            c.withdrawn.is_(None),
            (c.first_date < p.date) | ((c.first_date == p.date) & (c.first_half <= half)),
            (c.last_date > p.date) | ((c.last_date == p.date) & (c.last_half >= half)),
        )
        .exists()
    )


def not_taken(
    *, lacking_only: bool = True, span: tuple[dt.date, dt.date] | None = None
) -> Select[Any]:
    """
    Each class and planned session: pupils on roll, those with an entry, those without.

    Of the days of a span alone, said of both tables: as at an earlier entry the register is a
    view of two parts, and what is said of the other table is not carried into it.
    """
    half = halves().c.half
    on_roll = (e.school == p.school) & p.date.between(e.starts, e.ends)
    entered = (r.school == p.school) & (r.date == p.date) & (r.half == half) & (r.pupil == e.pupil)
    planned = p.period == "day"
    if span is not None:
        entered &= r.date.between(*span)
        planned &= p.date.between(*span)
    marked = func.count(r.entered)
    sheets = (
        select(
            p.school,
            p.date,
            half,
            e["class"],
            func.count().label("expected"),
            marked.label("marked"),
            (func.count() - marked).label("missing"),
        )
        .select_from(periods)
        .join(half.table, literal(value=True))
        .join(enrolments, on_roll)
        .outerjoin(current_register, entered)
        .where(planned, ~_closed(half))
        .group_by(p.school, p.date, half, e["class"])
    )
    if not lacking_only:
        return sheets
    gone = (
        select(g.date)
        .where(g.school == p.school, g.date == p.date, g.half == half, g["class"] == e["class"])
        .exists()
    )
    return sheets.where(~gone).having(marked < func.count())


VIEWS: dict[str, tuple[str, SelectBase]] = {
    "rates_by_pupil": ("Sessions of each pupil in each period.", _by_pupil()),
    "rates_by_class": ("Sessions of each class in each period.", _by_class()),
    "rates_by_year_group": ("Sessions of each year group in each period.", _by_year_group()),
    "rates_by_school": ("Sessions of each school in each period.", _by_school()),
    "rates_by_trust": ("Sessions of each trust in each period.", _by_trust()),
    "registers_not_taken": (
        "Sheets on which somebody on roll has no entry: every planned session, those to come "
        "too, without the sessions a standing closure covers and the sheets of which entries were "
        "disposed of.",
        not_taken(),
    ),
    "contradictions": (
        "Entries that do not agree with leave given or withdrawn, or with the roll; codes of leave "
        "entered or amended to here that nobody gave.",
        contradictions(),
    ),
    **STAR,
}


def make_views(connection: Connection) -> None:
    """Create the views."""
    for name, (_, select_) in VIEWS.items():
        sql = select_.compile(connection, compile_kwargs={"literal_binds": True})
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {sql}".replace("%%", "%"))


def drop_views(connection: Connection) -> None:
    """Drop the views."""
    for name in VIEWS:
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
