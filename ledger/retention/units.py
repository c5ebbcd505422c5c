"""Entries that go together: a mark with its amendments, a sheet's ends, a whole other stream."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from ledger.calendar import london
from ledger.kinds import PupilId
from ledger.retention.state import Retention
from ledger.store.reading import Reader
from ledger.store.rows import DISPOSED, Page, Run

NOBODY: frozenset[PupilId] = frozenset()


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


def units_on(stream: str, pages: Iterable[Page]) -> Iterator[Unit]:
    """The units of one stream, of what is not gone already."""
    kind, _, rest = stream.partition("/")
    kept: dict[object, Unit] = {}
    whole = kind not in ("register", "imports")
    for page in pages:
        made = london(page.act.recorded_at).date()
        entry = page.first
        for run in page.runs:
            if run.topic == DISPOSED:
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
    if kind in ("pupil", "absence", "elsewhere", "penalty", "improvement"):
        return [frozenset((int(rest.partition("/")[0]),))] * run.count
    if kind == "return":
        return [frozenset(one["pupil"] for one in named or ()) for named in run.column("pupils")]
    return [NOBODY if pupil is None else frozenset((pupil,)) for pupil in run.column("pupil")]


def hold_on(ledger: Reader, retention: Retention, entry: int) -> int | None:
    """The number of the hold that covers one entry, if one does."""
    for page in ledger.pages_from(entry, upto=entry, limit=1):
        for unit in next(iter(units_of(ledger.pages_of(page.stream)).values())):
            if entry in unit.entries:
                for number, hold in retention.holds.items():
                    if hold.covers(unit.stream, unit.pupils, unit.day):
                        return number
    return None


def units_of(pages: Iterable[Page]) -> dict[str, list[Unit]]:
    """The units of pages in stream order: for whoever asks about some streams only."""
    return {
        stream: list(units_on(stream, some))
        for stream, some in groupby(pages, key=lambda page: page.stream)
    }
