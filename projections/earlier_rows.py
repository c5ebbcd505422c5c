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

from msgspec import structs
from sqlalchemy import Column, Date, Integer, MetaData, Row, Select, Table, Text, select

from ledger.events.register import register_stream
from ledger.kinds import Session
from ledger.store import Page, Run, UnreadRun
from projections import planned
from projections.amendments import amendments
from projections.current_register import current_register, project
from projections.earlier_layers import counted_otherwise, lay_again
from projections.past import Key, Past
from projections.steps import carry_out
from projections.temporary import make, shared

not_as_it_was = Table(
    "not_as_it_was",
    MetaData(),
    Column("date", Date(), primary_key=True),
    Column("half", Text(), primary_key=True),
    Column("pupil", Integer(), primary_key=True, autoincrement=False),
)
a = amendments.c
Changed = dict[Key, Row[Any]]
_AT_ONCE = 500
"""Days in one statement."""


def made_again(past: Past) -> bool:
    """
    Fill the connection's own ``current_register`` with the rows that were otherwise then.

    The keys of the rows that stand in the place of live ones go into ``not_as_it_was``; rows
    that came later are left out by their first entry. ``False``, and neither table is made,
    where no row is to be made again.
    """
    connection, then = past.connection, past.then
    changed = _changed_since(past)
    counted = counted_otherwise(past) - changed.keys()
    if not (changed or counted or _with_leave(past)):
        return False
    make(connection, current_register, not_as_it_was)
    carry_out(connection, project(_entries(past, changed), then))
    lay_again(past, counted)
    known = {key for key, row in changed.items() if row.first_entry <= past.entry}
    rows = [dict(zip(("date", "half", "pupil"), key, strict=True)) for key in known | counted]
    if rows:
        connection.execute(not_as_it_was.insert(), rows)
    _plan(past)
    return True


# --- marks amended, or entered again, since ---------------------------------------------------


def _changed_since(past: Past) -> Changed:
    """
    The live rows, with an entry then already, that are of a later entry.

    Amended since; or entered since on another class's sheet, where the later entry took the
    row's place. Rows of whoever has no entry up to then are not among them.
    """
    live, scope = past.live.c, past.scope
    days: dict[dt.date, set[str]] = defaultdict(set)
    for session in past.ledger.sessions_astride(past.entry, *scope.streams()):
        days[session.date].add(session.half)
    found: Changed = {}
    for some in _in_parts(sorted(days)):
        those = [live.school == past.ledger.school, live.date.in_(some)]
        if scope.pupils is not None:
            those += [live.half.in_(("AM", "PM")), live.pupil.in_(scope.pupils)]
        since = (live.first_entry <= past.entry, live.entry > past.entry)
        amended = _row_of(past).where(*those, *since)
        if scope.group is not None:
            amended = amended.where(live["class"] == scope.group)
        for row in past.connection.execute(amended):
            if row.half in days[row.date]:
                found[row.date, row.half, row.pupil] = row
        begun: Select[Any] = (
            select(live.date, live.half).where(*those, live.first_entry > past.entry).distinct()
        )
        for row in past.connection.execute(begun):
            if row.half in days[row.date]:
                found |= _entered_again(past, row.date, row.half)
    return found


def _entered_again(past: Past, date: dt.date, half: str) -> Changed:
    """The rows of whoever had an entry then, on a sheet in whose place another's came since."""
    scope, session = past.scope, Session(date, half)  # type: ignore[arg-type]
    had = {
        pupil
        for first, runs in _sheets(past, session)
        for pupil in _pupils(first, runs, past.entry)
    }
    live = past.live.c
    those = (live.school == past.ledger.school, live.date == date, live.half == half)
    stand: Select[Any] = select(live.pupil).where(*those, live.first_entry <= past.entry)
    gone = had - {row.pupil for row in past.connection.execute(stand)}
    if scope.pupils is not None:
        gone &= scope.pupils
    if not gone:
        return {}
    rows = past.connection.execute(_row_of(past).where(*those, live.pupil.in_(gone)))
    return {(row.date, row.half, row.pupil): row for row in rows}


def _sheets(past: Past, session: Session) -> Iterator[tuple[int, tuple[Run | UnreadRun, ...]]]:
    """First entry and runs of each page of the class's sheet, or of all sheets of a session."""
    if past.scope.group is not None:
        stream = register_stream(session, past.scope.group)
        yield from ((page.first, page.runs) for page in past.ledger.pages_of(stream, past.entry))
        return
    low = register_stream(session, "")
    for _, first, runs in past.ledger.columns(low, f"{low[:-1]}0", past.entry):
        yield first, runs


def _row_of(past: Past) -> Select[Any]:
    live = past.live.c
    return select(live.date, live.half, live.pupil, live["class"], live.first_entry)


def _pupils(first: int, runs: Iterable[Run | UnreadRun], upto: int) -> Iterator[int]:
    for run in runs:
        if "pupil" in run.same or "pupil" in run.each:
            yield from run.column("pupil")[: max(0, upto - first + 1)]
        first += run.count


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
    trail = shared(amendments, past.live.schema or "main").c
    for some in _in_parts(dates):
        question: Select[Any] = select(trail.date, trail.half, trail.pupil, trail["class"]).where(
            trail.school == past.ledger.school, trail.entry <= past.entry, trail.date.in_(some)
        )
        for row in past.connection.execute(question):
            stands = changed.get((row.date, row.half, row.pupil))
            if stands is not None and stands._mapping["class"] != row._mapping["class"]:
                yield row


def _in_parts(dates: list[dt.date]) -> Iterator[list[dt.date]]:
    return (dates[n : n + _AT_ONCE] for n in range(0, len(dates), _AT_ONCE))


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
                    one = structs.replace(run, count=1, each=each)
                    yield replace(page, first=first + place, count=1, runs=(one,))
        first += run.count


# --- leave planned, where nothing was entered then ----------------------------------------------


def _with_leave(past: Past) -> set[int]:
    """Whoever had leave then inside what is asked about."""
    then, scope = past.then, past.scope
    pupils = then.leaves.pupils if then.only is None else then.leaves.pupils & then.only
    return {
        pupil
        for pupil in pupils
        if any(scope.first <= at.date <= scope.last for at in then.leaves.sessions(pupil))
    }


def _plan(past: Past) -> None:
    then, live, pupils = past.then, past.live, _with_leave(past)
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
