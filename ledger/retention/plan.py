"""
What may be disposed of on a day, what may not yet, and what a hold keeps.

A mark and all its amendments are one *unit* and go together, six years after the latest of
them; so do the entries that opened and closed a sheet, with the last of its marks; so does
every stream of another kind (a request for leave, a spell of absence, a notice). A pupil's
entries in the admission register go once the pupil has left and nothing else of the pupil is
left. A hold on any entry of a unit keeps all of it, and a unit that belongs to somebody whose
other entries are needed to read it waits for them.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from ledger.calendar import london
from ledger.kinds import PupilId
from ledger.retention.rules import FLOOR, KEPT_AS, Rule, rule_of
from ledger.retention.state import Hold, Retention
from ledger.returns.backups import keep_until
from ledger.school import School
from ledger.store.disposing import Going
from ledger.store.reading import Reader
from ledger.store.rows import DISPOSED, Page, Run

NOBODY: frozenset[PupilId] = frozenset()
_AFTER_ALL = "\U0010ffff"


@dataclass(slots=True)
class Unit:
    """
    Entries that go together.

    ``made`` is the latest day on which one of them was made, ``pupils`` whom they are about,
    ``day`` the day of their session (of other entries the day they were made).
    """

    stream: str
    pupils: frozenset[PupilId]
    day: dt.date
    made: dt.date
    entries: list[int]
    left: bool = False

    @property
    def pupil(self) -> PupilId | None:
        """The one pupil they are about, if it is one."""
        return next(iter(self.pupils)) if len(self.pupils) == 1 else None


@dataclass(slots=True)
class Line:
    """What became of the units of one class: counts of entries, and the next day any is due."""

    kept_as: str
    rule: Rule | None
    due: int = 0
    held: int = 0
    waiting: int = 0
    disposed: int = 0
    next_due: dt.date | None = None


@dataclass(slots=True)
class Planned:
    """What may go on a day, with what stays by class."""

    on: dt.date
    lines: dict[str, Line] = field(default_factory=dict)
    going: list[Going] = field(default_factory=list)
    held_by: dict[int, int] = field(default_factory=dict)

    @property
    def entries(self) -> list[int]:
        """The numbers of the entries that may go, in order."""
        return sorted(one.entry for one in self.going)

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """Those numbers as stretches, both ends in."""
        return ranges_of(self.entries)

    @property
    def listed(self) -> str:
        """The hash of the list: SHA-256 over the stretches as JSON."""
        return hashlib.sha256(json.dumps(self.ranges).encode()).hexdigest()


def ranges_of(entries: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Sorted numbers as stretches without gaps, both ends in."""
    stretches: list[list[int]] = []
    for entry in entries:
        if stretches and stretches[-1][1] == entry - 1:
            stretches[-1][1] = entry
        else:
            stretches.append([entry, entry])
    return tuple((first, last) for first, last in stretches)


def plan(ledger: Reader, school: School, retention: Retention, on: dt.date) -> Planned:
    """
    What may be disposed of on a day, by the rules in force that day.

    Reference: SI 2024/208 reg. 7; before 19 August 2024 SI 2006/1751 reg. 14; UK GDPR
    Art. 5(1)(e).
    """
    found = Planned(on)
    rules = school.rules_on(on)
    floor = rule_of(rules, FLOOR)
    holds = [hold for hold in retention.holds.values() if hold.in_force]
    remaining: set[PupilId] = set()
    rolls: list[list[Unit]] = []
    pages = ledger.pages_between("", _AFTER_ALL)
    for stream, of_stream in groupby(pages, key=lambda page: page.stream):
        kind = stream.partition("/")[0]
        units = list(_units(stream, list(of_stream), found))
        if kind == "pupil":
            rolls.append(units)
        elif kind in KEPT_AS:
            kept_as = KEPT_AS[kind]
            terms = _Terms(kept_as, rule_of(rules, kept_as), floor, holds, school)
            if not _settle(found, units, terms):
                remaining.update(pupil for unit in units for pupil in unit.pupils)
    for units in rolls:
        waits = any(unit.pupils & remaining or not unit.left for unit in units)
        _settle(found, units, _Terms(FLOOR, floor, floor, holds, school, waits))
    return found


def _units(stream: str, pages: list[Page], found: Planned) -> Iterator[Unit]:
    """The units of one stream; what is gone already is counted."""
    kind, _, rest = stream.partition("/")
    kept: dict[object, Unit] = {}
    whole = kind not in ("register", "imports")
    for page in pages:
        made = london(page.act.recorded_at).date()
        entry = page.first
        for run in page.runs:
            if run.topic == DISPOSED:
                _line(found, KEPT_AS.get(kind, "")).disposed += run.count
                entry += run.count
                continue
            for about in _pupils(run, kind, rest):
                key: object = "" if whole else entry if kind == "imports" else about
                day = dt.date.fromisoformat(rest[:10]) if kind == "register" else made
                unit = kept.get(key)
                if unit is None:
                    unit = kept[key] = Unit(stream, about, day, made, [])
                unit.pupils |= about
                unit.made = max(unit.made, made)
                unit.left = run.topic == "pupil-left"
                unit.entries.append(entry)
                entry += 1
    if kind == "register" and NOBODY in kept and len(kept) > 1:
        # What opened and closed the sheet is needed as long as any mark on it.
        sheet = kept.pop(NOBODY)
        sheet.made = max(unit.made for unit in [sheet, *kept.values()])
        sheet.pupils = NOBODY.union(*(unit.pupils for unit in kept.values()))
        kept[NOBODY] = sheet
    yield from kept.values()


def _pupils(run: Run, kind: str, rest: str) -> list[frozenset[PupilId]]:
    """Whom each event of a run is about."""
    if kind in ("pupil", "absence", "penalty", "improvement"):
        return [frozenset((int(rest.partition("/")[0]),))] * run.count
    if kind == "return":
        return [frozenset(one["pupil"] for one in named or ()) for named in run.column("pupils")]
    return [NOBODY if pupil is None else frozenset((pupil,)) for pupil in run.column("pupil")]


@dataclass(frozen=True, slots=True)
class _Terms:
    """By what a class's units are judged; those that ``wait`` are needed by others."""

    kept_as: str
    rule: Rule | None
    floor: Rule | None
    holds: list[Hold]
    school: School
    wait: bool = False


def _settle(found: Planned, units: list[Unit], terms: _Terms) -> bool:
    """Put each unit where it belongs; whether all of them may go."""
    line = _line(found, terms.kept_as, terms.rule)
    all_go = True
    for unit in units:
        many = len(unit.entries)
        lawful = _lawful_from(unit, terms)
        covering = (one for one in terms.holds if one.covers(unit.stream, unit.pupils, unit.day))
        hold = next(covering, None)
        if lawful is not None and lawful <= found.on and hold is None and not terms.wait:
            line.due += many
            day = unit.day.isoformat()
            found.going += [Going(one, unit.stream, unit.pupil, day) for one in unit.entries]
            continue
        all_go = False
        if hold is not None:
            number = hold.placed.hold
            line.held += many
            found.held_by[number] = found.held_by.get(number, 0) + many
            continue
        line.waiting += many
        if lawful is not None and lawful > found.on:
            line.next_due = min(line.next_due or lawful, lawful)
    return all_go


def _lawful_from(unit: Unit, terms: _Terms) -> dt.date | None:
    """The first day a unit may go; ``None`` where no rule says."""
    if terms.rule is None or terms.floor is None:
        return None
    first = max(terms.rule.lawful_from(unit.made), terms.floor.lawful_from(unit.made))
    if unit.stream.startswith("return/backup/"):
        until = keep_until(terms.school, unit.day)
        return None if until is None else max(first, until + dt.timedelta(days=1))
    return first


def _line(found: Planned, kept_as: str, rule: Rule | None = None) -> Line:
    line = found.lines.setdefault(kept_as, Line(kept_as, rule))
    line.rule = line.rule or rule
    return line


def units_of(pages: Iterable[Page]) -> dict[str, list[Unit]]:
    """The units of pages in stream order: for whoever asks about some streams only."""
    nowhere = Planned(dt.date.max)
    return {
        stream: list(_units(stream, list(some), nowhere))
        for stream, some in groupby(pages, key=lambda page: page.stream)
    }
