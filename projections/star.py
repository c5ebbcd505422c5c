"""
A star for dashboards, as SQL views whose names and columns stay as they are: version 1.

Facts of marks and of days, and what they are looked at by. Whoever may not see names is given
the views without ``_named``. A later version gets names of its own beside these.
"""

from typing import Any

from sqlalchemy import Select, SelectBase, Text, case, cast, func, literal, null, select, union_all

from projections.amendments import amendments
from projections.codes import code_sets
from projections.current_register import current_register
from projections.periods import periods
from projections.pupils import enrolments, pupils
from projections.schools import schools

r, a, p = current_register.c, amendments.c, periods.c
COUNTS = ("possible", "attended", "authorised", "unauthorised", "late")


def _marks() -> Select[Any]:
    columns = (r.school, r.date, r.half, r.pupil, r["class"], r.code, r.layer)
    counted = (r[name] for name in COUNTS)
    how = (r.entered, r.first_code, r.first_entry, r.entry, r.amendments, r.vanished)
    return select(*columns, *counted, *how).where(r.entered.is_not(None))


def _history() -> SelectBase:
    """Each entry made, and each amendment of it, in one row; the first has nothing before."""
    nothing = cast(null(), Text)
    entered = select(
        r.school,
        r.date,
        r.half,
        r.pupil,
        r.first_entry.label("entry"),
        literal("entered", Text).label("step"),
        nothing.label("original"),
        r.first_code.label("amended"),
        nothing.label("reason"),
        nothing.label("position"),
        nothing.label("lag"),
    ).where(r.first_entry.is_not(None))
    amended = select(
        a.school,
        a.date,
        a.half,
        a.pupil,
        a.entry,
        a.kind.label("step"),
        a.original,
        a.amended,
        a.reason,
        a.position,
        a.lag,
    )
    return union_all(entered, amended)


def _days() -> Select[Any]:
    by = (r.school, r.date, r.pupil, r["class"])
    summed = (func.sum(r[name]).label(name) for name in COUNTS)
    return select(*by, *summed).where(r.entered.is_not(None)).group_by(*by)


def _dates() -> Select[Any]:
    """One row a school day, with the name of each period it lies in."""

    def label(period: str) -> Any:
        return func.max(case((p.period == period, p.label))).label(period.replace("-", "_"))

    labels = (label(period) for period in ("week", "half-term", "term", "year"))
    return select(p.school, p.date, *labels).group_by(p.school, p.date)


def _codes() -> Select[Any]:
    c = code_sets.c
    counts = (c[name] for name in (*COUNTS, "threshold"))
    return select(c.school, c.code, c.begins, c.ends, c.meaning, c.statistical, *counts)


def _pupils() -> Select[Any]:
    c = pupils.c
    return select(c.school, c.pupil, c.compulsory_from, c.compulsory_to)


def _named() -> Select[Any]:
    c = pupils.c
    return select(c.school, c.pupil, c.upn, c.surname, c.forename, c.born)


def _enrolments() -> Select[Any]:
    c = enrolments.c
    return select(c.school, c.pupil, c.starts, c.ends, c["class"], c.year_group)


def _schools() -> Select[Any]:
    c = schools.c
    return select(c.school, c.name, c.phase, c.local_authority, c.trust)


STAR: dict[str, tuple[str, SelectBase]] = {
    "v1_fact_mark_current": ("Fact: each session of each pupil as it stands.", _marks()),
    "v1_fact_mark_history": (
        "Fact: each first entry and each amendment of it, oldest first by entry number.",
        _history(),
    ),
    "v1_fact_rate_daily": ("Fact: the sessions of each pupil on each day.", _days()),
    "v1_dim_date": ("Dimension: the school days, each with the periods it lies in.", _dates()),
    "v1_dim_code": ("Dimension: the codes, each with how it counts while it holds.", _codes()),
    "v1_dim_pupil": ("Dimension: the pupils, without names.", _pupils()),
    "v1_dim_pupil_named": ("Dimension: the pupils by name; for whoever may see names.", _named()),
    "v1_dim_enrolment": ("Dimension: class and year group of each pupil, by days.", _enrolments()),
    "v1_dim_school": ("Dimension: the schools.", _schools()),
}
