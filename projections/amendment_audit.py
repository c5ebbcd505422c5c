"""Question 7: what was amended, how long after, by whom, and whose amendments stand out."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from ledger.calendar import Calendar
from ledger.events import ReturnMade
from ledger.kinds import Session
from ledger.policy import PolicyDay
from ledger.reckoning import percent
from projections.amendment_audit_answers import (
    AmendmentAudit,
    BoilerPlate,
    CodePair,
    InBulk,
    Picked,
)
from projections.amendment_rows import Change, changes
from projections.amendment_tallies import Bar, Counted, by_lag, counted, how_many, tallies
from projections.answers import PupilRef
from projections.current_register import current_register
from projections.views import View

t = current_register.c
BEFORE, OTHERWISE = "before a census day or a return", "at other times"


def audit_amendments(
    view: View, first: dt.date, last: dt.date, others: Sequence[View] = ()
) -> AmendmentAudit:
    """
    The amendments of sessions between two days; ``others`` are other schools to compare with.

    An absence that becomes attendance after the day is what a register can be falsified by.
    Whoever made more such changes than chance allows, beside colleagues, stands out: that is a
    question to be put to a person, and proves nothing. How often the blameless stand out was
    measured (``docs/reference/audits.md``).
    """
    rules = view.policy.on(last)
    found = changes(view, first, last)
    returns = return_days(view, first, last)
    near = _near(returns, view.school.calendar, rules.get("audit.before_return").value["length"])
    elsewhere = {other.school.name: changes(other, first, last) for other in others}
    families = _families(view.school.name, found, near, elsewhere)
    bar = Bar.of(rules)
    told = tallies(families, bar)
    out = {one.what for one in told["people"] if one.stands_out}
    marks = _marks(view, first, last)
    return AmendmentAudit(
        header=view.header("audit-amendments", [first, last]),
        first=first,
        last=last,
        marks=marks,
        amendments=len(found),
        by_lag=by_lag(found),
        pairs=tuple(_pairs(found, marks)),
        people=told["people"],
        months=told["months"],
        classes=told["classes"],
        schools=told["schools"],
        before_returns=next((one for one in told["returns"] if one.what == BEFORE), None),
        return_days=tuple(returns),
        bulk=tuple(_bulk(found, rules)),
        reasons=tuple(_reasons(found, rules)),
        no_reason=sum(change.reason is None for change in found),
        chance=str(bar),
        least=bar.least,
        times=bar.times,
        compared=how_many(families),
        picked=tuple(_picked(view, change) for change in found if _stands(change, out)),
    )


def _families(
    school: str,
    found: Sequence[Change],
    near: frozenset[dt.date],
    elsewhere: Mapping[str, Sequence[Change]],
) -> dict[str, list[Counted]]:
    """Everything that is compared with its like."""
    beside = {school: found, **elsewhere} if elsewhere else {}
    named = {id(change): name for name, held in beside.items() for change in held}
    everywhere = [change for held in beside.values() for change in held]
    around = counted(found, lambda change: BEFORE if change.made_on in near else OTHERWISE)
    return {
        "people": counted(found, lambda change: change.person),
        "months": counted(found, lambda change: change.made_on.isoformat()[:7]),
        "classes": counted(found, lambda change: change.group),
        "schools": counted(everywhere, lambda change: named[id(change)]),
        "returns": [one for one in around if one.what == BEFORE],
    }


def return_days(view: View, first: dt.date, last: dt.date) -> list[dt.date]:
    """The census days and the returns made from a day on, up to a year after the last."""
    until = last + dt.timedelta(days=366)
    census = {
        dt.date.fromisoformat(day)
        for year in (first, last, until)
        for day in view.policy.on(year).get("audit.census_days").value
    }
    made = {
        recorded.event.made_on
        for page in view.ledger.pages("return/", upto=view.entry)
        for recorded in page.events()
        if isinstance(recorded.event, ReturnMade) and recorded.entry <= view.entry
    }
    return sorted(day for day in census | made if first <= day <= until)


def _near(days: Iterable[dt.date], calendar: Calendar, length: int) -> frozenset[dt.date]:
    """The days that lie so many school days before one of these, itself the last of them."""
    found: set[dt.date] = set()
    for day in days:
        before = calendar.school_days(day - dt.timedelta(days=60), day)[-length:]
        start = before[0] if before else day
        found |= {start + dt.timedelta(days=n) for n in range((day - start).days + 1)}
    return frozenset(found)


def _marks(view: View, first: dt.date, last: dt.date) -> int:
    where = (t.school == view.urn, t.date.between(first, last), t.entered.is_not(None))
    return int(view.rows(select(func.count()).where(*where))[0][0])


def _pairs(found: Iterable[Change], marks: int) -> Iterable[CodePair]:
    pairs: dict[tuple[Any, Any], list[Change]] = defaultdict(list)
    for change in found:
        pairs[change.original, change.amended].append(change)
    for (original, amended), held in sorted(
        pairs.items(), key=lambda at: (-len(at[1]), str(at[0]))
    ):
        per_thousand = percent(Fraction(len(held) * 10, marks) if marks else None, places=2) or ""
        yield CodePair(
            original=original,
            amended=amended,
            amendments=len(held),
            by_lag=by_lag(held),
            per_thousand=per_thousand,
        )


def _bulk(found: Iterable[Change], rules: PolicyDay) -> Iterable[InBulk]:
    together: dict[tuple[Any, ...], list[Change]] = defaultdict(list)
    for change in found:
        together[change.person, change.made_on, change.original, change.amended].append(change)
    large = [held for held in together.values() if len(held) >= rules.get("audit.bulk").value]
    for held in sorted(large, key=lambda held: (not held[0].to_attending, -len(held))):
        one = held[0]
        yield InBulk(
            person=one.person,
            made_on=one.made_on,
            original=one.original,
            amended=one.amended,
            amendments=len(held),
            pupils=len({change.pupil for change in held}),
            registers=len({change.register for change in held}),
            first_entry=one.entry,
            last_entry=held[-1].entry,
            to_attending=one.to_attending,
        )


def _reasons(found: Iterable[Change], rules: PolicyDay) -> Iterable[BoilerPlate]:
    alike: dict[str, list[Change]] = defaultdict(list)
    for change in found:
        if change.reason is not None:
            alike[" ".join(change.reason.casefold().split()).rstrip(".")].append(change)
    often = [held for held in alike.values() if len(held) >= rules.get("audit.boiler_plate").value]
    for held in sorted(often, key=lambda held: (-len(held), str(held[0].reason))):
        yield BoilerPlate(
            reason=str(held[0].reason),
            amendments=len(held),
            persons=len({change.person for change in held}),
            pupils=len({change.pupil for change in held}),
        )


def _stands(change: Change, people: set[str]) -> bool:
    return change.late and change.to_attending and change.person in people


def _picked(view: View, change: Change) -> Picked:
    pupil = view.context.roll.pupils.get(change.pupil)
    return Picked(
        entry=change.entry,
        pupil=PupilRef.of(pupil) if pupil else None,
        session=Session(change.date, change.half),
        original=change.original,
        amended=change.amended,
        made_on=change.made_on,
        person=change.person,
        lag=change.lag,
    )
