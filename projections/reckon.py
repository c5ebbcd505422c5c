"""
A school year reckoned straight from its entries, without any read model.

Marks are counted as columns, a sheet at a time. Only what is rare is looked at one by one:
amendments, sheets under a closure, pupils who came or left. It shares nothing with the read
models but the sums and the states, and so it checks them.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.events import (
    AmendmentObserved,
    ClosureDeclared,
    MarkAmended,
    MarkRecorded,
    MarkVanished,
)
from ledger.events.register import sheet_of
from ledger.kinds import PupilId, Session
from ledger.layers import covering, effective
from ledger.reckoning import Marked, Rates, Threshold, rates, threshold
from ledger.school import School
from ledger.store import Ledger, UnreadRun
from ledger.store.unread import values
from projections.cutting import cut_runs
from projections.enrolled import Enrolled


@dataclass(frozen=True)
class SchoolYear:
    """
    Each pupil's rates between two days, and threshold where enough sessions count.

    ``unauthorised`` are those sessions: few, and all that a threshold needs.
    """

    rates: Mapping[PupilId, Rates]
    unauthorised: Mapping[PupilId, list[Marked]]
    thresholds: Mapping[PupilId, Threshold]


def school_year(
    ledger: Ledger,
    first: dt.date,
    last: dt.date,
    *,
    asof: int | None = None,
    on: dt.date | None = None,
) -> SchoolYear:
    """
    Rates of every pupil for the sessions from ``first`` to ``last``, both in, as at an entry.

    Thresholds are those of the rule in force on ``on`` (``last`` without it), reckoned with
    the unauthorised sessions between the two days.
    """
    upto = ledger.size() if asof is None else asof
    school = School.fold(recorded.event for recorded in ledger.stream("school", upto))  # type: ignore[misc]
    tally = _Tally(school, Enrolled.read(ledger, upto, first, last))
    low, high = f"register/{first.isoformat()}", f"register/{last.isoformat()}0"
    for stream, entry, runs in ledger.columns(low, high, upto):
        if entry + sum(run.count for run in runs) > upto + 1:
            whole = [run.read() for run in runs]
            runs = tuple(map(UnreadRun.of, cut_runs(whole, upto - entry + 1)))  # noqa: PLW2901
        tally.take(stream, entry, runs)
    marks = tally.unauthorised()
    rule = school.policy.on(on or last).values.get("penalty.threshold")
    thresholds = {
        pupil: threshold(
            theirs,
            school.meeting,
            rule.value,
            school.policy,
            born=tally.enrolled.born.get(pupil),
            on=on,
        )
        for pupil, theirs in marks.items()
        if rule is not None and len(theirs) >= rule.value["sessions"]
    }
    return SchoolYear(tally.rates(), marks, thresholds)


_GROUP = len("register/2024-09-03/AM/")
_CHANGES = {MarkAmended.TOPIC, AmendmentObserved.TOPIC}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What holds for one sheet: its session, whether the school meets, what its codes are."""

    session: Session
    meets: bool
    codes_from: dt.date
    unauthorised: frozenset[str]
    closures: Sequence[ClosureDeclared]


class _Tally:
    """What is counted so far. Days that share a code set share a count."""

    def __init__(self, school: School, enrolled: Enrolled) -> None:
        self.school, self.enrolled = school, enrolled
        self._sheets: dict[str, _Sheet] = {}
        self._classes: dict[bytes, tuple[list[int], bool]] = {}
        self._counts: dict[dt.date, Counter[tuple[PupilId, str]]] = defaultdict(Counter)
        self._sparse: dict[tuple[PupilId, Session], tuple[str, int]] = {}
        self._gone: dict[tuple[PupilId, Session], str] = {}

    def take(self, stream: str, entry: int, runs: Sequence[UnreadRun]) -> None:
        """Count one page of a sheet."""
        sheet = self._sheet(stream)
        if not sheet.meets:
            return
        for run in runs:
            if run.topic == MarkRecorded.TOPIC:
                self._recorded(sheet, entry, run)
            elif run.topic in _CHANGES:
                self._amended(sheet, entry, run)
            elif run.topic == MarkVanished.TOPIC:
                pairs = zip(run.column("pupil"), run.column("original"), strict=True)
                self._gone.update(((pupil, sheet.session), code) for pupil, code in pairs)
            entry += run.count

    def _recorded(self, sheet: _Sheet, entry: int, run: UnreadRun) -> None:
        pupils, throughout = self._class_of(run)
        codes = run.column("code")
        if sheet.closures or not throughout:
            self._one_by_one(sheet, entry, pupils, codes)
            return
        self._counts[sheet.codes_from].update(zip(pupils, codes, strict=True))
        if not sheet.unauthorised.isdisjoint(codes):
            for index, code in enumerate(codes):
                if code in sheet.unauthorised:
                    self._sparse[pupils[index], sheet.session] = (code, entry + index)

    def _class_of(self, run: UnreadRun) -> tuple[list[int], bool]:
        """Who is on a sheet, and whether all are on roll throughout: nearly always as before."""
        said = run.text("pupil")
        known = self._classes.get(said)
        if known is None:
            pupils = values(said)
            known = self._classes[said] = pupils, self.enrolled.throughout.issuperset(pupils)
        return known

    def _one_by_one(self, sheet: _Sheet, entry: int, pupils: list[int], codes: list[str]) -> None:
        for number, (pupil, code) in enumerate(zip(pupils, codes, strict=True), entry):
            on_roll = self.enrolled.on_roll(pupil, sheet.session.date)
            counted = effective(code, sheet.closures, on_roll).code
            if counted is not None:
                self._counts[sheet.codes_from][pupil, counted] += 1
                if counted in sheet.unauthorised:
                    self._sparse[pupil, sheet.session] = (counted, number)

    def _amended(self, sheet: _Sheet, entry: int, run: UnreadRun) -> None:
        if sheet.closures:
            return  # the closure's code counts, whatever lies beneath
        count, session = self._counts[sheet.codes_from], sheet.session
        columns = (run.column(name) for name in ("pupil", "original", "amended"))
        for number, (pupil, original, amended) in enumerate(zip(*columns, strict=True), entry):
            if not self.enrolled.on_roll(pupil, session.date):
                continue
            before = original or self._gone[pupil, session]  # one that came back
            count[pupil, before] -= 1
            count[pupil, amended] += 1
            self._sparse.pop((pupil, session), None)
            if amended in sheet.unauthorised:
                self._sparse[pupil, session] = (amended, number)

    def _sheet(self, stream: str) -> _Sheet:
        """Every class's sheet of a session is alike, but where some class is closed."""
        known = self._sheets.get(stream[:_GROUP])
        if known is not None:
            return known
        session, group = sheet_of(stream)
        codes = self.school.rules_on(session.date).codes
        rows = [*codes.values(), *codes.tolerated.values()]
        standing = self.school.closures.values()
        sheet = _Sheet(
            session,
            meets=self.school.calendar.is_school_day(session.date),
            codes_from=max((row.begins for row in codes.values()), default=session.date),
            unauthorised=frozenset(r.code for r in rows if r.statistical == "unauthorised"),
            closures=covering(standing, session, group),
        )
        if all(closure.groups is None for closure in standing):
            self._sheets[stream[:_GROUP]] = sheet
        return sheet

    def rates(self) -> dict[PupilId, Rates]:
        """What the counts come to, under the code set of each."""
        found: dict[PupilId, Rates] = {}
        for codes_from, pairs in self._counts.items():
            counts: dict[PupilId, dict[str, int]] = defaultdict(dict)
            for (pupil, code), count in pairs.items():
                counts[pupil][code] = count
            codes = self.school.policy.on(codes_from).codes
            for pupil, theirs in counts.items():
                part = rates(theirs, codes)
                found[pupil] = found[pupil] + part if pupil in found else part
        return found

    def unauthorised(self) -> dict[PupilId, list[Marked]]:
        """The unauthorised sessions of each pupil."""
        found: dict[PupilId, list[Marked]] = defaultdict(list)
        for (pupil, session), (code, entry) in self._sparse.items():
            found[pupil].append(Marked(session, code, entry))
        return dict(found)
