"""Pupils and where they belong: names, UPN, compulsory school age, classes by date."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Date, Text, delete
from sqlalchemy import bindparam as bind

from ledger.calendar import compulsory_school_age
from ledger.roll import Pupil
from ledger.store import Page
from projections.context import Context
from projections.schema import LAST_DAY, column, key, pupil_key, school_key, table
from projections.steps import Rows, Statement, Step

pupils = table(
    "pupils",
    "The pupils ever admitted, as the admission register has them now.",
    school_key(),
    pupil_key(),
    column("upn", Text(), "Unique pupil number, or the temporary one the school gave."),
    column("surname", Text(), "Surname."),
    column("forename", Text(), "Forename."),
    column("born", Date(), "Date of birth."),
    column("compulsory_from", Date(), "First day of compulsory school age (EA 1996 s. 8)."),
    column("compulsory_to", Date(), "Last day of compulsory school age (EA 1996 s. 8)."),
)

enrolments = table(
    "enrolments",
    "Who is on roll and in which class: one row for each stretch of days in one class.",
    school_key(),
    pupil_key(),
    key("starts", Date(), "The first day of the stretch."),
    column("ends", Date(), f"The last day of the stretch; {LAST_DAY} while it lasts."),
    column("class", Text(), "The class or tutor group."),
    column("year_group", Text(), "The year group."),
)

pupil_facts = table(
    "pupil_facts",
    "Facts recorded about pupils, such as an EHC plan: one row for each and its first day.",
    school_key(),
    pupil_key(),
    key("fact", Text(), "EHC plan, SEN support, looked after, and the others there are."),
    key("starts", Date(), "The first day on which it holds."),
    column("ends", Date(), f"The last day on which it holds; {LAST_DAY} while it does."),
)

_FORGET = delete(enrolments).where(
    enrolments.c.school == bind("of_school"), enrolments.c.pupil == bind("of_pupil")
)


def project(pages: Sequence[Page], context: Context) -> Iterator[Step]:
    """Pupils' rows, made anew whenever anything happens to their place on the roll."""
    streams = dict.fromkeys(page.stream for page in pages if page.stream.startswith("pupil/"))
    moved = [context.roll.pupils[int(stream.removeprefix("pupil/"))] for stream in streams]
    if not moved:
        return
    urn = context.urn
    yield Rows(pupils, [(urn, *_named(pupil)) for pupil in moved])
    yield Statement(_FORGET, [{"of_school": urn, "of_pupil": pupil.id} for pupil in moved])
    rows = [(urn, pupil.id, *stretch) for pupil in moved for stretch in stretches(pupil)]
    yield Rows(enrolments, rows)
    facts = [(urn, pupil.id, *fact) for pupil in moved for fact in _facts(pupil)]
    yield Rows(pupil_facts, facts)


def _named(pupil: Pupil) -> tuple[Any, ...]:
    ages = (day.isoformat() for day in compulsory_school_age(pupil.born))
    born = pupil.born.isoformat()
    return (pupil.id, pupil.upn, pupil.surname, pupil.forename, born, *ages)


def _facts(pupil: Pupil) -> Iterator[tuple[str, str, str]]:
    for one in pupil.facts:
        ends = one.ends.isoformat() if one.ends else LAST_DAY
        yield one.fact, one.starts.isoformat(), ends


def stretches(pupil: Pupil) -> Iterator[tuple[Any, ...]]:
    """First day, last day, class and year group of each stretch on roll in one class."""
    for spell in pupil.spells:
        ends = spell.last_day or dt.date.fromisoformat(LAST_DAY)
        moves = {p.starts for p in pupil.places if spell.starts < p.starts <= ends}
        starts = sorted({spell.starts} | moves)
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            last = following - dt.timedelta(days=1) if following else ends
            place = pupil.place_on(start)
            if start <= last:
                yield start.isoformat(), last.isoformat(), place.group, place.year_group
