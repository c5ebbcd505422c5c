"""Rows that a closure, the roll or the rules counted otherwise at an earlier entry."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, Table, or_, select
from sqlalchemy.sql import ColumnElement

from ledger.policy import Policy
from ledger.roll import Pupil
from projections import relayering
from projections.context import Context, counts_of
from projections.current_register import current_register
from projections.past import Key, Past
from projections.steps import carry_out

Span = ColumnElement[bool]
_DAY = dt.timedelta(days=1)
_AT_ONCE = 200
"""Spans in one statement: SQLite takes no expression deeper than a thousand."""


def counted_otherwise(past: Past) -> set[Key]:
    """The keys of the rows there were then, over which another layer lies by now."""
    then, now, live = past.then, past.now, past.live
    spans = [*_closures(then, now, live), *_roll(then, now, live), *_rules(then, now, live)]
    found: set[Key] = set()
    for some in (spans[n : n + _AT_ONCE] for n in range(0, len(spans), _AT_ONCE)):
        question: Select[Any] = select(live.c.date, live.c.half, live.c.pupil).where(
            live.c.school == then.urn,
            live.c.first_entry <= past.entry,
            live.c.date.between(past.scope.first, past.scope.last),
            or_(*some),
        )
        if past.scope.pupils is not None:
            question = question.where(live.c.pupil.in_(past.scope.pupils))
        rows = past.connection.execute(question)
        found |= {(row.date, row.half, row.pupil) for row in rows}
    return found


def _closures(then: Context, now: Context, live: Table) -> Iterator[Span]:
    """The days of closures declared or withdrawn since."""
    before, after = then.opened.closures, now.opened.closures
    for number in before.keys() ^ after.keys():
        closure = before.get(number) or after[number]
        yield live.c.date.between(closure.first.date, closure.last.date)


def _roll(then: Context, now: Context, live: Table) -> Iterator[Span]:
    """
    Pupils from the first day on which the roll says otherwise of them, those of one day together.

    A year group comes and goes on one day: a span for each of its pupils was asked of every row.
    """
    pupils: dict[dt.date, list[int]] = {}
    for number, after in now.roll.pupils.items():
        before = then.roll.pupils.get(number)
        if before is None or before.spells != after.spells:
            since = _differ_from(before, after)
            if since is not None:
                pupils.setdefault(since, []).append(number)
    for since, some in sorted(pupils.items()):
        yield (live.c.date >= since) & live.c.pupil.in_(some)


def _differ_from(before: Pupil | None, after: Pupil) -> dt.date | None:
    spells = (*after.spells, *(before.spells if before else ()))
    turns = {spell.starts for spell in spells}
    turns |= {spell.last_day + _DAY for spell in spells if spell.last_day}
    for day in sorted(turns):
        if after.on_roll(day) != (before is not None and before.on_roll(day)):
            return day
    return None


def _rules(then: Context, now: Context, live: Table) -> Iterator[Span]:
    """The days on which a code counted otherwise under the policies of then."""
    before, after = then.opened.policy, now.opened.policy
    if (before.name, before.sha256) == (after.name, after.sha256):
        return
    turns = sorted({*before.turns, *after.turns})
    for day, following in zip(turns, [*turns[1:], dt.date.max], strict=True):
        if _counts(before, day) != _counts(after, day):
            yield live.c.date.between(day, following)


def _counts(policy: Policy, day: dt.date) -> dict[str, Any]:
    rules = policy.on(day)
    rows = [*rules.codes.values(), *rules.codes.tolerated.values()]
    return {row.code: counts_of(row.code, rules) for row in rows}


def lay_again(past: Past, keys: set[Key]) -> None:
    """Copy these rows, and lay over them what lay over them then."""
    connection, then, live = past.connection, past.then, past.live
    sessions: dict[tuple[dt.date, str], set[int]] = {}
    for date, half, pupil in keys:
        sessions.setdefault((date, half), set()).add(pupil)
    t = current_register.c
    names = [column.name for column in current_register.columns]
    for (date, half), some in sessions.items():
        those = select(live).where(
            live.c.school == then.urn,
            live.c.date == date,
            live.c.half == half,
            live.c.pupil.in_(some),
        )
        connection.execute(current_register.insert().from_select(names, those))
        rows: Select[Any] = relayering.ROWS.where(t.date == date, t.half == half, t.pupil.in_(some))
        found: Sequence[Row[Any]] = connection.execute(rows).all()
        carry_out(connection, relayering.again(found, then))
