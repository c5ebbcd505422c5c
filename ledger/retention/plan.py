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
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from ledger.kinds import PupilId
from ledger.policy.policy import PolicyDay
from ledger.retention import staff
from ledger.retention.rules import FLOOR, KEPT_AS, Rule, rule_of
from ledger.retention.state import Hold, Retention
from ledger.retention.units import Unit, units_on
from ledger.returns.backups import keep_until
from ledger.school import School
from ledger.store.disposing import Going
from ledger.store.reading import Reader
from ledger.store.rows import DISPOSED

_AFTER_ALL = "\U0010ffff"


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


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of somebody's entries have to be kept, and the first day the last may go."""

    entries: int
    until: dt.date | None


@dataclass(slots=True)
class Planned:
    """What may go on a day, with what stays by class."""

    on: dt.date
    lines: dict[str, Line] = field(default_factory=dict)
    going: list[Going] = field(default_factory=list)
    held_by: dict[int, int] = field(default_factory=dict)
    staying: dict[PupilId, list[tuple[int, dt.date | None]]] = field(default_factory=dict)

    def kept_of(self, pupil: PupilId) -> Kept:
        """What has to be kept of a pupil's."""
        kept = self.staying.get(pupil, [])
        days = [lawful for _, lawful in kept if lawful is not None]
        return Kept(sum(many for many, _ in kept), max(days, default=None))

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


def plan(
    ledger: Reader,
    school: School,
    retention: Retention,
    on: dt.date,
    *,
    rules: PolicyDay | None = None,
    upto: int | None = None,
) -> Planned:
    """
    What may be disposed of on a day, by the rules in force that day (or other ``rules``).

    ``upto`` asks as of an entry: what came later is not looked at.

    Reference: SI 2024/208 reg. 7; before 19 August 2024 SI 2006/1751 reg. 14; UK GDPR
    Art. 5(1)(e).
    """
    found = Planned(on)
    rules = rules or school.rules_on(on)
    floor = rule_of(rules, FLOOR)
    holds = [hold for hold in retention.holds.values() if hold.in_force]
    remaining: set[PupilId] = set()
    rolls: list[list[Unit]] = []
    pages = ledger.pages_between("", _AFTER_ALL, upto)
    for stream, of_stream in groupby(pages, key=lambda page: page.stream):
        kind = stream.partition("/")[0]
        some = list(of_stream)
        units = list(units_on(stream, some))
        if kind != staff.STREAM and (
            gone := sum(run.count for page in some for run in page.runs if run.topic == DISPOSED)
        ):
            _line(found, KEPT_AS.get(kind, "")).disposed += gone
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
    _line(found, staff.KEPT_AS).disposed += staff.gone_of(ledger, upto)
    for unit in staff.staff_units(ledger, school, on, upto):
        rule = rule_of(rules, staff.KEPT_AS)
        terms = _Terms(staff.KEPT_AS, rule, floor, holds, school, not unit.left)
        _settle(found, [unit], terms)
    return found


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
        for pupil in unit.pupils if unit.pupil is not None else ():
            found.staying.setdefault(pupil, []).append((many, lawful))
        if hold is not None:
            number = hold.placed.hold
            line.held += many
            found.held_by[number] = found.held_by.get(number, 0) + many
            continue
        line.waiting += many
        if (
            lawful is not None
            and lawful > found.on
            and not (terms.wait and unit.stream == staff.STREAM)
        ):
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
