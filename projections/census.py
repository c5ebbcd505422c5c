"""The attendance that a school census collects, pupil by pupil, reckoned from the register."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import func, select

from ledger.kinds import Code, PupilId
from ledger.layers import covering
from ledger.reckoning.census import (
    Absence,
    Part,
    Scope,
    census_of,
    collected,
    counted,
    scope,
)
from ledger.roll import Pupil, Spell
from projections.census_answers import CensusCollected, PartCollected, PupilCollected
from projections.current_register import current_register
from projections.periods import periods
from projections.registers_not_taken import registers_not_taken
from projections.views import View

r, p = current_register.c, periods.c
EVERY_CODE = "every code"


class Kind(NamedTuple):
    """A code and how it counts on the days in hand: ``J`` counted otherwise in July 2024."""

    code: Code
    possible: int = 0
    authorised: int = 0
    unauthorised: int = 0


Counts = dict[PupilId, Counter[Kind]]


def census(view: View, day: dt.date) -> CensusCollected:
    """
    What the census of a day collects, a term in arrears.

    Reference: SI 2013/2094 Sch. 1; DfE, Pupil absence statistics: methodology, section 4.
    """
    parts, counts = collected(day), str(view.policy.on(day).get("census.counts").value)
    columns = tuple(_columns(view, parts, counts))
    found = [(part, _sessions(view, part)) for part in parts]
    rows: list[PupilCollected] = []
    left_out: Counter[str] = Counter()
    for number in sorted({pupil for _, of in found for pupil in of}):
        pupil = view.context.roll.pupils[number]
        spell = _spell(pupil, parts, day)
        held = []
        for part, of in found:
            if number in of:
                within, why = _scope(view, pupil, part, day, spell)
                if within == "out":
                    left_out[why] += part is parts[0] or number not in found[0][1]
                else:
                    held.append(_part(part, within, of[number], columns))
        if held:
            rows.append(_row(pupil, spell, day, tuple(held)))
    not_taken = (registers_not_taken(view, part.first, part.last).rows for part in parts)
    days = (value for value in view.policy.on(day).get("audit.census_days").value)
    return CensusCollected(
        header=view.header("export census", [parts[0].first, parts[-1].last, day]),
        census=census_of(day),
        day=day,
        known=day.isoformat() in days,
        parts=parts,
        counts=counts,
        codes=columns,
        rows=tuple(rows),
        left_out=dict(sorted(left_out.items())),
        missing=sum(len(one.missing) for sheets in not_taken for one in sheets),
    )


def _sessions(view: View, part: Part) -> Counts:
    """How often each code counts for each pupil on the school days of a part."""
    kind = (r.code, r.possible, r.authorised, r.unauthorised)
    same_day = (p.school == r.school) & (p.date == r.date) & (p.period == "day")
    question = (
        select(r.pupil, *kind, func.count().label("sessions"))
        .join_from(current_register, periods, same_day)
        .where(r.school == view.urn, r.date.between(part.first, part.last))
        .where(r.entered.is_not(None), r.layer != "not on roll")
        .group_by(r.pupil, *kind)
    )
    found: Counts = {}
    for row in view.rows(question):
        said = Kind(row.code, row.possible, row.authorised, row.unauthorised)
        found.setdefault(row.pupil, Counter())[said] += int(row.sessions)
    for pupil, code in _cancelled(view, part):
        found.setdefault(pupil, Counter())[Kind(code)] += 1
    return found


def _cancelled(view: View, part: Part) -> Iterator[tuple[PupilId, Code]]:
    """
    The closure's code for whoever has no entry beneath it: it stands as if it were a record.

    Reference: SI 2024/208 reg. 10(10).
    """
    closures = [
        one
        for one in view.school.closures.values()
        if one.first.date <= part.last and one.last.date >= part.first
    ]
    if not closures:
        return
    question = select(r.date, r.half, r.pupil).where(
        r.school == view.urn,
        r.date.between(part.first, part.last),
        r.layer == "closure",
        r.entered.is_not(None),
    )
    entered = {tuple(row) for row in view.rows(question)}
    for session in view.school.calendar.sessions(part.first, part.last):
        for pupil, group in view.context.roll.places(session.date).items():
            over = covering(closures, session, group)
            if over and (*session, pupil) not in entered:
                yield pupil, max(over, key=lambda one: one.closure).code


def _scope(view: View, pupil: Pupil, part: Part, day: dt.date, spell: Spell) -> tuple[Scope, str]:
    last = min(day, spell.last_day or day)
    boards = pupil.holds("boarder", last)
    rules = view.policy.on(day)
    if scope(pupil.born, part, boards=False, rules=rules) == "out":
        return "out", "not of the ages collected"
    return scope(pupil.born, part, boards=boards, rules=rules), "boarders"


def _part(
    part: Part, within: Scope, held: Counter[Kind], columns: tuple[Code, ...]
) -> PartCollected:
    absent = Absence(
        sum(sessions for kind, sessions in held.items() if kind.authorised),
        sum(sessions for kind, sessions in held.items() if kind.unauthorised),
    )
    codes: Counter[Code] = Counter()
    for kind, sessions in held.items():
        codes[kind.code] += sessions
    reasons, asked = absent, {code: codes[code] for code in columns if codes[code]}
    if within == "overall only":
        reasons, absent, asked = Absence(), Absence(absent.all, 0), {}
    return PartCollected(
        name=part.name,
        possible=sum(sessions for kind, sessions in held.items() if kind.possible),
        authorised=absent.authorised,
        unauthorised=absent.unauthorised,
        codes=asked,
        absent=counted(reasons, absent).all,
        overall_only=within == "overall only",
    )


def _columns(view: View, parts: tuple[Part, ...], counts: str) -> Iterator[Code]:
    """The codes asked for on any day of the parts, in the Regulations' order."""
    absences = {"authorised", "unauthorised"}
    seen: set[Code] = set()
    for part in parts:
        for day in (part.first, part.last):
            codes = view.school.rules_on(day).codes
            for row in (*codes.values(), *codes.tolerated.values()):
                kept = (
                    row.statistical in absences
                    if counts != EVERY_CODE
                    else (row.statistical != "administrative")
                )
                if kept and row.code not in seen:
                    seen.add(row.code)
                    yield row.code


def _spell(pupil: Pupil, parts: tuple[Part, ...], day: dt.date) -> Spell:
    """The time on roll that the census is about: the one of its day, else the last one begun."""
    now = [spell for spell in pupil.spells if spell.holds(day)]
    begun = [spell for spell in pupil.spells if spell.starts <= parts[-1].last]
    return (now or begun or list(pupil.spells))[-1]


def _row(
    pupil: Pupil, spell: Spell, day: dt.date, parts: tuple[PartCollected, ...]
) -> PupilCollected:
    on_roll = spell.holds(day)
    return PupilCollected(
        id=pupil.id,
        upn=pupil.upn,
        surname=pupil.surname,
        forename=pupil.forename,
        born=pupil.born,
        year_group=pupil.place_on(min(day, spell.last_day or day)).year_group,
        on_roll=on_roll,
        entered_on=spell.starts,
        left_on=None if on_roll else spell.last_day,
        parts=parts,
    )
