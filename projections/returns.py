"""What is owed to the local authority, and support, read from the ledger as at an entry."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, select

from ledger.calendar import london
from ledger.events import AbsenceReported, Figures
from ledger.kinds import Code, Frozen, PupilId, Session
from ledger.reckoning.rule import Rule
from ledger.returning import Back, returned
from ledger.returns import (
    BACK,
    Marks,
    Owed,
    Returns,
    Told,
    attendance_owed,
    deletions_owed,
    irregular,
    new_pupils_owed,
    plan_fall_owed,
    sickness_owed,
)
from ledger.returns.plan import PLAN
from ledger.support import Support, Supports
from projections.answers import Header, PupilRef
from projections.codes import counting
from projections.current_register import ABSENT, current_register
from projections.spells import spells_in
from projections.views import View
from projections.weeks_away import last_entries, may_be_long

t = current_register.c


class SupportShown(Frozen):
    """One thing begun: who it is about, what was said, and the figures before and after."""

    support: int
    kind: str
    about: str
    pupil: PupilRef | None
    opened_on: dt.date
    opened_by: str
    review_on: dt.date | None
    closed_on: dt.date | None
    outcome: str | None
    with_whom: tuple[str, ...]
    agenda: tuple[str, ...]
    notes: tuple[str, ...]
    before: Figures | None
    after: Figures | None


class SupportGiven(Frozen):
    """Plans, contracts, meetings, goals and logs, in the order of their numbers."""

    header: Header
    rows: tuple[SupportShown, ...]


def support(view: View, on: dt.date, pupil: PupilId | None = None) -> SupportGiven:
    """What support there was, for one pupil or all, with attendance before and after."""
    held = supports_of(view).by_number.values()
    rows = [_shown(view, one) for one in held if pupil is None or one.opened.pupil == pupil]
    return SupportGiven(header=view.header("support", [on]), rows=tuple(rows))


def _shown(view: View, one: Support) -> SupportShown:
    opened, closed = one.opened, one.closed
    whose = view.context.roll.pupils.get(opened.pupil) if opened.pupil is not None else None
    names = {parent.id: parent.name for parent in whose.parents} if whose else {}
    return SupportShown(
        support=one.number,
        kind=opened.kind,
        about=opened.about,
        pupil=PupilRef.of(whose) if whose else None,
        opened_on=opened.opened_on,
        opened_by=f"{opened.made_by.name}, {opened.made_by.position}",
        review_on=one.review_on,
        closed_on=closed.closed_on if closed else None,
        outcome=closed.outcome if closed else None,
        with_whom=(*(names.get(who, who) for who in opened.parents), *opened.others),
        agenda=opened.agenda,
        notes=tuple(f"{it.noted_on}: {it.note}" for it in one.notes),
        before=opened.before,
        after=closed.after if closed else None,
    )


def returns_of(view: View) -> Returns:
    """The returns and back-ups recorded up to the view's entry."""
    pages = view.ledger.pages_between("return/", "return0", view.entry)
    events = (recorded for page in pages for recorded in page.events())
    return Returns.fold(one.event for one in events if one.entry <= view.entry)  # type: ignore[misc]


def supports_of(view: View) -> Supports:
    """The support recorded up to the view's entry."""
    pages = view.ledger.pages_between("support/", "support0", view.entry)
    events = sorted(
        (recorded for page in pages for recorded in page.events()), key=lambda one: one.entry
    )
    return Supports.fold(one.event for one in events if one.entry <= view.entry)  # type: ignore[misc]


def owed(view: View, returns: Returns, on: dt.date) -> Iterator[Owed]:
    """Every return that the ledger shows to be owed on a day, made or not."""
    school, roll = view.school, view.context.roll
    for one in (*new_pupils_owed(school, roll), *deletions_owed(school, roll)):
        if one.since <= on:
            yield one
    ill = _pupils(view, on, "return.sickness_codes", least=1)
    absent = _pupils(view, on, "return.attendance_codes", least=_least(view, on))
    planned = {
        number
        for number, pupil in roll.pupils.items()
        if any(one.fact == PLAN and one.starts <= on for one in pupil.facts)
    }
    told = _told(view, ill)
    ill_often = {one for one in ill if one in told or ill[one] >= _least(view, on)}
    long_away = may_be_long(view, absent, (on - BACK, on), min(_days(view, on), default=0))
    looked_at = {*ill_often, *long_away, *planned}
    of = {one for one in looked_at if roll.pupils[one].on_roll(on)}
    last = last_entries(view, of, (on - BACK, on))
    kept = view.weeks.found if view.weeks else {}
    stands = {one: (last.get(one), on, returns, told.get(one, [])) for one in of}
    moved = {
        one for one in of if one not in last or kept.get(("owed", one), ((),))[0] != stands[one]
    }
    for number, marks in _marks(view, on, moved):
        pupil = roll.pupils[number]
        found = (
            *attendance_owed(pupil, marks, school, returns, on),
            *sickness_owed(pupil, marks, school, told.get(number, ()), on),
            *plan_fall_owed(pupil, marks, school, on),
        )
        kept["owed", number] = stands[number], found
    for number in sorted(of):
        yield from kept.get(("owed", number), ((), ()))[1]


def irregular_now(view: View, returns: Returns, on: dt.date) -> Iterator[Owed]:
    """Pupils whom the school may judge not to attend regularly: proposed, and by nothing owed."""
    rules = view.school.rules_on(on)
    if "return.irregular" not in rules:
        return
    rule = Rule.read(rules.get("return.irregular").value)
    opens = rule.opens(view.school.meeting, Session(on, "PM"))
    codes = counting(view.school.policy, "unauthorised")
    here = _absent(view, codes, on, opens.date if opens else on)
    often = select(t.pupil).where(*here).group_by(t.pupil).having(func.count() >= rule.sessions)
    enough = [row.pupil for row in view.rows(often)]
    question = select(t.pupil, t.date).where(*here, t.pupil.in_(enough))
    days: dict[PupilId, list[dt.date]] = {}
    for row in view.rows(question.order_by(t.date, t.half)):
        days.setdefault(row.pupil, []).append(row.date)
    for number, theirs in sorted(days.items()):
        pupil = view.context.roll.pupils[number]
        found = irregular(pupil, theirs, view.school, returns, on) if pupil.on_roll(on) else None
        if found is not None:
            yield found


def back_again(view: View, on: dt.date) -> Iterator[tuple[PupilId, Back]]:
    """The returns of this school year after a long absence, where the policy wants a meeting."""
    rules, year = view.school.rules_on(on), view.school.calendar.period_of(on, "year")
    if "support.long_absence" not in rules or year is None:
        return
    least = int(rules.get("support.long_absence").value["length"])
    elsewhere = counting(view.school.policy, *_AWAY)
    question = select(t.pupil, func.count().label("sessions")).where(*_absent(view, elsewhere, on))
    rows = view.rows(question.group_by(t.pupil))
    likely = {row.pupil for row in rows if row.sessions >= least}
    for number, marks in _marks(view, on, likely):
        if view.context.roll.pupils[number].on_roll(on):
            for one in returned(marks, view.school, least, on):
                if one.back_on >= year.starts:
                    yield number, one


def _least(view: View, on: dt.date) -> int:
    """Half-days that there are at least in the shortest absence returned."""
    return 2 * min(_days(view, on), default=1)


def _days(view: View, on: dt.date) -> list[int]:
    """The school days after which an absence is returned, of each kind."""
    rules = view.school.rules_on(on)
    names = [n for n in ("return.attendance_days", "return.sickness_days") if n in rules]
    return [int(rules.get(name).value["length"]) for name in names]


_AWAY = ("authorised", "unauthorised", "not possible", "administrative")


def _absent(
    view: View, codes: list[str], on: dt.date, since: dt.date | None = None
) -> tuple[Any, ...]:
    """The sessions of late with one of these codes, all of them codes of who does not attend."""
    span = t.date.between(since or on - BACK, on)
    return t.school == view.urn, ABSENT, t.code.in_(codes), span


def _pupils(view: View, on: dt.date, codes: str, least: int) -> dict[PupilId, int]:
    """The pupils with so many sessions of some codes of late, and how many."""
    rules = view.school.rules_on(on)
    if codes not in rules:
        return {}
    asked = rules.get(codes).value
    question = select(t.pupil, func.count().label("sessions")).where(*_absent(view, asked, on))
    rows = view.rows(question.group_by(t.pupil))
    return {row.pupil: row.sessions for row in rows if row.sessions >= least}


def _told(view: View, ill: Iterable[PupilId]) -> dict[PupilId, list[Told]]:
    found: dict[PupilId, list[Told]] = {}
    for pupil, spells in spells_in(view, sorted(ill)).items():
        reports = [one for spell in spells for one in spell.reports if one.illness]
        if reports:
            found[pupil] = [_expected(one) for one in reports]
    return found


def _expected(one: AbsenceReported) -> Told:
    return Told(london(one.received_at).date(), one.starts, one.ends)


def _marks(view: View, on: dt.date, pupils: set[PupilId]) -> Iterator[tuple[PupilId, Marks]]:
    if not pupils:
        return
    question = select(t.pupil, t.date, t.half, t.code).where(
        t.school == view.urn, t.date.between(on - BACK, on), t.pupil.in_(sorted(pupils))
    )
    found: dict[PupilId, dict[Session, Code]] = {}
    for row in view.rows(question):
        if row.code is not None:
            found.setdefault(row.pupil, {})[Session(row.date, row.half)] = row.code
    yield from sorted(found.items())
