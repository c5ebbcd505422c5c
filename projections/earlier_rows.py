"""
Rows of the current register that were otherwise at an earlier entry, made again.

Which they are is found from what came later: marks amended or entered again since, and the
closures, enrolments and rules by which the states of then differ from those of now.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, Connection, Date, Integer, MetaData, Row, Select, Table, Text, select

from ledger.events.register import register_stream
from ledger.kinds import Session
from ledger.store import Page
from projections import planned
from projections.amendments import amendments
from projections.current_register import current_register, project
from projections.earlier_layers import counted_otherwise, lay_again
from projections.past import Key, Past
from projections.steps import carry_out

own = MetaData()
not_as_it_was = Table(
    "not_as_it_was",
    own,
    Column("date", Date(), primary_key=True),
    Column("half", Text(), primary_key=True),
    Column("pupil", Integer(), primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)
a = amendments.c


def made_again(past: Past) -> None:
    """
    Fill the connection's own ``current_register`` with the rows that were otherwise then.

    The keys of the rows that stand in the place of live ones go into ``not_as_it_was``; rows
    that came later are left out by their first entry.
    """
    connection, then = past.connection, past.then
    own.create_all(connection, checkfirst=False)
    changed = _changed_since(past)
    carry_out(connection, project(_entries(past, changed), then))
    _told(connection, changed)
    counted = counted_otherwise(past) - changed.keys()
    lay_again(past, counted)
    _told(connection, counted)
    _plan(past)


def _told(connection: Connection, keys: Iterable[Key]) -> None:
    rows = [dict(zip(("date", "half", "pupil"), key, strict=True)) for key in keys]
    if rows:
        connection.execute(not_as_it_was.insert(), rows)


# --- marks amended, or entered again, since ---------------------------------------------------


def _changed_since(past: Past) -> dict[Key, Row[Any]]:
    scope, live = past.scope, past.live
    """The live rows with a later entry, of the sessions that had an entry then already."""
    found = {}
    days: dict[dt.date, set[str]] = defaultdict(set)
    for session in past.ledger.sessions_astride(past.entry, *scope.streams()):
        days[session.date].add(session.half)
    dates = sorted(days)
    for some in (dates[n : n + 500] for n in range(0, len(dates), 500)):
        question: Select[Any] = (
            select(live.c.date, live.c.half, live.c.pupil, live.c["class"], live.c.first_entry)
            .where(
                live.c.school == past.ledger.school,
                live.c.date.in_(some),
                live.c.entry > past.entry,
            )
            .where(live.c.entry > past.entry, live.c.entered.is_not(None))
        )
        for row in past.connection.execute(question):
            if row.half in days[row.date] and (scope.pupils is None or row.pupil in scope.pupils):
                found[row.date, row.half, row.pupil] = row
    return found


def _entries(past: Past, changed: Mapping[Key, Row[Any]]) -> list[Page]:
    """What had been entered about these pupils and sessions then, each entry a page, in order."""
    amended: dict[str, set[int]] = defaultdict(set)
    again: dict[Session, set[int]] = defaultdict(set)
    for (date, half, pupil), row in changed.items():
        session = Session(date, half)  # type: ignore[arg-type]
        if row.first_entry <= past.entry:
            amended[register_stream(session, str(row._mapping["class"]))].add(pupil)
        else:
            again[session].add(pupil)  # by the sheet of another class, it may be
    for row in _amended_elsewhere(past, changed):
        session = Session(row.date, row.half)
        amended[register_stream(session, str(row._mapping["class"]))].add(row.pupil)
    found = [
        one
        for stream, pupils in amended.items()
        for page in past.ledger.pages_of(stream, past.entry)
        for one in _each(page, pupils, past.entry)
        if one.first >= changed[_key(one)].first_entry
    ]
    for session, pupils in again.items():
        low = register_stream(session, "")
        for page in past.ledger.pages_between(low, f"{low[:-1]}0", past.entry):
            found += _each(page, pupils, past.entry)
    return sorted(found, key=lambda page: page.first)


def _amended_elsewhere(past: Past, changed: Mapping[Key, Row[Any]]) -> Iterator[Row[Any]]:
    """Amendments of these marks on another sheet than the one that stands: a move's doing."""
    dates = sorted({date for date, _, _ in changed})
    trail = amendments.to_metadata(MetaData(), schema=past.live.schema or "main").c
    for some in (dates[n : n + 500] for n in range(0, len(dates), 500)):
        question: Select[Any] = select(trail.date, trail.half, trail.pupil, trail["class"]).where(
            trail.school == past.ledger.school, trail.entry <= past.entry, trail.date.in_(some)
        )
        for row in past.connection.execute(question):
            stands = changed.get((row.date, row.half, row.pupil))
            if stands is not None and stands._mapping["class"] != row._mapping["class"]:
                yield row


def _key(page: Page) -> Key:
    _, date, half, _ = page.stream.split("/", 3)
    return dt.date.fromisoformat(date), half, int(page.runs[0].column("pupil")[0])


def _each(page: Page, pupils: set[int], upto: int) -> Iterator[Page]:
    """The entries of a page about some pupils, each as a page of its own."""
    first = page.first
    for run in page.runs:
        if "pupil" in run.same or "pupil" in run.each:
            for place, pupil in enumerate(run.column("pupil")):
                if pupil in pupils and first + place <= upto:
                    each = {name: [values[place]] for name, values in run.each.items()}
                    one = replace(run, count=1, each=each)
                    yield replace(page, first=first + place, count=1, runs=(one,))
        first += run.count


# --- leave planned, where nothing was entered then ----------------------------------------------


def _plan(past: Past) -> None:
    then, live = past.then, past.live
    pupils = then.leaves.pupils if then.only is None else then.leaves.pupils & then.only
    days = [s.date for pupil in pupils for s in then.leaves.sessions(pupil)]
    if not days:
        return
    t = current_register.c
    entered: list[Row[Any]] = []
    for of, known in ((live.c, live.c.first_entry <= past.entry), (t, t.entered.is_not(None))):
        question: Select[Any] = select(of.pupil, of.date, of.half).where(
            of.school == then.urn,
            of.date.between(min(days), max(days)),
            of.pupil.in_(pupils),
            known,
        )
        entered += past.connection.execute(question).all()
    carry_out(past.connection, planned.plan(entered, sorted(pupils), then))
