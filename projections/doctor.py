"""
The doctor: that the read models say what the entries say, and that no entry is missing.

Each check names what it looked at and what it found; nothing is repaired here (``rebuild``
repairs). The proof of the entries themselves is ``verify``'s.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, select

from ledger.kinds import Frozen, Urn
from ledger.reckoning import Rates
from ledger.store import Ledger
from projections import tracking
from projections.answers import AsOf, Header, header
from projections.current_register import current_register
from projections.periods import periods
from projections.rates_view import IN_PERIOD, SUMS, sums
from projections.reckon import school_year
from projections.runner import Runner, set_up
from projections.schema import every_table
from projections.views import View, asof

_SHOWN = 3


class Finding(Frozen):
    """Something that is not as it should be."""

    check: str
    where: str
    what: str


class Check(Frozen):
    """One check of one school: how much it looked at, and what it found."""

    check: str
    looked_at: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


class Doctored(Frozen):
    """What the doctor says of one school."""

    header: Header
    school: Urn
    checks: tuple[Check, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything found."""
        return tuple(finding for check in self.checks for finding in check.findings)


def doctor(runner: Runner, ledger: Ledger) -> Doctored:
    """
    Check one school: entries without gaps, positions that chain, rebuilt equal to live.

    The read models are compared as at their own position, with ones made anew in a database of
    their own, table by table; the rates once more with a reckoning that uses no read model.
    """
    set_up(runner.engine)
    with runner.engine.connect() as connection:
        entry = tracking.position(connection, str(ledger.school))
        chain = tracking.steps(connection, str(ledger.school))
    checks = [_entries(ledger), _positions(chain, ledger.size())]
    head = Header(
        school=ledger.school,
        school_name="",
        question="doctor",
        asof=AsOf(entry=entry, recorded_at=None),
        policy="",
        code_sets=(),
    )
    if entry:
        rebuilt = asof(ledger, entry)
        checks += [_tables(runner.engine, rebuilt), _rates(runner.engine, rebuilt)]
        head = header(ledger, rebuilt.school, "doctor", entry=entry, days=())
        rebuilt.engine.dispose()
    return Doctored(header=head, school=ledger.school, checks=tuple(checks))


def _entries(ledger: Ledger) -> Check:
    """Entry numbers from 1 without gaps, versions of each stream from 1 without gaps."""
    expected, versions, found = 1, dict[str, int](), list[tuple[str, str]]()
    for page in ledger.pages():
        if page.first != expected:
            found.append((f"entry {expected}", f"the next entry there is has number {page.first}"))
        version = versions.get(page.stream, 0) + 1
        if page.version != version:
            what = f"version {version} is expected and {page.version} is there"
            found.append((f"{page.stream}, entry {page.first}", what))
        counted = sum(run.count for run in page.runs)
        if counted != page.count:
            what = f"the page is said to hold {page.count} events and holds {counted}"
            found.append((f"{page.stream}, entry {page.first}", what))
        expected = page.first + page.count
        versions[page.stream] = page.version + page.count - 1
    if expected - 1 != ledger.size():
        what = f"the head says {ledger.size()} entries and {expected - 1} are there"
        found.append(("head", what))
    return _check("entries without gaps", f"{ledger.size()} entries", found)


def _positions(chain: list[tuple[int, int]], size: int) -> Check:
    """Each step begins where the last one ended, and none is beyond the ledger."""
    found, reached = list[tuple[str, str]](), 0
    for after, upto in chain:
        if after != reached:
            where = f"step from {after} to {upto}"
            found.append((where, f"the step before ended at {reached}"))
        reached = upto
    if reached > size:
        found.append((f"position {reached}", f"the ledger ends at entry {size}"))
    return _check("positions chain", f"{len(chain)} steps up to entry {reached}", found)


def _tables(live: Engine, rebuilt: View) -> Check:
    found: list[tuple[str, str]] = []
    looked_at = 0
    with live.connect() as here, rebuilt.engine.connect() as there:
        for table in every_table():
            if "school" not in table.c:
                continue
            for where, ours, theirs in _slices(table, rebuilt.urn, here, there):
                looked_at += len(theirs)
                if ours != theirs:
                    found.append((where, _difference(ours, theirs)))
    return _check("rebuilt equals live", f"{looked_at} rows", found)


Rows = set[tuple[object, ...]]


def _slices(
    table: Table, urn: int, here: Connection, there: Connection
) -> Iterator[tuple[str, Rows, Rows]]:
    """The rows of a table on both sides, a day at a time where it has days."""
    mine = select(table).where(table.c.school == urn)
    if "date" not in table.c:
        yield table.name, _rows(here, mine), _rows(there, mine)
        return
    day = table.c.date
    days = {row[0] for side in (here, there) for row in side.execute(_days(table, urn))}
    for date in sorted(days):
        that = mine.where(day == date)
        yield f"{table.name}, {date.isoformat()}", _rows(here, that), _rows(there, that)


def _days(table: Table, urn: int) -> Select[Any]:
    return select(table.c.date).where(table.c.school == urn).distinct()


def _rows(side: Connection, question: Select[Any]) -> Rows:
    return {tuple(row) for row in side.execute(question)}


def _difference(ours: Rows, theirs: Rows) -> str:
    only_live, only_rebuilt = ours - theirs, theirs - ours
    said = [f"{len(only_live)} rows only live, {len(only_rebuilt)} only rebuilt"]
    for name, rows in (("live", only_live), ("rebuilt", only_rebuilt)):
        said += [f"{name}: {row}" for row in sorted(rows, key=str)[:_SHOWN]]
    return "; ".join(said)


def _rates(live: Engine, rebuilt: View) -> Check:
    """Each pupil's sums of each school year, against the entries read as columns."""
    found: list[tuple[str, str]] = []
    years = rebuilt.school.calendar.periods("year")
    for label, starts, ends in years:
        reckoned = school_year(rebuilt.ledger, starts, ends, asof=rebuilt.entry).rates
        stored = _stored(live, rebuilt.urn, starts, ends)
        for pupil in sorted(reckoned.keys() | stored.keys()):
            ours, theirs = stored.get(pupil), _sums(reckoned.get(pupil))
            if (ours or _sums(None)) != theirs:
                found.append((f"pupil {pupil}, {label}", f"{ours} live, {theirs} reckoned"))
    return _check("rates equal the entries", f"{len(years)} school years", found)


def _stored(live: Engine, urn: int, starts: dt.date, ends: dt.date) -> dict[int, tuple[int, ...]]:
    r = current_register.c
    question = sums(r.pupil).join_from(current_register, periods, IN_PERIOD)
    question = question.where(
        r.school == urn, periods.c.period == "day", r.date.between(starts, ends)
    )
    with live.connect() as connection:
        return {row.pupil: tuple(map(int, row[1:])) for row in connection.execute(question)}


def _sums(found: Rates | None) -> tuple[int, ...]:
    return tuple(getattr(found, name) for name in SUMS) if found else (0,) * len(SUMS)


def _check(name: str, looked_at: str, found: list[tuple[str, str]]) -> Check:
    findings = (Finding(check=name, where=where, what=what) for where, what in found)
    return Check(check=name, looked_at=looked_at, findings=tuple(findings))
